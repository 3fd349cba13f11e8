"""Hints of special categories of data: found with exact offsets, whatever case and accents, never sure."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bacasable.privacy.redaction.hints import CONFIDENCE, hints
from bacasable.privacy.redaction.types import registry


def found(text: str) -> list[tuple[str, str]]:
    return [(span.type, text[span.start : span.end]) for span in hints(text, registry())]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Elle déclare un diabète de type 2 et une RQTH.", [("HEALTH", "diabète"), ("HEALTH", "RQTH")]),
        ("PATIENT DIABETIQUE", [("HEALTH", "DIABETIQUE")]),
        (
            "de\u0301le\u0301gue\u0301 syndical, l’asthme",
            [("UNION", "de\u0301le\u0301gue\u0301 syndical"), ("HEALTH", "asthme")],
        ),
        ("adhérent de la CGT", [("UNION", "CGT")]),
        ("elle est musulmane, il est juif", [("BELIEF", "musulmane"), ("BELIEF", "juif")]),
        ("d'origine kabyle", [("ORIGIN", "kabyle")]),
        ("ses opinions politiques", [("POLITICS", "opinions politiques")]),
        ("son orientation\nsexuelle", [("SEX_LIFE", "orientation\nsexuelle")]),
        ("incarcéré après une garde à vue", [("OFFENCE", "incarcéré"), ("OFFENCE", "garde à vue")]),
        ("ses empreintes digitales", [("BIOMETRIC", "empreintes digitales")]),
        ("arrêt de travail prolongé", [("HEALTH", "arrêt de travail")]),
        ("La commission examine le budget et la cantine scolaire.", []),
        ("Sourdun, Avcourt, cancérologues", []),
    ],
)
def test_words_that_hint(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


def test_hints_are_never_sure_and_follow_the_registry(tmp_path: Path) -> None:
    assert all(span.confidence == CONFIDENCE <= 0.3 for span in hints("diabète, prison", registry()))
    pack = tmp_path / "pack.toml"
    pack.write_text("[types.HEALTH]\nenabled = false", encoding="utf-8")
    text = "diabète, prison"
    assert [span.type for span in hints(text, registry(pack))] == ["OFFENCE"]


@given(st.text(), st.text())
def test_a_hint_planted_in_any_text_is_found_in_its_place(before: str, after: str) -> None:
    text = f"{before} épilepsie {after}"
    spans = hints(text, registry())
    assert any(text[span.start : span.end] == "épilepsie" for span in spans)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(one.end <= two.start for one, two in pairwise(spans))


def test_a_long_text_is_read_whole() -> None:
    text = "mot " * 60_000 + "fauteuil roulant " + "mot " * 60_000
    spans = hints(text, registry())
    assert [text[span.start : span.end] for span in spans] == ["fauteuil roulant"]
