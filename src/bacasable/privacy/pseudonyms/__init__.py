"""Keyed pseudonyms: the same person the same pseudonym in one purpose, unlinkable across purposes.

    keys = KeyStore.from_file(Path("pseudonyms.key"))
    keys.create("job_advice")
    Pseudonyms(keys, "job_advice").of("Mme Alice LAROCHE", "PERSON")   # PERSON-1-5kq...: also of 'laroche
    alice'

``canonical`` brings the writings of one value to one form, ``keys`` keeps one key a scope and version apart
from the data, ``scope`` makes the pseudonyms, ``record`` keeps who reversed what and why, ``dictionary``
attacks our own output. Pseudonymised data remain personal data (GDPR, recital 26).
"""

from bacasable.privacy.pseudonyms.canonical import canonical
from bacasable.privacy.pseudonyms.dictionary import (
    Attack,
    Check,
    Space,
    check_scope,
    dictionary_attack,
    french_mobiles,
    nirs,
    unkeyed,
)
from bacasable.privacy.pseudonyms.keys import Keys, KeyStore
from bacasable.privacy.pseudonyms.record import Entry, Record
from bacasable.privacy.pseudonyms.scope import PATTERN, Pseudonyms

__all__ = [
    "PATTERN",
    "Attack",
    "Check",
    "Entry",
    "KeyStore",
    "Keys",
    "Pseudonyms",
    "Record",
    "Space",
    "canonical",
    "check_scope",
    "dictionary_attack",
    "french_mobiles",
    "nirs",
    "unkeyed",
]
