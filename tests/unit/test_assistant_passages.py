"""Passages and sentences: offsets into a text that lose nothing and cut where people stop."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from bacasable.services.assistant.engine.corpus.composing import Composer
from bacasable.services.assistant.engine.packing import sheet_data, sheet_of
from bacasable.services.assistant.engine.passages import sentences
from bacasable.services.assistant.engine.sheets import Sheet

_WORDS = st.text(alphabet="aé bcàZ 1.;:,\u00a0!", max_size=160)


def composed(parts: list[tuple[str, str]]) -> Sheet:
    composer = Composer()
    key = composer.choose("case", ["un", "deux"])
    for number, (title, text) in enumerate(parts):
        with composer.under(title):
            if number % 3 == 2:
                with composer.case(key, 1, "deux"):
                    composer.add(text, "item")
            else:
                composer.add(text)
    return composer.sheet("a", "c", "t", acronyms=(("CNI", "carte"),), related=("b",))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["", "A", "B"]), _WORDS), max_size=8), st.integers(40, 200))
def test_passages_hold_every_word_once_and_in_order(parts: list[tuple[str, str]], longest: int) -> None:
    sheet = composed(parts)
    passages = list(sheet.passages(longest))
    assert [one.number for one in passages] == list(range(len(passages)))
    assert all(0 < one.end - one.start <= longest for one in passages)
    assert all(before.end <= after.start for before, after in pairwise(passages))
    kept = "".join(sheet.text[one.start : one.end] for one in passages)
    assert "".join(kept.split()) == "".join(sheet.text.split())
    for one in passages:
        inside = [block for block in sheet.blocks if block.start < one.end and one.start < block.end]
        assert {(block.path, block.cases) for block in inside} == {(one.path, one.cases)}


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["", "A"]), _WORDS), max_size=6))
def test_a_sheet_comes_back_as_it_was_written_down(parts: list[tuple[str, str]]) -> None:
    sheet = composed(parts)
    assert sheet_of(sheet_data(sheet)) == sheet


def test_a_line_that_announces_a_list_stays_with_it() -> None:
    composer = Composer()
    composer.add("Un paragraphe de quarante signes environ ici.")
    composer.add("Vous devez fournir :")
    composer.add("une photo d'identité", "item")
    sheet = composer.sheet("a", "c", "t")
    said = [sheet.text[one.start : one.end] for one in sheet.passages(70)]
    assert said == [
        "Un paragraphe de quarante signes environ ici.",
        "Vous devez fournir :\nune photo d'identité",
    ]


def test_sentences_end_where_people_stop() -> None:
    text = (
        "L'art. L. 311-1 du code (cf. p. 12) s'applique à M. Durand. Est-ce sûr ? « Oui. » Le 1er janv. "
        "2020, 25,50 € etc. sont dus avant le 15. La S.N.C.F. le dit\nSans point\n2. Une liste"
    )
    assert [text[start:end] for start, end in sentences(text)] == [
        "L'art. L. 311-1 du code (cf. p. 12) s'applique à M. Durand.",
        "Est-ce sûr ?",
        "« Oui. »",
        "Le 1er janv. 2020, 25,50 € etc. sont dus avant le 15.",
        "La S.N.C.F. le dit",
        "Sans point",
        "2. Une liste",
    ]
    assert list(sentences("a. B. c", 3, 5)) == [(3, 5)]
