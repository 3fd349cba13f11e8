"""Surrogates of one document agree: dates, names, places and numbers of the same person."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.fr import nir

from bacasable.privacy.messages import Refused
from bacasable.privacy.pseudonyms import KeyStore, Pseudonyms
from bacasable.privacy.redaction.identifiers import checks
from bacasable.privacy.redaction.lexicon import is_commune
from bacasable.privacy.redaction.replacement import Redactor
from bacasable.privacy.redaction.replacement.surrogates.dates import first_date
from bacasable.privacy.redaction.replacement.surrogates.fiction import fiction
from bacasable.privacy.redaction.spans import Span
from bacasable.privacy.redaction.types import registry
from tests.unit.test_redaction_replacement_surrogates import compact, many, one


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        ("12/03/1975", r"\d\d/\d\d/\d{4}"),
        ("12.03.75", r"\d\d\.\d\d\.\d\d"),
        ("1975-03-12", r"\d{4}-\d\d-\d\d"),
        ("12 mars 1975", r"\d{1,2}(er)? [a-zéû]+ \d{4}"),
        ("12 MARS 1975", r"\d{1,2}(ER|er)? [A-Z]+ \d{4}"),
        ("lundi 12 mars 1975", r"[a-z]+di \d{1,2}(er)? [a-zéû]+ \d{4}|dimanche .*"),
        ("12031975", r"\d{8}"),
        ("mars 1975", r"[a-zéû]+ \d{4}"),
        ("12 janv. 1975", r"\d{1,2}(er)? [a-zéû]+\. \d{4}"),
    ],
)
@pytest.mark.parametrize("kind", ["DATE", "DOB"])
def test_dates_keep_their_form(value: str, shape: str, kind: str) -> None:
    new = one(value, kind)
    assert re.fullmatch(shape, new) and new != value
    if "1975" in value:
        assert first_date(new) is not None


@given(
    birth=st.dates(date(1920, 1, 1), date(2015, 12, 31)),
    gaps=st.lists(st.integers(-3000, 9000), min_size=1, max_size=4, unique=True),
)
def test_intervals_between_the_dates_of_a_document_stay(birth: date, gaps: list[int]) -> None:
    days = [birth, *(birth + timedelta(days=gap) for gap in gaps if gap)]
    text = "Alice Laroche, " + " ; ".join(day.strftime("%d/%m/%Y") for day in days)
    spans = [Span(0, 13, "PERSON", 1.0)]
    for index, match in enumerate(re.finditer(r"\d\d/\d\d/\d{4}", text)):
        spans.append(Span(match.start(), match.end(), "DATE" if index else "DOB", 1.0))
    redacted = Redactor("surrogate", pseudonyms=None).redact(text, spans)
    new = [first_date(match) for match in re.findall(r"\d\d/\d\d/\d{4}", redacted.text)]
    assert [day - new[0] for day in new] == [day - birth for day in days]  # type: ignore[operator]
    assert new[0] != birth


@given(st.data())
def test_a_nir_agrees_with_birth_date_place_and_sex(data: st.DataObject) -> None:
    town = data.draw(st.sampled_from([town for town in fiction().peopled if town.name not in ("Paris",)]))
    birth = data.draw(st.dates(date(1920, 1, 1), date(2015, 12, 31)))
    sex, name = data.draw(st.sampled_from([("1", "Pierre Laroche"), ("2", "LAROCHE Hélène")]))
    body = f"{sex}{birth:%y%m}{town.code}{data.draw(st.integers(1, 999)):03}"
    number = f"{body}{checks.nir_key(body):02}"
    written = birth.strftime("%d/%m/%Y")
    text = f"{name}, né(e) le {written} à {town.name}, n° {number}, 3 rue Foch, 69003 {town.name}"
    new = many(text, (name, "PERSON"), (written, "DOB"), (number, "NIR"), (town.name, "LOCATION"))
    made, day = new[number], first_date(new[written])
    assert nir.is_valid(made) and day is not None
    assert made[:5] == f"{sex}{day:%y%m}"
    assert fiction().by_code[made[5:10]].name == new[town.name]
    first = new[name].split()[0 if sex == "1" else 1]
    assert first in fiction().first_names["M" if sex == "1" else "F"]


def test_a_nir_and_a_birth_date_that_disagree_are_made_to_agree() -> None:
    text = "Hélène Bodin, née le 16/12/1998 à Argelès-Gazost, NIR 1 68 11 75 404 272 31"
    values = [("Hélène Bodin", "PERSON"), ("16/12/1998", "DOB"), ("Argelès-Gazost", "LOCATION")]
    new = many(text, *values, ("1 68 11 75 404 272 31", "NIR"))
    made, day = compact(new["1 68 11 75 404 272 31"]), first_date(new["16/12/1998"])
    assert day is not None and made[1:5] == f"{day:%y%m}"
    assert fiction().by_code[made[5:10]].name == new["Argelès-Gazost"]


def test_the_birth_of_a_child_is_not_that_of_the_parent() -> None:
    text = "Alice Laroche, NIR 2 68 11 75 104 272, mère de Hugo Laroche, né le 16/12/2015"
    new = many(
        text,
        *[(name, "PERSON") for name in ("Alice Laroche", "Hugo Laroche")],
        ("2 68 11 75 104 272", "NIR"),
        ("16/12/2015", "DOB"),
    )
    day = first_date(new["16/12/2015"])
    assert day is not None and day.year in (2014, 2015, 2016)
    assert new["Alice Laroche"].split()[1] == new["Hugo Laroche"].split()[1]


@pytest.mark.parametrize(
    "writings",
    [
        [
            "Alice Laroche",
            "LAROCHE Alice",
            "alice laroche",
            "Alice LAROCHE",
            "ALICE LAROCHE",
            "Laroche, Alice",
        ],
        ["Jean-Pierre de La Tour", "JEAN-PIERRE DE LA TOUR", "de La Tour, Jean-Pierre"],
        ["Hélène Lefèvre", "HELENE LEFEVRE", "Helene Lefevre", "He\u0301le\u0300ne Lefèvre"],
    ],
)
def test_a_person_has_one_surrogate_in_the_order_and_case_of_each_writing(writings: list[str]) -> None:
    from bacasable.privacy.redaction.lexicon import fold

    new = [one(writing, "PERSON") for writing in writings]
    assert len({tuple(sorted(re.findall(r"\w+", fold(name)))) for name in new}) == 1
    for name, writing in zip(new, writings, strict=True):
        assert name.isupper() == writing.isupper() and name.islower() == writing.islower()
        assert not set(re.findall(r"\w{4,}", fold(name))) & set(re.findall(r"\w{4,}", fold(writing)))


def test_a_surname_alone_initials_and_logins_follow_the_person() -> None:
    text = "Alice Laroche. Mme LAROCHE, A. Laroche, alice.laroche@orange.fr, alaroche75@sfr.fr"
    new = many(
        text,
        *[(name, "PERSON") for name in ("Alice Laroche", "LAROCHE", "A. Laroche")],
        *[(mail, "EMAIL") for mail in ("alice.laroche@orange.fr", "alaroche75@sfr.fr")],
    )
    first, last = new["Alice Laroche"].split()
    plain = [
        re.sub(r"[éèêë]", "e", part.lower()).replace("ï", "i").replace("ç", "c") for part in (first, last)
    ]
    assert new["LAROCHE"].lower() == plain[1]
    assert new["A. Laroche"] == f"{first[0]}. {last}"
    assert new["alice.laroche@orange.fr"] == f"{plain[0]}.{plain[1]}@example.org"
    assert re.fullmatch(plain[0][0] + plain[1] + r"\d\d@example\.org", new["alaroche75@sfr.fr"])


@pytest.mark.parametrize(("civility", "sex"), [("M.", "M"), ("Mme", "F"), ("Monsieur", "M"), ("Madame", "F")])
def test_a_civility_tells_the_sex_of_a_name_of_either(civility: str, sex: str) -> None:
    text = f"{civility} Camille Laroche"
    new = many(text, ("Camille Laroche", "PERSON"))["Camille Laroche"]
    assert new.split()[0] in fiction().first_names[sex]


@pytest.mark.parametrize(
    "value",
    [
        "67, quai Victor Hugo, 30741 Saint-Georges-des-Groseillers",
        "108 quai Victor Hugo, 83585 BRESSOLLES",
        "Appt 12, 3 bis rue des Lilas\n69 003 Lyon CEDEX 03",
        "Le Bourg, 01400 Châtillon",
    ],
)
def test_an_address_has_a_postal_code_of_its_commune(value: str) -> None:
    new = one(value, "ADDRESS")
    match = re.search(r"(\d{2} ?\d{3})[ ,]+([^\d\n,]+?)( CEDEX.*)?$", new)
    assert match
    codes = {town.postcode for town in fiction().peopled if town.name.upper() in (match[2], match[2].upper())}
    assert match[1].replace(" ", "") in codes or is_commune(match[2])
    assert new.count(",") == value.count(",") and new.count("\n") == value.count("\n")
    for word in ("Victor", "Hugo", "BRESSOLLES", "Groseillers", "Châtillon", "Bourg", "69 003", "30741"):
        assert word not in new


def test_a_commune_is_the_same_everywhere() -> None:
    place = one("Lyon", "LOCATION")
    assert place in one("3 rue Foch, 69003 Lyon", "ADDRESS")
    assert place.upper() in one("3 RUE FOCH 69003 LYON", "ADDRESS").replace("É", "E") or not place.isascii()
    assert fiction().by_code[one("1 85 05 69 383 006 84", "NIR").replace(" ", "")[5:10]].name == place
    assert one("LYON", "LOCATION").isupper()


def test_a_country_becomes_a_country_and_agrees_with_the_nir() -> None:
    number = one("1 85 05 99 352 006 15", "NIR").replace(" ", "")
    assert number[5:7] == "99" and nir.is_valid(number)
    from bacasable.privacy.redaction.replacement.surrogates.fiction import COUNTRIES

    assert COUNTRIES[number[7:10]] == one("Algérie", "LOCATION")


def test_a_scope_keeps_its_surrogates_and_no_other_has_them(tmp_path: Path) -> None:
    store = KeyStore.from_file(tmp_path / "k")
    for scope in ("advice", "water"):
        store.create(scope)
    values = [("185057800608491", "NIR"), ("FR7630006000011234567890189", "IBAN"), ("12/03/1975", "DOB")]

    def made(scope: str) -> list[str]:
        redactor = Redactor("surrogate", pseudonyms=Pseudonyms(store, scope))
        return [redactor.redact(value, [Span(0, len(value), kind, 1.0)]).text for value, kind in values]

    assert made("advice") == made("advice")
    # dates of birth have few surrogates: two scopes may meet on one
    assert set(made("advice")[:2]).isdisjoint(made("water")[:2])
    store.destroy("advice")
    with pytest.raises(Refused, match="destroyed"):
        Redactor("surrogate", pseudonyms=Pseudonyms(store, "advice"))


def test_days_of_the_week_stay() -> None:
    for kind in ("DATE", "DOB"):
        new = first_date(one("12/02/2024", kind))
        assert new is not None and new.weekday() == date(2024, 2, 12).weekday()


@pytest.mark.parametrize("value", ["J.-P. DURAND", "J. Durand", "Durand J."])
def test_initials_are_first_names(value: str) -> None:
    surname = one("Mme Durand", "PERSON").split()[1]
    assert surname.upper() in one(value, "PERSON").upper()


def test_a_foreign_place_of_birth_agrees_with_the_nir() -> None:
    from bacasable.privacy.redaction.replacement.surrogates.fiction import CITIES

    text = "Mme Amel Saïd, née le 03/04/1988 à Alger, NIR 2 88 04 99 352 123 45, amel.said@free.fr"
    number = "2 88 04 99 352 123 45"
    new = many(text, ("Amel Saïd", "PERSON"), ("03/04/1988", "DOB"), ("Alger", "LOCATION"), (number, "NIR"))
    assert CITIES[compact(new[number])[7:10]] == new["Alger"]


def test_another_document_forgets_the_people_of_the_one_before() -> None:
    redactor = Redactor("surrogate")
    mail = [Span(0, 16, "EMAIL", 1.0)]
    redactor.redact("Alice Laroche", [Span(0, 13, "PERSON", 1.0)])
    near = redactor.redact("alaroche@sfr.fr ", mail).text
    redactor.document()
    assert redactor.redact("alaroche@sfr.fr ", mail).text != near


def test_the_recognisers_find_surrogates_as_they_found_the_originals() -> None:
    from bacasable.privacy.redaction.identifiers import dates, recognise

    text = (
        "NIR 1 85 05 78 006 084 91, né le 12 mars 1975, tél. 06 12 34 56 78, a.b@orange.fr, "
        "SIRET 73282932000074, "
        "IBAN FR76 3000 6000 0112 3456 7890 189, véhicule AB-123-CD, "
        "allocataire CAF 8322358, le 1er août 2024, "
        "carte bancaire 4970 1012 3456 7890, IP 192.168.1.12, n° fiscal 06 978 408 263 19"
    )

    def found(text: str) -> list[Span]:
        spans = [*recognise(text, registry()), *dates(text)]
        return [span for span in sorted(spans) if not any(holds(other, span) for other in spans)]

    redacted = Redactor("surrogate").redact(text, found(text))
    assert len(redacted.replacements) >= 10
    written = {(piece.at, piece.until, piece.type) for piece in redacted.replacements}
    assert written <= {(span.start, span.end, span.type) for span in found(redacted.text)}


def holds(other: Span, span: Span) -> bool:
    return (other.start, -other.end, -other.confidence) < (span.start, -span.end, -span.confidence) and (
        other.end >= span.end
    )
