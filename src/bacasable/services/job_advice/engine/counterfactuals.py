"""What would change an opinion, among what a person can change: it is changed, and the opinion run again.

Nothing is worked out from the weights: what is said is the difference of two opinions on the same tables.
Only fields of :data:`~.profiles.ACTIONABLE` are touched, one at a time (GDPR art. 22, and CJEU C-203/22:
how a variation would change the result).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bacasable.services.job_advice.engine.profiles import Profile
from bacasable.services.job_advice.engine.trace import Advice, Suggestion

if TYPE_CHECKING:  # reading tables takes 40 MB, which a web process has no need of before an opinion is asked
    from bacasable.services.job_advice.engine.referential import Referential

#: Kilometres, months and hours a week that are tried, and missing core skills.
KILOMETRES, MONTHS, HOURS, SKILLS = (20, 50, 100), (6, 12, 24), (28, 35), 3
#: Below this difference of score nothing is said.
LEAST = 0.05

Advise = Callable[["Referential", Profile], Advice]


@dataclass(frozen=True)
class Change:
    """One field changed (its name, and the value added or set), the profile that it makes, what comes of it.

    ``after`` is None where the suggestion is gone.
    """

    field: str
    value: str | int | bool
    profile: Profile
    before: Suggestion
    after: Suggestion | None

    @property
    def matters(self) -> bool:
        """Whether the suggestion is elsewhere, gone, or counts otherwise."""
        after = self.after
        if after is None or after.rank != self.before.rank:
            return True
        return abs(after.score - self.before.score) >= LEAST


def changes(
    referential: "Referential", profile: Profile, suggestion: Suggestion, advise: Advise
) -> list[Change]:
    """Return the changes after which ``suggestion`` would be elsewhere, by these tables.

    Empty where the tables are others now than when it was made: it is no suggestion of them any more.
    """
    now = again(advise(referential, profile), suggestion)
    if now is None:
        return []
    made = (
        Change(field, value, changed, now, again(advise(referential, changed), suggestion))
        for field, value, changed in _tried(referential, profile, suggestion)
    )
    return [one for one in made if one.matters]


def again(advice: Advice, suggestion: Suggestion) -> Suggestion | None:
    """Return the same item in another opinion, None where it is not there."""
    wanted = (suggestion.kind, suggestion.key)
    return next((one for one in advice.suggestions if (one.kind, one.key) == wanted), None)


def missing_core_skills(referential: "Referential", code: str, profile: Profile) -> list[int]:
    """Return the skills at the heart of an occupation that the profile does not have."""
    if not referential.has(code):
        return []
    place, links = referential.index_of(code), referential.core_skills
    numbers = referential.skills["ogr"].to_list()
    found = [numbers[column] for column in links.indices[links.indptr[place] : links.indptr[place + 1]]]
    return [number for number in found if number not in profile.skills]


def _tried(
    referential: "Referential", profile: Profile, suggestion: Suggestion
) -> Iterator[tuple[str, str | int | bool, Profile]]:
    if not profile.licence_b:
        yield "licence_b", True, replace(profile, licence_b=True)
    if profile.mobility_km is not None:
        for far in KILOMETRES:
            if far > profile.mobility_km:
                yield "mobility_km", far, replace(profile, mobility_km=far)
    if not profile.moves_house:
        yield "moves_house", True, replace(profile, moves_house=True)
    for hours in sorted(profile.refused_hours):
        yield "refused_hours", hours, replace(profile, refused_hours=profile.refused_hours - {hours})
    if profile.weekly_hours is not None:
        for weekly in HOURS:
            if weekly > profile.weekly_hours:
                yield "weekly_hours", weekly, replace(profile, weekly_hours=weekly)
    if profile.training_months is not None:
        for long in MONTHS:
            if long > profile.training_months:
                yield "training_months", long, replace(profile, training_months=long)
    if suggestion.kind == "occupation":
        for number in missing_core_skills(referential, suggestion.key, profile)[:SKILLS]:
            yield "skills", number, replace(profile, skills=profile.skills | {number})
