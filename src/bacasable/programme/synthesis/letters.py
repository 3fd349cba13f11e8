"""The mails of this room, queued in the transaction of the act that they tell of: never content."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from bacasable.people.models import User
from bacasable.people.outgoing import Mail, queue
from bacasable.programme.dossiers.wording import instant
from bacasable.programme.synthesis.models import Synthesis


def sent_to_project(synthesis: Synthesis) -> None:
    """Tell the project that the synthesis waits for its reply, until when."""
    due = synthesis.reply_due_at
    for person, language in _project(synthesis):
        with translation.override(language):
            _send(
                synthesis,
                person,
                _("%(reference)s: the synthesis awaits your reply"),
                "sent",
                due=instant(due, synthesis.call.zone) if due else "",
                page=_reply_page(synthesis),
            )


def taken_back(synthesis: Synthesis) -> None:
    """Tell the project that the office took the synthesis back to change it."""
    _tell(
        synthesis,
        _project(synthesis),
        lambda: _("%(reference)s: the office changes the synthesis"),
        "taken_back",
        _reply_page(synthesis),
    )


def replied(synthesis: Synthesis) -> None:
    """Tell the editor that the project replied."""
    _tell(
        synthesis,
        _office(synthesis),
        lambda: _("%(reference)s: the project replied to the synthesis"),
        "replied",
        _address("synthesis:compose", synthesis.public_id),
    )


def agreed(synthesis: Synthesis) -> None:
    """Tell the editor that the project agreed, or finished its reply."""
    _tell(
        synthesis,
        _office(synthesis),
        lambda: _("%(reference)s: the project finished its reply"),
        "agreed",
        _address("synthesis:compose", synthesis.public_id),
    )


def responded(synthesis: Synthesis) -> None:
    """Tell the project that the office answered a reply."""
    _tell(
        synthesis,
        _project(synthesis),
        lambda: _("%(reference)s: the office answered your reply"),
        "responded",
        _reply_page(synthesis),
    )


def published(synthesis: Synthesis) -> None:
    """Tell both sides that the synthesis is public."""
    _tell(
        synthesis,
        [*_project(synthesis), *_office(synthesis)],
        lambda: _("%(reference)s: the synthesis is published"),
        "published",
        _address("synthesis:detail", synthesis.slug),
    )


def corrected(synthesis: Synthesis) -> None:
    """Tell both sides that an erratum was published."""
    _tell(
        synthesis,
        [*_project(synthesis), *_office(synthesis)],
        lambda: _("%(reference)s: an erratum to the synthesis is published"),
        "corrected",
        _address("synthesis:detail", synthesis.slug),
    )


Readers = Iterable[tuple[User, str]]


def _project(synthesis: Synthesis) -> list[tuple[User, str]]:
    if synthesis.file is None:
        return []
    memberships = synthesis.file.dossier.memberships.select_related("user")
    return [(one.user, one.user.language) for one in memberships]


def _office(synthesis: Synthesis) -> list[tuple[User, str]]:
    """Return the editor who composed it and the team that supports the project, each once."""
    people = {synthesis.created_by.pk: synthesis.created_by}
    if synthesis.file is not None:
        for member in synthesis.file.team.filter(left_at=None).select_related("user"):
            people[member.user.pk] = member.user
    return [(person, person.language) for person in people.values() if person.is_active]


def _tell(synthesis: Synthesis, readers: Readers, subject: Any, template: str, page: str) -> None:
    for person, language in readers:
        with translation.override(language):
            _send(synthesis, person, subject(), template, page=page)


def _send(synthesis: Synthesis, person: User, subject: str, template: str, **context: Any) -> None:
    reference = synthesis.file.dossier.reference if synthesis.file else synthesis.slug
    text = render_to_string(
        f"programme/synthesis/mail/{template}.txt",
        {"reference": reference, "office": settings.BACASABLE.office_name, **context},
    )
    mail = Mail(to=person.email, subject=subject % {"reference": reference}, text=text.strip() + "\n")
    queue(mail, about=f"dossier:{reference}")


def _address(name: str, *args: object) -> str:
    return settings.BACASABLE.public_url.rstrip("/") + reverse(name, args=args)


def _reply_page(synthesis: Synthesis) -> str:
    return _address("synthesis:reply", synthesis.file.dossier.reference) if synthesis.file else ""
