"""What synthetic people are drawn from: who holds which occupation, of what sex, age and diploma, and where.

Shares come from the labour market's tables of the referential (Dares: jobs by family of occupations and
department, women, ages). Tables are by family: its jobs are split alike between its occupations, and its
shares are those of each. An occupation that no table covers takes the shares of all. The level of diploma is
that of the certifications that lead to the occupation, half, and an invented share of all, half. How much was
not in the tables is counted, and said.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bacasable.services.job_advice.engine.population.bands import LEVELS
from bacasable.services.job_advice.engine.population.invented import shipped

if TYPE_CHECKING:
    from bacasable.services.job_advice.engine.referential import Referential

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Marginals:
    """Shares that synthetic people are drawn with; rows follow ``codes``, and add up to 1.

    ``held``: the part of all jobs that each occupation is. ``women``: their share of it. ``ages``,
    ``levels`` (:mod:`.bands`) and ``where`` (``departments``): shape (occupations, ...). ``told``: the part
    of all jobs for which the tables gave each, by name.
    """

    codes: tuple[str, ...]
    held: Floats
    women: Floats
    ages: Floats
    levels: Floats
    departments: tuple[str, ...]
    where: Floats
    told: Mapping[str, float]


def marginals(referential: "Referential") -> Marginals:
    """Return what people of ``referential`` are drawn from."""
    codes = tuple(referential.occupations["code"].to_list())
    country = referential.labour_of(None)
    held, has_jobs = _split(country.employment, country.row)
    women, has_women = _filled(np.asarray(referential.women_share)[:, None], held)
    ages, has_ages = _filled(np.asarray(referential.ages), held)
    levels, has_level = _levels(referential, codes)
    departments = tuple(referential.departments["code"].to_list())
    where, has_place = _where(referential, departments, held)
    told = {
        "jobs": has_jobs,
        "women": has_women,
        "ages": has_ages,
        "diplomas": has_level,
        "places": has_place,
    }
    return Marginals(
        codes,
        held,
        women[:, 0].clip(0, 1),
        ages / ages.sum(axis=1, keepdims=True),
        levels,
        departments,
        where,
        {name: float(held[has].sum()) for name, has in told.items()},
    )


def _split(jobs: Floats, row: NDArray[np.int32]) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the part of all jobs of each occupation, those of a family (a line of the table) split alike."""
    known = np.isfinite(jobs) & (jobs > 0)
    sharing = np.bincount(row[known], minlength=int(row.max(initial=0)) + 1)
    each = np.full(len(jobs), np.nan)
    each[known] = jobs[known] / sharing[row[known]]
    each[~known] = np.median(each[known]) if known.any() else 1.0
    return each / each.sum(), known


def _filled(values: Floats, held: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Return rows of values, the mean of all (by jobs) where one is not known."""
    known = np.isfinite(values).all(axis=1) & (values.sum(axis=1) > 0)
    if not known.any():
        return np.full_like(values, 1 / max(2, values.shape[1])), known
    whole = values if values.shape[1] == 1 else values / np.maximum(values.sum(axis=1, keepdims=True), 1e-12)
    mean = np.average(whole[known], axis=0, weights=held[known])
    return np.where(known[:, None], whole, mean), known


def _levels(referential: "Referential", codes: tuple[str, ...]) -> tuple[Floats, NDArray[np.bool_]]:
    place = {code: at for at, code in enumerate(codes)}
    counts = np.zeros((len(codes), len(LEVELS)))
    frame = (
        referential.certification_occupations.join(
            referential.certifications.select("rncp", "level"), on="rncp"
        )
        .filter(pl.col("level").is_not_null())
        .group_by("code", "level")
        .len()
    )
    for code, level, count in frame.iter_rows():
        if code in place and level in LEVELS:
            counts[place[code], LEVELS.index(level)] = count
    known = counts.sum(axis=1) > 0
    overall = np.asarray(shipped().levels)
    made = np.tile(overall, (len(codes), 1))
    made[known] = (overall + counts[known] / counts[known].sum(axis=1, keepdims=True)) / 2
    return made, known


def _where(
    referential: "Referential", departments: tuple[str, ...], held: Floats
) -> tuple[Floats, NDArray[np.bool_]]:
    """Return in which departments the jobs of each occupation are."""
    columns = [referential.labour_of(code) for code in departments]
    jobs = np.stack([np.where(one.level == 1, one.employment, np.nan) for one in columns], axis=1)
    jobs = np.nan_to_num(jobs)
    known = jobs.sum(axis=1) > 0
    if not known.any():
        return np.full(jobs.shape, 1 / max(1, jobs.shape[1])), known
    shares = jobs / np.maximum(jobs.sum(axis=1, keepdims=True), 1e-12)
    mean = np.average(shares[known], axis=0, weights=held[known])
    return np.where(known[:, None], shares, mean / mean.sum()), known
