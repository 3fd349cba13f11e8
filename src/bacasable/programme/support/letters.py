"""The mails of this room: references only, each in its reader's language, never to who acted."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from bacasable.compliance.service import N_
from bacasable.people.models import User
from bacasable.people.outgoing import Mail, queue
from bacasable.programme.support import queries, wording
from bacasable.programme.support.models import Meeting, Side, SupportFile

#: What happened, as the subject of the mail after the reference of the dossier.
SUBJECTS = {
    "opened": N_("the support of your project begins"),
    "joined": N_("you joined the team of a support"),
    "left": N_("you left the team of a support"),
    "agreement_written": N_("the support agreement is ready to be read and signed"),
    "agreement_signed": N_("the other side signed the support agreement"),
    "activated": N_("the support agreement is signed, the support starts"),
    "asked": N_("a question waits for your answer"),
    "answered": N_("your question has an answer"),
    "guided": N_("the office gave a guidance"),
    "followed": N_("the project says what it made of a guidance"),
    "milestone": N_("the roadmap changed"),
    "meeting": N_("a meeting is announced"),
    "meeting_cancelled": N_("a meeting is cancelled"),
    "minutes": N_("minutes wait for your reading"),
    "minutes_approved": N_("the project approved the minutes"),
    "minutes_remarked": N_("the project made remarks on the minutes"),
    "document_added": N_("a document was added"),
    "document_removed": N_("a document was removed"),
    "advance": N_("the support passes to its next phase"),
    "extend": N_("the support is extended"),
    "suspend": N_("the support is suspended"),
    "resume": N_("the support is resumed"),
    "complete": N_("the support is completed"),
    "exit": N_("the support is ended early"),
}
#: The page of the support file that each event leads to; the file's own page for the others.
PAGES = {
    "agreement_written": "support:agreement",
    "agreement_signed": "support:agreement",
    "activated": "support:agreement",
    "asked": "support:questions",
    "answered": "support:questions",
    "guided": "support:guidance",
    "followed": "support:guidance",
    "milestone": "support:roadmap",
    "document_added": "support:documents",
    "document_removed": "support:documents",
}


def tell(file: SupportFile, side: str, event: str, *, by: User | str, number: int | None = None) -> None:
    """Mail each person of ``side``, except who acted, that ``event`` happened; ``number``: of the line."""
    _send(file, queries.people_of(file, side), event, by, number=number)


def tell_all(file: SupportFile, event: str, *, by: User | str) -> None:
    """Mail both sides, except who acted."""
    for side in Side.values:
        tell(file, side, event, by=by)


def tell_person(file: SupportFile, person: User, event: str, *, by: User | str) -> None:
    """Mail one person, unless it is who acted."""
    _send(file, [person], event, by)


def tell_of_meeting(meeting: Meeting, side: str, event: str, *, by: User | str) -> None:
    """Mail each person of ``side`` about a meeting: when it is held, and its page, not what is said there."""
    page = _address("support:meeting", meeting.file.dossier.reference, meeting.public_id)
    _send(meeting.file, queries.people_of(meeting.file, side), event, by, page=page, held_at=meeting.held_at)


def _send(
    file: SupportFile,
    people: Iterable[User],
    event: str,
    by: User | str,
    *,
    number: int | None = None,
    page: str = "",
    held_at: Any = None,
) -> None:
    reference = file.dossier.reference
    actor = None if isinstance(by, str) else by.pk
    for person in {one.pk: one for one in people if one.pk != actor}.values():
        with translation.override(person.language):
            text = render_to_string(
                "programme/support/mail/event.txt",
                {
                    "reference": reference,
                    "event": _(SUBJECTS[event]),
                    "number": number,
                    "held": wording.moment(held_at, file),
                    "page": page or _address(PAGES.get(event, "support:file"), reference),
                    "office": settings.BACASABLE.office_name,
                },
            )
            subject = _("%(reference)s: %(event)s") % {"reference": reference, "event": _(SUBJECTS[event])}
            queue(
                Mail(to=person.email, subject=subject, text=text.strip() + "\n"),
                about=f"dossier:{reference}",
            )


def _address(name: str, *args: object) -> str:
    return str(settings.BACASABLE.public_url).rstrip("/") + reverse(name, args=args)
