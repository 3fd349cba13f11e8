"""What people decide: propose, accept, do, show, doubt, reopen, end with reasons; and the exchange."""

from django.db import transaction

from bacasable.compliance.service import N_
from bacasable.people import journal
from bacasable.people.models import User
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.recommendations import letters, rules
from bacasable.programme.recommendations.actions.steps import (
    check_revision,
    locked,
    move,
    note,
    require_one,
    side_of,
    subject,
    touched,
)
from bacasable.programme.recommendations.actions.writing import last_version, refuse_suspended
from bacasable.programme.recommendations.models import Contract, Exchange, Recommendation

State = Recommendation.State


def _reasons(verb: str, reasons: str) -> str:
    said = reasons.strip()[:4000]
    if verb in rules.REASONED and not said:
        raise Refused("reasons", N_("Give the reasons: the other side reads them, and they stay."))
    return said


def act(
    *, recommendation: Recommendation, verb: str, reasons: str = "", revision: int | None = None, by: User
) -> Recommendation:
    """Do ``verb``, one of ``rules.WHO`` but ``revise`` and ``replace``; both sides are told.

    Raises:
        PermissionDenied: ``by`` may not.
        Refused: the state (``state``), a stale page (``stale``), no reasons (``reasons``), or for a proposal
            a suspended support (``suspended``), a wording nobody read over (``unreviewed``), no contract
            (``no_contract``), or no facts, legal basis or due date (``incomplete``, ``missing`` naming them).
    """
    return _act(recommendation, verb, reasons, revision, by)


@transaction.atomic
def _act(
    recommendation: Recommendation,
    verb: str,
    reasons: str,
    revision: int | None,
    by: User,
    replacement: Recommendation | None = None,
) -> Recommendation:
    taken = locked(recommendation)
    require_one(by, rules.WHO[verb], taken)
    following = rules.next_state(taken.state, verb)
    check_revision(taken, revision)
    said = _reasons(verb, reasons)
    fields = []
    if verb == "propose":
        _guard_proposal(taken)
    elif verb == "reopen":
        taken.closed_at = taken.failure = None
        fields = ["closed_at", "failure"]
        Contract.objects.filter(recommendation=taken).update(closed_by=None, closed_by_document=None)
    elif following in rules.ENDINGS.values():
        taken.ending_reason, taken.closed_at, taken.failure = said, None, None
        taken.replaced_by = replacement
        fields = ["ending_reason", "closed_at", "failure", "replaced_by"]
    # a draft that is dropped never reached the project: nobody is told
    told = taken.state not in rules.UNREAD or verb == "propose"
    move(taken, verb, *fields)
    note(taken, by, verb=verb, text=said)
    if told:
        letters.tell(taken, verb)
    journal.record(f"recommendation.{PAST[verb]}", by=by, subject=subject(taken))
    return taken


PAST = {
    "propose": "proposed",
    "accept": "accepted",
    "start": "started",
    "show": "shown",
    "doubt": "doubted",
    "reopen": "reopened",
    "drop": "dropped",
    "replace": "replaced",
    "decline": "declined",
}


def _guard_proposal(recommendation: Recommendation) -> None:
    if recommendation.file is not None:
        refuse_suspended(recommendation.file)
    version = last_version(recommendation)
    if version is None or version.reviewed_at is None:
        raise Refused("unreviewed", N_("Another officer has to read it over before it is proposed."))
    if not recommendation.contracts.exists():
        raise Refused(
            "no_contract",
            N_("Add a contract first: a control with its threshold, or a document to hand in."),
        )
    lacking = [name for name in ("facts", "legal_basis") if not getattr(recommendation, name).strip()]
    lacking += [] if recommendation.due_on else ["due_on"]
    if lacking:
        raise Refused(
            "incomplete",
            N_("It lacks this before it is proposed: %(missing)s. Write it, and have it read over."),
            missing=" ".join(lacking),
        )


def propose(*, recommendation: Recommendation, revision: int | None = None, by: User) -> Recommendation:
    """Put a draft before the project, once read over by another person and with a contract."""
    return _act(recommendation, "propose", "", revision, by)


def accept(*, recommendation: Recommendation, revision: int | None = None, by: User) -> Recommendation:
    """The project agrees to do it."""
    return _act(recommendation, "accept", "", revision, by)


def start(*, recommendation: Recommendation, revision: int | None = None, by: User) -> Recommendation:
    """The project has begun."""
    return _act(recommendation, "start", "", revision, by)


def show(*, recommendation: Recommendation, revision: int | None = None, by: User) -> Recommendation:
    """The project says that it is done, and waits for evidence and review."""
    return _act(recommendation, "show", "", revision, by)


def doubt(
    *, recommendation: Recommendation, reasons: str, revision: int | None = None, by: User
) -> Recommendation:
    """The office answers what was shown with what is still missing."""
    return _act(recommendation, "doubt", reasons, revision, by)


def reopen(
    *, recommendation: Recommendation, reasons: str, revision: int | None = None, by: User
) -> Recommendation:
    """A person opens it again with reasons; what had fulfilled its contracts no longer does.

    Only what is measured or reviewed from now on counts.
    """
    return _act(recommendation, "reopen", reasons, revision, by)


def drop(
    *, recommendation: Recommendation, reasons: str, revision: int | None = None, by: User
) -> Recommendation:
    """End it as no longer relevant, with reasons."""
    return _act(recommendation, "drop", reasons, revision, by)


def decline(
    *, recommendation: Recommendation, reasons: str, revision: int | None = None, by: User
) -> Recommendation:
    """End it as not followed, with the reasons of who says so."""
    return _act(recommendation, "decline", reasons, revision, by)


def replace(
    *,
    recommendation: Recommendation,
    replacement: Recommendation,
    reasons: str,
    revision: int | None = None,
    by: User,
) -> Recommendation:
    """End it as replaced by another one of the same project, with reasons.

    Raises:
        Refused: also where the other one is itself, a draft, ended, or another project's (``replacement``).
    """
    if (
        replacement.pk == recommendation.pk
        or replacement.file_id != recommendation.file_id
        or not rules.TRANSITIONS[replacement.state]
        or replacement.state in rules.UNREAD
    ):
        raise Refused("replacement", N_("Choose another recommendation of this project, one that stands."))
    return _act(recommendation, "replace", reasons, revision, by, replacement)


@transaction.atomic
def exchange(*, recommendation: Recommendation, text: str, by: User) -> Exchange:
    """Write a message to the other side.

    Raises:
        PermissionDenied: ``by`` is of neither side.
        Refused: nothing was written (``empty``).
    """
    taken = locked(recommendation)
    require_one(by, ("recommendation.write", "recommendation.respond"), taken)
    if taken.state in rules.UNREAD and side_of(taken, by) == "project":
        rules.next_state(taken.state, "accept")  # refused: there is nothing yet that the project could read
    if not text.strip():
        raise Refused("empty", N_("Write a message."))
    line = note(taken, by, text=text)
    if taken.state not in rules.UNREAD:
        letters.tell(taken, "message", without=by)
    journal.record("recommendation.discussed", by=by, subject=subject(taken), line=line.pk)
    return line


@transaction.atomic
def set_failure_aside(*, recommendation: Recommendation, reasons: str, by: User) -> Recommendation:
    """A person looked at the failure and does not reopen, with reasons; the failed run stays and is counted.

    Raises:
        PermissionDenied: ``by`` does not judge recommendations.
        Refused: no reasons (``reasons``), or no failure waits any more (``no_failure``).
    """
    taken = locked(recommendation)
    require_one(by, ("recommendation.judge",), taken)
    said = _reasons("reopen", reasons)
    if taken.failure is None:
        raise Refused("no_failure", N_("No failure waits here any more: another officer has looked at it."))
    evidence = taken.failure.public_id
    taken.failure = None
    touched(taken, "failure")
    note(taken, by, verb="set_aside", text=said)
    letters.tell(taken, "set_aside")
    journal.record("recommendation.failure_set_aside", by=by, subject=subject(taken), evidence=str(evidence))
    return taken
