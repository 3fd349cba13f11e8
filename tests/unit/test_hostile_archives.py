"""DOCX and ODT altered by hand, at upload and at redaction: refused in words, or read; no traceback."""

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bacasable.privacy.messages import Refused
from bacasable.privacy.redaction.files import redact_file
from bacasable.privacy.redaction.files.packages import Package
from bacasable.programme.dossiers import media
from bacasable.programme.dossiers.refusals import Refused as RefusedFile
from tests.factories.files import open_document, repacked, word

DOCUMENTS = {"a.docx": word("Appelez le 06 12 34 56 78."), "a.odt": open_document()}


def judged(folder: Path, name: str, content: bytes) -> None:
    """Take a file as an upload, then have it redacted: what is refused says why."""
    try:
        media.media_type(name, content)
    except RefusedFile as refused:
        assert refused.message % refused.values
    path = folder / name
    path.write_bytes(content)
    try:
        redact_file(path, folder / f"out-{name}", overwrite=True)
    except Refused as refused:
        assert str(refused)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(sorted(DOCUMENTS)),
    st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=6),
    st.booleans(),
)
def test_any_bytes_changed_end_in_words(
    tmp_path: Path, name: str, changes: list[tuple[float, int]], is_near_the_end: bool
) -> None:
    content = bytearray(DOCUMENTS[name])
    # most of what leads a reader astray stands in the directory, at the end
    first = len(content) - 1500 if is_near_the_end else 0
    for where, byte in changes:
        content[first + int(where * (len(content) - first))] = byte
    judged(tmp_path, name, bytes(content))


def packed(kind: int, name: str = "word/media/a.bin") -> bytes:
    """Return a Word document with a part that is compressed in another way than documents are."""
    made = io.BytesIO(repacked(DOCUMENTS["a.docx"]))
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr(zipfile.ZipInfo(name), bytes(1 << 16), compress_type=kind)
    return made.getvalue()


@pytest.mark.parametrize("kind", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_part_that_no_office_writes_so_is_refused(tmp_path: Path, kind: int) -> None:
    content = packed(kind)
    with pytest.raises(Refused, match="damaged"):
        Package(io.BytesIO(content))
    judged(tmp_path, "a.docx", content)


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_parts_that_share_their_bytes_are_not_unpacked(tmp_path: Path, name: str) -> None:
    """The bomb of overlapping parts: one compressed block that a directory names a thousand times."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("p0000", bytes(1 << 20))
    content = made.getvalue()
    at = content.rindex(b"PK\x01\x02")
    end = content.rindex(b"PK\x05\x06")
    entry = content[at:end]
    entries = b"".join(entry.replace(b"p0000", f"p{number:04}".encode()) for number in range(1000))
    tail = bytearray(content[end:])
    tail[8:10] = tail[10:12] = (1000).to_bytes(2, "little")
    tail[12:16] = len(entries).to_bytes(4, "little")
    bomb = content[:at] + entries + bytes(tail)
    with pytest.raises(Refused, match="far more room"):
        Package(io.BytesIO(bomb))
    judged(tmp_path, name, bomb)
