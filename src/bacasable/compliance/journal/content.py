"""What an entry may hold: references and a few scalars, never content, never what names a person outright.

What is refused is cheap to see and certain: e-mail addresses, long text, control characters, social-security
numbers with their key, IBANs with theirs, telephone numbers written as such. Names, card numbers and ten bare
digits are not looked for: they cannot be told from references (``benchmarks/journal.py`` counts how often a
reference that names nobody is refused).
"""

import math
import re
from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from uuid import UUID

LONGEST_FACT = 200
MOST_FACTS = 32
_LARGEST_BITS = 1024
_ACTION = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/+\-]*")
_EMAIL = re.compile(r"[^\s@]@[^\s@]")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")

# Each of the numbers below has nine digits in a row, blanks aside: most texts are let through by this alone.
_MANY_DIGITS = re.compile(r"\d(?:[ .\-]?\d){8}")
_NIR = re.compile(
    r"(?<![0-9A-Za-z])([12][ .\-]?\d\d[ .\-]?(?:0[1-9]|1[0-2]|20)[ .\-]?(?:\d\d|2[AB])"
    r"[ .\-]?\d{3}[ .\-]?\d{3})[ .\-]?(\d\d)(?![0-9A-Za-z])"
)
_IBAN = re.compile(r"(?<![0-9A-Za-z])[A-Z]{2}\d\d(?: ?[0-9A-Z]){11,30}(?![0-9A-Za-z])")
_PHONE = re.compile(
    r"(?<![0-9A-Za-z])(?:0[1-9](?:[ .\-]\d\d){4}|\+33[ .]?[1-9](?:[ .\-]?\d\d){4}"
    r"|\+[1-9](?:[ .\-]?\d){7,14})(?![0-9A-Za-z])"
)
#: Characters of an IBAN by country (registry of SWIFT), for the countries of the SEPA area.
_IBAN_LENGTHS = {
    **dict.fromkeys(("NO",), 15),
    **dict.fromkeys(("BE",), 16),
    **dict.fromkeys(("DK", "FI", "NL"), 18),
    **dict.fromkeys(("SI",), 19),
    **dict.fromkeys(("AT", "BA", "EE", "LT", "LU"), 20),
    **dict.fromkeys(("CH", "HR", "LI", "LV"), 21),
    **dict.fromkeys(("BG", "DE", "GB", "IE", "ME", "RS", "VA"), 22),
    **dict.fromkeys(("GI",), 23),
    **dict.fromkeys(("AD", "CZ", "ES", "MD", "RO", "SE", "SK"), 24),
    **dict.fromkeys(("PT",), 25),
    **dict.fromkeys(("IS",), 26),
    **dict.fromkeys(("FR", "GR", "IT", "MC", "SM"), 27),
    **dict.fromkeys(("AL", "CY", "HU", "PL"), 28),
    **dict.fromkeys(("MT",), 31),
}

Scalar = str | int | float | bool | None


class JournalRefused(ValueError):
    """What was to be recorded is not fit for the journal, or the journal cannot be read or continued."""


def named_by(text: str) -> str:
    """Return what in ``text`` names a person outright, in words; empty where nothing does."""
    if _EMAIL.search(text):
        return "an e-mail address"
    if not _MANY_DIGITS.search(text):
        return ""
    if any(_has_key(*found.groups()) for found in _NIR.finditer(text)):
        return "a social-security number (NIR)"
    if any(_is_iban(found.group().replace(" ", "")) for found in _IBAN.finditer(text)):
        return "an IBAN"
    return "a telephone number" if _PHONE.search(text) else ""


def _has_key(number: str, key: str) -> bool:
    """Say whether the last two digits of a NIR are its key: 97 less the rest modulo 97 (INSEE)."""
    digits = re.sub(r"[ .\-]", "", number).replace("2A", "19").replace("2B", "18")
    return 97 - int(digits) % 97 == int(key)


def _is_iban(text: str) -> bool:
    """Say whether the length is its country's and the check digits hold (ISO 13616, modulo 97)."""
    if _IBAN_LENGTHS.get(text[:2]) != len(text):
        return False
    return int("".join(str(int(letter, 36)) for letter in text[4:] + text[:4])) % 97 == 1


def check_references(action: object, actor: object, subject: object) -> None:
    """Refuse an action that is not ``room.verb``, and an actor or a subject that is not a reference.

    Raises:
        JournalRefused: with what to write instead; the value itself is not repeated.
    """
    if not isinstance(action, str) or len(action) > 80 or not _ACTION.fullmatch(action):
        raise JournalRefused(
            f"'{str(action)[:80]}' is not an action; write <room>.<verb in the past>, in lower case"
        )
    for name, value, longest in (("actor", actor, 80), ("subject", subject, 120)):
        if not isinstance(value, str) or len(value) > longest or not _REFERENCE.fullmatch(value):
            raise JournalRefused(
                f"{action}: the {name} is not a reference; write <kind>:<identifier> such as "
                f"dossier:BAS-2026-0001, at most {longest} characters, no e-mail address"
            )
        if what := named_by(value):
            raise JournalRefused(
                f"{action}: the {name} holds {what}; write <kind>:<identifier>, with an identifier of ours"
            )


def checked_facts(action: str, facts: Mapping[str, object]) -> dict[str, Scalar]:
    """Return the facts as scalars fit for an entry.

    Raises:
        JournalRefused: the message names the fact and the remedy, never the value.
    """
    if len(facts) > MOST_FACTS:
        raise JournalRefused(f"{action}: {len(facts)} facts, more than {MOST_FACTS}; record a reference")
    return {name: _fact(action, name, value) for name, value in facts.items()}


def _fact(action: str, name: str, value: object) -> Scalar:
    if len(name) > 80 or not name.isidentifier():
        raise JournalRefused(f"{action}: the name of a fact is not an identifier; write it as one of Python")
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return _number(action, name, value)
    if not isinstance(value, str):
        raise JournalRefused(
            f"{action}: fact '{name}' is a {type(value).__name__}; record one scalar (an identifier, a "
            "number, a date) or drop it"
        )
    if len(value) > LONGEST_FACT:
        raise JournalRefused(
            f"{action}: fact '{name}' has {len(value)} characters, more than {LONGEST_FACT}; the journal "
            "keeps references, not content: record an identifier or a digest"
        )
    if what := named_by(value):
        raise JournalRefused(
            f"{action}: fact '{name}' looks like {what}; record the account's public identifier"
        )
    if _UNPRINTABLE.search(value):
        raise JournalRefused(f"{action}: fact '{name}' holds a control character; record a plain identifier")
    return str(value)


def _number(action: str, name: str, value: int | float) -> int | float:
    if isinstance(value, float):
        if not math.isfinite(value):
            raise JournalRefused(
                f"{action}: fact '{name}' is not a finite number; record it as text or drop it"
            )
        return value
    if value.bit_length() > _LARGEST_BITS:
        raise JournalRefused(f"{action}: fact '{name}' has {value.bit_length()} bits; record a digest")
    if 10**14 <= value < 3 * 10**14 and (what := named_by(str(value))):
        raise JournalRefused(f"{action}: fact '{name}' looks like {what}; record our own identifier")
    return value
