"""The public conference of an edition: written by an officer, joined by anybody, forgotten afterwards."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import translation

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people import journal
from bacasable.people.models import User
from bacasable.programme.call.models import Call
from bacasable.programme.committee import mails
from bacasable.programme.committee.actions.locking import authorise
from bacasable.programme.committee.models import Conference, Registration
from bacasable.programme.committee.queries.conferences import seats_left
from bacasable.programme.dossiers import answers
from bacasable.programme.dossiers.refusals import Refused

FIELDS = (
    "title",
    "starts_at",
    "ends_at",
    "place",
    "programme",
    "accessibility",
    "registration_closes_at",
    "seats",
    "replay_url",
    "replay_note",
)
#: registrations that one conference takes in an hour, whoever sends them: a flood must not take every seat
REGISTRATIONS_PER_HOUR = 120
#: what is mailed to one address is not mailed again within this time
MAIL_AGAIN_AFTER = timedelta(hours=1)


@transaction.atomic
def save_conference(*, call: Call, fields: Mapping[str, Any], publish: bool, by: User | str) -> Conference:
    """Write the conference of ``call`` and, with ``publish``, make its page public.

    Once public it stays so. People registered are told by mail when its time or its place changes.

    Raises:
        PermissionDenied: ``by`` is no officer.
        Refused: ``dates`` (it ends before it starts, or takes registrations after its end), ``seats`` (fewer
            than are taken), ``draft`` (the call is not public).
    """
    authorise(by, "committee.manage")
    if call.state == Call.State.DRAFT and publish:
        raise Refused("draft", N_("The call is not published yet: publish it first."))
    Call.objects.select_for_update().get(pk=call.pk)  # two officers who begin at once make one conference
    found = Conference.objects.select_for_update().filter(call=call).first()
    conference = found or Conference(call=call)
    before = (conference.starts_at, conference.ends_at, conference.place) if found else None
    for name in FIELDS:
        setattr(conference, name, fields[name])
    conference.call = call
    if conference.ends_at <= conference.starts_at:
        raise Refused("dates", N_("The conference ends before it starts. Correct its times."))
    closes = conference.registration_closes_at
    if closes is not None and closes > conference.ends_at:
        raise Refused("dates", N_("Registration closes after the end of the conference. Correct the time."))
    if found and conference.seats is not None:
        taken = conference.registrations.filter(cancelled_at=None).count()
        if conference.seats < taken:
            raise Refused(
                "seats", N_("%(taken)s people are registered already: keep as many seats."), taken=taken
            )
    was_public = conference.published_at is not None
    if publish and not was_public:
        conference.published_at = clock.now()
    conference.save()
    after = (conference.starts_at, conference.ends_at, conference.place)
    if was_public and before != after and conference.ends_at > clock.now():
        mails.conference_changed(conference)
    verb = "published" if conference.published_at and not was_public else "edited"
    journal.record(f"conference.{verb}", by=by, subject=f"call:{call.slug}")
    return conference


@transaction.atomic
def register(*, conference: Conference, name: str, email: str, needs: str = "") -> Registration:
    """Register somebody and mail them the confirmation, with the address that cancels.

    An address registered already keeps its seat and what was written first; the mail is sent again at most
    once an hour, so the answer never says who is registered. One that cancelled registers anew.

    Raises:
        Refused: ``closed``, ``full``, or ``many`` (too many registrations within the hour).
    """
    # The row of the conference is the lock of its seats.
    taken = Conference.objects.select_for_update().get(pk=conference.pk)
    now = clock.now()
    if not taken.takes_registrations(now):
        raise Refused("closed", N_("This conference takes no more registrations."))
    # Before the address is looked at: these answers are the same for who is registered and who is not.
    if taken.registrations.filter(at__gt=now - timedelta(hours=1)).count() >= REGISTRATIONS_PER_HOUR:
        raise Refused(
            "many", N_("Many people are registering just now. Keep what you typed and try in an hour.")
        )
    if seats_left(taken) == 0:
        raise Refused("full", N_("Every seat is taken. The replay is published on this page afterwards."))
    email = email.strip().lower()
    found = Registration.objects.select_for_update().filter(conference=taken, email=email).first()
    if found is not None and found.cancelled_at is None:
        if now - found.at > MAIL_AGAIN_AFTER:
            Registration.objects.filter(pk=found.pk).update(at=now)
            found.conference = taken
            mails.registered(found)
        return found
    registration = found or Registration(conference=taken, email=email)
    registration.conference = taken
    registration.name = answers.tidy(name, lines=False)[:200]
    registration.needs = answers.tidy(needs, lines=False)[:500]
    registration.language = translation.get_language() or taken.call.language
    registration.at, registration.cancelled_at = now, None
    registration.save()
    mails.registered(registration)
    journal.record(
        "conference.joined",
        by=None,
        subject=f"call:{taken.call.slug}",
        registration=registration.public_id,
    )
    return registration


@transaction.atomic
def cancel_registration(*, registration: Registration) -> Registration:
    """Give the seat back; cancelled twice, it is cancelled once."""
    conference = Conference.objects.select_for_update().get(pk=registration.conference_id)
    taken = Registration.objects.select_for_update().get(pk=registration.pk)
    if taken.cancelled_at is not None:
        return taken
    taken.cancelled_at = clock.now()
    taken.needs = ""  # nothing more to prepare for them
    taken.save(update_fields=["cancelled_at", "needs"])
    taken.conference = conference
    mails.cancelled(taken)
    journal.record(
        "conference.left", by=None, subject=f"call:{conference.call.slug}", registration=taken.public_id
    )
    return taken
