"""``bacasable release`` as a person types it: messages, files, exit codes."""

import contextlib
import csv
from pathlib import Path
from typing import NamedTuple

import polars as pl
import pytest
from typer.testing import CliRunner

from bacasable.portal.cli import app
from bacasable.privacy.commands.release import INTERRUPTED, REFUSED, RELEASED, SUPPRESSED, USAGE

POLICY = """
source = "firms"
extends = "business_statistics"
unit = "firm"
value = "turnover"
dimensions = ["region", "sector"]
"""
NOISE = """
source = "firms"
kind = "noise"
unit = "firm"
dropped = ["turnover", "sector"]
[dimensions.region]
categories = ["01", "02"]
[noise]
epsilon = {budget = 1, spent = 0.5}
"""


class Done(NamedTuple):
    """What a command said."""

    stdout: str
    stderr: str


def run(folder: Path, *arguments: str, code: int = SUPPRESSED) -> Done:
    with contextlib.chdir(folder):
        done = CliRunner().invoke(app, ["release", *arguments], env={"COLUMNS": "160"})
    assert done.exit_code == code, (done.exit_code, done.stdout, done.stderr, done.exception)
    assert "Traceback" not in done.stderr
    return Done(done.stdout, done.stderr)


def firms(small: int) -> pl.DataFrame:
    rows = [
        (f"{region}{sector}{number}", region, sector, 10 + number)
        for region in ("01", "02", "03")
        for sector in "xyz"
        for number in range(small if region + sector == "01x" else 6)
    ]
    return pl.DataFrame(rows, schema=["firm", "region", "sector", "turnover"], orient="row")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "policy.toml").write_text(POLICY)
    (tmp_path / "noise.toml").write_text(NOISE)
    firms(2).write_csv(tmp_path / "small.csv")
    firms(6).write_csv(tmp_path / "whole.csv")
    firms(2).write_parquet(tmp_path / "small.parquet")
    return tmp_path


def test_a_table_with_its_reasons(folder: Path) -> None:
    done = run(folder, "small.csv", "--policy", "policy.toml", "--out", "out.csv", "--reasons", "why.csv")
    assert "fewer units than the threshold" in done.stdout and "secondary" in done.stdout
    table = pl.read_csv(folder / "out.csv", infer_schema=False)
    hidden = table.filter(pl.col("status") == "hidden")
    assert hidden["units"].null_count() == len(hidden) == len(pl.read_csv(folder / "why.csv"))
    assert "01" in table["region"].to_list()


def test_parquet_in_and_out_gives_the_same(folder: Path) -> None:
    run(folder, "small.parquet", "--policy", "policy.toml", "--out", "out.parquet")
    run(folder, "small.csv", "--policy", "policy.toml", "--out", "out.csv")
    assert pl.read_parquet(folder / "out.parquet").equals(
        pl.read_csv(folder / "out.csv", schema_overrides={"region": pl.String})
    )


def test_nothing_hidden_is_code_zero_and_the_table_alone_is_on_the_output(folder: Path) -> None:
    done = run(folder, "whole.csv", "--policy", "policy.toml", code=RELEASED)
    assert done.stdout.splitlines()[0] == "region,sector,units,turnover,status"
    assert len(done.stdout.splitlines()) == 17 and "[secondary source]" in done.stderr.replace("\n", "")


def test_refusals_write_nothing(folder: Path) -> None:
    (folder / "bare.toml").write_text('source = "firms"\ndimensions = ["region"]\nrules.min_units = 3\n')
    before = sorted(one.name for one in folder.iterdir())
    done = run(folder, "small.csv", "--policy", "bare.toml", "--out", "out.csv", code=REFUSED)
    assert 'dropped = ["firm", "sector", "turnover"]' in done.stderr and done.stderr.count("\n") == 1
    done = run(folder, "missing.csv", "--policy", "policy.toml", "--out", "out.csv", code=REFUSED)
    assert "missing.csv" in done.stderr
    run(folder, "small.csv", "--policy", "missing.toml", "--out", "out.csv", code=REFUSED)
    run(folder, "small.csv", "--policy", "noise.toml", "--out", "out.csv", code=REFUSED)  # no ledger
    assert sorted(one.name for one in folder.iterdir()) == before


def test_wrong_usage(folder: Path) -> None:
    run(folder, code=USAGE)
    run(folder, "small.csv", code=USAGE)
    run(folder, "small.csv", "--policy", "policy.toml", "--out", "out.xlsx", code=USAGE)
    run(folder, "small.csv", "--policy", "policy.toml", "--out", "a.csv", "--reasons", "a.csv", code=USAGE)


def test_no_output_replaces_what_is_read(folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    table = next(path.name for path in before if path.suffix == ".csv")
    for option in ("--out", "--reasons"):
        done = run(folder, table, "--policy", "policy.toml", option, f"./{table}", "--overwrite", code=USAGE)
        assert "would replace a file that is read" in done.stderr
    assert before == {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_an_output_that_exists_is_kept_unless_asked_and_nothing_is_charged(folder: Path) -> None:
    (folder / "out.csv").write_text("mine")
    noise = ("small.csv", "--policy", "noise.toml", "--ledger", "ledger", "--out", "out.csv")
    run(folder, *noise, code=REFUSED)
    assert (folder / "out.csv").read_text() == "mine" and not (folder / "ledger").exists()
    done = run(folder, *noise, "--overwrite", code=RELEASED)
    assert "0.5 of epsilon 1 is left" in done.stdout.replace("\n", " ")
    assert pl.read_csv(folder / "out.csv", infer_schema=False)["region"].to_list() == ["01", "02"]
    run(folder, *noise, "--overwrite", code=RELEASED)
    assert "0 is left" in run(folder, *noise, "--overwrite", code=REFUSED).stderr


def test_successive_releases_through_a_registry(folder: Path) -> None:
    ask = ("--policy", "policy.toml", "--registry", "released")
    run(folder, "whole.csv", *ask, code=RELEASED)
    run(folder, "whole.csv", *ask, code=RELEASED)
    frame = firms(6)
    pl.concat([frame, frame.head(1).with_columns(firm=pl.lit("new"))]).write_csv(folder / "grown.csv")
    done = run(folder, "grown.csv", *ask)
    assert "isolate fewer" in done.stderr.replace("\n", " ") or "differencing" in done.stderr


def test_ctrl_c_leaves_no_half_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("bacasable.privacy.disclosure.release", interrupted, raising=False)
    ask = ("small.csv", "--policy", "policy.toml", "--out", "out.csv", "--reasons", "why.csv")
    assert "interrupted" in run(folder, *ask, code=INTERRUPTED).stderr
    assert not (folder / "out.csv").exists() and not (folder / "why.csv").exists()


def test_texts_that_a_spreadsheet_would_compute_are_neutral_in_csv(tmp_path: Path) -> None:
    """Categories and kept columns come from whoever filled a form; a released file is opened by anybody."""
    signs = ["=cmd()", "+A1", "-A1", "@sum", "\t=1", "|x", "  =2", "plain", "-5"]
    table = tmp_path / "table.csv"
    rows = "".join(f'{age},"{signs[age % 9]}"\n' for age in range(90))
    table.write_text(f"age,=note\n{rows}", encoding="utf-8")
    policy = tmp_path / "policy.toml"
    policy.write_text(
        'source = "s"\nkind = "microdata"\nquasi_identifiers = ["age"]\nkept = ["=note"]\nrules.k = 5\n',
        encoding="utf-8",
    )
    out = tmp_path / "out.csv"
    done = CliRunner().invoke(app, ["release", str(table), "--policy", str(policy), "--out", str(out)])
    assert done.exit_code == 0, done.output
    shown = CliRunner().invoke(app, ["release", str(table), "--policy", str(policy)])
    for text in (out.read_text(encoding="utf-8"), shown.stdout):
        first, *others = csv.reader(text.splitlines())
        assert first == ["age", "'=note"]
        assert {row[1] for row in others} == {"'" + one for one in signs[:7]} | {"plain", "-5"}
