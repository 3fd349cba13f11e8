"""Twins: the same person of another sex, age or origin. The advice must be the same, to the bit.

A profile has no field for any of these, so the twins differ where they could still get in: in words. Titles
of jobs are given in their masculine and their feminine form; CVs differ in name, civility, birth, family and
nationality besides.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from bacasable.services.job_advice.engine.profiles import Held, Profile
from bacasable.services.job_advice.engine.trace import Advice

if TYPE_CHECKING:
    from bacasable.services.job_advice.engine.coding import TitleCoder
    from bacasable.services.job_advice.engine.referential import Referential

#: Words of what no field of a profile may be about.
PROTECTED_WORDS = (
    "sex", "gender", "age", "birth", "name", "origin", "nation", "country", "religion", "faith", "health",
    "illness", "disab", "pregnan", "family", "child", "marital", "union", "politic", "orient", "address",
    "photo", "race", "ethnic", "language",
)  # fmt: skip

#: Codes titles: the candidates of each, best first (codes of occupations), with their scores.
Code = Callable[[Sequence[str]], Sequence[tuple[tuple[str, ...], bytes]]]
Advise = Callable[["Referential", Profile], Advice]
#: Jobs of a twin at the most, and letters that both genders of a word begin with.
_JOBS, _LETTERS = 3, 3


@dataclass(frozen=True, slots=True)
class Flipped:
    """How many of ``n`` twins are told something else; ``first`` is what the first of them are called.

    ``unsteady``: how many got two opinions on one and the same profile, which none may.
    """

    changed: int
    n: int
    unsteady: int
    first: tuple[str, ...] = ()


def protected_fields() -> tuple[str, ...]:
    """Return fields of a profile whose name holds a protected attribute's: none, by type."""
    return tuple(
        one.name
        for one in fields(Profile)
        if any(part.startswith(word) for part in one.name.split("_") for word in PROTECTED_WORDS)
    )


def title_twins(referential: "Referential", n: int, seed: int) -> list[tuple[str, str]]:
    """Return ``n`` pairs of a masculine and a feminine title, or all that there are.

    Titles of the tables that have both forms, whole, then cut to their first word: what people type.
    """
    table = referential.titles.select("masculine", "feminine")
    whole = [(man, woman) for man, woman in table.iter_rows() if man and woman and man != woman]
    cut = [(man.split()[0], woman.split()[0]) for man, woman in whole]
    # "Garçon" and "Serveuse", cut from "de café", are two words and not one in both genders
    alike = [(man, woman) for man, woman in cut if man != woman and man[:_LETTERS] == woman[:_LETTERS]]
    twins = list(dict.fromkeys([*whole, *alike]))
    order = np.random.default_rng([seed, 37]).permutation(len(twins))[:n]
    return [twins[at] for at in order]


def coded_by(coder: "TitleCoder") -> Code:
    """Return how a coder of titles codes, with scores as they are to the bit."""

    def code(asked: Sequence[str]) -> list[tuple[tuple[str, ...], bytes]]:
        made = coder.code(list(asked))
        return [(tuple(codes), score.tobytes()) for codes, score in zip(made.codes, made.scores, strict=True)]

    return code


def flipped(
    referential: "Referential", code: Code, advise: Advise, twins: Sequence[tuple[str, str]], seed: int
) -> Flipped:
    """Return how many people are told otherwise whose jobs are given in their feminine form.

    Each has held one to three of the jobs of ``twins``, for the same time in both. Told otherwise is: other
    candidates for the title that is theirs, or another opinion where the first candidate of each title is
    taken. Opinions are compared whole: suggestions, reasons, scores and path.
    """
    rng = np.random.default_rng([seed, 41])
    men, women = (dict(zip(side, code(side), strict=True)) for side in zip(*twins, strict=True))
    changed: list[str] = []
    unsteady = 0
    for place, first in enumerate(twins):
        others = [twins[at] for at in rng.choice(len(twins), rng.integers(0, _JOBS), replace=False)]
        months = [int(each) for each in rng.integers(1, 120, _JOBS)]
        jobs = [first, *(one for one in others if one != first)]
        one = _profile([men[job[0]][0] for job in jobs], months)
        other = _profile([women[job[1]][0] for job in jobs], months)
        is_changed = men[first[0]][0] != women[first[1]][0]
        # the same profile is advised twice, now and then: it shows that nothing else comes in
        if one != other or place % 8 == 0:
            differs = advise(referential, one) != advise(referential, other)
            is_changed |= differs
            unsteady += differs and one == other
        if is_changed:
            changed.append(first[1])
    return Flipped(len(changed), len(twins), unsteady, tuple(changed[:3]))


def read_otherwise(read: Callable[[str], Profile], pairs: Sequence[tuple[str, str]]) -> int:
    """Return how many pairs of CVs, a man's and a woman's of the same career, give two profiles."""
    return sum(read(man) != read(woman) for man, woman in pairs)


def _profile(candidates: Sequence[tuple[str, ...]], months: Sequence[int]) -> Profile:
    return Profile(
        held=tuple(Held(codes[0], held) for codes, held in zip(candidates, months, strict=False) if codes)
    )
