"""The official archives, where they are: the base holds what they hold, and figures that can be."""

import os
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from bacasable.services.job_advice.engine.referential import Referential, import_archives

SOURCE = Path(os.environ.get("BACASABLE_DATA", "/nowhere")) / "job_advice"
if not SOURCE.exists():
    pytest.skip(
        "BACASABLE_DATA has no job_advice: the official archives are not here", allow_module_level=True
    )


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Referential:
    folder = tmp_path_factory.mktemp("base")
    report = import_archives(SOURCE, folder)
    assert not report.missing
    # What is refused is what the archives have wrong: each a handful of lines of hundreds of thousands.
    assert sum(one.count for one in report.refused) < 500
    return Referential.open(folder)


def test_the_official_archives_are_read_whole(told: Referential) -> None:
    assert told.occupations.height == 1584 and told.titles.height == 13120
    assert told.skills.height == 18317 + 15354 and told.mobilities.height == 14912
    assert told.occupation_skills.nnz == 90556 and told.contexts.nnz == 13663
    assert told.certifications.height >= 17470 - 175 and told.esco.height == 11118
    assert told.occupations["parent"].n_unique() == 532 == told.isco["parent"].n_unique()
    assert {one.version for one in told.sources if one.key == "rome"} == {"4.60"}


def test_figures_of_real_occupations_can_be(told: Referential) -> None:
    nurse, driver = told.labour("J1501", "29"), told.labour("N4101", "29")
    assert nurse.women_share is not None and nurse.women_share > 0.85
    assert driver.women_share is not None and driver.women_share < 0.1
    assert driver.wages["3000 and over"] < 0.1  # labels of the two highest bands are exchanged in the archive
    assert nurse.level == "department" and nurse.year == 2019
    assert np.isnan(told.women_share).mean() < 0.01
    forms = told.titles.filter(pl.col("long").str.contains(" / ", literal=True))
    assert (forms["masculine"] != forms["feminine"]).mean() > 0.99


def test_a_territory_that_the_tables_do_not_have_is_said(told: Referential) -> None:
    mayotte = told.labour("J1501", "976")
    assert not mayotte.is_known and mayotte.level == "country" and mayotte.tension
