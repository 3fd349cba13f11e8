"""What a person is taken to head for: one occupation first, and those that are near enough to open too."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bacasable.services.job_advice.engine.scoring.occupations import Scored, ranked
from bacasable.services.job_advice.engine.scoring.person import Person

#: Occupations that skills and trainings may open besides the one headed for.
_OTHERS = 20
#: The least share of skills covered at which an occupation may be proposed on skills alone.
_LEAST_COVERED = 0.02


@dataclass(frozen=True)
class Aims:
    """``first``: the occupation headed for (place), None where nothing tells; ``others``: near ones.

    ``candidates`` are the occupations that may be proposed, best first; ``ruled_out`` counts those that
    limits alone keep out; ``relaxed``: the limits ruled all out and count against instead.
    """

    first: int | None
    others: NDArray[np.int64]
    candidates: NDArray[np.int64]
    ruled_out: int = 0
    relaxed: bool = False


def aims(person: Person, scored: Scored) -> Aims:
    """Return what ``person`` heads for: their first wish, else the best occupation that may be proposed.

    An occupation may be proposed if something of the profile points to it: the market alone never does. One
    held already is proposed if it is wanted. One that a limit rules out is not, unless it is wanted.
    """
    points = (scored.value("interest") > 0) | (scored.value("diploma_fits") > 0)
    if person.starts:
        points |= scored.nearness > 0
    if person.declared:
        covered = np.nan_to_num(scored.value("skills_covered")) + np.nan_to_num(
            scored.value("knowledge_covered")
        )
        points |= covered >= _LEAST_COVERED
    if person.starts or person.declared or person.leads:
        points &= scored.without("limits_met") > 0
    held = [one.place for one in person.starts if one.field == "held"]
    points[held] = False
    points[list(person.targets)] = True
    wanted = np.zeros(len(points), bool)
    wanted[list(person.targets)] = True
    open_ = points & (~scored.met | wanted)
    relaxed = bool(points.any() and not open_.any())
    order = ranked(scored)
    candidates = order[(points if relaxed else open_)[order]]
    first = person.targets[0] if person.targets else (int(candidates[0]) if len(candidates) else None)
    others = candidates[candidates != first][:_OTHERS] if first is not None else candidates[:0]
    return Aims(first, others, candidates, int((points & ~open_).sum()), relaxed)
