"""The registry of types, and packs of organisations: what they add, and what is refused with file and key."""

import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bacasable.privacy.messages import Refused
from bacasable.privacy.redaction.backtracking import why_unsafe
from bacasable.privacy.redaction.identifiers import recognise
from bacasable.privacy.redaction.types import FAMILIES, SURROGATES, registry

PACK = """
[types.STAFF]
label = "staff number"
family = "number"
pattern = 'S\\d{6}'
context = ["agent*"]
surrogate = "shape"
examples = ["S123456"]
"""


@pytest.fixture
def pack(tmp_path: Path):
    def write(content: str) -> Path:
        path = tmp_path / "pack.toml"
        path.write_text(content, encoding="utf-8")
        return path

    return write


def test_every_type_is_complete() -> None:
    types = registry()
    for key in (
        *(
            "PERSON",
            "ADDRESS",
            "LOCATION",
            "NIR",
            "SPI",
            "SIREN",
            "SIRET",
            "VAT",
            "IBAN",
            "CARD",
            "PHONE",
            "EMAIL",
        ),
        *(
            "HANDLE",
            "IP",
            "MAC",
            "URL",
            "PLATE",
            "CAF",
            "FT",
            "INE",
            "PASSPORT",
            "ID_CARD",
            "RESIDENCE_PERMIT",
        ),
        *("DRIVING_LICENCE", "DOB", "DATE", "HEALTH", "BELIEF", "UNION", "ORIGIN", "POLITICS", "SEX_LIFE"),
        *("OFFENCE", "BIOMETRIC"),
    ):
        assert types[key].key == key
    for kind in types.values():
        assert kind.label and kind.family in FAMILIES and kind.surrogate in SURROGATES
        assert ("hint" in kind.label) == (kind.family == "hint")
    assert registry() is types


def test_a_pack_adds_a_type_that_is_then_found(pack) -> None:
    types = registry(pack(PACK))
    text = "L'agent S123456 a remplacé le lot S654321 du magasin central de la ville, dans la région du Rhône"
    text += " et du sud, S777777"
    found = [(span.type, text[span.start : span.end]) for span in recognise(text, types)]
    assert found == [("STAFF", "S123456"), ("STAFF", "S654321")]
    assert "STAFF" not in registry()


def test_a_pack_changes_fields_of_a_known_type(pack) -> None:
    text = "dossier n° 505531"
    assert recognise(text, registry()) == []
    types = registry(pack("[types.FILE_NUMBER]\nenabled = true\ncontext = ['dossier']"))
    assert types["FILE_NUMBER"].label == registry()["FILE_NUMBER"].label
    off = registry(pack("[types.EMAIL]\nenabled = false"))
    assert recognise("écrire à a.b@example.org", off) == []
    sure = registry(pack("[types.SIREN]\nmin_confidence = 0.9"))
    assert recognise("732829320", registry()) and not recognise("732829320", sure)


def test_a_pack_names_numbers_that_are_no_identifiers(pack) -> None:
    text = "chronotime 0612345678"
    assert recognise(text, registry())
    assert recognise(text, registry(pack("other_numbers = ['chronotime']"))) == []


def test_a_check_decides_and_a_named_group_is_what_is_reported(pack) -> None:
    content = """
[types.BADGE]
label = "badge"
family = "number"
pattern = 'badge (?P<value>\\d{8})'
check = "luhn"
"""
    types = registry(pack(content))
    text = "badge 12345674, badge 12345675"
    assert [text[span.start : span.end] for span in recognise(text, types)] == ["12345674"]


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("[types.STAFF", "not TOML"),
        ("other_numbers = 'x'", "other_numbers"),
        ("", "no type"),
        ("[kinds.STAFF]\nlabel = 'x'", "kinds is not known"),
        ("[types.staff]\nlabel = 'x'", "types.staff"),
        ("[types]\nSTAFF = 3", "types.STAFF"),
        ("[types.STAFF]\nlabel = 'x'\nfamily = 'number'", "pattern is missing"),
        ("[types.STAFF]\npattern = 'a{3}'", "label is missing"),
        (PACK.replace('"number"', '"people"'), "types.STAFF.family"),
        (PACK.replace('"shape"', '"forme"'), "types.STAFF.surrogate"),
        (PACK.replace("'S\\d{6}'", "12"), "types.STAFF.pattern"),
        (PACK.replace("S\\d{6}", "S(\\d{6"), "types.STAFF.pattern"),
        (PACK.replace("S\\d{6}", "S(\\d{6})"), "types.STAFF.pattern"),
        (PACK.replace("S\\d{6}", "S\\d+"), "no upper bound"),
        (PACK.replace("S\\d{6}", "S?\\d{0,6}"), "empty text"),
        (PACK.replace("S\\d{6}", "(?:S{1,30}){1,30}\\d{6}"), "too long"),
        (PACK.replace('"S123456"', '"T123456"'), "types.STAFF.examples"),
        (PACK.replace('["agent*"]', '"agent"'), "types.STAFF.context"),
        (PACK + "check = 'nope'", "types.STAFF.check"),
        (PACK + "min_confidence = 3", "types.STAFF.min_confidence"),
        (PACK + "min_confidence = true", "types.STAFF.min_confidence"),
        (PACK + "enabled = 'yes'", "types.STAFF.enabled"),
        (PACK + "colour = 'red'", "types.STAFF.colour"),
        ("[types.EMAIL]\nexamples = ['a@b.fr']", "types.EMAIL.examples"),
    ],
)
def test_a_wrong_pack_is_refused_with_its_file_and_key(pack, content: str, named: str) -> None:
    path = pack(content)
    with pytest.raises(Refused) as refusal:
        registry(path)
    assert str(path) in str(refusal.value)
    assert named in str(refusal.value)


def test_a_pack_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="cannot be read"):
        registry(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b"[types.\xe9]")
    with pytest.raises(Refused, match="UTF-8"):
        registry(tmp_path / "latin.toml")


@pytest.mark.parametrize(
    "pattern",
    ["(a+)+$", "(?:a|a)*b", "(?:a{1,9}){1,9}b", "a.*b", "(?:a?){40}a{40}", r"(?:\w{1,50} ?){1,50}!"],
)
def test_patterns_that_can_take_for_ever_are_refused(pattern: str) -> None:
    assert why_unsafe(pattern)


@pytest.mark.parametrize(
    "pattern", [r"[A-Z]{2}\d{6}", r"(?:\d{2} ?){5}", r"(?<!\d)\d{3}-\d{4}(?!\d)", "[a-z]{1,30}@x"]
)
def test_usual_patterns_are_accepted(pattern: str) -> None:
    assert why_unsafe(pattern) == ""


@given(st.from_regex(r"\A(?:[ab](?:\{0,[1-9]\}|\{1,[1-9]\}|\?)?|\((?:\?:)[ab]{1,2}\)\{1,[1-5]\}){1,6}\Z"))
def test_an_accepted_pattern_is_quick_on_a_hostile_text(pattern: str) -> None:
    if why_unsafe(pattern):
        return
    began = time.process_time()
    re.search(pattern + "c", "ab" * 30)
    assert time.process_time() - began < 5
