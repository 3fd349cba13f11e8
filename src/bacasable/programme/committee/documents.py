"""The letter of a decision: a tagged PDF (PDF/UA-1) in the language of the call.

Whatever the outcome, it names its signatory and their capacity (CRPA L.212-1), gives the reasons (L.211-2),
the remedies and time limits (CJA R.421-5), and where to write. Where experts scored the dossier it says that
a scoring grid was used (L.311-3-1). The clauses are those of the call's jurisdiction.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from bacasable.exchange import documents
from bacasable.people import instance
from bacasable.programme.call.jurisdictions import jurisdiction
from bacasable.programme.call.models import Call
from bacasable.programme.committee.queries.decisions import Signatory, body_name, project_title
from bacasable.programme.dossiers.letters import address_of
from bacasable.programme.dossiers.models import Version

TEMPLATE = Path(__file__).with_name("letter.typ")


@dataclass(frozen=True)
class Decided:
    """What a letter says of one dossier.

    ``kind`` is a key of ``rules.OUTCOMES``; ``is_scored``: experts scored it; ``is_admissible``: it met the
    conditions of the call; ``number_reason``: why more or fewer laureates than planned, or nothing.
    """

    version: Version
    kind: str
    reasons: str
    is_scored: bool
    is_admissible: bool
    number_reason: str = ""


def reference_of(version: Version) -> str:
    """Return the reference of the letter of a dossier: there is one decision, hence one letter."""
    return f"{version.dossier.reference}-D"


def mention(call: Call) -> str:
    """Return the mention that a scoring grid was used, in the language of the call."""
    return jurisdiction(call.jurisdiction).clause("mention", call.language)


def remedies(call: Call) -> str:
    """Return the remedies and time limits, in the language of the call."""
    return jurisdiction(call.jurisdiction).clause("remedies", call.language)


def letter(call: Call, decided: Decided, signatory: Signatory, at: datetime) -> bytes:
    """Return the PDF of the letter, dated ``at``; the same decision gives the same bytes."""
    with translation.override(call.language):
        return documents.render(TEMPLATE, content(call, decided, signatory, at), made_at=at)


def content(call: Call, decided: Decided, signatory: Signatory, at: datetime) -> dict[str, Any]:
    """Return what the letter says, in the active language: text only, never code."""
    reference = reference_of(decided.version)
    clauses = []
    if decided.is_scored:
        clauses.append({"title": _("Use of a scoring grid"), "text": mention(call)})
    clauses.append({"title": _("Remedies and time limits"), "text": remedies(call)})
    day = date_format(at.astimezone(call.zone), "DATE_FORMAT")
    return {
        "language": call.language,
        "title": _("Notification of a decision"),
        "office": instance.configuration().office_name,
        "colon": pgettext("between a label and its value in a letter", ": "),
        "facts": [
            {"label": _("Date"), "value": day},
            {"label": _("Our reference"), "value": reference},
            {"label": _("Dossier"), "value": decided.version.dossier.reference},
            _where_to_write(call),
        ],
        "recipient": [body_name(decided.version)],
        "object_label": pgettext("of a letter", "Subject"),
        "object": _("call for projects “%(call)s”, application “%(project)s”")
        % {"call": call.title, "project": project_title(decided.version)},
        "greeting": _("Dear Sir or Madam,"),
        "decision": [*_decision(call, decided)],
        "reasons_title": _("Reasons for this decision"),
        "reasons": decided.reasons,
        "next_title": _("What comes next"),
        "next": _next(call, decided.kind),
        "delegation": _by_delegation(signatory),
        "signatory_name": signatory.name,
        "signatory_capacity": signatory.capacity,
        "clauses": clauses,
        "footer": reference,
        "page_words": _("page {page} of {pages}"),
    }


def _where_to_write(call: Call) -> dict[str, str]:
    """Return the address that the clauses refer to: the call's, else the office's, else the call's page."""
    contact = call.contact_address if call.contact_is_live else ""
    if contact := contact or instance.configuration().contact_address:
        return {"label": _("Write to"), "value": contact}
    return {"label": _("Page of the call"), "value": address_of("call:detail", call.slug)}


def _decision(call: Call, decided: Decided) -> list[str]:
    project = {"project": project_title(decided.version)}
    if decided.kind == "laureate":
        said = [
            _("I have decided to select your project “%(project)s” as a laureate of this call.") % project
        ]
    elif decided.kind == "advised":
        said = [
            _(
                "I have decided not to select your project “%(project)s” as a laureate of this call, and to "
                "offer it advice: answers to its legal and technical questions, in writing and in meetings."
            )
            % project
        ]
    elif decided.is_admissible:
        said = [_("I have decided not to select your project “%(project)s”.") % project]
    else:
        said = [
            _(
                "I have decided to reject your application “%(project)s”, which does not meet the conditions "
                "of this call."
            )
            % project
        ]
    if decided.number_reason and decided.is_admissible and call.places_planned is not None:
        planned = ngettext(
            "The call planned %(count)s laureate. The number decided differs from it for this reason: "
            "%(reason)s",
            "The call planned %(count)s laureates. The number decided differs from it for this reason: "
            "%(reason)s",
            call.places_planned,
        )
        said.append(planned % {"count": call.places_planned, "reason": decided.number_reason})
    return said


def _next(call: Call, kind: str) -> list[str]:
    if kind == "laureate":
        said = [
            _phases(call),
            _(
                "A support file is open on this site, where the team that accompanies you is named. Its "
                "first step is the support agreement, to be signed by both sides."
            ),
        ]
    elif kind == "advised":
        said = [
            _(
                "A support file is open on this site: ask your legal and technical questions there. The "
                "answers are kept in the same ledger as those given to laureates."
            )
        ]
    else:
        return []
    if call.regime == Call.Regime.ACCOMPANIMENT:
        said.append(_("The support lifts no legal constraint."))
    said.append(
        _(
            "This decision is confidential until the projects kept are published. Yours is then named on the "
            "page of the call."
        )
    )
    return [paragraph for paragraph in said if paragraph]


def _phases(call: Call) -> str:
    """Return the phases that the call announced, as a sentence; nothing where it announced none."""
    phases = [
        _("%(phase)s (%(length)s)")
        % {
            "phase": phase.title,
            "length": ngettext("%(count)s month", "%(count)s months", phase.duration_months)
            % {"count": phase.duration_months},
        }
        if phase.duration_months
        else phase.title
        for phase in call.phases.all()
    ]
    return (
        _("The enhanced support has these phases: %(phases)s.") % {"phases": "; ".join(phases)}
        if phases
        else ""
    )


def _by_delegation(signatory: Signatory) -> str:
    if signatory.delegation is None:
        return ""
    return _("By delegation (%(act)s),") % {"act": signatory.delegation.act_reference}
