"""`bacasable attack`: figures, exit codes, refusals in one line."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from bacasable.privacy.commands.attack import app


def attack(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


@pytest.fixture
def tables(tmp_path: Path) -> list[Path]:
    """Write an original, a release that leaks and a control."""
    paths = []
    for name, seed in (("original", 1), ("released", 1), ("control", 2)):
        rng = np.random.default_rng(seed)
        rows = zip(
            rng.integers(18, 90, 150), rng.normal(170, 9, 150).round(1), rng.integers(0, 9, 150), strict=True
        )
        path = tmp_path / f"{name}.csv"
        path.write_text(
            "age,height,town\n" + "".join(f"{a},{b},town {c}\n" for a, b, c in rows), encoding="utf-8"
        )
        paths.append(path)
    return paths


def test_table_attacks_say_value_interval_chance_and_seed(tables: list[Path]) -> None:
    control = ("--control", tables[2], "--seed", 7, "--json")
    for name, options in (
        ("singling-out", ("--columns", 2, "--n", 100)),
        ("linkability", ("--first", "age", "--second", "height")),
        ("inference", ("--secret", "town")),
    ):
        done = attack(name, *tables[:2], *options, *control)
        assert done.exit_code == 0, done.output
        said = json.loads(done.stdout)
        assert said["interval"]["low"] > said["baseline"] and said["seed"] == 7 and not said["void"]
        assert said["sabotage"]["value"] > said["sabotage"]["baseline"]
    shown = attack("inference", *tables[:2], "--secret", "town", *control[:4])
    assert all(word in shown.stdout for word in ("interval", "chance", "seed", "attacker", "unprotected"))


def test_exit_codes(tables: list[Path], tmp_path: Path) -> None:
    secret = ("--secret", "town", "--control", tables[2])
    assert attack("inference", *tables[:2], *secret, "--at-most", 0.1).exit_code == 3
    assert attack("inference", *tables[:2], *secret, "--at-most", 1).exit_code == 0
    assert attack("inference", *tables[:2], *secret, "--at-most", "nan").exit_code == 3
    assert attack("inference", *tables[:2]).exit_code == 2
    refused = attack("inference", *tables[:2], "--secret", "nope")
    assert refused.exit_code == 1 and "no column 'nope'" in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1
    flat = tmp_path / "flat.csv"
    flat.write_text("a,b\n" + "1,2\n" * 30, encoding="utf-8")
    assert attack("inference", flat, flat, "--secret", "b").exit_code == 5


def test_membership_from_scores_and_from_tables(tables: list[Path], tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    path = tmp_path / "scores.csv"
    lines = [f"{rng.normal(member):.4f},{member}" for member in (0, 1) for _ in range(1000)]
    path.write_text("score,member\n" + "\n".join(lines), encoding="utf-8")
    figures = json.loads(attack("membership", "--scores", path, "--json").stdout)
    assert [figure["baseline"] for figure in figures] == [0.5, 0.001, 0]
    assert 0.7 < figures[0]["value"] < 0.82
    figures = json.loads(attack("membership", *tables[:2], "--control", tables[2], "--json").stdout)
    assert figures[0]["value"] > 0.9 and len(figures) == 2
    assert attack("membership").exit_code == 1


def test_unicity_of_a_file(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    path = tmp_path / "traces.csv"
    rows = [
        f"p{person},{x:.3f},{y:.3f},2024-01-{day:02}T{hour:02}:00"
        for person in range(60)
        for x, y, day, hour in zip(
            rng.random(6), rng.random(6), rng.integers(1, 29, 6), rng.integers(0, 24, 6), strict=True
        )
    ]
    path.write_text("who,x,y,at\n" + "\n".join(rows), encoding="utf-8")
    columns = (path, "--person", "who", "--place", "x,y", "--time", "at", "--json")
    assert json.loads(attack("unicity", *columns).stdout)["value"] == 1
    wide = ("--place-step", 1, "--time-step", 1e6, "--points", 2)
    coarse = json.loads(attack("unicity", *columns, *wide).stdout)
    assert coarse["value"] < 0.5 and coarse["sabotage"]["value"] == 1


def test_the_exit_code_of_several_figures_is_that_of_the_first(tmp_path: Path) -> None:
    """A figure that is void says nothing against another that was measured, and its line says so."""
    rng = np.random.default_rng(3)
    paths = []
    for name, gap in (("scores", 1.0), ("memoriser", 2.6), ("blind", 0.0)):
        path = tmp_path / f"{name}.csv"
        lines = [f"{rng.normal(member * gap):.4f},{member}" for member in (0, 1) for _ in range(2000)]
        path.write_text("score,member\n" + "\n".join(lines), encoding="utf-8")
        paths.append(path)
    one_void = attack("membership", "--scores", paths[0], "--unprotected", paths[1], "--json")
    figures = json.loads(one_void.stdout)
    assert [figure["void"] for figure in figures] == [False, True, True]
    assert one_void.exit_code == 0 and one_void.stderr.count("void, this figure proves nothing") == 2
    bounded = attack("membership", "--scores", paths[0], "--unprotected", paths[1], "--at-most", 0.5)
    assert bounded.exit_code == 3
    assert attack("membership", "--scores", paths[0], "--unprotected", paths[2]).exit_code == 5


def test_canaries_planted_run_and_searched(tmp_path: Path) -> None:
    written = tmp_path / "manifest.json"
    plant = ("canaries", "plant", "--count", 60, "--seed", 5, "--manifest", written)
    planted = attack(*plant).stdout
    output = tmp_path / "out.txt"
    output.write_text(planted, encoding="utf-8")
    searched = attack("canaries", "search", output, "--manifest", written, "--json")
    assert json.loads(searched.stdout)["value"] == 1
    assert attack(*plant).exit_code == 1  # it would take what was planted before for lost
    options = ("--count", 60, "--seed", 5, "--json")
    assert json.loads(attack("canaries", "run", "cat", *options).stdout)["value"] == 1
    silent = attack("canaries", "run", f"{sys.executable} -c 'input()'", *options, "--at-most", 0.06)
    assert silent.exit_code == 0 and json.loads(silent.stdout)["value"] == 0


def test_a_search_for_other_canaries_than_were_planted_is_refused(tmp_path: Path) -> None:
    written, output = tmp_path / "manifest.json", tmp_path / "out.txt"
    output.write_text(attack("canaries", "plant", "--manifest", written).stdout, encoding="utf-8")
    written.write_text(written.read_text().replace('"seed": 0', '"seed": 1'), encoding="utf-8")
    refused = attack("canaries", "search", output, "--manifest", written)
    assert refused.exit_code == 1 and "Plant again" in refused.stderr and "measured" not in refused.output
    assert attack("canaries", "search", output).exit_code == 2
