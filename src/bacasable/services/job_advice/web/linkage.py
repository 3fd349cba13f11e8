"""Keyed digests: to find a person by their number, a link by what was typed; never to read either back."""

from contextlib import suppress
from functools import cache
from pathlib import Path

from bacasable.people import instance
from bacasable.privacy.messages import Refused
from bacasable.privacy.pseudonyms import KeyStore, Pseudonyms

PERSONS, LINKS = "job_advice-persons", "job_advice-links"


def keys() -> KeyStore:
    """Return the keys of this installation's digests, each scope made at the first need."""
    return _keys(instance.configuration().home / "keys" / "job-advice-pseudonyms.json")


@cache
def _keys(path: Path) -> KeyStore:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    held = KeyStore.from_file(path)
    for scope in (PERSONS, LINKS):
        if not held.had(scope):
            with suppress(Refused):  # another process made it meanwhile
                held.create(scope)
    return held


def number_digest(number: str) -> str:
    """Return what a person is found by, from their number as anybody writes it.

    Raises:
        Refused: there is no letter or digit in it.
    """
    plain = "".join(sign for sign in number if sign.isalnum()).upper()
    return Pseudonyms(keys(), PERSONS).of(plain, "PERSON")


def code_digest(code: str) -> str:
    """Return what is kept of a link or paper code."""
    return Pseudonyms(keys(), LINKS).of(code, "CODE")
