"""Replacing and restoring: the way back is the identity, offsets are inverse, modes are consistent."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bacasable.privacy.messages import Refused
from bacasable.privacy.pseudonyms import PATTERN, KeyStore, Pseudonyms
from bacasable.privacy.redaction.replacement import MASK, Redacted, Redactor, redact, restore
from bacasable.privacy.redaction.spans import Span
from bacasable.privacy.redaction.types import registry

KEY = bytes(range(32))
TEXT = "Mme Alice LAROCHE, née le 12/03/1975. Alice Laroche a écrit à alice.laroche@orange.fr."


def spans_of(text: str, **types: str) -> list[Span]:
    """Return the spans of every occurrence of the values given by type."""
    found = []
    for kind, values in types.items():
        for value in values.split("|"):
            found += [Span(at.start(), at.end(), kind, 1.0) for at in re.finditer(re.escape(value), text)]
    return sorted(found)


SPANS = spans_of(
    TEXT, PERSON="Alice LAROCHE|Alice Laroche", DOB="12/03/1975", EMAIL="alice.laroche@orange.fr"
)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> KeyStore:
    store = KeyStore.from_file(tmp_path_factory.mktemp("keys") / "k")
    store.create("advice")
    store.create("water")
    store.create("appeals", reversible=True)
    return store


@st.composite
def texts_and_spans(draw: st.DrawFn) -> tuple[str, list[Span]]:
    signs = st.one_of(
        st.text(max_size=12),
        st.sampled_from(["[PERSON]", "⟦DOB⟧", "PERSON-1-" + "a" * 18, "é\u0301", "👩‍👩‍👧", "\x00", "\r\n"]),
        st.sampled_from(["**", "|", MASK]),
        st.sampled_from(["Alice Laroche", "1 85 05 78 006 084 91", "06 12 34 56 78"]),
        st.sampled_from(["12 mars 1975", "\ud800", "né à Lyon"]),
    )
    text = "".join(draw(st.lists(signs, max_size=12)))
    place = st.integers(0, len(text))
    kinds = st.sampled_from([*registry(), "UNKNOWN_TYPE"])
    pairs = draw(st.lists(st.tuples(place, place, kinds), max_size=8))
    return text, [Span(min(a, b), max(a, b), kind, 0.5) for a, b, kind in pairs]


@given(
    case=texts_and_spans(),
    mode=st.sampled_from(["mask", "tag", "pseudonym", "surrogate"]),
    markdown=st.booleans(),
)
def test_restoring_is_the_identity(
    keys: KeyStore, case: tuple[str, list[Span]], mode: str, markdown: bool
) -> None:
    text, spans = case
    pseudonyms = Pseudonyms(keys, "advice")
    redacted = redact(text, mode, spans=spans, pseudonyms=pseudonyms, seal=KEY, markdown=markdown)  # type: ignore[arg-type]
    assert restore(redacted.text, redacted.sealed(), KEY) == text
    _offsets_are_inverse(text, redacted)


def _offsets_are_inverse(text: str, redacted: Redacted) -> None:
    hidden = [place for piece in redacted.replacements for place in range(piece.start, piece.end)]
    for offset in set(range(len(text) + 1)) - set(hidden):
        there = redacted.to_redacted(offset)
        if offset < len(text):
            assert redacted.text[there] == text[offset]
        assert redacted.to_original(there) == offset
    for piece in redacted.replacements:
        assert redacted.text[piece.at : piece.until] == piece.written
        assert text[piece.start : piece.end] == piece.original
        for offset in range(piece.start, piece.end):
            assert redacted.to_redacted(offset) == piece.at
        for offset in range(piece.at, piece.until):
            assert redacted.to_original(offset) == piece.start


@given(case=texts_and_spans())
def test_masked_text_keeps_nothing_of_the_spans(case: tuple[str, list[Span]]) -> None:
    text, spans = case
    redacted = redact(text, "mask", spans=spans)
    covered = {place for span in spans for place in range(span.start, span.end)}
    replaced = {place for piece in redacted.replacements for place in range(piece.start, piece.end)}
    assert replaced <= covered
    for place in covered - replaced:  # only what was already a tag, a mask or a pseudonym is left
        assert re.search(r"\[[A-Z_]+\]|⟦[A-Z_]+⟧|█|PERSON-1-a", text[max(0, place - 30) : place + 30])


def test_each_mode_replaces_everything(keys: KeyStore) -> None:
    pseudonyms = Pseudonyms(keys, "advice")
    assert redact(TEXT, "tag", spans=SPANS).text == (
        "Mme [PERSON], née le [DOB]. [PERSON] a écrit à [EMAIL]."
    )
    assert redact(TEXT, spans=SPANS).text == f"Mme {MASK}, née le {MASK}. {MASK} a écrit à {MASK}."
    made = redact(TEXT, "pseudonym", spans=SPANS, pseudonyms=pseudonyms).text
    assert len({match[0] for match in PATTERN.finditer(made)}) == 3  # the person has one
    assert pseudonyms.of("laroche alice", "PERSON") in made
    for mode in ("mask", "tag", "pseudonym", "surrogate"):
        text = redact(TEXT, mode, spans=SPANS, pseudonyms=pseudonyms).text.lower()  # type: ignore[arg-type]
        assert "alice" not in text and "laroche" not in text and "1975-03-12" not in text


def test_scopes_share_no_replacement(keys: KeyStore) -> None:
    for mode in ("pseudonym", "surrogate"):
        one, other = (
            redact(TEXT, mode, spans=SPANS, pseudonyms=Pseudonyms(keys, scope))  # type: ignore[arg-type]
            for scope in ("advice", "water")
        )
        assert {piece.written for piece in one.replacements}.isdisjoint(
            piece.written for piece in other.replacements
        )


def test_a_reversible_scope_in_text(keys: KeyStore) -> None:
    pseudonyms = Pseudonyms(keys, "appeals")
    made = redact(TEXT, "pseudonym", spans=SPANS, pseudonyms=pseudonyms).text
    found = PATTERN.search(made)
    assert found and pseudonyms.reverse(found[0], "A. Agent", "appeal 12") == "alice laroche"


def test_tags_can_be_named(keys: KeyStore) -> None:
    redactor = Redactor("tag", tags={"PERSON": "PERSONNE"})
    assert redactor.redact("Alice", [Span(0, 5, "PERSON", 1.0)]).text == "[PERSONNE]"
    assert redactor.redact("[PERSONNE]", [Span(1, 9, "PERSON", 1.0)]).text == "[PERSONNE]"


def test_a_tag_that_stood_in_the_text_is_told_apart() -> None:
    text = "le modèle écrit [PERSON] ; ici Alice"
    made = redact(text, "tag", spans=spans_of(text, PERSON="Alice")).text
    assert made == "le modèle écrit [PERSON] ; ici ⟦PERSON⟧"


def test_a_name_in_brackets_is_no_tag() -> None:
    text = "témoin [ALICE] et ⟦Bob⟧"
    made = redact(text, "tag", spans=spans_of(text, PERSON="ALICE|Bob")).text
    assert made == "témoin [[PERSON]] et ⟦[PERSON]⟧"


def test_redacting_twice_changes_nothing(keys: KeyStore) -> None:
    pseudonyms = Pseudonyms(keys, "advice")
    once = redact(TEXT, "pseudonym", spans=SPANS, pseudonyms=pseudonyms).text
    again = [Span(match.start(), match.end(), "PERSON", 1.0) for match in PATTERN.finditer(once)]
    assert redact(once, "pseudonym", spans=again, pseudonyms=pseudonyms).text == once
    tagged = redact(TEXT, "tag", spans=SPANS).text
    at = tagged.index("PERSON")
    assert redact(tagged, "tag", spans=[Span(at, at + 6, "PERSON", 1.0)]).text == tagged


def test_overlapping_spans_are_one(keys: KeyStore) -> None:
    spans = [Span(0, 5, "LOCATION", 0.9), Span(3, 13, "PERSON", 0.5), Span(13, 13, "DATE", 1.0)]
    assert redact("Alice Laroche.", "tag", spans=spans).text == "[PERSON]."


@pytest.mark.parametrize(
    "span", [Span(0, 99, "PERSON", 1.0), Span(-1, 2, "PERSON", 1.0), Span(3, 2, "PERSON", 1.0)]
)
def test_spans_outside_of_the_text_are_refused_without_it(span: Span) -> None:
    with pytest.raises(Refused, match="outside") as refusal:
        redact("Alice Laroche", spans=[span])
    assert "Alice" not in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("**Alice Laroche** écrit", "Alice Laroche", "**[PERSON]** écrit"),
        ("**Alice** Laroche", "Alice** Laroche", "**[PERSON]**"),
        ("voir Alice(1) et Alice: oui", "Alice", "voir ⟦PERSON⟧(1) et ⟦PERSON⟧: oui"),
        ("[Alice](mailto:a@b.fr)", "Alice", "[[PERSON]](mailto:a@b.fr)"),
        ("`Alice Laroche`", "Alice Laroche`", "`[PERSON]`"),
    ],
)
def test_markdown_stays_in_balance(text: str, value: str, expected: str) -> None:
    assert redact(text, "tag", spans=spans_of(text, PERSON=value), markdown=True).text == expected


def test_a_table_of_markdown_keeps_its_cells() -> None:
    spans = [Span(2, 17, "PERSON", 1.0)]
    assert redact("| Laroche | Alice |", "tag", spans=spans, markdown=True).text == "| [PERSON]| |"


def test_hints_are_tagged_where_a_pseudonym_would_be_senseless(keys: KeyStore) -> None:
    text = "Alice est diabétique"
    spans = spans_of(text, PERSON="Alice", HEALTH="diabétique")
    made = redact(text, "pseudonym", spans=spans, pseudonyms=Pseudonyms(keys, "advice")).text
    assert made.endswith("est [HEALTH]")


def test_chunks_of_one_document_are_consistent(keys: KeyStore) -> None:
    for mode in ("pseudonym", "surrogate"):
        redactor = Redactor(mode, pseudonyms=Pseudonyms(keys, "advice"))  # type: ignore[arg-type]
        first = redactor.redact("Mme Alice Laroche", [Span(4, 17, "PERSON", 1.0)])
        second = redactor.redact("ALICE LAROCHE", [Span(0, 13, "PERSON", 1.0)])
        assert second.replacements[0].written.upper() == _plain(first.replacements[0].written)


def _plain(text: str) -> str:
    from bacasable.privacy.redaction.replacement.surrogates.names import unaccented

    return unaccented(text).upper()


def test_a_seal_opens_with_its_key_and_text_only() -> None:
    redacted = redact(TEXT, spans=SPANS)
    sealed = redacted.sealed(KEY)
    assert b"LAROCHE" not in sealed
    with pytest.raises(Refused, match="key is not the one"):
        restore(redacted.text, sealed, bytes(32))
    with pytest.raises(Refused, match="altered"):
        restore(redacted.text + " ", sealed, KEY)
    with pytest.raises(Refused, match="key is not the one"):
        restore(redacted.text, sealed[:-1] + bytes([sealed[-1] ^ 1]), KEY)
    for damaged in (b"", sealed[:20], b"x" + sealed):
        with pytest.raises(Refused, match="nothing can be restored"):
            restore(redacted.text, damaged, KEY)


@given(cut=st.integers(0, 200))
def test_a_damaged_seal_is_refused(cut: int) -> None:
    redacted = redact(TEXT, spans=SPANS)
    sealed = redacted.sealed(KEY)
    if cut < len(sealed):
        with pytest.raises(Refused):
            restore(redacted.text, sealed[:cut], KEY)


def test_short_or_missing_keys_are_refused() -> None:
    redacted = redact(TEXT, spans=SPANS)
    with pytest.raises(Refused, match="needs a key"):
        redacted.sealed()
    with pytest.raises(Refused, match="32 bytes"):
        redacted.sealed(b"short")
    with pytest.raises(Refused, match="32 bytes"):
        redact(TEXT, spans=SPANS, seal=b"short")


def test_a_wrong_mode_and_missing_keys_say_the_remedy() -> None:
    with pytest.raises(Refused, match="take one of mask, tag"):
        redact(TEXT, "hide", spans=SPANS)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="pseudonyms="):
        redact(TEXT, "pseudonym", spans=SPANS)


def test_what_only_looks_like_a_pseudonym_is_replaced() -> None:
    text = "MARTIN-1-jeandupontmartinpaul"
    assert (
        PATTERN.fullmatch(text) and redact(text, spans=[Span(9, 29, "PERSON", 1.0)]).text == "MARTIN-1-█████"
    )


def test_nothing_personal_shows_in_a_representation(tmp_path: Path) -> None:
    redacted = redact(TEXT, spans=SPANS, seal=KEY)
    assert "Alice" not in repr(redacted) and repr(KEY) not in repr(redacted)


@pytest.mark.parametrize("offset", [-1, 1_000])
def test_offsets_outside_are_refused(offset: int) -> None:
    redacted = redact(TEXT, spans=SPANS)
    for way in (redacted.to_original, redacted.to_redacted):
        with pytest.raises(Refused, match="outside"):
            way(offset)
