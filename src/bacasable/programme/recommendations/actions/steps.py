"""Take a recommendation for writing, walk its table, note what happened: what every act here rests on."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied

from bacasable.compliance.service import N_
from bacasable.people.models import User
from bacasable.people.permissions import lent_roles, may
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.recommendations import rules
from bacasable.programme.recommendations.models import Exchange, Recommendation
from bacasable.programme.support.rules import OFFICE, PROJECT

By = User | str | None


def locked(recommendation: Recommendation) -> Recommendation:
    """Return the stored recommendation, locked until the transaction ends."""
    # Without joins: PostgreSQL reads again the row that it waited for, not what a join had found beside it.
    return Recommendation.objects.select_for_update().get(pk=recommendation.pk)


def require_one(by: By, permissions: Iterable[str], recommendation: Recommendation) -> None:
    """Let pass ``"system"`` and who holds one of ``permissions`` towards the recommendation.

    Raises:
        PermissionDenied: they hold none.
    """
    needed = tuple(permissions)
    if by != "system" and not any(may(by, permission, recommendation) for permission in needed):
        raise PermissionDenied(needed[0])


def side_of(recommendation: Recommendation, by: By) -> str:
    """Return who speaks: who writes the dossier is the project, everyone else the office."""
    file = recommendation.file
    is_project = isinstance(by, User) and file is not None and bool(lent_roles(by, file.dossier))
    return PROJECT if is_project else OFFICE


def check_revision(recommendation: Recommendation, revision: int | None) -> None:
    """Refuse what was decided on a page that has changed since; None where no page was read.

    Raises:
        Refused: code ``stale``.
    """
    if revision is not None and revision != recommendation.revision:
        raise Refused(
            "stale",
            N_("Someone changed this recommendation since you opened the page. Read it again, then decide."),
        )


def move(recommendation: Recommendation, verb: str, *fields: str) -> None:
    """Walk the table by ``verb`` and save the state, the revision and ``fields``.

    Raises:
        Refused: the state does not allow the verb (code ``state``).
    """
    recommendation.state = rules.next_state(recommendation.state, verb)
    touched(recommendation, "state", *fields)


def touched(recommendation: Recommendation, *fields: str) -> None:
    """Save ``fields`` and make pages that were read before stale."""
    recommendation.revision += 1
    recommendation.save(update_fields=["revision", *fields])


def note(
    recommendation: Recommendation, by: By, *, verb: str = "", reason: str = "", text: str = ""
) -> Exchange:
    """Add a line to the exchange: a message, or what changed the state and why."""
    return Exchange.objects.create(
        recommendation=recommendation,
        side=side_of(recommendation, by),
        verb=verb,
        reason_key=reason,
        text=text.strip()[:4000],
        by=by if isinstance(by, User) else None,
    )


def subject(recommendation: Recommendation) -> str:
    """Return the recommendation as the journal names it."""
    return f"recommendation:{recommendation.key}"
