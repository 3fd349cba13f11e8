"""Files of text: encodings, seals and writing; what is found is replaced, all else stays byte for byte."""

import os
import signal
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bacasable.privacy.messages import Refused
from bacasable.privacy.pseudonyms import KeyStore
from bacasable.privacy.redaction.files import (
    Reading,
    Report,
    Writing,
    redact_file,
    restore_file,
)
from bacasable.privacy.redaction.files.encodings import CHUNK
from bacasable.privacy.redaction.files.lines import lines
from bacasable.privacy.redaction.finding import Finder

MAIL = "marie.dupont@example.fr"


FINDER = Finder(types=["EMAIL"])


READING = Reading(FINDER)


TAGS = Writing("tag")


quick = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def redacted(
    folder: Path, content: bytes, name: str = "a.txt", reading: Reading = READING
) -> tuple[bytes, Report]:
    path, out = folder / name, folder / f"out-{name}"
    path.write_bytes(content)
    report = redact_file(path, out, reading, TAGS, overwrite=True)
    return out.read_bytes(), report


def test_line_ends_zero_bytes_and_emoji_stay(tmp_path: Path) -> None:
    text = f"a\r\nb\rc\n\x00 e\u0301 👩‍👧 {MAIL}\r\n\n fin"
    out, report = redacted(tmp_path, text.encode())
    assert out.decode() == text.replace(MAIL, "[EMAIL]")
    assert report.tally.counts["EMAIL"].places == [3]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be"])
def test_an_encoding_is_recognised_and_written_back(tmp_path: Path, encoding: str) -> None:
    text = f"Élodie, {MAIL}, 😀\r\nÀ bientôt et merci de votre réponse\r\n"
    out, _ = redacted(tmp_path, text.encode(encoding))
    assert out == text.replace(MAIL, "[EMAIL]").encode(encoding)


def test_windows_1252_is_said_and_holds_the_mask(tmp_path: Path) -> None:
    content = f"né à Nîmes, {MAIL} \x80".encode("latin-1").replace(b"\xc2", b"") + b"\x81"
    path, out = tmp_path / "a.txt", tmp_path / "b.txt"
    path.write_bytes(content)
    report = redact_file(path, out, READING, Writing("mask"))
    assert out.read_bytes() == content.replace(MAIL.encode(), b"*****")
    assert "Windows-1252; 1 bytes unknown" in report.notes[0]


def test_broken_bytes_in_utf8_are_kept_and_said(tmp_path: Path) -> None:
    content = f"été à Noël {MAIL}".encode() + b" \xff\xc3 " + MAIL.encode()
    out, report = redacted(tmp_path, content)
    assert out == content.replace(MAIL.encode(), b"[EMAIL]")
    assert "2 bytes are not UTF-8" in report.notes[0]


def test_a_half_character_of_utf16_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="UTF-16-LE"):
        redacted(tmp_path, "texte".encode("utf-16") + b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


@quick
@given(st.binary(max_size=400))
def test_no_byte_is_lost_whatever_the_bytes(tmp_path: Path, content: bytes) -> None:
    reading = Reading(FINDER, format="text")
    try:
        out, report = redacted(tmp_path, content, reading=reading)
    except Refused as refused:
        assert "UTF-" in str(refused)  # of a byte order mark that lies
        return
    if not report.tally.total:
        assert out == content


@pytest.mark.parametrize("at", [CHUNK - 10, CHUNK - 1, (1 << 18) - 12])
def test_a_value_on_the_border_of_two_chunks_is_found(tmp_path: Path, at: int) -> None:
    text = "é " * (at // 3) + MAIL + " suite"
    out, _ = redacted(tmp_path, text.encode())
    assert MAIL not in out.decode() and out.decode().endswith("[EMAIL] suite")


def test_a_line_of_many_megabytes_is_read(tmp_path: Path) -> None:
    text = ("mot " * 500_000 + MAIL + " ") * 3
    out, report = redacted(tmp_path, text.encode())
    assert report.tally.counts["EMAIL"].count == 3 and MAIL.encode() not in out


@given(st.text(alphabet="a\r\n", max_size=30), st.lists(st.integers(0, 30), max_size=4), st.booleans())
def test_lines_do_not_depend_on_chunks(text: str, cuts: list[int], only_newline: bool) -> None:
    edges = [0, *sorted(cuts), len(text)]
    chunks = [text[a:b] for a, b in pairwise(edges)]
    cut = list(lines(chunks, only_newline=only_newline))
    assert "".join(cut) == text
    whole = text.split("\n") if only_newline else text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert len(cut) == len(whole) - (not whole[-1])


# Seals


def _keys(folder: Path) -> KeyStore:
    keys = KeyStore.from_file(folder / "keys")
    if "essai" not in keys.scopes:
        keys.create("essai")
    return keys


@quick
@given(
    st.lists(
        st.sampled_from([b"mot ", b"\xff", MAIL.encode() + b" ", b"\r\n", "é".encode(), b"\x00"]), max_size=30
    )
)
def test_a_seal_gives_back_the_very_bytes(tmp_path: Path, parts: list[bytes]) -> None:
    path, out, seal, back = (tmp_path / name for name in ("a.txt", "b.txt", "b.seal", "c.txt"))
    for one in (out, seal, back):
        one.unlink(missing_ok=True)
    path.write_bytes(b"".join(parts))
    keys = _keys(tmp_path)
    reading = Reading(FINDER, format="text")
    redact_file(path, out, reading, Writing("mask", keys=keys, scope="essai"), seal=seal)
    restore_file(out, seal, back, keys, "essai")
    assert back.read_bytes() == path.read_bytes()
    assert MAIL.encode() not in seal.read_bytes()


def test_a_seal_opens_by_its_key_only_and_after_rotation(tmp_path: Path) -> None:
    path, out, seal, back = (tmp_path / name for name in ("a.txt", "b.txt", "b.seal", "c.txt"))
    path.write_text(f"x {MAIL}")
    keys = _keys(tmp_path)
    redact_file(path, out, READING, Writing(keys=keys, scope="essai"), seal=seal)
    other = KeyStore.from_file(tmp_path / "other")
    other.create("essai")
    with pytest.raises(Refused, match="the key or the scope"):
        restore_file(out, seal, back, other, "essai")
    written = out.read_bytes()
    out.write_bytes(written[:-1])
    with pytest.raises(Refused, match="altered"):
        restore_file(out, seal, back, keys, "essai")
    out.write_bytes(b"y" + written[1:])
    with pytest.raises(Refused, match="altered"):
        restore_file(out, seal, back, keys, "essai")
    assert not back.exists()
    out.write_bytes(written)
    keys.rotate("essai")
    restore_file(out, seal, back, keys, "essai")
    assert back.read_bytes() == path.read_bytes()
    keys.destroy("essai")
    with pytest.raises(Refused, match="destroyed"):
        restore_file(out, seal, tmp_path / "d.txt", keys, "essai")


@pytest.mark.parametrize("cut", [0, 30, 58, 63, -1])
def test_a_seal_that_was_cut_is_refused(tmp_path: Path, cut: int) -> None:
    path, out, seal = (tmp_path / name for name in ("a.txt", "b.txt", "b.seal"))
    path.write_text(f"x {MAIL}")
    keys = _keys(tmp_path)
    redact_file(path, out, READING, Writing(keys=keys, scope="essai"), seal=seal)
    seal.write_bytes(seal.read_bytes()[:cut])
    with pytest.raises(Refused):
        restore_file(out, seal, tmp_path / "c.txt", keys, "essai")
    assert not (tmp_path / "c.txt").exists()


@pytest.mark.parametrize("altered", ["each bit", "more at the end"])
def test_a_seal_that_was_altered_is_refused(tmp_path: Path, altered: str) -> None:
    path, out, seal = (tmp_path / name for name in ("a.txt", "b.txt", "b.seal"))
    path.write_text(f"x {MAIL}")
    keys = _keys(tmp_path)
    redact_file(path, out, READING, Writing(keys=keys, scope="essai"), seal=seal)
    content = seal.read_bytes()
    if altered == "each bit":
        others = [
            content[: bit // 8] + bytes([content[bit // 8] ^ 1 << bit % 8]) + content[bit // 8 + 1 :]
            for bit in range(8 * len(content))
        ]
    else:
        others = [content + b"x"]
    for other in others:
        seal.write_bytes(other)
        with pytest.raises(Refused):
            restore_file(out, seal, tmp_path / "c.txt", keys, "essai")
    assert not (tmp_path / "c.txt").exists()


# Writing


def test_an_existing_file_is_not_replaced_unless_asked(tmp_path: Path) -> None:
    path, out = tmp_path / "a.txt", tmp_path / "b.txt"
    path.write_text(MAIL)
    out.write_text("précieux")
    with pytest.raises(Refused, match="exists"):
        redact_file(path, out, READING, TAGS)
    assert out.read_text() == "précieux"
    redact_file(path, path, READING, TAGS, overwrite=True)
    assert path.read_text() == "[EMAIL]"


def test_rights_are_those_of_the_original(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(MAIL)
    path.chmod(0o640)
    redact_file(path, tmp_path / "b.txt", READING, TAGS)
    assert (tmp_path / "b.txt").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("is_nameless", [True, False])
def test_an_interruption_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_nameless: bool
) -> None:
    if not is_nameless:  # a file system where a file must have a name
        monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    path = tmp_path / "a.txt"
    path.write_text("mot " * 300_000)

    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        redact_file(path, tmp_path / "b.txt", Reading(FINDER, advance=interrupted), TAGS)
    assert [one.name for one in tmp_path.iterdir()] == ["a.txt"]
    redact_file(path, tmp_path / "b.txt", READING, TAGS)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.txt", "b.txt"]


@pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="this system has no files without a name")
def test_a_run_that_is_killed_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("mot " * 300_000)
    code = (
        "import os, signal, sys\nfrom pathlib import Path\n"
        "from bacasable.privacy.redaction.files import Reading, redact_file\n"
        "folder = Path(sys.argv[1])\n"
        "kill = lambda _: os.kill(os.getpid(), signal.SIGKILL)\n"
        "redact_file(folder / 'a.txt', folder / 'b.txt', Reading(advance=kill))\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True)
    assert done.returncode == -signal.SIGKILL
    assert [one.name for one in tmp_path.iterdir()] == ["a.txt"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.txt", b"\x89PNG\r\n\x1a\n", "a picture"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Office"),
        ("a.txt", bytes(range(32)) * 40, "too many control characters"),
        ("a.docx", b"bonjour", "not a DOCX document"),
        ("a.gz", b"\x1f\x8b\x08", "gzip"),
    ],
)
def test_what_is_not_text_is_refused_by_its_kind(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    with pytest.raises(Refused, match=said):
        redacted(tmp_path, content, name)


def test_signs_of_markdown_neither_cut_nor_join_values(tmp_path: Path) -> None:
    text = (
        "| Tél |\r\n| 06 12 34 56 78 | 3 |\n\nmarie\\_dupont@example.fr, a\\.martin@example.fr \\* \\\\ |\n"
    )
    reading = Reading(Finder(types=["EMAIL", "PHONE"]))
    out, _ = redacted(tmp_path, text.encode(), "a.md", reading)
    assert out.decode() == "| Tél |\r\n| [PHONE] | 3 |\n\n[EMAIL], [EMAIL] \\* \\\\ |\n"
