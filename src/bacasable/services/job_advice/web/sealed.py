"""Words of persons and files, sealed under their data key and bound to their row and column."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from bacasable.exchange.sealing import open_bytes, seal_bytes
from bacasable.people import instance
from bacasable.services.job_advice.engine.profiles import Profile
from bacasable.services.job_advice.web import linkage
from bacasable.services.job_advice.web.models import (
    Act,
    Advice,
    File,
    Interview,
    Person,
    PlanStep,
    Prompt,
    Word,
)

#: Rows whose words lie under the key of their file.
Row = File | Interview | Advice | Act | PlanStep | Word | Prompt


@dataclass(frozen=True)
class Identity:
    """Who a person is: their name as they give it, and their number at the service, which may be empty."""

    name: str
    number: str = ""

    def __repr__(self) -> str:
        return "Identity(...)"


def new_key() -> bytes:
    """Return a new data key, wrapped."""
    return instance.vault().new_data_key()


def seal_identity(person: Person, identity: Identity) -> None:
    """Write who a person is into a row that is not saved yet, under a data key of its own."""
    if not person.data_key:
        person.data_key = new_key()
    content = json.dumps(asdict(identity), ensure_ascii=False).encode()
    person.sealed = seal_bytes(_unwrapped(person), content, _context(person, "sealed"))
    person.number_digest = linkage.number_digest(identity.number) if identity.number else None


def identity_of(person: Person) -> Identity:
    """Return who a person is; nobody where retention has taken the name.

    Raises:
        Altered: the row is not the one that was written.
        KeyringError: the key of the installation that wraps them is gone.
    """
    if not person.sealed:
        return Identity("")
    told = json.loads(open_bytes(_unwrapped(person), bytes(person.sealed), _context(person, "sealed")))
    return Identity(told["name"], told["number"])


def seal_words(file: File, row: Row, words: dict[str, Any], column: str = "sealed") -> bytes:
    """Return ``words`` (plain values) sealed for a column of ``row``, under the key of ``file``."""
    content = json.dumps(words, ensure_ascii=False).encode()
    return seal_bytes(_unwrapped(file), content, _context(row, column))


def words_of(file: File, row: Row, column: str = "sealed") -> dict[str, Any]:
    """Return the words of a column of ``row``; nothing where it holds none.

    Raises:
        Altered: the row is not the one that was written.
        KeyringError: the key of the installation that wraps them is gone.
    """
    content = getattr(row, column)
    if not content:
        return {}
    opened: dict[str, Any] = json.loads(open_bytes(_unwrapped(file), bytes(content), _context(row, column)))
    return opened


def seal_profile(file: File, profile: Profile) -> None:
    """Write a profile into a file that is not saved yet: limits in a column of their own, others without."""
    if not file.data_key:
        file.data_key = new_key()
    told = profile.as_json()
    limits = told.pop("limits")
    file.sealed = seal_words(file, file, told)
    file.limits = seal_words(file, file, {"limits": limits}, "limits") if limits else None
    file.department = profile.department or ""


def profile_of(file: File) -> Profile:
    """Return the profile of a file, with the limits that the person stated and did not take back."""
    return Profile.from_json({**words_of(file, file), **words_of(file, file, "limits")})


def _unwrapped(row: Person | File) -> bytes:
    return instance.vault().keyring.unwrap(bytes(row.data_key))


def _context(row: Row | Person, column: str) -> str:
    return f"job_advice.{type(row).__name__}:{row.public_id}:{column}"
