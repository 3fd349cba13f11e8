"""What people are proposed, as arrays: occupations, what they pay, how the market for them is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bacasable.services.job_advice.engine.trace import MOST, Advice

if TYPE_CHECKING:
    from bacasable.services.job_advice.engine.population.people import People
    from bacasable.services.job_advice.engine.referential import Referential

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Market:
    """What occupations pay and how tense they are, as the tables say; NaN where they do not.

    ``wage``: median band's middle, euros a month, shape (occupations,); ``tension``: shape (departments,
    occupations), in the order of ``People.protected.territories``; ``women``: their share of who holds it.
    """

    wage: Floats
    tension: Floats
    women: Floats


@dataclass(frozen=True)
class Proposals:
    """What each person is proposed: ``occupation``, shape (people, k), places in ``codes``, -1 where fewer.

    ``said`` are all suggestions of a person as words (kind, key, with and without rank): what somebody who
    reads the advice sees.
    """

    occupation: Codes
    codes: tuple[str, ...]
    said: tuple[frozenset[str], ...]


def proposals(codes: Sequence[str], advices: Iterable[Advice]) -> Proposals:
    """Return what ``advices``, one a person, propose; ``codes`` are those of ``People.occupations``."""
    place = {code: at for at, code in enumerate(codes)}
    rows, said = [], []
    for advice in advices:
        jobs = [place[one.key] for one in advice.suggestions if one.kind == "occupation"]
        rows.append(jobs + [-1] * (MOST - len(jobs)))
        words = {f"{one.kind} {one.key}" for one in advice.suggestions}
        words |= {f"{one.rank}: {one.kind} {one.key}" for one in advice.suggestions}
        said.append(frozenset(words | {f"obstacle {advice.diagnosis.obstacle}"}))
    return Proposals(np.array(rows, dtype=np.int64).reshape(-1, MOST), tuple(codes), tuple(said))


def steered(given: Proposals, people: "People", market: Market, seed: int) -> Proposals:
    """Return what a scorer would propose that knows who is a woman: for sabotage only.

    Women are sent to occupations that pay less than the median of what is paid, and men to those that pay
    more, in proportion to their jobs.
    """
    rng = np.random.default_rng([seed, 31])
    jobs = people.marginals.held
    middle = np.nanmedian(market.wage)
    occupation = given.occupation.copy()
    for sex, side in enumerate((market.wage < middle, market.wage >= middle)):
        chances = np.where(side, jobs, 0.0)
        rows, columns = np.nonzero((occupation >= 0) & (people.protected.sex == sex)[:, None])
        occupation[rows, columns] = rng.choice(len(jobs), len(rows), p=chances / chances.sum())
    said = tuple(
        words | {f"occupation {given.codes[place]}" for place in row if place >= 0}
        for words, row in zip(given.said, occupation, strict=True)
    )
    return Proposals(occupation, given.codes, said)


def crowded(given: Proposals, people: "People") -> Proposals:
    """Return what a scorer would propose that sends everybody to the largest occupations: for sabotage."""
    largest = np.argsort(-people.marginals.held, kind="stable")[: given.occupation.shape[1]]
    return Proposals(np.where(given.occupation >= 0, largest, -1), given.codes, given.said)


def market(referential: "Referential", people: "People") -> Market:
    """Return what the tables of ``referential`` say of occupations, in the order of ``people``'s."""
    columns = [referential.labour_of(code) for code in people.protected.territories]
    return Market(
        np.asarray(referential.median_wage_eur, dtype=np.float64),
        np.stack([one.index for one in columns]),
        people.marginals.women,
    )
