"""A recommendation as pages show it: contracts, measurements over time, versions, exchange, documents."""

import difflib
import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bacasable.compliance import clock
from bacasable.compliance.catalogue import catalogue
from bacasable.compliance.service import N_
from bacasable.programme.evidence import readings as evidence_readings
from bacasable.programme.evidence.models import StoredEvidence
from bacasable.programme.recommendations.models import (
    Contract,
    Exchange,
    Recommendation,
    RecommendationVersion,
    ReviewedDocument,
)
from bacasable.ui.charts import LineChart, Threshold, Value

#: Runs of one control that its chart draws, the latest.
DRAWN = 30
#: Runs that the table of a page lists, the latest.
LISTED = 20
#: Runs that a page reads to draw and list.
READ = 300


def service_of(contract: Contract) -> str:
    """Return the service that the contract is about."""
    return contract.service or contract.recommendation.service


def waits_for_service(contract: Contract) -> bool:
    """Say whether a contract on this installation names a service that is not installed here yet."""
    is_here = contract.recommendation.file_id is None
    return is_here and contract.kind == Contract.Kind.CONTROL and service_of(contract) not in catalogue()


def subject_of(contract: Contract) -> str:
    """Return what a contract is about: a control, or the document expected."""
    if contract.kind == Contract.Kind.DOCUMENT:
        return contract.document
    return evidence_readings.control_title(
        service_of(contract), contract.control, contract.recommendation.file_id
    )


def promise_of(contract: Contract) -> str:
    """Return what a contract asks for, in words."""
    if contract.kind == Contract.Kind.DOCUMENT or contract.threshold is None:
        return _("accepted by a person")
    return evidence_readings.promise(contract.direction, contract.threshold)


def removed(contract: Contract) -> str:
    """Return in words that a contract was taken off, and what it asked for."""
    return _("Taken off: %(what)s (%(promise)s; it held for %(days)s).") % {
        "what": subject_of(contract),
        "promise": promise_of(contract),
        "days": days(contract.maximum_age_days),
    }


def days(count: int) -> str:
    """Return a number of days in words."""
    return ngettext("%(days)s day", "%(days)s days", count) % {"days": count}


def contract_columns() -> list[dict[str, Any]]:
    """Return the columns of the table of contracts."""
    return [
        {"key": "what", "label": _("Control or document")},
        {"key": "service", "label": _("Service")},
        {"key": "promise", "label": _("Promise")},
        {"key": "age", "label": _("Holds for")},
        {"key": "by", "label": _("Fulfilled by")},
    ]


def contract_row(contract: Contract, *, sees: bool) -> dict[str, Any]:
    """Return a row of the table of contracts; documents are named to both sides only."""
    is_measured = contract.kind == Contract.Kind.CONTROL
    return {
        "what": subject_of(contract),
        "service": evidence_readings.service_title(service_of(contract)) if is_measured else "",
        "promise": promise_of(contract),
        "age": days(contract.maximum_age_days),
        "by": _fulfilled_by(contract, sees=sees),
    }


def _fulfilled_by(contract: Contract, *, sees: bool) -> Any:
    if contract.closed_by:
        stored = contract.closed_by
        measured = date_format(localtime(stored.measured_at), "SHORT_DATETIME_FORMAT")
        text = _("the measurement of %(date)s") % {"date": measured}
        is_open = sees or stored.file_id is None or stored.public_since is not None
        return {
            "text": text,
            "href": reverse("evidence:detail", args=[stored.public_id]) if is_open else None,
        }
    if contract.closed_by_document and contract.closed_by_document.expires_on:
        expires = date_format(contract.closed_by_document.expires_on, "SHORT_DATE_FORMAT")
        return _("a document accepted until %(date)s") % {"date": expires}
    if waits_for_service(contract):
        return _("announced by a service that is not installed here: the contract waits")
    if contract.kind == Contract.Kind.DOCUMENT:
        return _("waiting for a document")
    return _("waiting for evidence")


# Measurements


class History:
    """The runs about the contracts of one recommendation that a reader may see; two queries."""

    def __init__(self, stored: QuerySet[StoredEvidence], contracts: Iterable[Contract]) -> None:
        self.runs = list(stored.order_by("-measured_at", "-pk").defer("envelope")[:READ])
        self.contracts = list(contracts)
        verdicts = {
            verdict: Count("pk", filter=Q(verdict=verdict)) for verdict in StoredEvidence.Verdict.values
        }
        self.counts: dict[str, int] = stored.order_by().aggregate(**verdicts)

    def rows(self) -> list[dict[str, Any]]:
        """Return the latest runs, failed and void ones included."""
        return evidence_readings.rows(self.runs[:LISTED])

    def charts(self) -> list[LineChart]:
        """Return one chart for each control that was measured: interval, threshold, chance, every verdict."""
        drawn = [self._chart(index, contract) for index, contract in enumerate(self.contracts, start=1)]
        return [chart for chart in drawn if chart is not None]

    def _chart(self, index: int, contract: Contract) -> LineChart | None:
        named = service_of(contract), contract.control
        runs = [run for run in self.runs if (run.service, run.control) == named and run.value is not None]
        runs = runs[:DRAWN][::-1]
        if contract.kind != Contract.Kind.CONTROL or contract.threshold is None or not runs:
            return None
        chances = [run.chance for run in runs if run.chance is not None]
        return LineChart(
            id=f"history-{index}",
            title=_("Measured over time: %(control)s") % {"control": subject_of(contract)},
            values=[_value(run) for run in runs],
            unit="%",
            decimals=2,
            description=_(
                "Each run with its interval. A ring is a run that failed or proves nothing; none is left out."
            ),
            threshold=Threshold(contract.threshold * 100, contract.get_direction_display()),
            reference=Threshold(chances[-1] * 100, _("chance alone")) if chances else None,
            label_heading=_("Measured on"),
            note_heading=_("Verdict"),
        )


def _value(run: StoredEvidence) -> Value:
    value = (run.value or 0.0) * 100
    low = None if run.low is None else min(run.low * 100, value)
    high = None if run.high is None else max(run.high * 100, value)
    return Value(
        date_format(localtime(run.measured_at), "SHORT_DATE_FORMAT"),
        value,
        low,
        high,
        note=f"{run.get_verdict_display()}, {run.get_label_display()}",
        kind="" if run.verdict == StoredEvidence.Verdict.PASSED else run.verdict,
    )


# Versions

_PIECES = re.compile(r"\s+|\w+|[^\w\s]")


def difference(before: str, after: str) -> SafeString:
    """Return ``after``, word by word, what was added in ``<ins>`` and what was taken away in ``<del>``."""
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    parts: list[SafeString] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            parts.append(format_html("{}", "".join(new[j1:j2])))
            continue
        if i2 > i1:
            parts.append(format_html("<del>{}</del>", "".join(old[i1:i2])))
        if j2 > j1:
            parts.append(format_html("<ins>{}</ins>", "".join(new[j1:j2])))
    return format_html_join("", "{}", ((part,) for part in parts))


WORDING = (
    ("title", N_("Title")),
    ("text", N_("Recommendation")),
    ("facts", N_("Facts relied on")),
    ("legal_basis", N_("Legal basis")),
)


def versions(found: Sequence[RecommendationVersion], *, names: bool) -> list[dict[str, Any]]:
    """Return the versions, the newest first, each with what it changed; names to both sides only."""
    shown = []
    for index, version in enumerate(found):
        before = found[index - 1] if index else None
        changed = [
            {"label": _(label), "text": difference(getattr(before, name), getattr(version, name))}
            for name, label in WORDING
            if before is not None and getattr(before, name) != getattr(version, name)
        ]
        shown.append(
            {
                "version": version,
                "author": person(version.author) if names else "",
                "reviewer": person(version.reviewer) if names and version.reviewer else "",
                "changed": changed,
            }
        )
    return shown[::-1]


def person(user: Any) -> str:
    """Return the name of a person, else their address."""
    return user.name or user.email


# Exchange and documents

SAID = {
    "propose": N_("The recommendation was proposed to the project."),
    "accept": N_("The project accepted."),
    "start": N_("The project began."),
    "show": N_("The project says that it is done."),
    "doubt": N_("The office asks for more."),
    "reopen": N_("The office reopened the recommendation."),
    "drop": N_("No longer relevant."),
    "replace": N_("Replaced by another recommendation."),
    "decline": N_("Not followed."),
    "close": N_("Every contract is fulfilled: closed."),
    "remeasure": N_("Sent back to be measured again."),
    "revise": N_("A new version took effect."),
    "due": N_("The due date or the matters changed."),
    "contract": N_("The contracts changed."),
    "set_aside": N_("The office looked at the failed measurement and does not reopen."),
    "hand_in": N_("A document was handed in."),
    "document_accepted": N_("The document was accepted."),
    "document_refused": N_("The document was refused."),
}


def exchange(lines: Iterable[Exchange], reasons: Any) -> list[dict[str, Any]]:
    """Return the exchange as a timeline; ``reasons`` says the reason of a key in words."""
    shown = []
    for line in lines:
        side = _("the project") if line.side == "project" else _("the office")
        who = person(line.by) if line.by else _("the platform")
        told = [_(SAID[line.verb])] if line.verb in SAID else []
        told += [reasons(line.reason_key)] if line.reason_key else []
        shown.append(
            {
                "when": line.at,
                "title": who if line.by is None else f"{who} ({side})",
                "text": "\n\n".join([*told, line.text] if line.text else told),
                "state": "done",
            }
        )
    return shown


DOCUMENT_COLOURS = {"waiting": "yellow", "accepted": "green", "refused": "red"}


def document_columns() -> list[dict[str, Any]]:
    """Return the columns of the table of documents."""
    return [
        {"key": "name", "label": _("Document")},
        {"key": "by", "label": _("Handed in")},
        {"key": "verdict", "label": _("Review")},
        {"key": "reasons", "label": _("Reasons")},
        {"key": "expires", "label": _("Holds until")},
        {"key": "review", "label": _("To do")},
    ]


def document_row(document: ReviewedDocument, key: str, *, may_review: bool) -> dict[str, Any]:
    """Return a row of the table of documents."""
    waits = document.verdict == ReviewedDocument.Verdict.WAITING
    handed_in = date_format(localtime(document.handed_in_at), "SHORT_DATE_FORMAT")
    return {
        "name": document.name,
        "href": reverse("recommendations:document", args=[key, document.public_id]),
        "by": f"{person(document.handed_in_by)}, {handed_in}",
        "verdict": {"badge": document.get_verdict_display(), "colour": DOCUMENT_COLOURS[document.verdict]},
        "reasons": document.reasons,
        "expires": date_format(document.expires_on, "SHORT_DATE_FORMAT") if document.expires_on else "",
        "review": {
            "text": _("Review"),
            "href": reverse("recommendations:review_document", args=[key, document.public_id]),
        }
        if waits and may_review
        else "",
    }


def is_late(recommendation: Recommendation, closed: Iterable[str]) -> bool:
    """Say whether the due date is past while the recommendation is in none of the ``closed`` states."""
    due = recommendation.due_on
    return due is not None and due < localtime(clock.now()).date() and recommendation.state not in set(closed)
