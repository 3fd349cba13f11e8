"""The mails of decisions and conferences, queued in the transaction of the act that they tell of.

They are written in the reader's language and hold references and addresses, never what was decided.
"""

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from bacasable.people.outgoing import Mail, queue
from bacasable.programme.call.calendar import instant_words
from bacasable.programme.committee.models import Conference, Letter, Registration
from bacasable.programme.committee.queries.conferences import cancel_token
from bacasable.programme.dossiers.letters import address_of


def letter(sent: Letter) -> None:
    """Tell each author of the dossier that a letter waits for them; prefetch the memberships for many."""
    dossier = sent.outcome.examination.dossier
    for membership in dossier.memberships.all():
        person = membership.user
        with translation.override(person.language):
            _send(
                person.email,
                _("%(reference)s: the decision on your dossier") % {"reference": dossier.reference},
                "letter",
                about=f"dossier:{dossier.reference}",
                dossier=dossier,
                call=dossier.call,
                address=address_of("committee:own_letter", dossier.reference),
            )


def registered(registration: Registration) -> None:
    """Confirm a registration, with the address that cancels it."""
    _to_attendee(registration, _subject_registered, "registered")


def cancelled(registration: Registration) -> None:
    """Confirm that a registration is cancelled."""
    _to_attendee(registration, lambda: _("Registration cancelled: %(title)s"), "registration_cancelled")


def conference_changed(conference: Conference) -> None:
    """Tell everybody registered that the date or the place changed."""
    for registration in conference.registrations.filter(cancelled_at=None):
        registration.conference = conference
        _to_attendee(registration, lambda: _("Date or place changed: %(title)s"), "conference_changed")


def _subject_registered() -> str:
    return _("You are registered: %(title)s")


def _to_attendee(registration: Registration, subject: Any, template: str) -> None:
    conference = registration.conference
    call = conference.call
    with translation.override(registration.language):
        _send(
            registration.email,
            subject() % {"title": conference.title},
            template,
            about=f"call:{call.slug}",
            conference=conference,
            starts=instant_words(conference.starts_at, call.zone),
            ends=instant_words(conference.ends_at, call.zone),
            address=address_of("committee:conference", call.slug),
            cancel=address_of("committee:conference_cancel", call.slug, cancel_token(registration)),
        )


def _send(to: str, subject: str, template: str, *, about: str, **context: Any) -> None:
    text = render_to_string(
        f"programme/committee/mail/{template}.txt",
        {"office": settings.BACASABLE.office_name, **context},
    )
    queue(Mail(to=to, subject=subject, text=text.strip() + "\n"), about=about)
