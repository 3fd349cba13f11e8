"""The gate: what a policy does not declare is refused, what it hides has a reason, releases are recorded."""

from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bacasable.privacy.disclosure import Ledger, Policy, Registry, parse, release
from bacasable.privacy.disclosure.anonymity import measure
from bacasable.privacy.messages import Refused

FIRMS = """
source = "firms"
extends = "business_statistics"
unit = "firm"
value = "turnover"
dimensions = ["region", "sector"]
dropped = ["name"]
"""


def policy(text: str = FIRMS, **changes: str) -> Policy:
    for old, new in changes.items():
        text = text.replace(old, new)
    return parse(text)


def firms(small: int = 2) -> pl.DataFrame:
    """Return 6 firms in each of 9 cells but ``small`` in one."""
    rows = [
        (f"{region}{sector}{number}", region, sector, 10 + number)
        for region in "ABC"
        for sector in "xyz"
        for number in range(small if region + sector == "Ax" else 6)
    ]
    return pl.DataFrame(rows, schema=["firm", "region", "sector", "turnover"], orient="row")


def cell(table: pl.DataFrame, region: str, sector: str) -> dict[str, Any]:
    return table.filter(pl.col("region") == region, pl.col("sector") == sector).row(0, named=True)


def test_a_small_cell_is_hidden_with_others_and_each_has_its_reason() -> None:
    made = release(firms(), policy())
    assert cell(made.table, "A", "x") == {
        "region": "A", "sector": "x", "units": None, "turnover": None, "status": "hidden"
    }  # fmt: skip
    hidden = made.table.filter(pl.col("status") == "hidden").select("region", "sector").rows()
    assert sorted(hidden) == sorted((one.where["region"], one.where["sector"]) for one in made.reasons)
    assert {(one.rule, one.kind) for one in made.reasons} == {
        ("min_units", "primary"),
        ("protects", "secondary"),
    }
    assert made.losses["hidden_primary"] == 1 and made.losses["hidden_secondary"] == 3
    assert "[secondary source]" in made.statement and "NOT looked at" in made.statement
    assert cell(made.table, "*", "*")["units"] == 50


def test_nothing_to_hide_releases_whole() -> None:
    made = release(firms(6), policy())
    assert not made.reasons and (made.table["status"] == "shown").all()


def test_blanks_after_separators_are_refused_as_what_they_are(tmp_path: Path) -> None:
    path = tmp_path / "firms.csv"
    path.write_text(firms().write_csv().replace(",", ", "), encoding="utf-8")
    with pytest.raises(Refused, match="blanks around the name of the column region"):
        release(path, policy())


def test_columns_that_nobody_declared_are_refused_with_the_line_to_add() -> None:
    frame = firms().with_columns(phone=pl.lit("x"), name=pl.lit("y"))
    with pytest.raises(Refused, match=r'does not declare: phone\. .*write: dropped = \["name", "phone"\]'):
        release(frame, policy())
    made = release(frame.drop("phone"), policy())
    assert "name" not in made.table.columns
    with pytest.raises(Refused, match=r"declares the column turnover \(value\)"):
        release(firms().drop("turnover"), policy())


def test_the_kind_of_table_that_came_in_goes_out(tmp_path: Path) -> None:
    assert isinstance(release(firms().to_arrow(), policy()).table, pa.Table)
    firms().write_parquet(tmp_path / "firms.parquet")
    assert release(tmp_path / "firms.parquet", policy()).table.equals(release(firms(), policy()).table)


def test_codes_of_a_csv_keep_their_zeros(tmp_path: Path) -> None:
    codes = {"A": "01", "B": "1", "C": "2"}
    frame = firms(6).with_columns(pl.col("region").replace(codes))
    frame.write_csv(tmp_path / "firms.csv", separator=";")
    made = release(tmp_path / "firms.csv", policy())
    assert made.table["region"].unique().sort().to_list() == ["*", "01", "1", "2"]


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (firms().clear(), "no rows"),
        (firms().with_columns(turnover=pl.lit(float("nan"))), "not whole numbers"),
        (firms().with_columns(turnover=pl.lit(-1)), "below zero"),
        (firms().with_columns(turnover=pl.lit(1 << 62)), "adds up to more than"),
        (firms().with_columns(turnover=pl.lit((1 << 64) - 1, dtype=pl.UInt64)), "adds up to more than"),
        (firms().with_columns(region=pl.lit(0.5)), "dimension is text or whole numbers"),
        (firms().with_columns(region=pl.lit(None, dtype=pl.String)), "empty, row 1"),
        (firms().with_columns(region=pl.lit("*")), "has the label \\* twice"),
        (firms().select("firm"), "does not have"),
        (firms().head(1), "cannot be hidden|every cell"),
        ("missing.csv", "no file"),
        ([1, 2], "list"),
    ],
)
def test_bad_tables_are_refused(frame: Any, message: str) -> None:
    with pytest.raises(Refused, match=message):
        release(frame, policy())


def test_declared_categories_bound_a_table() -> None:
    text = FIRMS.replace('dimensions = ["region", "sector"]', "") + (
        '[dimensions.region]\ncategories = ["A", "B"]\n[dimensions.sector]\n'
    )
    with pytest.raises(Refused, match=r"region: the category of row 33 is not declared"):
        release(firms(), parse(text))


def test_groups_stand_above_categories() -> None:
    text = FIRMS + '[hierarchies.region]\nA = ["north", "all"]\nB = ["north", "all"]\nC = ["south", "all"]\n'
    made = release(firms(), parse(text))
    assert cell(made.table, "north", "y")["units"] == 12
    assert "all" not in made.table["region"].to_list()  # the root is the margin


def test_units_in_several_cells_need_amounts() -> None:
    frame = firms(6).with_columns(firm=pl.col("sector") + pl.col("turnover").cast(pl.String))
    assert "units" not in release(frame, policy()).table.columns
    with pytest.raises(Refused, match="is in several cells"):
        release(frame.drop("turnover"), policy(**{'value = "turnover"': ""}))


# --- successive releases --------------------------------------------------------------------------------


def test_the_same_table_is_released_again_as_it_was(tmp_path: Path) -> None:
    registry = Registry(tmp_path)
    first = release(firms(), policy(), registry=registry)
    again = release(firms(), policy(), registry=Registry(tmp_path))
    assert again.table.equals(first.table)
    assert len(registry.path.read_text().splitlines()) == 1


def newcomers(count: int, region: str = "B", sector: str = "y") -> pl.DataFrame:
    rows = [(f"new{number}", region, sector, 77) for number in range(count)]
    return pl.concat([firms(6), pl.DataFrame(rows, schema=firms().schema, orient="row")])


@pytest.mark.parametrize("count", [1, 2])
def test_few_newcomers_are_not_told_by_two_releases(tmp_path: Path, count: int) -> None:
    registry = Registry(tmp_path)
    release(firms(6), policy(), registry=registry)
    made = release(newcomers(count), policy(), registry=registry)
    for region, sector in (("B", "y"), ("B", "*"), ("*", "y"), ("*", "*")):
        assert cell(made.table, region, sector)["status"] == "hidden"
    assert {one.rule for one in made.reasons if one.kind == "primary"} == {"differencing"}


def test_enough_newcomers_are_shown(tmp_path: Path) -> None:
    registry = Registry(tmp_path)
    release(firms(6), policy(), registry=registry)
    made = release(newcomers(3), policy(), registry=registry)
    assert not made.reasons and cell(made.table, "B", "y")["units"] == 9


def test_an_amount_that_moved_alone_is_taken_for_one_unit(tmp_path: Path) -> None:
    registry = Registry(tmp_path)
    release(firms(6), policy(), registry=registry)
    moved = firms(6).with_columns(
        turnover=pl.when(pl.col("firm") == "By3").then(20).otherwise(pl.col("turnover"))
    )
    made = release(moved, policy(), registry=registry)
    assert cell(made.table, "B", "y")["status"] == "hidden"
    assert release(moved, policy(**{'"firms"': '"firms"\nperiod = "2027"'}), registry=registry).reasons == []


def test_what_was_hidden_stays_hidden(tmp_path: Path) -> None:
    registry = Registry(tmp_path)
    first = release(firms(), policy(), registry=registry)
    looser = policy(**{'extends = "business_statistics"': "rules.min_units = 1"})
    made = release(firms(), looser, registry=registry)
    assert {tuple(one.where.values()) for one in first.reasons} == {
        tuple(one.where.values()) for one in made.reasons
    }
    assert {one.rule for one in made.reasons} == {"hidden_earlier"}


def test_overlapping_populations_are_subtracted(tmp_path: Path) -> None:
    registry = Registry(tmp_path)
    ages = pl.DataFrame({"age": ["17"] * 20 + ["18"] * 2 + ["19"] * 30, "who": range(52)})

    # As groups of one hierarchy: minors and adults; then up to 18 and above. 18 alone would be 2 people.
    text = 'source = "ages"\nunit = "who"\ndimensions = ["age"]\nrules.min_units = 3\n[hierarchies.age]\n'
    first = parse(text + '"17" = ["minor"]\n"18" = ["adult"]\n"19" = ["adult"]\n')
    second = parse(text + '"17" = ["young"]\n"18" = ["young"]\n"19" = ["old"]\n')
    made = release(ages, first, registry=registry)
    assert {one.where["age"]: one.rule for one in made.reasons} == {"18": "min_units", "19": "protects"}
    made = release(ages, second, registry=registry)
    assert {one.where["age"]: one.rule for one in made.reasons if one.kind == "primary"}[
        "young"
    ] == "differencing"


def test_a_cell_that_lost_its_last_units_is_refused(tmp_path: Path) -> None:
    registry = Registry(tmp_path)
    counts = parse(FIRMS.replace('value = "turnover"', "").replace('["name"]', '["turnover"]').replace(
        'extends = "business_statistics"', "rules.min_units = 1"))  # fmt: skip
    release(firms(), counts, registry=registry)
    strict = parse(FIRMS.replace('value = "turnover"', "").replace('["name"]', '["turnover"]'))
    with pytest.raises(Refused, match="region = A, sector = x has lost its last units"):
        release(firms(0), strict, registry=registry)


def test_another_unit_or_microdata_of_the_same_source_are_refused(tmp_path: Path) -> None:
    registry = Registry(tmp_path)
    release(firms(), policy(), registry=registry)
    by_rows = policy(**{'unit = "firm"': "", '["name"]': '["firm"]'})
    with pytest.raises(Refused, match="counted firm"):
        release(firms(), by_rows, registry=registry)
    rows = parse('source = "firms"\nkind = "microdata"\nquasi_identifiers = ["region", "sector"]\n'
                 'kept = ["turnover"]\ndropped = ["firm"]\nrules.k = 3')  # fmt: skip
    with pytest.raises(Refused, match="a table was released"):
        release(firms(), rows, registry=registry)


def test_a_torn_registry_stands_and_an_altered_one_stops(tmp_path: Path) -> None:
    registry = Registry(tmp_path)
    release(firms(6), policy(), registry=registry)
    whole = registry.path.read_bytes()
    registry.path.write_bytes(whole + b'{"source": "firms", "kin')
    release(newcomers(3), policy(), registry=registry)
    assert len(registry.path.read_bytes().splitlines()) == 2
    registry.path.write_bytes(whole.replace(b"54", b"55", 1))
    with pytest.raises(Refused, match="was altered"):
        release(firms(6), policy(), registry=registry)


def test_a_refused_release_is_not_recorded(tmp_path: Path) -> None:
    with pytest.raises(Refused):
        release(firms().head(1), policy(), registry=Registry(tmp_path))
    assert not Registry(tmp_path).path.read_bytes()


changes = st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from("xyz"), st.integers(1, 4)), max_size=3)


@settings(max_examples=25)
@given(changes)
def test_no_shown_cell_differs_by_few_from_an_earlier_one(
    tmp_path_factory: pytest.TempPathFactory, added: list[tuple[str, str, int]]
) -> None:
    registry = Registry(tmp_path_factory.mktemp("registry"))
    first = release(firms(), policy(), registry=registry).table
    rows = [
        (f"new{place}-{number}", region, sector, 20)
        for place, (region, sector, count) in enumerate(added)
        for number in range(count)
    ]
    try:
        second = release(
            pl.concat([firms(), pl.DataFrame(rows, schema=firms().schema, orient="row")]),
            policy(),
            registry=registry,
        ).table
    except Refused:
        return
    both = first.join(second, on=["region", "sector"], suffix="_new").drop_nulls()
    moved = (both["units_new"] - both["units"]).abs()
    assert not ((moved > 0) & (moved < 3)).any()
    assert not ((moved == 0) & (both["turnover"] != both["turnover_new"])).any()


# --- rows and noise -------------------------------------------------------------------------------------

ROWS = """
source = "people"
kind = "microdata"
quasi_identifiers = ["age", "town"]
sensitive = ["illness"]
dropped = ["name"]
rules = {k = 4, l = 2}
"""


def people() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "name": [f"n{one}" for one in range(60)],
            "age": [20 + one % 30 for one in range(60)],
            "town": ["ABC"[one % 3] for one in range(60)],
            "illness": ["flu", "cold"] * 30,
        }
    )


def test_rows_are_made_anonymous_and_recorded(tmp_path: Path) -> None:
    registry = Registry(tmp_path)
    made = release(people(), parse(ROWS), registry=registry)
    found = measure(made.table, ["age", "town"], ["illness"])
    assert found.k >= 4 and found.distinct["illness"] >= 2 and "name" not in made.table.columns
    assert made.losses["rows"] == 60 and 0 < made.losses["ncp"] < 1
    release(people(), parse(ROWS), registry=registry)  # the same rows again
    with pytest.raises(Refused, match="another version of the microdata"):
        release(people().head(50), parse(ROWS), registry=registry)


NOISE = """
source = "people"
kind = "noise"
unit = "name"
dropped = ["age", "illness"]
[dimensions.town]
categories = ["A", "B", "D"]
[noise]
epsilon = {budget = 1.0, spent = 0.6}
"""


def test_noise_is_charged_on_a_ledger(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger")
    made = release(people(), parse(NOISE), ledger=ledger)
    assert made.table["town"].to_list() == ["A", "B", "D"] and "0.4 of epsilon 1 is left" in made.statement
    with pytest.raises(Refused, match=r"0\.4 is left"):
        release(people(), parse(NOISE), ledger=ledger)
    with pytest.raises(Refused, match="name its file"):
        release(people(), parse(NOISE))
