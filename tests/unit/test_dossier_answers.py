"""Answers: what is read, what is refused, what is missing, and what two tabs do to one another."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bacasable.programme.dossiers import answers as reading
from bacasable.programme.dossiers.question_types import Question, Step
from bacasable.programme.dossiers.questions import (
    ESSENTIAL,
    EXPECTED_FILES,
    PROJECT,
    STEPS,
)
from tests.factories.dossiers import answer_to

ALL = [(step, question) for step in STEPS for question in step.questions]
NASTY = st.one_of(
    st.text(max_size=300),
    st.sampled_from(
        [
            "<script>alert(1)</script>",
            "'; DROP TABLE programme_dossier; --",
            '#read("/etc/passwd") #import "@preview/x:1.0.0"',
            "a\0b",
            "\u202egnp.exe\u202c",
            "\ud800",
            "x" * 5_000,
            "\r\n\r\n",
        ]
    ),
)


def complete() -> dict[str, dict[str, object]]:
    return {step.key: reading.clean(step, {q.key: answer_to(q) for q in step.questions})[0] for step in STEPS}


def test_keys_and_headings_name_one_thing() -> None:
    assert len({step.key for step in STEPS}) == len(STEPS)
    headings = [step.title for step in STEPS] + [question.label for _step, question in ALL]
    assert len({heading.casefold() for heading in headings}) == len(headings)
    keys = {f"{step.key}.{question.key}" for step, question in ALL}
    assert keys >= ESSENTIAL
    assert keys >= {f"{expected.step}.{expected.question}" for expected in EXPECTED_FILES}


@pytest.mark.parametrize(("step", "question"), ALL, ids=lambda item: item.key)
@settings(deadline=None, max_examples=25)
@given(data=st.data())
def test_whatever_is_sent_is_stored_tidy_or_refused(
    step: Step, question: Question, data: st.DataObject
) -> None:
    raw = data.draw(st.one_of(NASTY, st.lists(NASTY, max_size=3), st.none(), st.integers()))
    values, problems = reading.clean(step, {question.key: raw, "unknown": "x"})
    assert set(values) ^ set(problems) == {question.key}
    if question.key in values:
        value = values[question.key]
        stored = json.dumps(value, ensure_ascii=False).encode()  # what both databases are given
        assert b"\\u0000" not in stored
        assert reading.clean(step, {question.key: value}) == ({question.key: value}, {})
        if question.max_length:
            assert len(str(value)) <= question.max_length
        if question.choices:
            keys = {key for key, _label in question.choices}
            assert set(value if isinstance(value, list) else [value]) <= keys | {""}
        if question.kind == "number":
            assert value == "" or 0 <= int(value) <= reading.LARGEST_NUMBER


def test_line_ends_count_once_and_reordering_marks_go() -> None:
    assert reading.tidy("a\r\nb\rc", lines=True) == "a\nb\nc"
    assert reading.tidy("a\u202eb\u2066c\u200fd", lines=True) == "abc\u200fd"
    assert reading.tidy(" two\nlines ", lines=False) == "two lines"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("0", 0),
        ("1500", 1500),
        ("1 500", 1500),
        ("1\u202f500", 1500),
        ("1,500,000", 1500000),
        ("12.500", 12500),
    ],
)
def test_numbers_as_people_write_them(written: str, read: int) -> None:
    step, question = next((s, q) for s, q in ALL if q.kind == "number")
    assert reading.clean(step, {question.key: written}) == ({question.key: read}, {})


@pytest.mark.parametrize("written", ["-1", "1.5", "many", "1e5", "²", "٣", "1" * 400, "1500 km"])
def test_other_numbers_are_refused(written: str) -> None:
    step, question = next((s, q) for s, q in ALL if q.kind == "number")
    assert question.key in reading.clean(step, {question.key: written})[1]


def test_nothing_missing_when_every_question_is_answered() -> None:
    assert reading.missing(complete(), []) == []
    assert reading.completeness(complete(), []) == 100
    assert reading.completeness({}, []) == 0


@given(st.sets(st.sampled_from([(s.key, q.key) for s, q in ALL])))
def test_what_is_taken_away_is_missing_exactly_when_it_is_required(taken: set[tuple[str, str]]) -> None:
    answers = complete()
    for step, question in taken:
        answers[step].pop(question, None)
    parts = reading.missing(answers, [])
    required = {(s.key, q.key) for s, q in ALL if (s.key, q.key) in taken and reading.is_required(q, answers)}
    assert {(part.step, part.question) for part in parts} == required
    assert (reading.completeness(answers, []) == 100) is (not required)
    assert 0 <= reading.completeness(answers, []) <= 100


def test_a_private_body_names_its_partners() -> None:
    answers = complete()
    answers["organisation"] |= {"kind": "private", "partners": ""}
    assert [part.key for part in reading.missing(answers, [])] == ["organisation.partners"]


@pytest.mark.parametrize("expected", EXPECTED_FILES, ids=lambda e: e.question)
def test_an_announced_file_is_missing_until_there_is_one(expected: object) -> None:
    answers = complete()
    answers[expected.step][expected.question] = expected.value  # type: ignore[attr-defined]
    assert [part.kind for part in reading.missing(answers, [])] == ["file"]
    assert reading.missing(answers, ["a file"]) == []


VALUES = st.sampled_from(["", "one", "two", "three"])
KEYS = [question.key for question in PROJECT.questions]
PAGES = st.lists(
    st.tuples(st.integers(0, 2), st.dictionaries(st.sampled_from(KEYS), VALUES)), min_size=1, max_size=12
)


@settings(deadline=None)
@given(PAGES)
def test_tabs_never_overwrite_what_they_did_not_see(edits: list[tuple[int, dict[str, str]]]) -> None:
    """Three tabs stay open and autosave in any order: a stored answer changes only through a tab that showed
    it, and what a tab typed is stored or reported as a conflict."""
    stored: dict[str, str] = {}
    tabs = [{"shown": dict.fromkeys(KEYS, ""), "seen": reading.token(PROJECT, {})} for _ in range(3)]
    known = [dict.fromkeys(KEYS, "") for _ in range(3)]  # the last stored answer that each tab showed
    for number, typed in edits:
        tab = tabs[number]
        tab["shown"] |= typed
        before = dict(stored)
        merged = reading.merge(PROJECT, tab["seen"], stored, tab["shown"])
        for key in KEYS:
            sent, was = tab["shown"][key], before.get(key, "")
            if key in merged.conflicts:
                assert merged.values.get(key, "") == was != sent
                assert was != known[number][key]
            elif merged.values.get(key, "") != was:
                assert was == known[number][key], "an answer that this tab never showed was overwritten"
            elif sent != was:
                assert sent == known[number][key], "what was typed is neither stored nor reported"
            if merged.values.get(key, "") == sent:
                known[number][key] = sent
        stored = {key: value for key, value in merged.values.items() if value}
        tab["seen"] = merged.seen


@given(st.text(), st.dictionaries(st.sampled_from(KEYS), VALUES))
def test_a_garbled_token_never_overwrites(seen: str, sent: dict[str, str]) -> None:
    stored = dict.fromkeys(KEYS, "kept")
    assert reading.merge(PROJECT, seen, stored, sent).values == stored


def test_a_megabyte_of_text_is_refused_and_not_cut() -> None:
    long = next(q for q in PROJECT.questions if q.kind == "long")
    _values, problems = reading.clean(PROJECT, {long.key: "x" * 1_000_000})
    assert (problems[long.key].length, problems[long.key].limit) == (1_000_000, long.max_length)


def test_the_digest_does_not_depend_on_the_order_of_keys() -> None:
    one = {"a": {"x": 1, "y": ["é"]}, "b": {}}
    two = {"b": {}, "a": {"y": ["é"], "x": 1}}
    assert reading.digest(one, []) == reading.digest(two, [])
    assert reading.digest(one, []) != reading.digest(one, [{"name": "f"}])
