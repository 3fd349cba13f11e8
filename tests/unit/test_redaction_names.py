"""Names of persons and places: what is found, what is left, and offsets on any text."""

import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bacasable.privacy.redaction import lexicon
from bacasable.privacy.redaction.names import features, names, reading, scanning
from bacasable.privacy.redaction.names.model import model
from bacasable.privacy.redaction.spans import Span

ANY_TEXT = st.text(
    alphabet=st.one_of(st.characters(), st.sampled_from("ABDJMPaeinorstéèï -'’.,:\n()0159\u0301\u00a0")),
    max_size=120,
)


def found(text: str, kind: str) -> list[str]:
    """Return the surface of the spans of one type."""
    return [text[span.start : span.end] for span in names(text) if span.type == kind]


@pytest.mark.parametrize(
    ("text", "persons"),
    [
        ("Le rendez-vous avec M. Lefebvre est reporté à jeudi.", ["Lefebvre"]),
        ("Mme Fatoumata DIALLO a déposé son dossier hier.", ["Fatoumata DIALLO"]),
        ("Dossier transmis par GARNIER Sylvie, cheffe de bureau.", ["GARNIER Sylvie"]),
        ("Le docteur J.-P. Morvan a signé le certificat.", ["J.-P. Morvan"]),
        ("Merci de rappeler Mme N'Guessan avant midi.", ["N'Guessan"]),
        ("Cordialement,\nkarim benali", ["karim benali"]),
        ("La succession de Marie-Thérèse de Villeneuve est close.", ["Marie-Thérèse de Villeneuve"]),
        ("Il vit chez sa tante, Madame Oksana Shevchenko.", ["Oksana Shevchenko"]),
        ("Relevé par ROUSSEL J. à 10 h.", ["ROUSSEL J."]),
        ("Monsieur Zbrzkiewolt ne s'est pas présenté.", ["Zbrzkiewolt"]),
    ],
)
def test_finds_persons_as_people_write_them(text: str, persons: list[str]) -> None:
    assert found(text, "PERSON") == persons


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Elle a déménagé de Brest au Mans en 2019.", ["Brest", "Mans"]),
        ("Né à L'Haÿ-les-Roses, il travaille à Saint-Étienne.", ["L'Haÿ-les-Roses", "Saint-Étienne"]),
        ("La mairie de VILLENEUVE D'ASCQ sera fermée.", ["VILLENEUVE D'ASCQ"]),
        ("Sa famille vit encore en Algérie.", ["Algérie"]),
        ("Rendez-vous à La Rochelle mardi.", ["La Rochelle"]),
        ("Il habite à Lyon 3e depuis 2 ans.", ["Lyon 3e"]),
        ("merci, mon mari est au mali", ["mali"]),
    ],
)
def test_finds_places(text: str, places: list[str]) -> None:
    assert found(text, "LOCATION") == places


@pytest.mark.parametrize(
    "text",
    [
        "Madame la Directrice, je vous prie d'agréer mes salutations.",
        "Le traitement de la maladie de Crohn et du syndrome de Parkinson est poursuivi.",
        "L'Assurance Maladie et France Travail ont répondu en Janvier.",
        "Il est Français, sa femme est Algérienne.",
        "Objet : Recours contre la décision de la Commission",
        "Vérifiez-le avant de signer. Choisissez-en un autre.",
        "Le numéro IBAN et le SIRET manquent.",
    ],
)
def test_leaves_what_names_nobody(text: str) -> None:
    assert names(text) == []


def test_leaves_what_others_hold() -> None:
    text = "Elle habite 12 rue Victor Hugo, 69003 Lyon, chez Paul Morel."
    start, end = text.index("12"), text.index(", chez")
    spans = names(text, [Span(start, end, "ADDRESS", 1.0)])
    assert [text[s.start : s.end] for s in spans] == ["Paul Morel"]


@settings(max_examples=300, deadline=None)
@given(ANY_TEXT, st.integers(0, 119), st.integers(0, 40))
def test_offsets_hold_on_any_text(text: str, start: int, length: int) -> None:
    held = text[start : start + length]
    taken = [Span(start, start + len(held), "DATE", 1.0)] if any(map(str.isalpha, held)) else []
    end = 0
    for span in names(text, taken):
        assert end <= span.start < span.end <= len(text)
        surface = text[span.start : span.end]
        assert surface.strip() == surface
        assert not surface[0].isdigit()
        assert 0.0 <= span.confidence <= 1.0
        assert all(span.end <= held.start or held.end <= span.start for held in taken)
        end = span.end


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_reads_combining_accents(form: str) -> None:
    text = unicodedata.normalize(form, "Reçu ce jour : Mme Hélène Bérénger, née à Orléans.")
    assert found(text, "PERSON") == [unicodedata.normalize(form, "Hélène Bérénger")]
    assert found(text, "LOCATION") == ["Orle\u0301ans" if form == "NFD" else "Orléans"]


@settings(max_examples=200, deadline=None)
@given(ANY_TEXT)
def test_words_and_separators_make_the_text(text: str) -> None:
    words = scanning.split(text)
    assert len(words.separators) == len(words.words) + 1
    assert all(text[i : i + len(word)] == word for i, word in zip(words.starts, words.words, strict=True))
    rebuilt = "".join(a + b for a, b in zip(words.separators, [*words.words, ""], strict=True))
    assert rebuilt == text


@pytest.mark.parametrize(
    "text",
    ["Vu par Mme Kadiatou Sow, née le 3 mai à Saint Malo.", "Le Dr B. Roux est au Havre", "karim à nice"],
)
def test_the_tables_hold_the_weights_that_were_trained(text: str) -> None:
    """The sums of tables of the recogniser and the keys of the training give the same labels."""
    machine = model()
    words = scanning.split(text)
    for first, end in scanning.islands(words):
        rows = reading.keys_of(words, first, end, lexicon.forms())
        kept = machine.labels(words, first, end)
        emissions = [machine._sum(row) + sum(1 << 21 + 22 * i for i in range(4)) for row in rows]
        assert machine._best(emissions) == kept or (end - first == 1 and kept is None)


@given(st.tuples(*(st.integers(0, top) for top in (7, 7, 7, 7, 1))))
def test_buckets_survive_packing(buckets: tuple[int, int, int, int, int]) -> None:
    assert lexicon.unpack(lexicon.pack(lexicon.Buckets(*buckets))) == buckets


def test_lexicon_knows_communes_without_accents_or_hyphens() -> None:
    assert lexicon.is_commune("SAINT ETIENNE")
    assert lexicon.is_commune("L'Haÿ-les-Roses")
    assert not lexicon.is_commune("Tombouctou")
    assert lexicon.fold("Œuvre d’Ålesund") == "oeuvre d'alesund"


def test_classes_of_words_are_apart() -> None:
    assert features.word_class("Madame", 0) != features.word_class("Docteur", 0)
    assert features.shape("J") == features.INITIAL


def test_starts_without_the_heavy_packages() -> None:
    code = (
        "import sys; from bacasable.privacy.redaction.names import names; names('Jean Dupont, Lyon');"
        "print(sorted({'numpy', 'numba', 'spacy', 'phonenumbers', 'stdnum'} & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
