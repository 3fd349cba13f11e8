"""The mails of this room, queued in the transaction of the act that they tell of.

They hold the reference of a recommendation and what happened, never its text nor the exchange.
"""

from collections.abc import Iterable, Sequence

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from bacasable.compliance.service import N_
from bacasable.people.models import User
from bacasable.people.outgoing import Mail, queue
from bacasable.programme.recommendations import wording
from bacasable.programme.recommendations.models import Recommendation

#: What happened -> the line that says it; ``%(key)s`` is the reference of the recommendation.
EVENTS = {
    "propose": N_("%(key)s: a recommendation is made to the project"),
    "accept": N_("%(key)s: the project accepted the recommendation"),
    "start": N_("%(key)s: the project began to follow the recommendation"),
    "show": N_("%(key)s: the project says that it followed the recommendation"),
    "doubt": N_("%(key)s: the office asks for more before the recommendation closes"),
    "reopen": N_("%(key)s: the recommendation was reopened"),
    "drop": N_("%(key)s: the recommendation is no longer relevant"),
    "replace": N_("%(key)s: the recommendation was replaced by another"),
    "decline": N_("%(key)s: the recommendation is not followed"),
    "closed": N_("%(key)s: the recommendation is closed"),
    "sent_back": N_("%(key)s: the recommendation has to be measured again"),
    "failed": N_("%(key)s: a measurement failed and waits for you"),
    "set_aside": N_("%(key)s: the office looked at the failed measurement"),
    "revised": N_("%(key)s: the recommendation has a new version"),
    "due": N_("%(key)s: the due date or the matters of the recommendation changed"),
    "contracts": N_("%(key)s: the contracts of the recommendation changed"),
    "message": N_("%(key)s: a message about the recommendation"),
    "handed_in": N_("%(key)s: a document was handed in"),
    "document_accepted": N_("%(key)s: the document was accepted"),
    "document_refused": N_("%(key)s: the document was refused"),
}


def tell(
    recommendation: Recommendation, event: str, *, reasons: Sequence[str] = (), without: User | None = None
) -> None:
    """Tell both sides what happened; of a recommendation without project, the officers where it goes back.

    Args:
        reasons: keys of REASONS or MISMATCHES, said in words.
        without: who did it and needs no mail.
    """
    if recommendation.file is None:
        if event == "sent_back":
            to_officers(recommendation, event, reasons=reasons)
        return
    dossier = recommendation.file.dossier
    people = {membership.user for membership in dossier.memberships.select_related("user")}
    people |= {member.user for member in recommendation.file.team.filter(left_at=None).select_related("user")}
    _send(recommendation, people - {without}, event, reasons)


def to_officers(recommendation: Recommendation, event: str, *, reasons: Sequence[str] = ()) -> None:
    """Tell each officer what waits for a person."""
    _send(recommendation, officers(), event, reasons)


def officers() -> set[User]:
    """Return the active accounts with the role of officer."""
    return set(User.objects.filter(grants__role="officer", is_active=True))


def _send(
    recommendation: Recommendation, people: Iterable[User | None], event: str, reasons: Sequence[str]
) -> None:
    address = settings.BACASABLE.public_url.rstrip("/") + reverse(
        "recommendations:detail", args=[recommendation.key]
    )
    told = {person.email: person for person in people if person is not None and person.is_active}
    for email, person in sorted(told.items()):
        with translation.override(person.language):
            what = _(EVENTS[event]) % {"key": recommendation.key}
            text = render_to_string(
                "programme/recommendations/mail/news.txt",
                {
                    "what": what,
                    "reasons": [wording.reason(key) for key in reasons],
                    "page": address,
                    "office": settings.BACASABLE.office_name,
                },
            )
            queue(
                Mail(to=email, subject=what, text=text.strip() + "\n"),
                about=f"recommendation:{recommendation.key}",
            )
