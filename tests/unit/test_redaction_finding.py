"""One answer of all recognisers: apart, sorted, the same whole, in windows and in a stream."""

import json
import os
import subprocess
import sys
from itertools import accumulate, pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bacasable.privacy.messages import Refused
from bacasable.privacy.redaction import find, finding
from bacasable.privacy.redaction.finding import Finder, arbitrate
from bacasable.privacy.redaction.spans import Span
from bacasable.privacy.redaction.types import registry

LETTER = """Mme Claire Fontaine
12 rue du 11 novembre 1918
69003 Lyon

Objet : recours, dossier n° 505531

Je soussigné Karim Benali, né le 16/12/1988 à Nantes, demeurant 3 place Jean Moulin, 44000 Nantes, conteste la
décision du 13 septembre 2024. Mon numéro de sécurité sociale est le 1 88 12 44 109 123 86, mon téléphone le
06 12 34 56 78 et mon adresse karim.benali@exemple.fr. Je souffre d'une maladie de Parkinson.
Compte : FR76 3000 6000 0112 3456 7890 189.
"""

_FRAGMENTS = st.sampled_from(
    [
        *LETTER.split(" "),
        "\n",
        "\r\n",
        " ",
        "M. Dupont",
        "12 rue",
        "75011 Paris",
        "06 12 34 56 78",
        "🙂",
        "e\u0301",
        "\x00",
        "\ud800",
        "a@b.fr",
        "1 88 12 44 109 123 86",
        "le 3 mai 2021",
        "diabète",
        "É",
        "\u202f",
        "x" * 40,
    ]
)
_TEXTS = st.lists(_FRAGMENTS, max_size=60).map(" ".join)


def _surfaces(text: str, spans: list[Span]) -> set[tuple[str, str]]:
    return {(span.type, text[span.start : span.end]) for span in spans}


def test_each_piece_goes_to_the_recogniser_that_knows_it_best() -> None:
    found = _surfaces(LETTER, find(LETTER))
    assert {
        ("ADDRESS", "12 rue du 11 novembre 1918\n69003 Lyon"),
        ("ADDRESS", "3 place Jean Moulin, 44000 Nantes"),
        ("PERSON", "Karim Benali"),
        ("DOB", "16/12/1988"),
        ("DATE", "13 septembre 2024"),
        ("EMAIL", "karim.benali@exemple.fr"),
        ("PHONE", "06 12 34 56 78"),
        ("IBAN", "FR76 3000 6000 0112 3456 7890 189"),
    } <= found
    assert not {surface for kind, surface in found if kind == "PERSON"} & {"Jean Moulin", "Moulin"}


@pytest.mark.parametrize(
    "text",
    [
        "Madame Claire Fontaine (11/10/61)\nAV",
        "Patient : FONTAINE Claire, 5 mai 1994\nIntitulé",
        "votre patiente Claire Fontaine, 10/10/1965, pour un contrôle",
        "1;FONTAINE;Claire;13-11-1936;Givors",
    ],
)
def test_a_date_that_the_name_of_a_person_leads_is_of_birth(text: str) -> None:
    assert [span.type for span in find(text, types={"DATE", "DOB"})] == ["DOB"]


@pytest.mark.parametrize(
    "text",
    [
        "vu par Dr Claire Fontaine (11/10/2021)",
        "Claire Fontaine, 12 mai 2023",
        "Claire Fontaine, 12 mai, a dit",
    ],
)
def test_a_date_after_who_signs_or_sees_is_not_of_birth(text: str) -> None:
    assert [span.type for span in find(text, types={"DATE", "DOB"})] == ["DATE"]


@given(_TEXTS)
def test_spans_lie_inside_the_text_sorted_and_apart(text: str) -> None:
    end = 0
    for span in find(text):
        assert end <= span.start < span.end <= len(text)
        assert span.type in registry()
        assert 0 <= span.confidence <= 1
        end = span.end


@given(_TEXTS, st.sampled_from([{"NIR"}, {"DATE", "DOB"}, {"ADDRESS"}, {"PERSON"}, {"contact", "LOCATION"}]))
@settings(max_examples=50)
def test_asking_for_some_types_gives_what_the_whole_search_gives_for_them(text: str, types: set[str]) -> None:
    kinds = registry()
    whole = [span for span in find(text) if span.type in types or kinds[span.type].family in types]
    # A hint may take a name that it holds whole; without hints the name stays.
    hints = [span for span in find(text) if kinds[span.type].family == "hint"]
    some = [
        span
        for span in find(text, types=types)
        if not any(hint.start <= span.start and span.end <= hint.end for hint in hints)
    ]
    assert some == whole


@given(
    st.lists(_TEXTS, max_size=6),
    st.integers(0, 10_000),
    st.lists(st.sampled_from([0, 1, 7, 300, 5_000]), max_size=40),
)
@settings(max_examples=25)
def test_windows_and_streams_give_what_the_whole_gives(parts: list[str], seed: int, sizes: list[int]) -> None:
    text = "\n\n".join([LETTER, *parts, LETTER, LETTER])
    whole = Finder().find(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(finding, "WINDOW", 700 + seed % 500)
        patch.setattr(finding, "MARGIN", 600)
        assert Finder().find(text) == whole
        cuts = [0, *accumulate(sizes)]
        chunks = [text[start:end] for start, end in pairwise([*cuts, max(cuts[-1], len(text))])]
        pieces = list(Finder().find_stream(chunks))
    assert "".join(piece.text for piece in pieces) == text
    assert [span for piece in pieces for span in piece.spans] == whole
    for piece in pieces:
        assert all(piece.offset <= s.start and s.end <= piece.offset + len(piece.text) for s in piece.spans)


def test_an_entity_on_the_edge_of_a_window_is_not_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "WINDOW", 500)
    monkeypatch.setattr(finding, "MARGIN", 200)
    for padding in range(440, 520):
        text = "mot " * (padding // 4) + "m" * (padding % 4) + " karim.benali@exemple.fr " + "mot " * 400
        assert [text[span.start : span.end] for span in find(text, types={"EMAIL"})] == [
            "karim.benali@exemple.fr"
        ]


def test_strict_keeps_what_is_proved_only() -> None:
    types = {span.type for span in find(LETTER, strict=True)}
    assert {"IBAN", "EMAIL", "ADDRESS"} <= types
    assert not types & {"PERSON", "LOCATION", "HEALTH"}


def _nir(sex: int, year: int, month: int, place: int, order: int) -> str:
    body = f"{sex}{year:02}{month:02}{place:05}{order:03}"
    return f"{body}{97 - int(body) % 97:02}"


def _iban(account: int) -> str:
    body = f"{account:023}"
    return f"FR{98 - int(body + '152700') % 97:02}{body}"


_PROVED = st.one_of(
    st.builds(
        _nir,
        st.integers(1, 2),
        st.integers(0, 99),
        st.integers(1, 12),
        st.integers(1_001, 95_999),
        st.integers(1, 999),
    ).map(lambda value: ("NIR", value)),
    st.builds(_iban, st.integers(0, 10**23 - 1)).map(lambda value: ("IBAN", value)),
)


@given(_TEXTS, _PROVED, _TEXTS)
def test_no_proved_number_escapes_the_strict_search(
    before: str, planted: tuple[str, str], after: str
) -> None:
    kind, value = planted
    text = f"{before} mot {value} mot {after}"
    start = len(before) + 5
    assert (start, start + len(value), kind) in {span[:3] for span in find(text, strict=True)}


def test_an_unknown_type_is_refused_with_the_known_ones() -> None:
    with pytest.raises(Refused, match=r"'NIRR'.*NIR"):
        find("", types={"NIRR"})


def test_a_type_of_ones_own_is_found_with_the_others(tmp_path: Path) -> None:
    pack = tmp_path / "pack.toml"
    pack.write_text(
        '[types.BADGE]\nlabel = "badge"\nfamily = "number"\n'
        'pattern = "BDG-[0-9]{4}"\nexamples = ["BDG-0001"]\n',
        encoding="utf-8",
    )
    text = "Le badge BDG-1234 de M. Karim Benali"
    found = _surfaces(text, find(text, registry=registry(pack)))
    assert ("BADGE", "BDG-1234") in found
    assert ("PERSON", "Karim Benali") in found


def test_the_higher_rank_stands_then_the_surer_then_the_longer() -> None:
    low, high = Span(0, 9, "PERSON", 0.99), Span(5, 8, "NIR", 0.5)
    sure, long = Span(20, 25, "DATE", 0.8), Span(22, 30, "DATE", 0.7)
    one, two = Span(40, 45, "A", 0.5), Span(40, 50, "B", 0.5)
    proved, other = Span(60, 62, "NIR", 0.95), Span(60, 70, "PHONE", 0.8)
    parts = [(1, 1, [low]), (4, 4, [high]), (2, 2, [long, sure, one, two]), (0, 3, [proved]), (2, 2, [other])]
    assert arbitrate(*parts) == [high, sure, two, proved]


def test_nothing_in_nothing() -> None:
    assert find("") == []
    assert list(Finder().find_stream([])) == []
    assert list(Finder().find_stream(["", ""])) == []


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of memory is read from /proc")
def test_a_first_text_is_read_in_little_memory_without_heavy_imports() -> None:
    code = (
        "import json, re, sys\n"
        "from bacasable.privacy.redaction import find\n"
        "spans = find(sys.stdin.read())\n"
        "heavy = [m for m in ('numpy', 'spacy', 'numba', 'phonenumbers', 'polars') if m in sys.modules]\n"
        "peak = int(re.search(r'VmHWM:\\s*(\\d+)', open('/proc/self/status').read())[1]) / 1024\n"
        "print(json.dumps([len(spans), heavy, peak]))\n"
    )
    environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=LETTER,
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    count, heavy, peak = json.loads(done.stdout)
    assert count > 8
    assert heavy == []
    assert peak < 100


@pytest.mark.parametrize(
    "text",
    [
        "Madame [PERSON]\n[ADDRESS]\nNée le [DOB]",
        "Bonjour, je suis ⟦PERSON⟧, de [LOCATION].",
        "17;PERSON-1-2rbkmhuri2m2lfikfc;PHONE-1-kn5wccabsbfxebh7oo",
    ],
)
def test_what_a_replacement_wrote_is_no_personal_data(text: str) -> None:
    assert not find(text)


def test_a_name_in_capitals_between_brackets_is_one() -> None:
    assert [span.type for span in find("Reçu ce jour [Alice LAROCHE].")] == ["PERSON"]


def test_the_stop_after_the_initial_of_a_surname_is_not_of_the_name() -> None:
    text = "Compte rendu de Joëlle L. Elle revient mardi avec Paul D."
    assert [text[one.start : one.end] for one in find(text) if one.type == "PERSON"] == ["Joëlle L", "Paul D"]
