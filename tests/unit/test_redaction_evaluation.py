"""The texts that redaction is judged on are labelled as they say, and the scorer counts as it says."""

import json
import re
from itertools import pairwise

import pytest

from benchmarks.redaction_adversary import DAMAGES, adversarial
from benchmarks.redaction_scores import score
from benchmarks.redaction_texts import FOLDER, VARIANTS, Gold, templates, texts

HELD_OUT = ("letters_seventh", "notes_seventh")
DEVELOPMENT = tuple(name for name in VARIANTS if name not in HELD_OUT)


@pytest.mark.parametrize("name", list(VARIANTS))
def test_every_gold_span_is_a_clean_piece_of_its_text(name: str) -> None:
    for text in texts(name, variants=2):
        assert not re.search(r"\{\??[A-Zmf#][^{}\"]*\}|\[[A-Z_?*]+:", text.text), text.id
        for before, after in pairwise(text.spans):
            assert before.end <= after.start, text.id
        for span in text.spans:
            surface = text.text[span.start : span.end]
            assert surface and surface == surface.strip(), (text.id, surface)


@pytest.mark.parametrize("name", list(VARIANTS))
def test_texts_are_the_same_at_each_draw(name: str) -> None:
    assert texts(name, variants=1) == texts(name, variants=1)


def test_held_out_texts_share_no_template_and_no_list_of_french_surnames_with_development() -> None:
    bodies = [{body for name in names for _, body in templates(name)} for names in (HELD_OUT, DEVELOPMENT)]
    assert not bodies[0] & bodies[1]
    surnames = [
        set(json.loads((FOLDER / f"names{suffix}.json").read_text(encoding="utf-8"))["french"]["last"])
        for suffix in ("_seventh", "_sixth", "_fifth", "_fourth", "_third", "_second", "")
    ]
    assert not surnames[0] & set().union(*surnames[1:])


def test_every_type_is_in_at_least_eight_held_out_templates() -> None:
    """A recall measured on one template tells about that template only."""
    where: dict[str, set[str]] = {}
    for name in HELD_OUT:
        for text in texts(name, variants=1):
            for span in text.spans:
                if not span.optional:
                    where.setdefault(span.label, set()).add(text.template)
    assert len(where) == 26
    assert {label: len(found) for label, found in where.items() if len(found) < 8} == {}


def test_damage_moves_offsets_with_the_letters() -> None:
    """What a damage does not replace, it keeps inside the same span."""
    kinds: dict[str, list[str]] = {}
    for kind, text in adversarial():
        kept = "".join(
            "".join(c for c in text.text[span.start : span.end] if c.isalnum()) for span in text.spans
        )
        kinds.setdefault(kind, []).append(kept)
    assert set(kinds) == {"plain", *DAMAGES}
    for kind in ("spaced_digits", "broken_lines", "loose_blanks", "hyphenated"):
        assert kinds[kind] == kinds["plain"], kind
    lowered = ["".join(c for c in kept.lower() if c.isalnum()) for kept in kinds["plain"]]
    assert kinds["lower"] == lowered


def test_the_scorer_counts_strict_partial_and_covered() -> None:
    gold = [[Gold(0, 4, "PERSON"), Gold(10, 14, "PERSON"), Gold(20, 24, "LOCATION")]]
    found = [
        [
            {"start": 0, "end": 4, "label": "PERSON"},
            {"start": 11, "end": 16, "label": "PERSON"},
            {"start": 30, "end": 34, "label": "PERSON"},
            {"start": 19, "end": 25, "label": "PERSON"},
        ]
    ]
    person = score(gold, found).types["PERSON"]
    assert (person.gold, person.found, person.strict, person.recalled, person.right) == (2, 4, 1, 2, 2)
    assert person.covered == 1
    place = score(gold, found).types["LOCATION"]
    assert (place.gold, place.found, place.recalled, place.covered) == (1, 0, 0, 1)


def test_optional_spans_count_neither_way_and_a_bare_birth_date_may_be_a_date() -> None:
    gold = [[Gold(0, 4, "LOCATION", optional=True), Gold(10, 20, "DOB", also="DATE"), Gold(30, 34, "DATE")]]
    found = [[{"start": 0, "end": 4, "label": "LOCATION"}, {"start": 10, "end": 20, "label": "DATE"}]]
    scores = score(gold, found, labels=["LOCATION", "DOB", "DATE"])
    assert scores.types["DOB"].strict_f1 == 1
    assert (scores.types["DATE"].gold, scores.types["DATE"].found) == (1, 0)
    assert "LOCATION" not in scores.types


def test_intervals_are_drawn_over_templates() -> None:
    """Ten texts of one template are one cluster: drawing it again tells nothing new."""
    gold = [[Gold(0, 4, "PERSON")]] * 10
    found = [[{"start": 0, "end": 4, "label": "PERSON"}]] * 5 + [[]] * 5
    alone = score(gold, found).interval("PERSON", "strict_recall")
    alike = score(gold, found, clusters=["one"] * 10).interval("PERSON", "strict_recall")
    assert alone[0] < 0.5 < alone[1]
    assert alike == (0.5, 0.5)
