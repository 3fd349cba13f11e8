"""Encrypted files: what goes in comes out, what was altered is refused, what crashed goes on."""

import multiprocessing
import os
import signal
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bacasable.exchange.keyring import Keyring
from bacasable.exchange.sealing import CHUNK_BYTES, HEADER_BYTES
from bacasable.exchange.vault import Altered, Missing, Vault, WrongOffset, sabotage

AROUND = st.one_of(
    st.integers(0, 40),
    *(st.integers(CHUNK_BYTES * n - 2, CHUNK_BYTES * n + 2) for n in (1, 2, 3)),
)
SLOWLY = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "files", Keyring.create(tmp_path / "keys"))


def content(vault: Vault, key: bytes, name: str) -> bytes:
    return b"".join(vault.read(key, name))


def path_of(vault: Vault, name: str, suffix: str = ".sealed") -> Path:
    return vault.root / name[:2] / f"{name}{suffix}"


@SLOWLY
@given(size=AROUND)
def test_a_file_of_any_size_comes_back(vault: Vault, size: int) -> None:
    key, data = vault.new_data_key(), os.urandom(size)
    blob = vault.write(key, data)
    assert (blob.size, content(vault, key, blob.name)) == (size, data)
    assert vault.describe(key, blob.name) == blob


@SLOWLY
@given(sizes=st.lists(AROUND, max_size=4), parts=st.integers(1, 50_000))
def test_pieces_of_any_sizes_make_the_same_file_as_the_whole(
    vault: Vault, sizes: list[int], parts: int
) -> None:
    key, name, whole = vault.new_data_key(), vault.new_name(), b""
    for size in sizes:
        piece = os.urandom(size)
        streamed = (piece[at : at + parts] for at in range(0, size, parts))
        assert vault.append(key, name, streamed, len(whole)) == len(whole) + size
        whole += piece
        assert vault.offset(key, name) == len(whole)
    if not sizes:
        vault.append(key, name, b"", 0)
    blob = vault.finish(key, name)
    assert content(vault, key, name) == whole
    assert vault.finish(key, name) == blob == vault.describe(key, name)
    assert vault.offset(key, name) == len(whole)


@SLOWLY
@given(data=st.data(), size=st.sampled_from([0, 1, 100, CHUNK_BYTES + 1]))
def test_any_altered_byte_is_refused(vault: Vault, data: st.DataObject, size: int) -> None:
    key = vault.new_data_key()
    blob = vault.write(key, os.urandom(size))
    path = path_of(vault, blob.name)
    stored = bytearray(path.read_bytes())
    stored[data.draw(st.integers(0, len(stored) - 1))] ^= data.draw(st.integers(1, 255))
    path.write_bytes(stored)
    with pytest.raises(Altered):
        content(vault, key, blob.name)


@SLOWLY
@given(data=st.data())
def test_any_truncation_or_addition_is_refused(vault: Vault, data: st.DataObject) -> None:
    key = vault.new_data_key()
    blob = vault.write(key, os.urandom(CHUNK_BYTES + 500))
    path = path_of(vault, blob.name)
    stored = path.read_bytes()
    path.write_bytes(stored[: data.draw(st.integers(0, len(stored) - 1))])
    with pytest.raises(Altered):
        content(vault, key, blob.name)
    path.write_bytes(stored + data.draw(st.binary(min_size=1, max_size=80)))
    with pytest.raises(Altered):
        content(vault, key, blob.name)


def records(stored: bytes) -> list[bytes]:
    found, at = [], HEADER_BYTES
    while at < len(stored):
        length = 5 + int.from_bytes(stored[at : at + 4])
        found.append(stored[at : at + length])
        at += length
    return found


@pytest.mark.parametrize(
    "change",
    [
        lambda a, b: [a[1], a[0], *a[2:]],
        lambda a, b: [a[0], a[0], *a[1:]],
        lambda a, b: [a[0], *a[2:]],
        lambda a, b: [a[0], b[1], *a[2:]],
        lambda a, b: [*a[:-1], b[-1]],
        lambda a, b: [*a, a[-1]],
    ],
    ids=["swapped", "repeated", "dropped", "from-another-file", "end-of-another-file", "two-ends"],
)
def test_moved_records_are_refused(vault: Vault, change: Callable[..., list[bytes]]) -> None:
    key = vault.new_data_key()
    one, other = (vault.write(key, os.urandom(3 * CHUNK_BYTES)) for _ in range(2))
    path = path_of(vault, one.name)
    stored = path.read_bytes()
    moved = change(records(stored), records(path_of(vault, other.name).read_bytes()))
    path.write_bytes(stored[:HEADER_BYTES] + b"".join(moved))
    with pytest.raises(Altered):
        content(vault, key, one.name)


def test_a_file_does_not_open_under_another_name_or_another_dossiers_key(vault: Vault) -> None:
    key = vault.new_data_key()
    one, other = vault.write(key, b"one"), vault.write(key, b"other")
    with pytest.raises(Altered):
        content(vault, vault.new_data_key(), one.name)
    path_of(vault, one.name).replace(path_of(vault, other.name))
    with pytest.raises(Altered):
        content(vault, key, other.name)


@SLOWLY
@given(data=st.data(), zeros=st.booleans())
def test_a_torn_tail_is_cut_and_nothing_acknowledged_is_lost(
    vault: Vault, data: st.DataObject, zeros: bool
) -> None:
    key, name = vault.new_data_key(), vault.new_name()
    first, second = os.urandom(70_000), os.urandom(2 * CHUNK_BYTES + 10)
    vault.append(key, name, first, 0)
    part = path_of(vault, name, ".part")
    acknowledged = part.stat().st_size
    vault.append(key, name, second, len(first))
    stored = part.read_bytes()
    torn_at = data.draw(st.integers(acknowledged, len(stored)))
    # After a loss of power the length may be there and the bytes not.
    part.write_bytes(stored[:torn_at] + bytes(len(stored) - torn_at) * zeros)
    offset = vault.offset(key, name)
    assert len(first) <= offset <= len(first) + len(second)
    vault.append(key, name, (first + second)[offset:], offset)
    vault.finish(key, name)
    assert content(vault, key, name) == first + second


@SLOWLY
@given(kept=st.integers(0, HEADER_BYTES + 10))
def test_a_first_piece_torn_anywhere_starts_again(vault: Vault, kept: int) -> None:
    key, name = vault.new_data_key(), vault.new_name()
    vault.append(key, name, b"abc", 0)
    part = path_of(vault, name, ".part")
    part.write_bytes(part.read_bytes()[:kept])
    assert vault.offset(key, name) == 0
    vault.append(key, name, b"xyz", 0)
    vault.finish(key, name)
    assert content(vault, key, name) == b"xyz"


def test_a_piece_whose_source_fails_leaves_the_file_as_it_was(vault: Vault) -> None:
    key, name = vault.new_data_key(), vault.new_name()
    vault.append(key, name, b"kept", 0)

    def gone():
        yield os.urandom(3 * CHUNK_BYTES)
        raise ConnectionError

    with pytest.raises(ConnectionError):
        vault.append(key, name, gone(), 4)
    assert vault.offset(key, name) == 4
    with pytest.raises(ConnectionError):
        vault.write(key, gone())
    assert list(vault.root.glob("??/*.new")) == []


def test_a_wrong_offset_says_the_right_one(vault: Vault) -> None:
    key, name = vault.new_data_key(), vault.new_name()
    with pytest.raises(Missing):
        vault.append(key, name, b"x", 3)
    vault.append(key, name, b"abc", 0)
    for wrong in (0, 2, 4):
        with pytest.raises(WrongOffset) as refused:
            vault.append(key, name, b"x", wrong)
        assert refused.value.expected == 3
    vault.finish(key, name)
    for offset in (0, 3):
        with pytest.raises(Missing):
            vault.append(key, name, b"x", offset)


def _append_until_killed(root: Path, keys: Path, key: bytes, name: str, acknowledged: str) -> None:
    vault = Vault(root, Keyring(keys))
    offset = 0
    with Path(acknowledged).open("a") as log:
        while True:
            offset = vault.append(key, name, bytes([offset % 251]) * 100_003, offset)
            log.write(f"{offset}\n")
            log.flush()


def test_what_was_acknowledged_survives_sigkill(vault: Vault, tmp_path: Path) -> None:
    key, name, log = vault.new_data_key(), vault.new_name(), tmp_path / "acknowledged"
    log.touch()
    context = multiprocessing.get_context("spawn")
    writer = context.Process(
        target=_append_until_killed, args=(vault.root, vault.keyring.folder, key, name, str(log))
    )
    writer.start()
    while len(log.read_text().splitlines()) < 5:
        writer.join(0.02)
        assert writer.is_alive()
    os.kill(writer.pid, signal.SIGKILL)
    writer.join()
    promised = int(log.read_text().splitlines()[-1])
    offset = vault.offset(key, name)
    assert offset >= promised
    vault.append(key, name, b"end", offset)
    blob = vault.finish(key, name)
    data = content(vault, key, name)
    assert blob.size == len(data) == offset + 3
    for start in range(0, promised, 100_003):
        assert data[start : start + 100_003] == bytes([start % 251]) * 100_003


def test_a_crash_between_the_last_record_and_the_name_is_finished_later(vault: Vault) -> None:
    key, name = vault.new_data_key(), vault.new_name()
    vault.append(key, name, b"abc", 0)
    blob = vault.finish(key, name)
    path_of(vault, name).rename(path_of(vault, name, ".part"))
    assert vault.offset(key, name) == 3
    with pytest.raises(Missing):
        vault.append(key, name, b"", 3)
    assert vault.finish(key, name) == blob


def test_an_acknowledged_piece_altered_before_the_end_is_not_sealed(vault: Vault) -> None:
    key, name = vault.new_data_key(), vault.new_name()
    vault.append(key, name, b"first", 0)
    vault.append(key, name, b"second", 5)
    part = path_of(vault, name, ".part")
    stored = bytearray(part.read_bytes())
    stored[HEADER_BYTES + 20] ^= 1
    part.write_bytes(stored)
    with pytest.raises(Altered):
        vault.finish(key, name)
    assert not vault.exists(name)


def test_nothing_readable_is_on_disk_and_files_are_private(vault: Vault) -> None:
    key = vault.new_data_key()
    secret = b"a sentence that nobody else may read"
    blob = vault.write(key, secret)
    vault.append(key, vault.new_name(), secret, 0)
    paths = [path for path in vault.root.rglob("*") if path.is_file()]
    assert len(paths) == 2
    for path in paths:
        assert secret not in path.read_bytes()
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700
    assert list(vault.names()) == [blob.name]


def test_deleting_and_names(vault: Vault) -> None:
    key = vault.new_data_key()
    blob = vault.write(key, b"x")
    assert vault.delete(blob.name)
    assert not vault.delete(blob.name)
    with pytest.raises(Missing):
        vault.read(key, blob.name)
    for name in ("../../etc/passwd", "", "ABCDEF" * 6, "0" * 31, "0" * 32 + "\n"):
        with pytest.raises(Missing):
            vault.read(key, name)


def test_remnants_of_whole_writes_are_cleared_and_uploads_kept(vault: Vault) -> None:
    key, name = vault.new_data_key(), vault.new_name()
    vault.append(key, name, b"abc", 0)
    remnant = path_of(vault, name, ".new")
    remnant.write_bytes(b"half")
    assert vault.clear_remnants(remnant.stat().st_mtime) == 0
    assert vault.clear_remnants(remnant.stat().st_mtime + 1) == 1
    assert vault.offset(key, name) == 3


def test_a_rotation_needs_no_change_of_files(vault: Vault) -> None:
    key = vault.new_data_key()
    blob = vault.write(key, b"content")
    vault.keyring.rotate()
    rewrapped = vault.rewrap(key)
    vault.keyring.forget([rewrapped])
    assert content(vault, rewrapped, blob.name) == b"content"


def test_encryption_is_off_only_in_a_sabotage_and_in_a_new_temporary_folder(
    vault: Vault, tmp_path: Path
) -> None:
    with pytest.raises(PermissionError):
        Vault(Path(tempfile.mkdtemp()), vault.keyring, encrypt=False)
    with sabotage():
        vault.write(vault.new_data_key(), b"x")
        with pytest.raises(PermissionError):
            Vault(vault.root, vault.keyring, encrypt=False)
        with pytest.raises(PermissionError):
            Vault(Path(tempfile.gettempdir()).resolve().parent / "never-made", vault.keyring, encrypt=False)
        bare = Vault(tmp_path / "bare", vault.keyring, encrypt=False)
        key = bare.new_data_key()
        blob = bare.write(key, b"in the clear")
        assert b"in the clear" in path_of(bare, blob.name).read_bytes()
    with pytest.raises(PermissionError):
        bare.write(key, b"later")
