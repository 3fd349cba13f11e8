"""The mails about an audition: the reference, the time and the place, never the content of the dossier."""

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from bacasable.compliance.service import N_
from bacasable.people.outgoing import Mail, queue
from bacasable.programme.committee.models import AuditionSlot
from bacasable.programme.dossiers import wording
from bacasable.programme.dossiers.letters import address_of


def given(slot: AuditionSlot) -> None:
    """Tell each author when and where the committee hears them, and ask them to confirm."""
    _send(slot, "audition_given", N_("%(reference)s: the committee would like to hear you"))


def cancelled(slot: AuditionSlot) -> None:
    """Tell each author that the audition does not take place at that time."""
    _send(slot, "audition_cancelled", N_("%(reference)s: your audition is cancelled"))


def _send(slot: AuditionSlot, template: str, subject: str) -> None:
    assert slot.examination is not None  # noqa: S101 (only slots that a dossier has are told of)
    dossier = slot.examination.dossier
    for membership in dossier.memberships.select_related("user"):
        person = membership.user
        with translation.override(person.language):
            text = render_to_string(
                f"programme/committee/mail/{template}.txt",
                {
                    "dossier": dossier,
                    "call": dossier.call,
                    "starts": wording.instant(slot.starts_at, dossier.call.zone),
                    "minutes": slot.minutes,
                    "place": slot.place,
                    "page": address_of("committee:audition", dossier.reference),
                    "office": settings.BACASABLE.office_name,
                },
            )
            mail = Mail(
                to=person.email,
                subject=_(subject) % {"reference": dossier.reference},
                text=text.strip() + "\n",
            )
            queue(mail, about=f"dossier:{dossier.reference}")
