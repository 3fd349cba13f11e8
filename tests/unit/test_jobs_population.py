"""Synthetic people have the margins of the tables, and keep what is protected out of their profiles."""

from dataclasses import fields
from datetime import date
from types import SimpleNamespace

import pytest

pytest.importorskip("polars", reason="needs the extra 'jobs'")

import numpy as np

from bacasable.services.job_advice.engine.population.bands import AGES, LEVELS
from bacasable.services.job_advice.engine.population.marginals import marginals
from bacasable.services.job_advice.engine.population.people import People, Protected, draw_people
from bacasable.services.job_advice.engine.profiles import Profile
from bacasable.services.job_advice.engine.referential import Referential

N = 12_000
TABLES = Referential.synthetic(day=date(2026, 1, 15))


@pytest.fixture(scope="module")
def drawn() -> People:
    return draw_people(TABLES, N, 20_261_123)


def far(found: float, told: float, n: int) -> bool:
    """Return whether a share of ``n`` draws is farther from what was told than chance would have it."""
    return abs(found - told) > 4.5 * (max(told * (1 - told), 0.5 / n) / n) ** 0.5


def test_jobs_women_and_ages_are_those_of_the_tables(drawn: People) -> None:
    employment = np.asarray(TABLES.employment)
    sharing = np.bincount(TABLES.labour_of(None).row)[TABLES.labour_of(None).row]
    jobs = employment / sharing
    women, ages = np.asarray(TABLES.women_share), np.asarray(TABLES.ages)
    for place in range(len(drawn.occupations)):
        mine = drawn.held == place
        n = int(mine.sum())
        assert not far(n / N, jobs[place] / jobs.sum(), N)
        assert not far(float((drawn.protected.sex[mine] == 0).mean()), women[place], n)
        for band in range(len(AGES)):
            told = ages[place, band] / ages[place].sum()
            assert not far(float((drawn.protected.age[mine] == band).mean()), told, n)


def test_people_live_where_their_occupation_is(drawn: People) -> None:
    place = int(np.bincount(drawn.held).argmax())
    mine = drawn.held == place
    codes = drawn.protected.territories
    jobs = np.array([TABLES.labour_of(code).employment[place] for code in codes])
    level = np.array([TABLES.labour_of(code).level[place] for code in codes])
    shares = np.where(level == 1, jobs, 0)
    shares = shares / shares.sum()
    found = np.bincount(drawn.protected.territory[mine], minlength=len(codes)) / mine.sum()
    assert not any(far(one, told, int(mine.sum())) for one, told in zip(found, shares, strict=True))
    assert all(
        profile.department == codes[at]
        for profile, at in zip(drawn.profiles[:200], drawn.protected.territory[:200], strict=True)
    )


def test_what_is_protected_is_in_a_table_of_its_own(drawn: People) -> None:
    assert {one.name for one in fields(Protected)} & {one.name for one in fields(Profile)} == set()
    assert len(drawn.profiles) == len(drawn.protected.sex) == len(drawn.protected.age) == N
    assert set(drawn.marginals.told) == {"jobs", "women", "ages", "diplomas", "places"}


def test_the_same_seed_draws_the_same_people() -> None:
    one, two, other = draw_people(TABLES, 200, 3), draw_people(TABLES, 200, 3), draw_people(TABLES, 200, 4)
    assert one.profiles == two.profiles and (one.protected.sex == two.protected.sex).all()
    assert one.profiles != other.profiles
    with pytest.raises(ValueError, match="draw one at least"):
        draw_people(TABLES, 0, 1)


def test_profiles_hold_what_goes_together(drawn: People) -> None:
    links, numbers = TABLES.occupation_skills, TABLES.skills["ogr"].to_numpy()
    for row, profile in enumerate(drawn.profiles[:300]):
        place = drawn.held[row]
        asked = set(numbers[links.indices[links.indptr[place] : links.indptr[place + 1]]].tolist())
        assert profile.skills <= asked
        assert not profile.held or profile.held[0].occupation == drawn.occupations[place]
        assert [one.level for one in profile.diplomas] == [LEVELS[drawn.level[row]]] * bool(drawn.level[row])
    lacking = [profile for profile in drawn.profiles if not profile.held]
    assert 0 < len(lacking) < N / 4 and not any(profile.skills for profile in lacking)
    times = [sum(one.months for one in profile.held) for profile in drawn.profiles]
    young, old = drawn.protected.age == 0, drawn.protected.age == len(AGES) - 1
    assert np.mean(np.array(times)[young]) < 60 < 120 < np.mean(np.array(times)[old])


def test_tables_without_figures_still_give_people() -> None:
    nothing = np.full(3, np.nan)
    empty = SimpleNamespace(
        row=np.full(3, -1, np.int32), employment=nothing, level=np.zeros(3, np.int8), index=nothing
    )
    bare = SimpleNamespace(
        occupations=TABLES.occupations.head(3),
        labour_of=lambda _department: empty,
        women_share=nothing,
        ages=np.full((3, len(AGES)), np.nan),
        certifications=TABLES.certifications.head(0),
        certification_occupations=TABLES.certification_occupations.head(0),
        departments=TABLES.departments,
    )
    found = marginals(bare)
    assert found.held == pytest.approx([1 / 3] * 3) and found.women == pytest.approx([0.5] * 3)
    assert found.ages.sum(axis=1) == pytest.approx([1] * 3) and found.where.sum(axis=1) == pytest.approx(
        [1] * 3
    )
    assert set(found.told.values()) == {0.0}
