"""Training on people who do not exist: some suggestions are bad on purpose, and whether that is seen is told.

A decoy is a true suggestion, with its true reasons, of somebody else: it contradicts the file that it is
shown on. The adviser alone sees their own result; for the service, results of five advisers and more are
counted together.
"""

import secrets
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people.models import User
from bacasable.people.permissions import require
from bacasable.privacy.messages import Refused
from bacasable.services.job_advice.engine.indicators import ON_ITEM
from bacasable.services.job_advice.engine.profiles import Profile
from bacasable.services.job_advice.engine.trace import Advice, Suggestion
from bacasable.services.job_advice.web import running, telling
from bacasable.services.job_advice.web.actions.acts import act
from bacasable.services.job_advice.web.models import Training, TrainingItem

if TYPE_CHECKING:
    from collections.abc import Sequence

PERMISSION = "job_advice.train"
#: Files of a session, people drawn to choose them from, decoys in the whole session.
FILES, DRAWN, LEAST_DECOYS, MOST_DECOYS = 4, 24, 3, 6
#: Signs of a code of the ROME that name its professional domain.
_DOMAIN = 3


@dataclass(frozen=True)
class _File:
    """A synthetic person and the opinion that the software gives of them."""

    profile: Profile
    opinion: Advice


def start(*, by: User, seed: int | None = None) -> Training:
    """Make a session: synthetic files, their suggestions, decoys among them.

    Raises:
        PermissionDenied: ``by`` is no adviser.
        Refused: these tables give too few suggestions to train on.
    """
    require(by, PERMISSION)
    seed = secrets.randbelow(2**31) if seed is None else seed
    files = _files(seed)
    made = Training(adviser=by.public_id, seed=seed, profiles=[one.profile.as_json() for one in files])
    items = list(_items(made, files, Random(seed)))  # noqa: S311 (drawn again from the seed)
    if not any(item.is_decoy for item in items):
        raise Refused(N_("These tables give too few suggestions to train on. Import the official ones."))
    with act("training_started", f"training:{made.public_id}", by):
        made.save()
        TrainingItem.objects.bulk_create(items)
    return made


def decide(*, item: TrainingItem, verb: str, by: User) -> None:
    """Note what was done of a suggestion of a session; the reason, in training, is kept nowhere.

    Raises:
        Refused: no verb was chosen, or the session is over.
    """
    _own(item.training, by)
    if verb not in ON_ITEM:
        raise Refused(N_("Choose what you do with this suggestion: nothing is chosen for you."))
    with act("training_decided", f"training:{item.training.public_id}", by):
        TrainingItem.objects.filter(pk=item.pk).update(verb=verb, at=clock.now())


def finish(*, training: Training, by: User) -> Training:
    """End a session and count: decoys that were not followed, good suggestions that were not either.

    Raises:
        Refused: a suggestion is not decided, or the session is over.
    """
    _own(training, by)
    items = list(training.items.all())
    if any(not item.verb for item in items):
        raise Refused(N_("Some suggestions are not decided yet."))
    decoys = [item for item in items if item.is_decoy]
    training.shown, training.decoys = len(items), len(decoys)
    training.found = sum(item.verb != "retained" for item in decoys)
    training.doubted = sum(item.verb == "refused" for item in items if not item.is_decoy)
    training.ended_at = clock.now()
    with act("training_ended", f"training:{training.public_id}", by):
        training.save(update_fields=["shown", "decoys", "found", "doubted", "ended_at"])
    return training


def _own(training: Training, by: User) -> None:
    require(by, PERMISSION)
    if training.adviser != by.public_id or training.ended_at is not None:
        raise Refused(N_("This session is over. Begin another one."))


def _files(seed: int) -> "Sequence[_File]":
    """Return the files of a session: people of whom the software suggests occupations."""
    from bacasable.services.job_advice.engine.counselling import advise
    from bacasable.services.job_advice.engine.population.people import draw_people

    referential = running.referential()
    found = []
    for profile in draw_people(referential, DRAWN, seed).profiles:
        opinion = advise(referential, profile)
        if any(one.kind == "occupation" for one in opinion.suggestions):
            found.append(_File(profile, opinion))
        if len(found) == 2 * FILES:
            break
    return found


def _items(training: Training, files: "Sequence[_File]", dice: Random) -> "Sequence[TrainingItem]":
    """Return the suggestions of a session, in the order in which they are shown."""
    made: list[TrainingItem] = []
    left = dice.randint(LEAST_DECOYS, MOST_DECOYS)
    for number, file in enumerate(files[:FILES], start=1):
        shown = [(one, file.opinion, False) for one in file.opinion.suggestions]
        bad = _decoys(file, [other for other in files if other is not file], dice)
        bad = bad[: min(2, left, len(shown))]
        left -= len(bad)
        for place, one in zip(dice.sample(range(len(shown)), len(bad)), bad, strict=True):
            shown[place] = (*one, True)
        for place, (suggestion, opinion, is_decoy) in enumerate(shown, start=1):
            made.append(
                TrainingItem(
                    training=training,
                    file=number,
                    position=place,
                    rank=place,
                    kind=suggestion.kind,
                    key=suggestion.key,
                    label=suggestion.label[:300],
                    reasons=list(telling.brief(opinion, suggestion)),
                    is_decoy=is_decoy,
                )
            )
    return made


def _decoys(file: _File, others: "Sequence[_File]", dice: Random) -> list[tuple[Suggestion, Advice]]:
    """Return occupations suggested to others that nothing in this file leads to."""
    known = {job.occupation for job in file.profile.held} | set(file.profile.targets)
    known |= {one.key for one in file.opinion.suggestions}
    domains = {code[:_DOMAIN] for code in known}
    found = {
        one.key: (one, other.opinion)
        for other in others
        for one in other.opinion.suggestions
        if one.kind == "occupation" and one.key not in known and one.key[:_DOMAIN] not in domains
    }
    return dice.sample(list(found.values()), len(found))
