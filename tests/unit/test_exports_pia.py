"""Impact assessments of the CNIL's software: nothing is lost, what is edited is all that changes."""

import copy
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bacasable.compliance.exports.pia import questions
from bacasable.compliance.exports.pia.document import LARGEST_BYTES, Pia, read, written
from bacasable.compliance.exports.pia.from_declaration import filled, render
from bacasable.compliance.exports.pia.plain_text import from_html, holds_active_content
from bacasable.compliance.exports.pia.set_aside import set_aside
from bacasable.compliance.exports.pia.shown import imported
from bacasable.compliance.exports.sheet import as_html
from bacasable.privacy.messages import Refused
from tests.factories.exports import AT, HOSTILE, context, declaration

REAL = ("2018-02-21-pia-example.json", "pia_export_fixture.json")
LATER = datetime(2026, 12, 1, tzinfo=UTC)


def real(name: str) -> bytes:
    folder = Path(os.environ.get("BACASABLE_FORMATS", "")) / "pia" / name
    if not os.environ.get("BACASABLE_FORMATS") or not folder.is_file():
        pytest.skip("BACASABLE_FORMATS names no folder with pia/: the CNIL's published exports are not here")
    return folder.read_bytes()


def flat(content: bytes) -> bytes:
    """Return the shape of the back end: the assessment's keys and the arrays in one object."""
    tree = json.loads(content)
    return written({**tree["pia"], **{key: value for key, value in tree.items() if key != "pia"}})


def small(**parts: Any) -> dict[str, Any]:
    return {
        "pia": {"id": 4, "name": "Small", "status": 0},
        "answers": [],
        "measures": [],
        "evaluations": [],
        "comments": [],
    } | parts


def of(tree: Any) -> Pia:
    return read(json.dumps(tree).encode())


@pytest.mark.parametrize("name", REAL)
@pytest.mark.parametrize("shape", [bytes, flat], ids=["as published", "flat"])
def test_published_files_come_back_byte_for_byte_and_every_answer_is_read(name: str, shape: Any) -> None:
    content = shape(real(name))
    pia = read(content)
    assert pia.write() == content
    assert written(pia.tree) == written(json.loads(content))
    assert json.loads(written(pia.tree)) == json.loads(content)
    assert set(pia.answers()) == set(questions.ALL)
    assert all(pia.answers().values())
    assert len(pia.measures()) == len(json.loads(content)["measures"])
    assert pia.is_flat is (shape is flat)


def test_of_the_published_files_only_the_lost_reference_is_set_aside() -> None:
    assert set_aside(read(real(REAL[0]))) == ()
    (aside,) = set_aside(read(real(REAL[1])))
    assert (aside.place, aside.found) == ("evaluations[14].reference_to", "3.1.[object Object]")


@pytest.mark.parametrize("name", REAL)
def test_an_edit_of_a_published_file_changes_that_answer_and_nothing_else(name: str) -> None:
    before = json.loads(real(name))
    after = json.loads(read(real(name)).with_answer(212, "<p>by law</p>", LATER).write())
    changed = [(one, two) for one, two in zip(before["answers"], after["answers"], strict=True) if one != two]
    ((one, two),) = changed
    assert two["reference_to"] == 212
    assert two == {
        **one,
        "data": {**one["data"], "text": "<p>by law</p>"},
        "updated_at": "2026-12-01T00:00:00.000Z",
    }
    del before["answers"], after["answers"]
    assert before == after


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(max_size=12), inside, max_size=4),
    max_leaves=20,
)
REFERENCE = st.sampled_from([111, "111", 325, 324, "2.1.211", "3.1.1", "3.1.[object Object]", 999]) | JSON
ENTRY = st.fixed_dictionaries(
    {},
    optional={
        "reference_to": REFERENCE,
        "data": st.fixed_dictionaries({}, optional={"text": JSON, "gauge": JSON, "list": JSON}) | JSON,
        "id": JSON,
        "title": JSON,
        "content": JSON,
        "status": JSON,
    },
)
ENTRIES = st.lists(ENTRY | JSON, max_size=5)
TREES = st.builds(
    lambda header, arrays, is_flat, more: (
        {**header, **more, **arrays, "name": "x"} if is_flat else {"pia": header, **more, **arrays}
    ),
    st.dictionaries(st.sampled_from(["id", "name", "status", "dpo_opinion", "odd"]), JSON, max_size=4),
    st.fixed_dictionaries(
        {"answers": ENTRIES},
        optional={"measures": ENTRIES | JSON, "evaluations": ENTRIES | JSON, "comments": ENTRIES | JSON},
    ),
    st.booleans(),
    st.dictionaries(st.sampled_from(["attachments", "z", "é"]), JSON, max_size=2),
)


@given(TREES)
@settings(max_examples=150)
def test_any_file_of_that_shape_comes_back_the_same_and_can_be_shown(tree: dict[str, Any]) -> None:
    content = json.dumps(tree).encode()
    pia = read(content)
    assert pia.write() == content
    assert json.loads(written(pia.tree)) == tree
    assert "<script" not in as_html(imported(pia, context()))


@given(TREES, st.sampled_from(sorted(questions.QUESTIONS)), st.text(max_size=40))
@settings(max_examples=150)
def test_an_edit_of_any_such_file_changes_one_answer(tree: dict[str, Any], reference: int, html: str) -> None:
    before = copy.deepcopy(tree)
    pia = of(tree).with_answer(reference, html, LATER)
    after = json.loads(pia.write())
    assert pia.answers()[reference].text == from_html(html)
    old, new = before.pop("answers"), after.pop("answers")
    assert before == after
    different = [index for index, one in enumerate(old) if new[index] != one]
    assert len(different) + len(new) - len(old) == 1


def test_an_answer_kept_as_a_text_of_json_stays_one() -> None:
    tree = small(answers=[{"reference_to": "111", "data": json.dumps({"text": "a", "extra": 1})}])
    after = json.loads(of(tree).with_answer(111, "b", LATER).write())
    assert json.loads(after["answers"][0]["data"]) == {"text": "b", "extra": 1}


def test_numbers_that_a_float_would_spoil_come_back() -> None:
    content = b'{"name": "x", "id": 90071992547409931, "big": 1e22, "answers": [{"reference_to": 111}]}'
    assert json.loads(read(content).with_answer(111, "a", LATER).write())["id"] == 90071992547409931


def test_half_a_pair_of_surrogates_comes_back() -> None:
    content = b'{"name": "\\ud800", "answers": [{"reference_to": 111}]}'
    after = read(content).with_answer(111, "a", LATER).write()
    assert json.loads(after)["name"] == "\ud800"


@pytest.mark.parametrize(
    ("parts", "place", "reason"),
    [
        ({"answers": [{"reference_to": 999, "data": {"text": "x"}}]}, "answers[0].reference_to", "no such"),
        ({"answers": [{"reference_to": 111, "data": 7}]}, "answers[0].data", "not an answer"),
        (
            {"answers": [{"reference_to": 111, "data": {"text": "a"}}] * 2},
            "answers[1].reference_to",
            "answered before",
        ),
        (
            {"evaluations": [{"reference_to": "3.1.[object Object]"}]},
            "evaluations[0].reference_to",
            "lost which measure",
        ),
        ({"evaluations": [{"reference_to": "3.1.77"}]}, "evaluations[0].reference_to", "not in the file"),
        ({"evaluations": [{"reference_to": "9.9"}]}, "evaluations[0].reference_to", "evaluates nothing"),
        ({"measures": [{"id": 1, "title": ""}]}, "measures[0]", "no title"),
        (
            {"answers": [{"reference_to": 324, "data": {"list": ["Locks"]}}]},
            "answers[0]",
            "No measure has this title",
        ),
        ({"comments": {"a": 1}}, "comments", "not a list"),
        ({"measures": ["text"]}, "measures[0]", "not an object"),
        ({"future": []}, "future", "do not know"),
        (
            {"answers": [{"reference_to": 111, "data": {"text": "<img src=x onerror=alert(1)>"}}]},
            "answers[0].data.text",
            "never shown nor run",
        ),
    ],
)
def test_what_has_no_place_is_listed_and_stays(parts: dict[str, Any], place: str, reason: str) -> None:
    pia = of(small(**parts))
    assert any(one.place == place and reason in one.reason for one in set_aside(pia)), set_aside(pia)
    assert json.loads(written(pia.tree)) == small(**parts)


@pytest.mark.parametrize(
    "text",
    [
        "<script>x</script>",
        "<img src=x onerror=alert(1)>",
        "<a href='java\tscript:x'>",
        "<a href='&#106;avascript:x'>",
        "<svg/onload=x>",
        "<iframe src=x>",
        '<a title=">" onclick="x">',
        "<style>p{}</style>",
    ],
)
def test_scripts_are_seen_and_never_shown(text: str) -> None:
    assert holds_active_content(text.replace("\t", ""))
    tree = small(answers=[{"reference_to": 111, "data": {"text": f"before {text} after"}}])
    shown = as_html(imported(of(tree), context()))
    for mark in ("<script", "<img", "<a ", "<svg", "<iframe", "<style"):
        assert mark not in shown
    assert of(tree).write() == json.dumps(tree).encode()


def test_what_the_editor_of_the_software_writes_is_no_script() -> None:
    assert not holds_active_content(
        '<span style="font-family: Arial; color: #fff">on = off</span><br />\n<ul>'
    )
    assert not holds_active_content("a = b, onions = good")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"pia": 1}',
        b'{"structure": {"name": "x"}}',
        b"[" * 100_000,
        b'{"name": "x", "answers": [' + b"[" * 80 + b"]" * 80 + b"]}",
        b"\xff\xfe\x00",
        b'{"name": NaN, "answers": []}',
        b'{"name": 1e999, "answers": []}',
        b'{"name": "x", "name": "y", "answers": []}',
        b'{"name": ' + b"1" * 5000 + b', "answers": []}',
        b" " * (LARGEST_BYTES + 1),
    ],
)
def test_what_is_not_an_assessment_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(Refused, match=r"[Ee]xport"):
        read(content)


class TestFromDeclaration:
    def tree(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(render(declaration(), context()).content)
        return found

    def test_it_has_the_shape_of_a_real_export(self) -> None:
        published, made = json.loads(real(REAL[0])), self.tree()
        assert list(made) == list(published)
        assert list(made["pia"]) == list(published["pia"])
        for array in ("answers", "measures"):
            assert {tuple(sorted(one)) for one in made[array]} <= {
                tuple(sorted(one)) for one in published[array]
            }
        for one in made["answers"]:
            assert set(one["data"]) == {"text", "gauge", "list"}

    def test_sections_one_and_two_are_answered_from_the_declaration(self) -> None:
        answers = read(render(declaration(), context()).content).answers()
        for reference, said in {
            111: "grant the aid",
            112: "Controller: City of Aubelune, city@aubelune.example",
            121: "disability (health (GDPR 9(1))), of: people who apply",
            122: "from the tax office",
            123: "aid.csv",
            211: "grant the aid",
            212: "task in the public interest (GDPR 6(1)(e)): CASF L.111-1",
            213: "disability, required: grant the aid",
            215: "12 months from: the decision; then archived for 30 days",
            226: "Host Ltd (contract: contract 12)",
            227: "Host Ltd, Canada: adequacy decision (GDPR 45)",
        }.items():
            assert said in answers[reference].text, reference
        assert "a task in the public interest is not portable" in answers[223].text
        assert "have my data erased (GDPR 17), applies: after an objection" in answers[224].text
        assert "withdraw my consent (GDPR 7(3)), applies" in answers[222].text

    def test_what_people_wrote_is_escaped_in_the_html_of_the_file(self) -> None:
        text = next(one["data"]["text"] for one in self.tree()["answers"] if one["reference_to"] == 211)
        assert "<script>" not in text
        assert HOSTILE in from_html(text)

    def test_a_measure_carries_its_evidence(self) -> None:
        measures = read(render(declaration(), context()).content).measures()
        assert (
            "measured on 2026-11-22: 0, interval 0 to 0.0036 at 95 %, 1024 trials"
            in measures["files are sealed"]
        )
        assert measures["agents are trained"] == ""

    def test_opinions_and_status_are_those_declared(self) -> None:
        header = self.tree()["pia"]
        assert header["status"] == 2
        assert header["dpo_opinion"] == "favourable, with <b>care</b>"
        assert header["concerned_people_searched_opinion"] is True
        assert header["dpos_names"] == "Ms Officer, dpo@aubelune.example"

    def test_what_only_people_can_say_is_listed_with_its_place(self) -> None:
        missing = [str(one) for one in render(declaration(), context()).missing]
        for part in (
            "impacts, threats",
            "evaluation of each answer",
            "who validated",
            "question 113",
            "how consent",
        ):
            assert any(part in one for one in missing), part
        bare = render(declaration(dpia=_no_opinion()), context()).missing
        assert ("opinion of the DPO", "exports.py: Dpia(dpo_opinion=...)") in [
            (one.what, one.where) for one in bare
        ]

    def test_it_fills_only_what_an_assessment_leaves_open(self) -> None:
        tree = small(
            answers=[
                {"reference_to": 211, "data": {"text": "ours"}, "id": 9},
                {"reference_to": 212, "data": {"text": "<p> </p>"}, "id": 12},
            ],
            measures=[{"id": 5, "title": "Files are sealed", "content": "ours"}],
        )
        pia, done, added = filled(of(tree), declaration(), context())
        after = json.loads(pia.write())
        assert 211 not in done and 212 in done and added == ("agents are trained",)
        assert after["answers"][0] == tree["answers"][0]
        assert after["measures"][0] == tree["measures"][0]
        assert [one["id"] for one in after["answers"]] == [9, *range(12, 12 + len(done))]
        assert all(one["pia_id"] == 4 for one in after["answers"][2:])
        assert pia.answers()[212].text.startswith("- grant the aid")

    @pytest.mark.parametrize("name", REAL)
    def test_a_published_file_that_is_complete_keeps_all_its_answers(self, name: str) -> None:
        before = read(real(name))
        after, done, _ = filled(before, declaration(), context())
        assert done == ()
        assert after.answers() == before.answers()


def _no_opinion() -> Any:
    from bacasable.compliance.processing import Dpia

    return Dpia(("automated_decision", "sensitive_data"), status="to_do")


def test_dates_are_written_as_the_software_writes_them() -> None:
    header = json.loads(render(declaration(), context()).content)["pia"]
    assert header["created_at"] == AT.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def test_a_long_key_above_many_scripts_costs_no_more_than_its_length() -> None:
    """Else each script would repeat the key: hours, for a file of the size that is read."""
    found = set_aside(of(small() | {"k" * 1_000_000: {"x": ["<form"] * 100_000}}))
    active = [one for one in found if "script" in one.reason]
    assert len(active) == 100_000
    assert max(len(one.place) for one in found) <= 80
