"""The command line of job advice: titles coded, opinions with their factors, what is wrong said in a line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bacasable.privacy.messages import Refused
from bacasable.services.job_advice.cli import app
from bacasable.services.job_advice.engine.referential import Referential


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work where no table was imported."""
    monkeypatch.setenv("BACASABLE_HOME", str(tmp_path / "home"))


def run(*arguments: str) -> dict[str, object]:
    done = CliRunner().invoke(app, [*arguments, "--json"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    told: dict[str, object] = json.loads(done.stdout)
    return told


def refusal(*arguments: str) -> str:
    with pytest.raises(Refused) as refused:
        CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    return str(refused.value)


def test_help_needs_neither_django_nor_tables() -> None:
    asked = (
        "import sys; from typer.testing import CliRunner\n"
        "from bacasable.services.job_advice.cli import app\n"
        "assert CliRunner().invoke(app, ['evaluate', '--help']).exit_code == 0\n"
        "print(sorted({'django', 'numpy', 'polars', 'scipy', 'sklearn', 'numba'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_titles_get_five_candidates_and_what_is_no_title_none_unasked(tmp_path: Path) -> None:
    tables = Referential.synthetic()
    title, code = tables.titles["masculine"][0], tables.titles["code"][0]
    file = tmp_path / "titles.txt"
    file.write_bytes(f"\ufeff{title.upper()}\r\n\r\nzzqx\x00wrtv \r\n".encode())
    told = run("code", "--file", str(file))
    first, second = told["titles"]  # type: ignore[misc]
    assert [(one["line"], one["title"]) for one in (first, second)] == [(1, title.upper()), (3, "zzqx wrtv")]
    assert told["is_synthetic"] is True and told["version"] == tables.version
    assert [len(one["candidates"]) for one in (first, second)] == [5, 5]
    assert first["candidates"][0]["code"] == code and not first["abstains"]
    assert second["abstains"] and second["why"]


def test_an_opinion_is_its_factors_each_with_what_it_read(tmp_path: Path) -> None:
    tables = Referential.synthetic()
    file = tmp_path / "profile.json"
    code = tables.occupations["code"][0]
    file.write_text(json.dumps({"held": [{"occupation": code, "months": 30}], "department": "44"}))
    told = run("advise", "--profile", str(file))
    assert 1 <= len(told["suggestions"]) <= 5  # type: ignore[arg-type]
    for one in told["suggestions"]:  # type: ignore[attr-defined]
        assert abs(one["score"] - sum(factor["contribution"] for factor in one["factors"])) < 1e-9
    said = CliRunner().invoke(app, ["advise", "--profile", str(file)]).output
    assert "synthetic tables" in said and told["suggestions"][0]["label"] in said  # type: ignore[index]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"sex": "f"}', "'sex' is no field of a profile"),
        ('{"department": "96"}', "department"),
        ("[]", "write an object"),
        ("{", "profile.json"),
        ('{"department": 44}', "department: a number is no text"),
        ('{"held": "oui"}', "held: a text is no list"),
        ('{"held": [{"occupation": "X0101", "years": 3}]}', "'years' is none of occupation, months"),
        ('{"held": [{"months": 3}]}', "a job needs its occupation"),
        ('{"diplomas": [{"level": "CAP"}]}', "level: a text is no whole number"),
        ('{"targets": "X0101"}', "targets: a text is no list"),
    ],
)
def test_a_profile_that_cannot_be_says_what_is_wrong(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "profile.json"
    file.write_text(content)
    assert said in refusal("advise", "--profile", str(file))


def test_titles_that_are_no_text_and_two_tables_at_once_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "titles.txt"
    file.write_bytes(b"\xff\xfe")
    assert "UTF-8" in refusal("code", "--file", str(file))
    file.write_text("\n\n")
    assert "no title" in refusal("code", "--file", str(file))
    file.write_text("boulanger")
    folder = str(tmp_path)
    assert "either" in refusal("code", "--file", str(file), "--base", folder, "--data", folder)
    assert "missing" in refusal("import", folder, "--base", str(tmp_path / "base"))


def test_an_audit_of_synthetic_people_compares_groups_with_intervals() -> None:
    told = run("audit", "--population", "300", "--seed", "3")
    assert told["people"] == 300 and told["is_synthetic"] is True
    ratios = [one for each in told["ratios"]["sex"].values() for one in each]  # type: ignore[index]
    assert ratios and all(one["uncorrected_interval"]["low"] <= one["uncorrected"] for one in ratios)


def test_a_batch_is_written_into_a_folder_and_taken_up_again(tmp_path: Path) -> None:
    from bacasable.services.job_advice.engine.batch import write_profiles
    from bacasable.services.job_advice.engine.population.people import draw_people

    source, out = tmp_path / "profiles.parquet", tmp_path / "advice"
    write_profiles(source, draw_people(Referential.synthetic(), 20, 5).profiles)
    asked = ("advise", "--batch", str(source), "--out", str(out))
    assert run(*asked)["profiles"] == 20
    assert run(*asked)["taken_over"] == 20
    assert CliRunner().invoke(app, ["advise", "--batch", str(source)]).exit_code == 2
