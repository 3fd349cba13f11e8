"""Figures of the labour market by department, sessions and events, and the synthetic base."""

import importlib.util
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from bacasable.privacy.messages import Refused
from bacasable.services.job_advice.engine.referential import Referential, import_offers
from bacasable.services.job_advice.engine.referential.figures import (
    WAGES,
    highest_exchanged,
    with_highest_exchanged,
)
from bacasable.services.job_advice.engine.referential.importing import Source, write_base
from bacasable.services.job_advice.engine.referential.labour import median_wage_eur

ROOT = Path(__file__).parents[2]
DAY = date(2026, 11, 23)
SYNTHETIC = ROOT / "src/bacasable/services/job_advice/engine/referential/synthetic"


@pytest.fixture(scope="module")
def told() -> Referential:
    return Referential.synthetic(day=DAY)


def _base(folder: Path, **tables: pl.DataFrame) -> Path:
    """Put the synthetic tables, some of them others, in place as a base that was imported."""
    first = Referential.synthetic()
    names = json.loads((SYNTHETIC / "manifest.json").read_text())["tables"]
    all_of = {name: tables.get(name, first._table(name)) for name in names}
    source: Source = replace(first.sources[0], tables=tuple(all_of))
    write_base(folder, all_of, (source,))
    return folder


def test_figures_fall_back_from_department_to_region_to_country_and_say_so(tmp_path: Path) -> None:
    first = Referential.synthetic()
    family = first.families.filter(pl.col("parent") == "X0101")["family"][0]
    marks = first._table("tensions")
    there = (pl.col("family") == family) & pl.col("territory").is_in(["29", "35"])
    region = (pl.col("family") == family) & (pl.col("territory") == "53")
    mark = pl.when(there).then(None).otherwise(pl.col("tension")).alias("tension")
    cut = _base(tmp_path / "one", tensions=marks.with_columns(mark))
    assert Referential.open(cut).labour("X0101", "29").level == "region"
    assert Referential.open(cut).labour("X0101", "22").territory in ("22", "53")
    mark = pl.when(there | region).then(None).otherwise(pl.col("tension")).alias("tension")
    cut = _base(tmp_path / "two", tensions=marks.with_columns(mark))
    found = Referential.open(cut).labour("X0101", "35")
    assert (found.level, found.territory, found.is_known) == ("country", "", True)
    assert found.rows[0].key == f"{family} country"
    columns = Referential.open(cut).labour_of("35")
    assert columns.level[Referential.open(cut).index_of("X0101")] == 3


def test_a_territory_unknown_to_the_tables_takes_the_country_s_figures_and_it_is_said(
    told: Referential, tmp_path: Path
) -> None:
    tensions = told._table("tensions").filter(~pl.col("territory").is_in(["976", "06"]))
    found = Referential.open(_base(tmp_path, tensions=tensions)).labour("X0702", "976")
    assert not found.is_known and found.level == "country" and found.tension is not None


def test_one_occupation_and_all_of_them_tell_the_same(told: Referential) -> None:
    columns = told.labour_of("29")
    for code in ("X0101", "X0703", "X1006"):
        one, at = told.labour(code, "29"), told.index_of(code)
        assert one.tension == columns.tension[at] and one.index == columns.index[at]
        assert one.median_wage_eur == told.median_wage_eur[at]
        assert one.wage_band in WAGES and sum(one.ages.values()) == pytest.approx(1)
        assert one.year and {row.table for row in one.rows} >= {"tensions", "wages", "women"}


def test_a_median_wage_lies_in_its_band_and_is_not_guessed() -> None:
    shares = np.array(
        [[0.5, 0.5, 0, 0, 0], [0, 0, 0.2, 0.6, 0.2], [0, 0, 0, 0.2, 0.8], [0.1, np.nan, 0.2, np.nan, 0.1]]
    )
    assert median_wage_eur(shares)[:3].tolist() == [1250, 2500, 3000]
    assert np.isnan(median_wage_eur(shares)[3])


def test_bands_that_an_archive_exchanges_are_found_by_what_cannot_be() -> None:
    right = pl.DataFrame(
        [
            (family, band, share)
            for family in "ABC"
            for band, share in zip(WAGES, (0.3, 0.3, 0.2, 0.18, 0.02), strict=True)
        ],
        schema=["family", "band", "value"],
        orient="row",
    )
    assert not highest_exchanged(right)
    assert highest_exchanged(with_highest_exchanged(right))


def test_the_synthetic_base_is_said_to_be_and_cannot_be_taken_for_another(told: Referential) -> None:
    assert told.is_synthetic and "exemple" in told.sources[0].name
    assert told.occupations.height == 60 and told.occupations["domain"].n_unique() == 10
    assert told.occupations["code"].str.starts_with("X").all()
    assert told.certifications["title"].str.contains("exemple").all()
    counts = np.diff(told.occupation_skills.indptr)
    assert counts.min() >= 8 and counts.max() <= 16
    assert set(told.titles["code"]) == set(told.occupations["code"])
    assert told.sessions["starts"].min() > DAY and told.events["starts"].min() > DAY
    assert told.sessions["certification"].is_in(told.certifications["rncp"].implode()).all()
    later = Referential.synthetic(day=date(2027, 1, 23)).sessions
    assert (later["starts"] - told.sessions["starts"]).dt.total_days().unique().to_list() == [61]
    size = sum(one.stat().st_size for one in SYNTHETIC.rglob("*") if one.is_file())
    assert size < 300_000


def test_the_shipped_tables_are_those_that_the_seed_makes(told: Referential) -> None:
    path = ROOT / "training/job_advice/synthetic.py"
    if not path.exists():
        pytest.skip("the words of the synthetic base are not in this copy")
    spec = importlib.util.spec_from_file_location("synthetic", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name, table in module.made().items():
        shipped = told._table(name)
        for column in table.columns:
            if table[column].dtype == pl.Float64:
                assert np.allclose(table[column], shipped[column], equal_nan=True), (name, column)
            else:
                assert table[column].equals(shipped[column]), (name, column)


HEADER = "reference,certification,title,starts,ends,department,city,hours,places,mode,provider"


def test_sessions_are_imported_line_by_line_and_replace_those_before(tmp_path: Path) -> None:
    base = _base(tmp_path / "base")
    lines = [
        HEADER,
        "S1,XC001,Jardinage,2026-12-01,2027-02-01,29,Brest,300,12,mixed,Organisme",
        "S1,XC001,Encore,2026-12-01,,29,,,,,",
        "S2,XC999,Inconnue,2026-12-01,,29,,,,,",
        "S3,XC001,Trop tôt,2026-12-01,2026-11-01,29,,,,,",
        "S4,XC001,Ailleurs,2026-12-01,,99,,,,,",
        "S5,XC001,Jour,01/12/2026,,29,,,,,",
        "S6,,Sans certification,2026-11-30,,2A,Ajaccio,,,,",
    ]
    path = tmp_path / "sessions.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    before = (base / "manifest.json").stat().st_mtime_ns
    report = import_offers(path, base, Referential.open(base))
    assert (report.kind, report.used) == ("sessions", 2)
    assert sorted(one.first[0] for one in report.refused) == [3, 4, 5, 6, 7]
    found = Referential.open(base).sessions
    assert found["reference"].to_list() == ["S6", "S1"] and found["mode"].to_list() == ["on_site", "mixed"]
    assert (base / "manifest.json").stat().st_mtime_ns > before
    path.write_text(f"{HEADER}\n{lines[4]}\n", encoding="utf-8")
    with pytest.raises(Refused, match="ends before"):
        import_offers(path, base, Referential.open(base))
    assert Referential.open(base).sessions.height == 2


def test_events_are_told_by_their_header_and_a_file_of_neither_is_refused(tmp_path: Path) -> None:
    base = _base(tmp_path / "base")
    path = tmp_path / "events.csv"
    path.write_text(
        "kind;reference;title;starts;department;occupations\n"
        "job_dating;E1;Rencontre;2026-12-01;29;X0101 X0102\n"
        "fair;E2;Forum;2026-12-02;29;\n"
        "concert;E3;Autre;2026-12-02;29;\n"
        "visit;E4;Visite;2026-12-02;29;Z9999\n",
        encoding="utf-8-sig",
    )
    report = import_offers(path, base, Referential.open(base))
    assert (report.kind, report.used, len(report.refused)) == ("events", 2, 2)
    assert Referential.open(base).events["occupations"].to_list() == [["X0101", "X0102"], []]
    path.write_text("a,b\n1,2\n")
    with pytest.raises(Refused, match="neither"):
        import_offers(path, base, Referential.open(base))
