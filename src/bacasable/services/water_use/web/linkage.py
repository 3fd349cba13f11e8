"""What joins a home to its readings: keyed pseudonyms, whose keys lie apart from both.

Readings lie under the pseudonym of their meter in the scope :data:`METERS`. The gate makes another one of it
for each purpose, so that the results of two purposes are joined by nobody. Once the key of :data:`METERS` is
destroyed (``KeyStore.destroy``), readings are nobody's any more, whatever the database says.
"""

import re
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path

from bacasable.people import instance
from bacasable.privacy.messages import Refused
from bacasable.privacy.pseudonyms import KeyStore, Pseudonyms
from bacasable.privacy.pseudonyms.canonical import fold
from bacasable.services.water_use.processing import PROCESSING

METERS = "water_use-meters"
#: To find a contract by its number, and somebody by what the identity provider calls them.
NUMBERS, IDENTITIES = "water_use-contracts", "water_use-identities"
_KIND = "METER"
_WORD = re.compile(r"[^\W\d_]+")
#: What stands before a name and is none.
_CIVILITIES = frozenset({"mme", "mr", "mlle", "madame", "monsieur", "mademoiselle", "et", "ou", "and"})


def keys() -> KeyStore:
    """Return the keys of this installation's pseudonyms, each scope made at the first need."""
    return _keys(instance.configuration().home / "keys" / "water-use-pseudonyms.json")


@cache
def _keys(path: Path) -> KeyStore:
    held = KeyStore.from_file(path)
    scopes = (METERS, NUMBERS, IDENTITIES, *(scope_of(purpose.key) for purpose in PROCESSING.purposes))
    for scope in scopes:
        if not held.had(scope):
            with suppress(Refused):  # another process made it meanwhile
                held.create(scope)
    return held


def scope_of(purpose: str) -> str:
    """Return the scope of a purpose's pseudonyms, as the gate names it."""
    return f"{PROCESSING.service}-{purpose}"


def meter_of(serial: str, purpose: str = "") -> str:
    """Return the pseudonym of a meter: as readings are stored, or as the gate gives them for a purpose.

    Raises:
        Refused: the key was destroyed.
    """
    stored = Pseudonyms(keys(), METERS).of(_plain(serial), _KIND)
    return for_purpose(stored, purpose) if purpose else stored


def for_purpose(stored: str, purpose: str) -> str:
    """Return what the gate gives for a purpose in place of the pseudonym under which readings are stored."""
    return Pseudonyms(keys(), scope_of(purpose)).of(stored, _KIND)


def number_digest(number: str) -> str:
    """Return what a contract is found by, from its number as anybody writes it."""
    return Pseudonyms(keys(), NUMBERS).of(_plain(number), "CONTRACT")


def serial_digest(serial: str) -> str:
    """Return what the contracts of one meter have in common; it is not the name of its readings."""
    return Pseudonyms(keys(), NUMBERS).of(_plain(serial), _KIND)


def subject_digest(issuer: str, subject: str) -> str:
    """Return what stands for somebody whom an identity provider calls ``subject``."""
    told = sha256(f"{issuer}\0{subject}".encode()).hexdigest()  # the case of a subject counts
    return Pseudonyms(keys(), IDENTITIES).of(told, "SUBJECT")


def code_digest(code: str) -> str:
    """Return what is kept of a paper code."""
    return Pseudonyms(keys(), NUMBERS).of(code, "CODE")


def word_digests(*names: str) -> frozenset[str]:
    """Return digests of the words of names, case and accents aside: to compare, never to read."""
    words = {word for name in names for word in _WORD.findall(fold(name)) if len(word) > 1}
    return frozenset(Pseudonyms(keys(), IDENTITIES).of(word, "NAME") for word in words - _CIVILITIES)


def _plain(number: str) -> str:
    """Return a number without the blanks and signs that people put into it."""
    return "".join(sign for sign in number if sign.isalnum())
