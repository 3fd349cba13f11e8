"""The mails of this room, queued in the transaction of the act that they tell of.

They are written in the reader's language and hold a reference and digests, never the content of a dossier.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from bacasable.people.models import User
from bacasable.people.outgoing import Mail, queue
from bacasable.programme.dossiers import queries, wording
from bacasable.programme.dossiers.models import Dossier, MissingPartsRequest, Version


def address_of(name: str, *args: object) -> str:
    """Return the absolute address of a page of this site."""
    return settings.BACASABLE.public_url.rstrip("/") + reverse(name, args=args)


def acknowledgement(version: Version) -> None:
    """Tell each author that the dossier was submitted: server time, version, digest of each file."""
    for person in _authors(version.dossier):
        with translation.override(person.language):
            _send(
                version.dossier,
                person.email,
                _("%(reference)s: your dossier was received (version %(number)s)")
                % {"reference": version.dossier.reference, "number": version.number},
                "acknowledgement",
                version=version,
                received=_instant(version.dossier, version.submitted_at),
                deadline=_instant(version.dossier, version.dossier.call.deadline),
                receipt=address_of("dossiers:receipt", version.dossier.reference),
            )


def withdrawal(dossier: Dossier) -> None:
    """Tell each author that the dossier was withdrawn."""
    for person in _authors(dossier):
        with translation.override(person.language):
            _send(
                dossier,
                person.email,
                _("%(reference)s: your dossier was withdrawn") % {"reference": dossier.reference},
                "withdrawal",
                withdrawn=_instant(dossier, dossier.withdrawn_at or dossier.changed_at),
            )


def invitation(dossier: Dossier, email: str, address: str, *, language: str) -> None:
    """Send the link that makes its holder a co-author, in the language of who invites."""
    with translation.override(language):
        _send(
            dossier,
            email,
            _("Invitation to write the dossier %(reference)s") % {"reference": dossier.reference},
            "invitation",
            address=address,
        )


def missing_parts(request: MissingPartsRequest) -> None:
    """Send the office's request for missing parts to each author."""
    dossier = request.dossier
    steps = queries.steps_of(dossier.call)
    for person in _authors(dossier):
        with translation.override(person.language):
            _send(
                dossier,
                person.email,
                _("%(reference)s: the office asks for missing parts") % {"reference": dossier.reference},
                "missing_parts",
                parts=[wording.part_named(part, steps) for part in request.parts],
                message=request.message,
                due=_instant(dossier, request.due_at),
            )


def _authors(dossier: Dossier) -> list[User]:
    return [membership.user for membership in dossier.memberships.select_related("user")]


def _instant(dossier: Dossier, at: datetime) -> str:
    return wording.instant(at, dossier.call.zone)


def _send(dossier: Dossier, to: str, subject: str, template: str, **context: Any) -> None:
    text = render_to_string(
        f"programme/dossiers/mail/{template}.txt",
        {
            "dossier": dossier,
            "call": dossier.call,
            "office": settings.BACASABLE.office_name,
            "page": address_of("dossiers:overview", dossier.reference),
            **context,
        },
    )
    queue(Mail(to=to, subject=subject, text=text.strip() + "\n"), about=f"dossier:{dossier.reference}")
