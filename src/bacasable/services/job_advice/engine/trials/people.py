"""Synthetic people who are advised: what the controls about people try, drawn once for a seed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from bacasable.services.job_advice.engine.audits.outcomes import regions_of
from bacasable.services.job_advice.engine.audits.proposals import Market, Proposals, market, proposals
from bacasable.services.job_advice.engine.population.people import People, draw_people
from bacasable.services.job_advice.engine.profiles import Profile
from bacasable.services.job_advice.engine.referential import Referential
from bacasable.services.job_advice.engine.trace import Advice

#: Opinions that are kept with their traces.
WHOLE = 50
#: Opinions that :attr:`Trial.told` remembers.
REMEMBERED = 1024

Advise = Callable[[Referential, Profile], Advice]


@dataclass(frozen=True)
class Trial:
    """Synthetic people, what they are proposed, the market of their tables; the first opinions, whole.

    ``told`` gives the opinion on a profile, and remembers it: what is claimed of opinions is worked out once,
    for the control and for its sabotage. What a claim is held against is run anew, not read from here.
    """

    referential: Referential
    people: People
    advices: tuple[Advice, ...]
    proposals: Proposals
    market: Market
    told: Advise

    def regions(self) -> dict[str, str]:
        """Return the region of each department."""
        return regions_of(self.referential)

    def digest(self) -> str:
        """Return the digest of what people are proposed."""
        return sha256(self.proposals.occupation.tobytes()).hexdigest()


@lru_cache(maxsize=4)
def trial(referential: Callable[[], Referential], advise: Advise, n: int, seed: int) -> Trial:
    """Return ``n`` people of ``seed`` and what ``advise`` tells them."""
    tables = referential()
    drawn = draw_people(tables, n, seed)
    first: list[Advice] = []

    def each() -> Iterator[Advice]:
        for profile in drawn.profiles:
            advice = advise(tables, profile)
            if len(first) < WHOLE:
                first.append(advice)
            yield advice

    proposed = proposals(drawn.occupations, each())
    told = lru_cache(maxsize=REMEMBERED)(advise)
    return Trial(tables, drawn, tuple(first), proposed, market(tables, drawn), told)
