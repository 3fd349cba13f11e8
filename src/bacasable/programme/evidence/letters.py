"""The mails of this room, queued in the transaction of the act that they tell of: references only."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from bacasable.people.models import User
from bacasable.people.outgoing import Mail, queue
from bacasable.programme.dossiers.letters import address_of
from bacasable.programme.dossiers.wording import instant
from bacasable.programme.evidence.models import Challenge, ProjectKey
from bacasable.programme.support.models import SupportFile


def measurement_asked(challenge: Challenge) -> None:
    """Tell the project's authors that a measurement is asked of them; nobody where it is of ourselves."""
    if challenge.file is None:
        return
    for person in _project(challenge.file):
        with translation.override(person.language):
            _send(
                challenge.file,
                person,
                _("%(reference)s: the office asks for a measurement"),
                "measurement_asked",
                challenge=challenge,
                due=_instant(challenge.file, challenge.due_at),
            )


def key_confirmed(key: ProjectKey) -> None:
    """Tell the project's authors that what their instance signs is believed from now on."""
    for person in _project(key.file):
        with translation.override(person.language):
            _send(
                key.file,
                person,
                _("%(reference)s: the key of your instance is confirmed"),
                "key_confirmed",
                key=key.key_id[:16],
            )


def key_revoked(key: ProjectKey) -> None:
    """Tell both sides that a key is believed no more."""
    for person in _project(key.file) + _team(key.file):
        with translation.override(person.language):
            _send(
                key.file,
                person,
                _("%(reference)s: a key was revoked"),
                "key_revoked",
                key=key.key_id[:16],
            )


def _project(file: SupportFile) -> list[User]:
    return [membership.user for membership in file.dossier.memberships.select_related("user")]


def _team(file: SupportFile) -> list[User]:
    return [member.user for member in file.team.filter(left_at__isnull=True).select_related("user")]


def _instant(file: SupportFile, at: datetime) -> str:
    return instant(at, file.dossier.call.zone)


def _send(file: SupportFile, to: User, subject: str, template: str, **context: Any) -> None:
    reference = file.dossier.reference
    text = render_to_string(
        f"programme/evidence/mail/{template}.txt",
        {
            "reference": reference,
            "office": settings.BACASABLE.office_name,
            "page": address_of("evidence:of_file", reference),
            **context,
        },
    )
    queue(
        Mail(to=to.email, subject=subject % {"reference": reference}, text=text.strip() + "\n"),
        about=f"dossier:{reference}",
    )
