"""What changed between two versions can be read back from what is shown."""

from hypothesis import given
from hypothesis import strategies as st

from bacasable.programme.synthesis.content import folded
from bacasable.programme.synthesis.differences import MOST_WORDS, changes, compare
from bacasable.programme.synthesis.documents import blocks


def content(**parts):
    empty = {
        "title": "T",
        "summary": "S",
        "theme": "",
        "sector": "",
        "keywords": [],
        "passages": [],
        "replies": [],
        "foresight": None,
    }
    return empty | parts


def passage(identifier, body, heading="H", replies=()):
    return {"id": identifier, "heading": heading, "body": body, "replies": list(replies)}


@given(st.text(max_size=200), st.text(max_size=200))
def test_both_texts_can_be_read_back(before, after):
    pieces = compare(before, after)
    assert "".join(p.text for p in pieces if p.kind != "added") == before
    assert "".join(p.text for p in pieces if p.kind != "removed") == after


def test_only_the_words_that_changed_are_marked():
    pieces = compare("keep 12 months of data", "keep 6 months of data")
    assert [(p.kind, p.text) for p in pieces if p.kind != "same"] == [("removed", "12 "), ("added", "6 ")]


def test_a_very_long_text_is_shown_before_and_after():
    long = "word " * (MOST_WORDS + 1)
    assert [p.kind for p in compare(long, long + "more")] == ["removed", "added"]


def test_each_part_that_changed_is_named_and_no_other():
    reply = {"id": "r", "text": "A reply", "response": "", "at": ""}
    before = content(passages=[passage("a", "one"), passage("b", "two")], keywords=["x"])
    after = content(
        passages=[passage("a", "one", replies=[reply]), passage("c", "three")],
        keywords=["x", "y"],
        foresight={"signal": "s", "change": "c", "horizon": "h", "driving_force": "d"},
    )
    found = [(change.key, [p.kind for p in change.pieces]) for change in changes(before, after)]
    assert ("keywords", ["removed", "added"]) in found
    assert found.count(("passage", ["added"])) == 1
    assert found.count(("passage", ["removed"])) == 1
    assert ("reply", ["added"]) in found
    assert {key for key, _kinds in found if key.startswith("foresight")} == {
        "foresight_signal",
        "foresight_change",
        "foresight_horizon",
        "foresight_driving_force",
    }
    assert changes(before, before) == []


def test_words_are_compared_without_case_or_accents():
    assert folded("Été — à Noël, ŒUVRE") == folded("ete a noel œuvre")


def test_the_pdf_shows_the_same_marks_as_the_page():
    text = "# Head\n\nA *line* with [a link](https://example.org/x).\n\n- one\n- two\n\n1. first"
    assert blocks(text) == [
        {"kind": "heading", "text": "Head"},
        {"kind": "paragraph", "text": "A line with a link (https://example.org/x)."},
        {"kind": "list", "ordered": False, "items": ["one", "two"]},
        {"kind": "list", "ordered": True, "items": ["first"]},
    ]


def test_few_words_repeated_many_times_are_shown_whole() -> None:
    before, after = "Begins. " + "a " * 1400 + "Ends.", "Begins. " + "a b " * 1400 + "Ends."
    pieces = compare(before, after)
    assert [piece.kind for piece in pieces] == ["same", "removed", "added", "same"]
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == after
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == before
