"""``bacasable redact`` and ``bacasable scan`` as a person types them: messages, files, exit codes."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

import pytest
from typer.testing import CliRunner

from bacasable.portal.cli import app
from bacasable.privacy.commands.terminal import (
    DONE,
    FOUND,
    INTERRUPTED,
    REFUSED,
    SOME_FAILED,
    TERMINATED,
    USAGE,
)
from bacasable.privacy.redaction.files import DOCUMENT, RECORD

MAIL = "marie.dupont@example.fr"
PROGRAM = [sys.executable, "-m", "bacasable.portal"]


class Done(NamedTuple):
    """What a command said."""

    stdout: str
    stderr: str


def run(folder: Path, *arguments: str, code: int = DONE, **variables: str) -> Done:
    """Run the command line in ``folder``; no output ever holds a value, nor a traceback."""
    with contextlib.chdir(folder):
        done = CliRunner().invoke(app, arguments, env={"COLUMNS": "160"} | variables)
    assert done.exit_code == code, (done.exit_code, done.stdout, done.stderr, done.exception)
    assert "Traceback" not in done.stderr and MAIL not in done.stdout + done.stderr
    return Done(done.stdout, done.stderr)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_text(f"Écrire à {MAIL}\n")
    (tmp_path / "b.csv").write_text(f"id,mail\n1,{MAIL}\n")
    return tmp_path


def names(folder: Path) -> list[str]:
    return sorted(one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file())


def test_files_are_redacted_beside_and_stay_as_they_are(folder: Path) -> None:
    done = run(folder, "redact", "a.txt", "b.csv", "--mode", "tag")
    assert done.stdout.splitlines() == [
        "a.txt -> a.redacted.txt: 1 replaced (1 EMAIL)",
        "b.csv -> b.redacted.csv: 1 replaced (1 EMAIL)",
    ]
    assert (folder / "a.redacted.txt").read_text() == "Écrire à [EMAIL]\n"
    assert (folder / "b.redacted.csv").read_text() == "id,mail\n1,[EMAIL]\n"
    assert MAIL in (folder / "a.txt").read_text()


def test_an_output_that_exists_is_not_replaced_unless_asked(folder: Path) -> None:
    (folder / "out").mkdir()
    (folder / "out" / "a.txt").write_text("précieux")
    done = run(folder, "redact", "a.txt", "b.csv", "--out", "out", code=SOME_FAILED)
    assert "out/a.txt: this file exists" in done.stderr and "b.csv -> out/b.csv" in done.stdout
    assert (folder / "out" / "a.txt").read_text() == "précieux"
    run(folder, "redact", "a.txt", "--out", "out", "--overwrite")
    assert "█" in (folder / "out" / "a.txt").read_text()
    run(folder, "redact", "a.txt", "--out", ".", "--overwrite", code=REFUSED)
    assert MAIL in (folder / "a.txt").read_text()
    run(folder, "redact", "a.txt", "--in-place", "--mode", "tag")
    assert (folder / "a.txt").read_text() == "Écrire à [EMAIL]\n"


def test_no_output_replaces_another_file_of_the_run(folder: Path) -> None:
    (folder / "sous").mkdir()
    (folder / "sous" / "a.txt").write_text("autre")
    (folder / "r.html").write_text(f"<p>{MAIL}</p>")
    both = ("a.txt", "sous/a.txt", "--overwrite", "--mode", "tag")
    done = run(folder, "redact", *both, "--out", "out", code=SOME_FAILED)
    assert "sous/a.txt: the output out/a.txt would replace that of a.txt" in done.stderr
    assert (folder / "out" / "a.txt").read_text() == "Écrire à [EMAIL]\n"
    done = run(folder, "redact", "sous/a.txt", "a.txt", "--out", ".", "--overwrite", code=REFUSED)
    assert "would replace FILE a.txt itself" in done.stderr and MAIL in (folder / "a.txt").read_text()
    done = run(folder, "redact", "r.html", "--report", "r.html", "--overwrite", code=REFUSED)
    assert "the report would replace a FILE" in done.stderr and MAIL in (folder / "r.html").read_text()


def test_a_pipe_is_refused_without_waiting(folder: Path) -> None:
    os.mkfifo(folder / "tube")
    done = run(folder, "redact", "tube", "a.txt", code=SOME_FAILED)
    assert "tube: this is not a file (a device, a pipe or a socket)" in done.stderr


def test_what_is_no_file_is_refused_in_a_line(folder: Path) -> None:
    (folder / "loop").symlink_to("loop")
    done = run(folder, "redact", "loop", "a.txt", code=SOME_FAILED)
    assert "loop: this is a link that leads to no file" in done.stderr and "1 replaced" in done.stdout
    done = run(folder, "scan", "/dev/zero", code=REFUSED)
    assert "/dev/zero: this is not a file" in done.stderr
    done = run(folder, "scan", "absent", code=REFUSED)
    assert done.stderr.endswith("check the path and the rights\n") and done.stderr.count("\n") == 1


def test_a_full_disk_is_said_in_a_line(folder: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    with full.open("wb") as out:
        done = subprocess.run(
            [*PROGRAM, "scan", "a.txt"], cwd=folder, stdout=out, stderr=subprocess.PIPE, text=True
        )
    assert done.returncode == REFUSED and "No space left" in done.stderr and "Traceback" not in done.stderr


def test_sealed_with_a_key_then_restored(folder: Path) -> None:
    keys = ("--key-file", "keys", "--scope", "essai")
    done = run(folder, "redact", "a.txt", "--mode", "pseudonym", "--seal", "seals", *keys, code=REFUSED)
    assert "has no key there" in done.stderr and names(folder) == ["a.txt", "b.csv"]
    run(folder, "redact", "a.txt", "b.csv", "--mode", "pseudonym", "--seal", "seals", "--new-scope", *keys)
    found = re.findall(
        r"EMAIL-1-\w+", (folder / "a.redacted.txt").read_text() + (folder / "b.redacted.csv").read_text()
    )
    assert len(found) == 2 and len(set(found)) == 1
    done = run(folder, "redact", "a.redacted.txt", "--restore", "seals/a.redacted.txt.seal", *keys)
    assert "restored, byte for byte" in done.stdout
    assert (folder / "a.restored.txt").read_bytes() == (folder / "a.txt").read_bytes()
    done = run(
        folder, "redact", "b.redacted.csv", "--restore", "seals/a.redacted.txt.seal", *keys, code=REFUSED
    )
    assert "altered, or they are of two files" in done.stderr
    done = run(folder, "redact", "a.redacted.txt", "--restore", "absent.seal", *keys, code=REFUSED)
    assert "absent.seal: there is no such file" in done.stderr
    content = (folder / "keys").read_text()
    arguments = (
        "a.redacted.txt",
        "--restore",
        "seals/a.redacted.txt.seal",
        "--scope",
        "essai",
        "--out",
        "back",
    )
    run(folder, "redact", *arguments, BACASABLE_PSEUDONYM_KEYS=content)
    assert (folder / "back" / "a.restored.txt").read_bytes() == (folder / "a.txt").read_bytes()


def test_only_some_types_and_fields(folder: Path) -> None:
    (folder / "c.jsonl").write_text(json.dumps({"a": MAIL, "b": f"{MAIL} 06 12 34 56 78"}) + "\n")
    run(folder, "redact", "c.jsonl", "--fields", "b", "--types", "PHONE", "--mode", "tag")
    assert json.loads((folder / "c.redacted.jsonl").read_text()) == {"a": MAIL, "b": f"{MAIL} [PHONE]"}


def test_types_of_ones_own(folder: Path) -> None:
    (folder / "pack.toml").write_text(
        '[types.AGENT]\nlabel = "agent"\nfamily = "number"\npattern = "AG-[0-9]{6}"\n'
        'examples = ["AG-123456"]\n'
    )
    (folder / "c.txt").write_text("matricule AG-654321 ici")
    run(folder, "redact", "c.txt", "--pack", "pack.toml", "--mode", "tag")
    assert (folder / "c.redacted.txt").read_text() == "matricule [AGENT] ici"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("redact", "absent.txt"), "absent.txt: there is no such file"),
        (("redact", "."), "this is a folder: name its files"),
        (("redact", "a.txt", "--types", "NOM"), "no type of personal data 'NOM'"),
        (("redact", "a.txt", "--mode", "pseudonym"), "give --key-file FILE"),
        (("redact", "a.txt", "--fields", "nom:NOM"), "'NOM' is not a type"),
        (("redact", "a.txt", "--report", "r.pdf"), "a report is .json or .html"),
        (("redact", "a.txt", "b.csv", "--restore", "s", "--key-file", "k", "--scope", "x"), "takes one FILE"),
        (("redact", "a.txt", "--in-place", "--out", "x"), "leave --out"),
        (("redact", "a.txt", "--out", "b.csv"), "b.csv: this folder cannot be made"),
        (("redact", "a.txt", "--suffix", "/../x"), "--suffix is a part of a name"),
        (("redact", "a.txt", "--report", "absent/r.json"), "the folder of the report does not exist"),
        (("redact", "a.txt", "--mode", "pseudonym", "--key-file", "."), ".: this is not a file"),
        (("scan", "absent"), "absent: it cannot be read"),
    ],
)
def test_refusals_are_one_line_with_the_remedy(folder: Path, arguments: tuple[str, ...], said: str) -> None:
    before = names(folder)
    done = run(folder, *arguments, code=REFUSED)
    assert said in done.stderr and len(done.stderr.splitlines()) == 1
    assert names(folder) == before


def test_wrong_usage_has_its_code(folder: Path) -> None:
    run(folder, "redact", "a.txt", "--mode", "blur", code=USAGE)
    run(folder, "redact", code=USAGE)


def test_a_report_tells_no_value(folder: Path) -> None:
    run(folder, "redact", "a.txt", "b.csv", "--report", "r.json")
    read = json.loads((folder / "r.json").read_text())
    assert [one["found"][0]["count"] for one in read["files"]] == [1, 1]
    assert MAIL not in (folder / "r.json").read_text()


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_a_folder_is_scanned_and_nothing_outside_of_it(folder: Path) -> None:
    inside = folder / "dossier"
    inside.mkdir()
    (folder / "a.txt").rename(inside / "<b>a & b.txt")
    (inside / ".git").mkdir()
    (inside / ".git" / "x.txt").write_text(MAIL)
    (inside / "lien.csv").symlink_to(folder / "b.csv")
    (inside / "autour").symlink_to(folder)
    (inside / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (inside / "rien.txt").write_text("rien")
    done = run(folder, "scan", "dossier", "--html", "r.html")
    assert "1 pieces of personal data in 1 of 2 files read; 3 not read." in done.stdout
    assert "not text but a picture" in done.stdout and done.stdout.count("this is a link") == 2
    assert "xxxxx.xxxxxx@xxxxxxx.xx" in done.stdout
    page = _Page()
    written = (folder / "r.html").read_text()
    page.feed(written)
    tags = [tag for tag, _ in page.tags]
    assert (
        "&lt;b&gt;a &amp; b.txt" in written
        and "b" not in tags
        and "script" not in tags
        and MAIL not in written
    )
    assert {"caption", "h1", "main"} <= set(tags) and ("html", {"lang": "en"}) in page.tags
    assert all(attributes.get("scope") for tag, attributes in page.tags if tag == "th")
    run(folder, "scan", "dossier", "--fail-if-found", code=FOUND)
    data = json.loads(run(folder, "scan", "dossier", "--json").stdout)
    assert {Path(one["file"]).name for one in data["files"]} == {
        *("<b>a & b.txt", "lien.csv", "autour", "photo.png", "rien.txt")
    }


def test_files_that_fail_have_their_code(folder: Path) -> None:
    (folder / "c.csv").write_text('a,b\n1,"2\n')
    assert "line 2: the quote" in run(folder, "scan", ".", code=SOME_FAILED).stdout
    run(folder, "scan", "c.csv", code=REFUSED)


def test_a_name_of_file_cannot_write_on_the_terminal(folder: Path) -> None:
    (folder / "a.txt").rename(folder / "a\x1b[31m\udcff.txt")
    done = run(folder, "scan", ".", "--html", "r.html")
    assert "\x1b" not in done.stdout and "a\\x1b[31m" in done.stdout


def _has_nameless(opened: Path, folder: Path) -> bool:
    """Whether a process writes a file without a name there: it shows as "FOLDER/#123 (deleted)"."""
    for one in opened.iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile
            if str(one.readlink()).startswith(f"{folder}/#"):
                return True
    return False


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="looks into /proc")
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, INTERRUPTED), (signal.SIGTERM, TERMINATED)])
def test_an_interrupted_run_leaves_no_half_file_and_names_whole_ones(
    folder: Path, sent: signal.Signals, code: int
) -> None:
    (folder / "long.txt").write_text(f"Écrire à {MAIL} avant la fin du mois. " * 400_000)
    process = subprocess.Popen(
        [*PROGRAM, "redact", "a.txt", "long.txt"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    opened = Path(f"/proc/{process.pid}/fd")
    give_up = time.monotonic() + 60
    first = folder / "a.redacted.txt"
    while time.monotonic() < give_up and not (first.exists() and _has_nameless(opened, folder)):
        time.sleep(0.02)
    process.send_signal(sent)
    done, said = process.communicate(timeout=60)
    assert process.returncode == code
    assert names(folder) == ["a.redacted.txt", "a.txt", "b.csv", "long.txt"]
    assert "Traceback" not in said and "no half file was left" in said
    assert "a.txt -> a.redacted.txt" in done


def test_the_help_states_sizes_and_codes(folder: Path) -> None:
    said = " ".join(re.sub(r"[│╭╮╰╯─]", " ", run(folder, "redact", "--help").stdout).split())
    assert f"{DOCUMENT >> 20} MiB" in said and f"{RECORD >> 20} million characters" in said
    assert all(
        f"{code} " in said for code in (DONE, REFUSED, USAGE, FOUND, SOME_FAILED, INTERRUPTED, TERMINATED)
    )


def test_hints_that_stay_are_not_counted_as_replaced_and_are_said_first(folder: Path) -> None:
    (folder / "c.txt").write_text(f"{MAIL} est atteint d'un cancer du sein et membre de la CGT.\n")
    report = ("--report", "r.json", "--overwrite")
    done = run(folder, "redact", "c.txt", "--mode", "surrogate", *report)
    first, second = done.stdout.splitlines()
    assert first == "c.txt -> c.redacted.txt: 1 replaced (1 EMAIL)"
    assert "2 LEFT AS THEY ARE (1 HEALTH, 1 UNION)" in second
    (said,) = json.loads((folder / "r.json").read_text())["files"]
    assert {one["type"]: one["left"] for one in said["found"]} == {"EMAIL": 0, "HEALTH": 1, "UNION": 1}
    assert "2 LEFT AS THEY ARE" in said["left"]
    run(folder, "redact", "c.txt", "--mode", "surrogate", "--report", "r.html", "--overwrite")
    page = (folder / "r.html").read_text()
    assert "1 pieces of personal data replaced in 1 of 1 files" in page
    assert 0 < page.index("Left as they are") < page.index("What was found")
    done = run(folder, "redact", "c.txt", "--mode", "tag", "--overwrite")
    assert "3 replaced" in done.stdout and "LEFT" not in done.stdout


def test_notes_of_a_scan_do_not_follow_its_sum(folder: Path) -> None:
    (folder / "c.txt").write_bytes(b"\xe9t\xe9 " * 20)
    done = run(folder, "scan", ".")
    assert "note: c.txt: not UTF-8" in done.stderr
    assert done.stdout.splitlines()[-1].startswith("2 pieces of personal data in 2 of 3 files read")
