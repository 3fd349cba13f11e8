"""The right of reply: the synthesis goes to the project, which replies until a deadline."""

from datetime import datetime

from django.db import transaction

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people import journal
from bacasable.people.models import User
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.synthesis import letters, rules
from bacasable.programme.synthesis.actions.locking import locked, stale, tidied
from bacasable.programme.synthesis.actions.publishing import refuse_incomplete
from bacasable.programme.synthesis.models import Passage, Reply, Synthesis


@transaction.atomic
def send_to_project(
    *, synthesis: Synthesis, reply_due_at: datetime, by: User, revision: int | None = None
) -> Synthesis:
    """Send the synthesis to the project, which may reply until ``reply_due_at`` inclusive; mail its authors.

    Args:
        revision: of the page that the editor read; any by default.

    Raises:
        PermissionDenied, Refused: ``state``, ``stale``, ``too_soon`` or ``too_far`` (the deadline),
            ``nothing_public`` or ``no_foresight`` (as publishing would: nothing is written meanwhile).
    """
    taken = locked(synthesis, by, "synthesis.write", "submit_to_project")
    if revision is not None and revision != taken.revision - 1:
        raise stale()
    at = clock.now()
    if reply_due_at < at + rules.SHORTEST_REPLY:
        raise Refused(
            "too_soon",
            N_("Leave the project at least %(days)s days to reply."),
            days=rules.SHORTEST_REPLY.days,
        )
    if reply_due_at > at + rules.LONGEST_REPLY:
        raise Refused(
            "too_far",
            N_("Choose a deadline at most %(days)s days from now."),
            days=rules.LONGEST_REPLY.days,
        )
    refuse_incomplete(taken)
    taken.reply_due_at = reply_due_at
    taken.project_agreed_at = None
    taken.save(update_fields=["state", "revision", "reply_due_at", "project_agreed_at"])
    letters.sent_to_project(taken)
    journal.record("synthesis.sent", by=by, subject=_subject(taken), reply_due_at=reply_due_at)
    return taken


def _subject(synthesis: Synthesis) -> str:
    return f"synthesis:{synthesis.public_id}"


@transaction.atomic
def take_back(*, synthesis: Synthesis, by: User) -> Synthesis:
    """Take the synthesis back to write it; replies stay, and it is sent again with a new deadline.

    Raises:
        PermissionDenied, Refused: ``state``.
    """
    taken = locked(synthesis, by, "synthesis.write", "take_back")
    taken.project_agreed_at = None
    taken.save(update_fields=["state", "revision", "project_agreed_at"])
    letters.taken_back(taken)
    journal.record("synthesis.taken_back", by=by, subject=_subject(taken))
    return taken


@transaction.atomic
def reply(
    *,
    synthesis: Synthesis,
    text: str,
    passage: Passage | None = None,
    is_public: bool = False,
    asks_secret: bool = False,
    late: bool = False,
    by: User,
    received_at: datetime | None = None,
) -> Reply:
    """Reply on a passage or on the whole; an agreement given before no longer counts.

    Args:
        text: the reply, at most 4,000 characters, plain text.
        is_public: publish it with the synthesis, if the passage it is about is public.
        asks_secret: the project says that the passage is a business secret.
        late: send it although the time is over: it is kept and shown to the office, and changes nothing else.
        received_at: when the server received it; the clock by default.

    Raises:
        PermissionDenied: ``by`` is not of the project.
        Refused: ``too_late`` (after the deadline), ``not_open`` (published, or being written), ``empty``,
            ``too_long``, ``too_many``, ``passage`` (a secret is one of a passage).
    """
    at = received_at or clock.now()
    try:
        taken = locked(synthesis, by, "synthesis.reply", "late_reply" if late else "reply")
    except Refused as refused:
        raise (not_open() if refused.code == "state" else refused) from None
    if taken.reply_due_at is None:
        raise not_open()
    if late and taken.state == Synthesis.State.WITH_PROJECT and at <= taken.reply_due_at:
        late = False  # it is in time after all, and then counts as such
    if not late and at > taken.reply_due_at:
        raise Refused(
            "too_late",
            N_(
                "Too late to reply: the server's clock read %(now)s when your text arrived, and the deadline "
                "was %(deadline)s. Your text is still below: you can send it to the office as a late reply."
            ),
            now=at,
            deadline=taken.reply_due_at,
        )
    words = tidied(text, 4000)
    if not words:
        raise Refused("empty", N_("Write your reply."))
    if passage is not None and passage.synthesis_id != taken.pk:
        raise Refused("passage", N_("Choose a passage of this synthesis."))
    if asks_secret and passage is None:
        raise Refused("passage", N_("Choose the passage that is a business secret."))
    if taken.replies.count() >= rules.MAXIMUM_REPLIES:
        raise Refused(
            "too_many", N_("A synthesis takes at most %(limit)s replies."), limit=rules.MAXIMUM_REPLIES
        )
    made = Reply.objects.create(
        synthesis=taken,
        passage=passage,
        text=words,
        is_public=is_public,
        asks_secret=asks_secret,
        is_late=late,
        by=by,
        at=at,
    )
    if not late:
        taken.project_agreed_at = None
    taken.save(update_fields=["revision", "project_agreed_at"])
    letters.replied(taken)
    journal.record(
        "synthesis.replied_late" if late else "synthesis.replied",
        by=by,
        subject=_subject(taken),
        reply=made.public_id,
    )
    return made


def not_open() -> Refused:
    """Return the refusal of a reply that no deadline is open for."""
    return Refused(
        "not_open",
        N_(
            "The synthesis is not open to replies now: it was published, or the office took it back to "
            "change it. Your text is still below: you can send it to the office as a late reply."
        ),
    )


@transaction.atomic
def respond(*, reply: Reply, response: str, by: User) -> Reply:
    """Say what the office made of a reply; the project reads it, and the public too if the reply is public.

    Raises:
        PermissionDenied, Refused: ``state``, ``empty``, ``too_long``.
    """
    taken = locked(reply.synthesis, by, "synthesis.write", "respond")
    stored = Reply.objects.select_for_update().get(pk=reply.pk, synthesis=taken)
    stored.response = tidied(response, 2000)
    if not stored.response:
        raise Refused("empty", N_("Say what the office made of this reply."))
    stored.responded_at = clock.now()
    stored.save(update_fields=["response", "responded_at"])
    taken.save(update_fields=["revision"])
    letters.responded(taken)
    journal.record("synthesis.responded", by=by, subject=_subject(taken), reply=stored.public_id)
    return stored


@transaction.atomic
def agree(*, synthesis: Synthesis, by: User, revision: int | None = None) -> Synthesis:
    """Say, for the project, that its reply is finished; under ``ai_act_57``, agree to the publication.

    Raises:
        PermissionDenied, Refused: ``state``, ``stale`` (it changed since the page was read).
    """
    taken = locked(synthesis, by, "synthesis.reply", "agree")
    if revision is not None and revision != taken.revision - 1:
        raise stale()
    taken.project_agreed_at = clock.now()
    taken.save(update_fields=["revision", "project_agreed_at"])
    letters.agreed(taken)
    journal.record("synthesis.agreed", by=by, subject=_subject(taken))
    return taken
