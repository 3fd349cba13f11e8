"""Unusual letters, digits, blanks and hyphens: found as the plain ones, at their own places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bacasable.privacy.redaction import find
from bacasable.privacy.redaction.spans import Span
from bacasable.privacy.redaction.written import moved_back, written


@pytest.mark.parametrize(
    ("surface", "kind"),
    [
        ("０６ １２ ３４ ５６ ７８", "PHONE"),
        ("٠٦ ١٢ ٣٤ ٥٦ ٧٨", "PHONE"),
        ("06\u200b12\u200b34\u200b56\u200b78", "PHONE"),
        ("06\u00ad12\u00ad34\u00ad56\u00ad78", "PHONE"),
        ("1\u202f85\u202f05\u202f78\u202f006\u202f084\u202f91", "NIR"),
        ("AB\u2212123\u2212CD", "PLATE"),
        ("AB\u2011123\u2011CD", "PLATE"),
        ("\U0001d423\U0001d41e\U0001d41a\U0001d427.durand@exemple.fr", "EMAIL"),
        ("jean\u2060.durand@exemple.fr", "EMAIL"),
    ],
)
def test_a_value_in_unusual_signs_is_found_whole(surface: str, kind: str) -> None:
    text = f"Écrivez-lui : « {surface} »."
    start = text.index(surface)
    assert [span[:3] for span in find(text)] == [(start, start + len(surface), kind)]


@given(st.text(st.sampled_from("a1０é\u0301\u200b\u202f\u2212😀𝟙٣ \n"), max_size=40))
def test_places_lead_back_to_the_signs_that_were_read(text: str) -> None:
    plain, places = written(text)
    if places is None:
        assert len(plain) == len(text)
        return
    assert len(plain) == len(places) < len(text)
    for place in range(len(plain)):
        (span,) = moved_back([Span(place, place + 1, "NIR", 1.0)], places)
        assert span.end == span.start + 1
        assert written(text[span.start : span.end])[0] == plain[place]


@pytest.mark.parametrize("text", ["Été à Nîmes : 12 €", "œuvre de l’an – 2", "😀 ok", ""])
def test_usual_texts_pass_as_they_are(text: str) -> None:
    assert written(text) == (text, None)
