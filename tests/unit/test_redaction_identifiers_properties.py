"""Properties of the recognisers: offsets, any text, nothing provable that escapes the strict mode."""

from collections.abc import Callable
from datetime import date

from hypothesis import assume, given
from hypothesis import strategies as st

from bacasable.privacy.redaction.hints import hints
from bacasable.privacy.redaction.identifiers import checks, dates, recognise
from bacasable.privacy.redaction.spans import Span
from bacasable.privacy.redaction.types import registry

#: Any text, and text made of what identifiers are made of.
TEXT = st.one_of(
    st.text(st.characters(codec=None), max_size=200),
    st.text("0123456789 .-/()+@:OolIAB\u00a0\u202f\n\r\t\x00'éèFRmarsné", max_size=120),
    st.lists(
        st.sampled_from(
            [
                "1 85 05 78 006 084 91",
                "FR76 3000",
                "né le ",
                "12/03/1985",
                "\u0301",
                "\ud800",
                "é",
                " ",
                "\n",
                "n° ",
                "@a.fr",
                "::1",
            ]
        ),
        max_size=12,
    ).map("".join),
)
#: What surrounds a planted value: words, no digits that would belong to it.
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("N", "L"), exclude_characters="_+@(/"), max_size=30
)


def number(size: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=size, max_size=size)


def nirs() -> st.SearchStrategy[str]:
    bodies = st.builds(
        lambda sex, year, month, place, rest: f"{sex}{year:02}{month:02}{place}{rest}",
        st.sampled_from("123478"),
        st.integers(0, 99),
        st.sampled_from([*range(1, 13), 20, 62]),
        st.sampled_from(["01", "2A", "2B", "75", "97", "99"]),
        st.integers(1001, 999_999).map("{:06}".format),
    ).filter(lambda body: checks.nir_body(body))
    return bodies.map(lambda body: f"{body}{checks.nir_key(body):02}")


def spis() -> st.SearchStrategy[str]:
    return st.integers(0, 3_999_999_999).map(lambda n: f"{n:010}{n % 511:03}")


def sirets() -> st.SearchStrategy[str]:
    def build(company: int, place: int) -> str:
        siren = f"{company:08}" + checks.luhn_digit(f"{company:08}")
        return f"{siren}{place:04}" + checks.luhn_digit(f"{siren}{place:04}")

    return st.builds(build, st.integers(10_000_000, 99_999_999), st.integers(0, 9999))


def cards() -> st.SearchStrategy[str]:
    return number(14).map(lambda body: "4" + body + checks.luhn_digit("4" + body))


def ibans() -> st.SearchStrategy[str]:
    def build(bank: str, account: str) -> str:
        bban = f"{bank}{account}{checks.bban_key(bank[:5], bank[5:], account):02}"
        return f"FR{98 - int(bban + '152700') % 97:02}{bban}"

    return st.builds(build, number(10), number(11))


PROVABLE: dict[str, tuple[Callable[[], st.SearchStrategy[str]], tuple[int, ...]]] = {
    "NIR": (nirs, (1, 2, 2, 2, 3, 3, 2)),
    "SPI": (spis, (2, 3, 3, 3, 2)),
    "SIRET": (sirets, (3, 3, 3, 5)),
    "CARD": (cards, (4, 4, 4, 4)),
    "IBAN": (ibans, (4, 4, 4, 4, 4, 4, 3)),
}
DAYS = st.dates(date(1800, 1, 1), date(2150, 12, 31))
SEPARATORS = ["", " ", ".", "-", "\u00a0", "\u202f", "\u2009", "/", "  ", " - ", "\n", "\r\n", "\t"]


def spaced(value: str, groups: tuple[int, ...], separator: str) -> str:
    parts, place = [], 0
    for size in groups:
        parts.append(value[place : place + size])
        place += size
    return separator.join(parts)


@given(
    st.sampled_from(sorted(PROVABLE)).flatmap(lambda key: st.tuples(st.just(key), PROVABLE[key][0]())),
    st.sampled_from(SEPARATORS),
    st.booleans(),
    WORDS,
    WORDS,
)
def test_nothing_that_a_checksum_proves_escapes_the_strict_mode(
    planted: tuple[str, str], separator: str, one_by_one: bool, before: str, after: str
) -> None:
    key, value = planted
    assume(not (value.startswith("00") and key != "NIR"))
    groups = (1,) * len(value) if one_by_one else PROVABLE[key][1]
    surface = spaced(value, groups, separator)
    text = f"{before} {surface} {after}"
    start = len(before) + 1
    spans = recognise(text, registry(), strict=True)
    covering = [span for span in spans if span.start <= start and start + len(surface) <= span.end]
    assert covering, (key, surface, spans)


@given(
    st.sampled_from(sorted(PROVABLE)).flatmap(lambda key: st.tuples(st.just(key), PROVABLE[key][0]())),
    st.sampled_from(["", " ", "."]),
    st.sampled_from(["", "le ", "conte", "n°", "l'", "ABC", "\ud800", "4_"]),
    st.sampled_from(["", " et", "ste", "aux", "\u0301", "€", "Z", "_", " a"]),
)
def test_nor_does_it_escape_when_words_touch_it(
    planted: tuple[str, str], separator: str, before: str, after: str
) -> None:
    key, value = planted
    surface = spaced(value, PROVABLE[key][1], separator)
    spans = recognise(before + surface + after, registry(), strict=True)
    start = len(before)
    assert any(span.start <= start and start + len(surface) <= span.end for span in spans), (key, spans)


@given(TEXT, st.booleans())
def test_offsets_lie_in_any_text_in_order_without_overlap(text: str, strict: bool) -> None:
    for spans in (recognise(text, registry(), strict), dates(text), hints(text, registry())):
        last = 0
        for span in spans:
            assert last <= span.start < span.end <= len(text)
            assert 0 < span.confidence <= 1
            assert span.type in registry()
            assert text[span.start : span.end].strip() == text[span.start : span.end]
            last = span.end


@given(DAYS, st.sampled_from(["%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y-%m-%d"]), st.booleans())
def test_every_day_is_found_and_known_as_birth_by_its_context(day: date, form: str, birth: bool) -> None:
    surface = day.strftime(form)
    text = f"M. Durand, {'né le' if birth else 'reçu le'} {surface} à Lyon"
    (span,) = dates(text)
    assert text[span.start : span.end] == surface
    assert span.type == ("DOB" if birth else "DATE")


MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)


@given(DAYS, st.sampled_from([str, str.upper, str.capitalize]), st.booleans())
def test_every_day_in_words_is_found(day: date, case: Callable[[str], str], year: bool) -> None:
    number = "1er" if day.day == 1 else str(day.day)
    surface = f"{number} {case(MONTHS[day.month - 1])}" + (f" {day.year}" if year else "")
    text = f"Réunion du {surface}, en mairie"
    assert [text[span.start : span.end] for span in dates(text)] == [surface]


@given(st.text("0123456789", min_size=1, max_size=30), TEXT)
def test_a_span_never_cuts_a_run_of_digits(digits: str, around: str) -> None:
    text = f"{around}\nn° {digits} {around}"
    for span in [*recognise(text, registry()), *dates(text)]:
        _whole(text, span)


def _whole(text: str, span: Span) -> None:
    if text[span.end - 1].isdigit() and text[span.end - 1].isascii():
        following = text[span.end : span.end + 1]
        assert not (following.isascii() and following.isdigit()), (span, text[span.start : span.end + 4])
