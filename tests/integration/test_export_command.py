"""``export`` and ``import-pia`` as a person types them, on an installation of its own."""

import csv
import io
import json
from pathlib import Path

import pytest
from pypdf import PdfReader

from bacasable.compliance.catalogue import catalogue, processing_of
from tests.installation import Installation

PIA = {
    "pia": {"id": 4, "name": "Small", "status": 0},
    "answers": [{"reference_to": 211, "data": {"text": "ours <script>alert(1)</script>"}, "id": 1}],
    "measures": [],
    "evaluations": [{"reference_to": "3.1.[object Object]", "status": 3}],
    "comments": [],
}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An authority's installation that has measured its own control."""
    here = Installation(tmp_path_factory.mktemp("exports"))
    here.environment["BACASABLE_DPO_CONTACT"] = "dpo@authority.example"
    here.initialised()
    here.run("check", "platform", "--seed", "5")
    return here


def test_the_list_names_every_format_and_needs_no_installation(tmp_path: Path) -> None:
    listed = Installation(tmp_path).run("export", "--list").stdout
    assert [line.split()[0] for line in listed.splitlines()] == [
        "dpv",
        "inventory",
        "mention",
        "model-card",
        "pia",
        "register",
    ]


def test_an_export_goes_out_and_what_is_missing_goes_to_the_errors(installed: Installation) -> None:
    done = installed.run("export", "platform", "--format", "register", "--language", "en")
    rows = list(csv.DictReader(io.StringIO(done.stdout.removeprefix("\ufeff"))))
    assert len(rows) == len(processing_of(catalogue()["platform"]).purposes)
    assert rows[0]["data protection officer"].endswith("dpo@authority.example")
    assert "measured on" in rows[0]["security measures"]
    assert "Not filled" in done.stderr
    assert "BACASABLE_CONTROLLER_NAME" in done.stderr
    assert "bacasable check" not in done.stderr


def test_a_file_for_people_is_written_whole_and_never_over_another(
    installed: Installation, tmp_path: Path
) -> None:
    words = ("export", "platform", "--format", "pia", "--as", "pdf", "--out", str(tmp_path / "pia.pdf"))
    installed.run(*words)
    root = PdfReader(tmp_path / "pia.pdf").trailer["/Root"]
    assert root["/Lang"] == "fr" and "/StructTreeRoot" in root
    again = installed.run(*words, check=False)
    assert again.returncode == 1 and "pia.pdf" in again.stderr
    assert installed.run(*words, "--overwrite").returncode == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("export", "platform"), 1, "give --format one of: dpv, inventory"),
        (("export", "platform", "--format", "oscal"), 1, "'oscal' is no format"),
        (("export", "nothing", "--format", "dpv"), 1, "its services: "),
        (("export", "platform", "--format", "dpv", "--language", "de"), 2, "language"),
        (("export", "platform", "--format", "dpv", "--out", "/nonexistent/x"), 1, "/nonexistent/x"),
        (("import-pia", "/nonexistent.json"), 2, "nonexistent.json"),
        (("import-pia", __file__), 1, "Export the assessment again"),
    ],
)
def test_a_refusal_is_one_line_with_its_code(
    installed: Installation, words: tuple[str, ...], code: int, said: str
) -> None:
    done = installed.run(*words, check=False)
    assert done.returncode == code
    assert said in done.stderr and "Traceback" not in done.stderr


def test_a_format_that_does_not_concern_the_service_says_why(tmp_path: Path) -> None:
    here = Installation(tmp_path / "home", environment={"BACASABLE_DEPLOYMENT": "service"})
    done = here.run("export", "instance", "--format", "mention", "--language", "en", check=False)
    assert done.returncode == 3, done.stderr
    assert "no individual decision rests on an algorithm" in done.stderr and not done.stdout


@pytest.fixture
def assessment(tmp_path: Path) -> Path:
    path = tmp_path / "pia.json"
    path.write_text(json.dumps(PIA), encoding="utf-8")
    return path


def test_an_assessment_is_read_and_what_has_no_place_is_listed(
    installed: Installation, assessment: Path, tmp_path: Path
) -> None:
    done = installed.run("import-pia", str(assessment), "--language", "en")
    assert "Questions answered: 1; left open: 35" in done.stdout
    assert "evaluations[0].reference_to: 3.1.[object Object]" in done.stderr
    assert "answers[0].data.text: It holds a script" in done.stderr
    installed.run("import-pia", str(assessment), "--out", str(tmp_path / "same.json"))
    assert (tmp_path / "same.json").read_bytes() == assessment.read_bytes()
    page = installed.run("import-pia", str(assessment), "--as", "html").stdout
    assert "ours" in page and "<script>alert" not in page


def test_an_assessment_is_filled_from_a_declaration_and_keeps_what_people_wrote(
    installed: Installation, assessment: Path, tmp_path: Path
) -> None:
    out = tmp_path / "filled.json"
    words = ("import-pia", str(assessment), "--service", "platform", "--out", str(out), "--language", "en")
    done = installed.run(*words)
    made = json.loads(out.read_text(encoding="utf-8"))
    assert "Filled from platform" in done.stderr
    assert made["answers"][0] == PIA["answers"][0]
    assert made["evaluations"] == PIA["evaluations"]
    assert {212, 215, 226} <= {one["reference_to"] for one in made["answers"]}
    assert any("measured on" in one["content"] for one in made["measures"])


def test_a_format_of_another_distribution_enters_by_the_same_door(tmp_path: Path) -> None:
    (tmp_path / "their_formats.py").write_text(
        "from bacasable.compliance.exports.interface import Export, Exported\n"
        "def render(declaration, context):\n"
        "    return Exported(f'{declaration.service} by {context.office}'.encode())\n"
        "EXPORT = Export('theirs', 'Theirs', 'text/plain', 'txt', render, lambda *_: None)\n"
        "BROKEN = 1\n"
    )
    info = tmp_path / "their_formats-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: their-formats\nVersion: 1.2\n")
    points = "[bacasable.exports]\ntheirs = their_formats:EXPORT\n"
    (info / "entry_points.txt").write_text(points)
    here = Installation(tmp_path / "home")
    here.environment |= {"PYTHONPATH": str(tmp_path), "BACASABLE_DEPLOYMENT": "demo"}
    assert here.run("export", "platform", "--format", "theirs").stdout == "platform by Bac à sable"

    here.environment["BACASABLE_DEPLOYMENT"] = "authority"
    apart = here.run("export", "--list", check=False)
    assert apart.returncode == 1 and "their-formats 1.2: code of others does not run" in apart.stderr

    here.environment["BACASABLE_DEPLOYMENT"] = "demo"
    (info / "entry_points.txt").write_text(points + "broken = their_formats:BROKEN\n")
    broken = here.run("export", "--list", check=False)
    assert broken.returncode == 1
    assert "export 'broken' (their_formats:BROKEN, from their-formats 1.2): it is a int" in broken.stderr
    assert "theirs" in here.run("--without", "broken", "export", "--list").stdout
