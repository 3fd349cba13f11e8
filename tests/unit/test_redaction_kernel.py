"""The kernel in C: the same answers as the Python code that it stands for, on any text."""

import copy
import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bacasable.privacy.redaction import finding, hints, kernel, lexicon, names, written
from bacasable.privacy.redaction.addresses import _streets, folding, grammar, reading
from bacasable.privacy.redaction.identifiers import calendar_dates, context, signs
from bacasable.privacy.redaction.spans import Span
from bacasable.privacy.redaction.types import registry

pytestmark = pytest.mark.skipif(kernel.built is None, reason="the kernel was not built: make install")

#: Pieces that the recognisers look for, whole and broken, and what may stand between them.
PIECES = (
    *(
        "Madame",
        "M. ",
        "Jean-Pierre ",
        "DUPONT",
        "de La ",
        "Villeneuve d'Ascq",
        "Saint-Étienne",
        "Val-d’Isère",
    ),
    *(
        "karim benali",
        "\nmarie durand\n",
        "merci maman ",
        "J. ",
        "ROUSSEL J.",
        "cœur",
        "ŒUVRE ",
        "ΣΊΣΥΦΟΣ ",
        "ﬁn",
    ),
    *(
        "İstanbul ",
        "ǅ",
        "né(e) le ",
        "1er mars 1985",
        "3 janv.",
        "2 Août 20",
        "l2/O3/1985",
        "21/07/2019",
        "3.5.21",
    ),
    *(
        "12 rue des Lilas, ",
        "lieu dit Ker ",
        "z.a. du ",
        "12rue ",
        "75011 Paris",
        "BP 12",
        "69 003",
        "Goethestrasse 12",
        "Via Roma 3, ",
        "00123",
        "99123",
    ),
    *(
        "06 12 34 56 78",
        "1 85 05 78 006 084 91",
        "FR76 3000 6000",
        "AB-123-CD",
        "1234 AB 56",
        "12-AB",
        "2A",
        "O6",
    ),
    *(
        "jean@a.fr",
        "jean (at) a.fr",
        " at b point fr",
        " AROBAS ",
        "www.x.fr",
        "://",
        "::1",
        "a:b::",
        "00:1a:2b:3c:4d",
    ),
    *(
        "192.168.1.12",
        "tél : ",
        "n° de sécurité sociale ",
        "allocataires ",
        "caf ",
        "fausse   couche ",
        "séropositif",
    ),
)
ANY_TEXT = st.lists(
    st.one_of(
        st.sampled_from(PIECES),
        st.text(max_size=4),
        st.text(
            st.sampled_from("0123456789OIlABaber -–—./:,;'’()[]{}@\n\t\r_·\u00a0\u202f\u0301é²٣𝟙"), max_size=8
        ),
        st.characters(categories=["Cs"]),
    ),
    max_size=30,
).map("".join)

#: Dates, whole and broken, and the words that say what they are.
DATES = st.lists(
    st.one_of(
        st.sampled_from(
            (
                *(
                    "12/03/1985",
                    "3.5.21",
                    "2021-05-03",
                    "1 02 2003",
                    "01 02 2003",
                    "31/12/99",
                    "l2/O3/1985",
                    "29 février",
                ),
                *(
                    "1er mars 1985",
                    "1 er MARS 85",
                    "3 janv.",
                    "2 Août '20",
                    "0Octobre",
                    "12 fe\u0301vrier 2020",
                    "3 mai 20h",
                ),
                *(
                    "1\u1d49\u02b3 juin 2001",
                    "12-juil.-2019",
                    "5 sept.\r\n2020",
                    "O1 mai l985",
                    "30 nov. 12,5",
                    "1aout\u0302abc",
                ),
                *(
                    "né le ",
                    " née",
                    "ddn : ",
                    "(d.d.n.) ",
                    "naissance",
                    "Né(e) le ",
                    "born ",
                    "je ne ",
                    " marié le ",
                    " du ",
                    "du\n",
                ),
                *(
                    "décret n° 2009-404",
                    "la loi ",
                    "rue",
                    "place",
                    "av.",
                    " (naissance)",
                    " : naissance",
                    "et Zoé (",
                ),
                *(
                    "date de naissance;nom\n",
                    ";",
                    "\t",
                    " ",
                    "\n",
                    ", ",
                    ". ",
                    "(",
                    ")",
                    "-",
                    "/",
                    "\u2013",
                    "\u0301",
                ),
            )
        ),
        st.text(
            st.sampled_from("0123456789OIlo/.-–:,;'’()\n\r\t \u00a0\u202f\u0301eErRhmaisé%€"), max_size=6
        ),
        st.text(max_size=2),
    ),
    max_size=14,
).map("".join)


@settings(max_examples=300, deadline=None)
@given(ANY_TEXT, st.lists(st.tuples(st.integers(0, 200), st.integers(0, 40)), max_size=4))
def test_reads_the_same_names(text: str, taken: list[tuple[int, int]]) -> None:
    held = [Span(start, start + size, "DATE", 1.0) for start, size in taken]
    compiled = names._reader()
    for one in (text, text.upper(), unicodedata.normalize("NFD", text)):
        assert compiled.read(one, held)[0] == names._found(one, held)


@settings(max_examples=300, deadline=None)
@given(ANY_TEXT)
def test_finds_the_same_places_to_look_at(text: str) -> None:
    def lists(found: Any) -> list[Any]:
        return [one if isinstance(one, bool) else list(one) for one in found]

    colons = text + " :::::"  # without five of them the Python code looks for no hardware address
    assert lists(signs.identifier_signs(colons)) == lists(signs.searched(colons))


@settings(max_examples=500, deadline=None)
@given(DATES)
def test_reads_the_same_dates(text: str) -> None:
    found, doubtful = calendar_dates._compiled().read(text)
    assert [span[:2] for span in found] == [span[:2] for span in calendar_dates.days(text)]
    with pytest.MonkeyPatch.context() as patch:
        compiled = calendar_dates.dates(text)
        patch.setattr(calendar_dates, "_compiled", lambda: None)
        assert compiled == calendar_dates.dates(text), doubtful


@settings(max_examples=300, deadline=None)
@given(ANY_TEXT)
def test_folds_the_same_for_addresses(text: str) -> None:
    cased, low, places, removed, heads, codes, abroad = _streets().read(text)
    plain = folding.folded(text)
    assert (cased, low, places, removed) == (plain.cased, plain.cased.lower(), plain.places, plain.removed)
    assert heads == reading.head_places(low)
    assert codes == list(reading.code_places(low))
    hinted = any(hint in low for hint in (*grammar.GERMANIC_HINTS, *map(bytes.lower, grammar.SOUTHERN_HINTS)))
    assert abroad == hinted


@settings(max_examples=300, deadline=None)
@given(ANY_TEXT)
def test_finds_the_same_hints(text: str) -> None:
    types = registry()
    assert hints._found_compiled(text, types) == hints._found(text, types)


@settings(max_examples=300, deadline=None)
@given(ANY_TEXT, st.integers(0, 300))
def test_reads_the_same_announcements(text: str, place: int) -> None:
    contexts = context.contexts_of(registry())
    place = min(place, len(text))
    words = context.Reading(text).words(max(0, place - context.REACH), place)
    assert contexts.compiled.find(text, place) == contexts.find(words, False)


@settings(max_examples=300, deadline=None)
@given(ANY_TEXT, st.integers(0, 300), st.integers(-5, 300), st.integers(1, 90))
def test_reads_the_same_announcements_from_afar(text: str, place: int, lowest: int, step: int) -> None:
    contexts = context.contexts_of(registry())
    plain = copy.copy(contexts)
    plain.compiled = None
    place = min(place, len(text))
    assert contexts.afar(text, place, lowest, step) == plain.afar(text, place, lowest, step)


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("aé\u0085\u009f\u00a0\u00ad’œ€Ÿ…\u0150\u202f😀٣"), max_size=5))
def test_knows_the_same_usual_texts(text: str) -> None:
    assert kernel.built.is_usual(text) == written._is_usual(text)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 4),
            st.integers(0, 4),
            st.lists(
                st.builds(
                    lambda start, size, kind, sure: Span(start, start + size, kind, sure),
                    st.integers(0, 40),
                    st.integers(1, 12),
                    st.sampled_from(["NIR", "DATE", "PERSON"]),
                    st.sampled_from([0.3, 0.9, 1.0]),
                ),
                max_size=8,
            ),
        ),
        max_size=4,
    )
)
def test_arbitrates_the_same(parts: list[tuple[int, int, list[Span]]]) -> None:
    assert finding.arbitrate(*parts) == finding._arbitrated(*parts)
    found = [span for _, _, spans in parts for span in spans]
    least = {"NIR": 0.9, "DATE": 0.3}
    assert kernel.built.above(found, least) == [span for span in found if span[3] >= least.get(span[2], 2.0)]


def test_knows_the_forms_of_the_lexicon() -> None:
    compiled = lexicon.compiled()
    assert all(compiled.code(form) == code for form, code in lexicon.forms().items())
    assert [compiled.code(form) for form in ("", "zzzqq", "\ud800", "é")] == [0, 0, 0, 0]


@pytest.mark.parametrize(
    "call",
    [
        lambda built: built.identifier_signs(b"text"),
        lambda built: calendar_dates._compiled().read(None),
        lambda built: built.Dates(Span, "DATE", b"", b"mai", b"\5"),
        lambda built: built.Dates(Span, "DATE", bytes(256), b"mai\njuin", b"\5"),
        lambda built: built.arbitrate(((1, 1, ["span"]),), 0.9),
        lambda built: built.arbitrate(((1, 1, [(0, "1", "NIR", 1.0)]),), 0.9),
        lambda built: built.arbitrate(((1, [], 2),), 0.9),
        lambda built: built.above(["span"], {}),
        lambda built: built.above([(0, 1, "NIR", "x")], {"NIR": 0.5}),
        lambda built: names._reader().read("Jean", [("a", 1)]),
        lambda built: names._reader().read("Jean", [1]),
        lambda built: built.Hints(b" ", b"", []),
        lambda built: built.Contexts(b" ", [], [], (), Span),
        lambda built: built.Forms(b"a\nb", b"\0\0", b"\0\0"),
        lambda built: built.Forms(b"a", b"", b"\0\0"),
    ],
)
def test_refuses_what_it_cannot_read(call: Callable[[Any], Any]) -> None:
    with pytest.raises((TypeError, ValueError)):
        call(kernel.built)
