"""The chain of the journal: whatever is done to it is found, with its place."""

import multiprocessing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bacasable.compliance.journal import (
    GENESIS,
    Entry,
    FileJournal,
    Head,
    JournalRefused,
    seal,
    verify,
)

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.text("abcdefghij-ÉÀ œ", max_size=30),
)


def chain(count: int) -> list[Entry]:
    """Return a chain of ``count`` entries."""
    entries: list[Entry] = []
    head = GENESIS
    for index in range(count):
        entry = seal(
            action="dossier.submitted",
            actor="user:1",
            subject=f"dossier:{index}",
            facts={"n": index},
            head=head,
        )
        entries.append(entry)
        head = Head(entry.number, entry.digest)
    return entries


def head_of(entries: list[Entry]) -> Head:
    return Head(entries[-1].number, entries[-1].digest)


@st.composite
def chain_and_place(draw: st.DrawFn) -> tuple[list[Entry], int]:
    entries = chain(draw(st.integers(2, 12)))
    return entries, draw(st.integers(0, len(entries) - 1))


@given(st.integers(0, 12))
def test_an_untouched_chain_holds(count: int) -> None:
    entries = chain(count)
    report = verify(entries, head_of(entries) if entries else None)
    assert report.ok
    assert report.count == count


@given(
    chain_and_place(), st.sampled_from(["actor", "action", "subject", "facts", "at", "previous", "digest"])
)
def test_an_edit_is_found_at_its_place(case: tuple[list[Entry], int], name: str) -> None:
    entries, place = case
    changed = {
        "actor": "user:2",
        "action": "dossier.withdrawn",
        "subject": "dossier:other",
        "facts": {"n": -1},
        "at": entries[place].at.replace(year=2001),
        "previous": "f" * 64,
        "digest": "f" * 64,
    }[name]
    entries[place] = replace(entries[place], **{name: changed})
    assert place + 1 in {fault.number for fault in verify(entries).faults if fault.kind == "edited"}


@given(chain_and_place())
def test_an_edit_with_a_new_digest_breaks_the_next_link(case: tuple[list[Entry], int]) -> None:
    entries, place = case
    published = head_of(entries)
    forged = replace(entries[place], actor="user:2")
    entries[place] = replace(forged, digest=forged.expected_digest())
    kinds = {(fault.kind, fault.number) for fault in verify(entries, published).faults}
    assert kinds == {("rewritten", len(entries)) if place + 1 == len(entries) else ("unlinked", place + 2)}


@given(chain_and_place())
def test_a_deletion_is_found(case: tuple[list[Entry], int]) -> None:
    entries, place = case
    published = head_of(entries)
    del entries[place]
    kinds = {(fault.kind, fault.number) for fault in verify(entries, published).faults}
    assert kinds == {("truncated" if place == len(entries) else "missing", place + 1)}


@given(chain_and_place(), st.data())
def test_a_reordering_is_found(case: tuple[list[Entry], int], data: st.DataObject) -> None:
    entries, place = case
    other = data.draw(st.integers(0, len(entries) - 1).filter(lambda index: index != place))
    entries[place], entries[other] = entries[other], entries[place]
    assert {"missing", "out_of_order"} & {fault.kind for fault in verify(entries).faults}


@given(st.integers(2, 12), st.data())
def test_a_rewritten_end_is_found_against_a_published_head(count: int, data: st.DataObject) -> None:
    entries = chain(count)
    pinned = data.draw(st.integers(1, count))
    published = head_of(entries[:pinned])
    cut = data.draw(st.integers(0, pinned - 1))
    rest = entries[:cut]
    for _ in range(count):
        head = head_of(rest) if rest else GENESIS
        rest.append(seal(action="dossier.forged", actor="user:1", subject="dossier:0", head=head))
    assert [(fault.kind, fault.number) for fault in verify(rest, published).faults] == [("rewritten", pinned)]


def test_a_segment_is_verified_from_the_head_before_it() -> None:
    entries = chain(6)
    assert verify(entries[3:], start=head_of(entries[:3])).ok
    assert not verify(entries[3:]).ok


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        ({"facts": {"to": "ada@example.org"}}, "looks like an e-mail address"),
        ({"facts": {"text": "x" * 201}}, "has 201 characters"),
        ({"facts": {"parts": ["a", "b"]}}, "is a list"),
        ({"facts": {"share": float("nan")}}, "not a finite number"),
        ({"facts": {"name": "a\0b"}}, "control character"),
        ({"subject": "ada@example.org"}, "the subject is not a reference"),
        ({"actor": "Ada Lovelace"}, "the actor is not a reference"),
        ({"action": "Submitted"}, "is not an action"),
    ],
)
def test_what_is_not_fit_for_the_journal_is_refused(given_: dict[str, object], said: str) -> None:
    with pytest.raises(JournalRefused, match=said):
        seal(**{"action": "dossier.submitted", "actor": "system", "subject": "dossier:1", **given_})  # type: ignore[arg-type]


def test_a_refusal_does_not_repeat_the_address() -> None:
    with pytest.raises(JournalRefused) as refused:
        seal(action="mail.sent", actor="system", subject="mail:1", facts={"to": "ada@example.org"})
    assert "ada" not in str(refused.value)


@given(st.dictionaries(st.text("abc", min_size=1, max_size=3), scalars, max_size=4))
def test_a_file_gives_back_what_was_recorded(tmp_path_factory: pytest.TempPathFactory, facts: dict) -> None:
    journal = FileJournal(tmp_path_factory.mktemp("journal") / "acts.jsonl")
    recorded = journal.record(
        "engine.ran", actor="system", subject="run:1", **{f"f_{k}": v for k, v in facts.items()}
    )
    (read,) = journal.entries()
    assert read.expected_digest() == read.digest == recorded.digest
    assert verify([read], journal.head()).ok


def _append(path: Path, who: int) -> None:
    for index in range(20):
        FileJournal(path).record("engine.ran", actor=f"worker:{who}", subject=f"run:{index}")


def test_many_processes_write_one_chain(tmp_path: Path) -> None:
    path = tmp_path / "acts.jsonl"
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_append, args=(path, who)) for who in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    report = verify(FileJournal(path).entries())
    assert (report.ok, report.count) == (True, 80)


@given(st.integers(1, 200), st.sampled_from([b"", b"\0" * 50]))
def test_a_torn_last_line_is_cut_off_and_said(
    tmp_path_factory: pytest.TempPathFactory, lost: int, garbage: bytes
) -> None:
    journal = FileJournal(tmp_path_factory.mktemp("journal") / "acts.jsonl")
    for index in range(3):
        journal.record("engine.ran", actor="system", subject=f"run:{index}")
    whole = journal.path.read_bytes()
    last = len(whole.splitlines(keepends=True)[-1])
    kept = whole[: -min(lost, last - 1)]
    journal.path.write_bytes(kept + garbage)
    journal.record("engine.ran", actor="system", subject="run:3")
    entries = list(journal.entries())
    assert verify(entries).ok
    only_the_line_end = lost == 1 and not garbage
    expected = ["engine.ran"] * (3 if only_the_line_end else 2)
    expected += ([] if only_the_line_end else ["journal.recovered"]) + ["engine.ran"]
    assert [entry.action for entry in entries] == expected


def test_a_damaged_line_in_the_middle_is_refused_with_its_number(tmp_path: Path) -> None:
    journal = FileJournal(tmp_path / "acts.jsonl")
    for index in range(3):
        journal.record("engine.ran", actor="system", subject=f"run:{index}")
    lines = journal.path.read_bytes().splitlines(keepends=True)
    journal.path.write_bytes(lines[0] + b"{}\n" + lines[2])
    with pytest.raises(JournalRefused, match="line 2: not a journal entry"):
        list(journal.entries())
