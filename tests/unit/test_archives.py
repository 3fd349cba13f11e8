"""An archive made piece by piece is an ordinary ZIP, whatever is put in it and however it comes."""

import hashlib
import io
import zipfile
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bacasable.exchange.archives import Archive

NAMES = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=30)


@given(st.dictionaries(NAMES, st.lists(st.binary(max_size=500), max_size=5), max_size=5), st.booleans())
def test_what_is_added_comes_out_with_its_digest(entries, compressed):
    archive = Archive()
    packed = b""
    for name, pieces in entries.items():
        packed += b"".join(archive.add(name, pieces, compressed=compressed))
    packed += archive.end()
    with zipfile.ZipFile(io.BytesIO(packed)) as opened:
        assert opened.testzip() is None
        assert {name: opened.read(name) for name in opened.namelist()} == {
            name: b"".join(pieces) for name, pieces in entries.items()
        }
    assert archive.digests == {
        name: hashlib.sha256(b"".join(pieces)).hexdigest() for name, pieces in entries.items()
    }


def test_bytes_leave_before_the_next_piece_is_asked_for():
    asked = []

    def pieces():
        for number in range(3):
            asked.append(number)
            yield bytes(1000)

    flow = Archive().add("a", pieces(), at=datetime(2026, 3, 2, 9, tzinfo=UTC))
    assert len(next(flow)) >= 1000
    assert asked == [0]
