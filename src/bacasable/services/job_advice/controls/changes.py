"""Does what would change an opinion really change it, and only by what a person can change?"""

import contextlib
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from bacasable.compliance.control import Control, DependsOn, Measurement, Probe
from bacasable.compliance.service import N_
from bacasable.services.job_advice.controls.subject import ENGINE, OPINION, Subject, counted

if TYPE_CHECKING:
    from bacasable.services.job_advice.engine.profiles import Profile
    from bacasable.services.job_advice.engine.referential import Referential

#: People whose suggestions are varied; each gives some 25 claims.
PEOPLE = 40


def _held(probe: Probe, seed: int) -> Measurement:
    """Take each claim at its word: write the changed profile down, read it again, run the opinion anew."""
    from bacasable.services.job_advice.engine.counterfactuals import again, changes
    from bacasable.services.job_advice.engine.profiles import ACTIONABLE, Profile
    from bacasable.services.job_advice.engine.trials.people import trial

    subject: Subject = probe.engine
    told = trial(subject.referential, subject.advise, PEOPLE, seed)
    claimed = subject.claimed or changes
    wrong = made = 0
    drawn = sha256()
    for profile, advice in zip(told.people.profiles, told.advices, strict=False):
        for suggestion in advice.suggestions:
            for one in claimed(told.referential, profile, suggestion, told.told):
                made += 1
                other = Profile.from_json(one.profile.as_json())
                drawn.update(repr((one.field, one.value, suggestion.key)).encode())
                moved = [
                    at.name for at in fields(profile) if getattr(profile, at.name) != getattr(other, at.name)
                ]
                found = again(subject.advise(told.referential, other), suggestion)
                alike = (found is None) == (one.after is None)
                if found is not None and one.after is not None:
                    alike = found.rank == one.after.rank and abs(found.score - one.after.score) < 1e-9
                wrong += moved != [one.field] or one.field not in ACTIONABLE or not alike
    return counted(
        wrong,
        made,
        seed,
        "runs each opinion again with the profile that is said to change it",
        drawn.hexdigest(),
        people="synthetic",
    )


@contextlib.contextmanager
def _guessed(probe: Probe) -> Iterator[Probe]:
    """Say that a change brings an item one place up, without running the opinion again."""
    from bacasable.services.job_advice.engine.counterfactuals import Change, changes

    def claimed(
        referential: "Referential", profile: "Profile", suggestion: object, advise: object
    ) -> list[Change]:
        found = changes(referential, profile, suggestion, advise)  # type: ignore[arg-type]
        return [replace(one, after=replace(one.before, rank=one.before.rank + 1)) for one in found]

    yield replace(probe, engine=replace(probe.engine, claimed=claimed))


CONTROLS = (
    Control(
        key="counterfactuals_hold",
        title=N_(
            "What is said to change an opinion changes it as said, by one thing that a person can change"
        ),
        unit=N_("share of claims that do not hold when the opinion is run again"),
        direction="at_most",
        threshold=0.01,
        maximum_age=timedelta(days=180),
        measure=_held,
        sabotage=_guessed,
        depends_on=DependsOn(
            modules=(f"{ENGINE}.counterfactuals", f"{ENGINE}.counselling.advising", f"{ENGINE}.profiles"),
            releases=OPINION,
        ),
    ),
)
