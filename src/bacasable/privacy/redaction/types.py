"""Types of personal data, as data: ``types.toml``, then the packs of an organisation, read in order.

A pack is one TOML file of the same form: it adds types, or changes some fields of known ones. What a pack
gets
wrong is refused with the file and the key; so is a pattern that could take for ever on some text.
"""

import functools
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from importlib import resources
from pathlib import Path
from typing import Any

from bacasable.privacy.messages import N_, Refused, Said
from bacasable.privacy.redaction.backtracking import why_unsafe

FAMILIES = ("name", "place", "number", "contact", "date", "hint")

#: Names of the checks of ``identifiers/checks.py`` that a pack may use.
CHECKS = ("bban", "card", "iban", "ip", "luhn", "mac", "mod97", "nir", "rpps", "siren", "siret", "spi", "vat")

#: How a realistic replacement is made; "shape" changes digits and letters one for one, "none" replaces
#: nothing.
SURROGATES = (
    *("name", "address", "place", "date", "nir", "spi", "siren", "siret", "vat", "iban", "card", "phone"),
    *("email", "handle", "ip", "mac", "url", "plate", "shape", "none"),
)

_KEY = re.compile(r"[A-Z][A-Z0-9_]{0,39}")


@dataclass(frozen=True)
class Type:
    """One type of personal data; the fields are those of ``types.toml``, where they are explained."""

    key: str
    label: str
    family: str
    pattern: str = ""
    context: tuple[str, ...] = ()
    check: str = ""
    min_confidence: float = 0.0
    surrogate: str = "shape"
    enabled: bool = True
    examples: tuple[str, ...] = ()


class Registry(Mapping[str, Type]):
    """Types by key, in the order of the files. Equal only to itself, so that what is compiled from it is
    kept."""

    def __init__(
        self, types: Mapping[str, Type], other_numbers: Sequence[str] = (), any_numbers: Sequence[str] = ()
    ) -> None:
        self._types = dict(types)
        #: Words that announce a number which is no identifier of a person.
        self.other_numbers = tuple(other_numbers)
        #: Words that announce an identifier without naming its type.
        self.any_numbers = tuple(any_numbers)

    def __getitem__(self, key: str) -> Type:
        return self._types[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._types)

    def __len__(self) -> int:
        return len(self._types)

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other

    def of_family(self, family: str) -> tuple[Type, ...]:
        """Return the types of one family."""
        return tuple(kind for kind in self._types.values() if kind.family == family)


def registry(*packs: Path) -> Registry:
    """Return the types of ``types.toml`` with those of the packs, each over the one before.

    Raises:
        Refused: a pack cannot be read, or says something wrong: the file, the key and the remedy are named.
    """
    types = _built_in()
    for pack in packs:
        types = _merge(types, _read(Path(pack)), str(pack))
    return types


@functools.lru_cache(maxsize=1)
def _built_in() -> Registry:
    source = resources.files(__package__).joinpath("types.toml")
    return _merge(Registry({}), tomllib.loads(source.read_text(encoding="utf-8")), "types.toml")


def _read(pack: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(pack.read_text(encoding="utf-8"))
    except OSError as error:
        raise Refused(
            N_("{pack}: cannot be read ({error}); check the path and the rights"),
            pack=pack,
            error=error.strerror,
        ) from error
    except UnicodeDecodeError as error:
        raise Refused(
            N_("{pack}: byte {start} is not UTF-8; save the file as UTF-8"), pack=pack, start=error.start
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise Refused(N_("{pack}: not TOML: {error}"), pack=pack, error=error) from error


def _merge(known: Registry, content: Mapping[str, Any], file: str) -> Registry:
    for section in content:
        if section not in ("types", "other_numbers", "any_numbers"):
            raise Refused(
                N_("{file}: {section} is not known; a pack holds [types.KEY], other_numbers and any_numbers"),
                file=file,
                section=section,
            )
    tables = content.get("types", {})
    if not isinstance(tables, dict) or not content:
        raise Refused(
            N_("{file}: no type; write a section [types.KEY] with a label, a family and a pattern"), file=file
        )
    others = _value("context", content.get("other_numbers", []), f"{file}: other_numbers")
    unnamed = _value("context", content.get("any_numbers", []), f"{file}: any_numbers")
    merged = dict(known)
    for key, table in tables.items():
        where = f"{file}: types.{key}"
        if not _KEY.fullmatch(key):
            raise Refused(
                N_("{where}: a key is capitals, digits and _, 40 at most, and starts with a letter"),
                where=where,
            )
        if not isinstance(table, dict):
            raise Refused(N_("{where}: not a section; write [types.{key}]"), where=where, key=key)
        merged[key] = _type(key, table, merged.get(key), where, own=file != "types.toml")
    return Registry(merged, [*known.other_numbers, *others], [*known.any_numbers, *unnamed])


def _type(key: str, table: Mapping[str, Any], known: Type | None, where: str, own: bool) -> Type:
    values = {name: _value(name, value, f"{where}.{name}") for name, value in table.items()}
    if known is not None:
        kind = replace(known, **values)
    else:
        needed = ["label", "family", *(["pattern"] if own else [])]
        if missing := [name for name in needed if not values.get(name)]:
            raise Refused(
                N_("{where}: {missing} is missing; a new type needs {known}"),
                where=where,
                missing=missing[0],
                known=", ".join(needed),
            )
        kind = Type(key, **values)
    if kind.pattern:
        _check_pattern(kind, where)
    elif kind.examples:
        raise Refused(
            N_("{where}.examples: there is no pattern for them to match; add one or remove them"), where=where
        )
    return kind


_TEXTS = ("label", "family", "pattern", "check", "surrogate")
_LISTS = ("context", "examples")
_CHOICES = {"family": FAMILIES, "check": ("", *CHECKS), "surrogate": SURROGATES}


def _value(name: str, value: Any, where: str) -> Any:
    """Return one field as the dataclass holds it; refuse the wrong kind of value."""
    if name in _TEXTS:
        if not isinstance(value, str):
            raise Refused(N_("{where}: not a text; put it between quotes"), where=where)
        if name in _CHOICES and value not in _CHOICES[name]:
            raise Refused(
                N_("{where}: not known; choose among {known}"),
                where=where,
                known=", ".join(filter(None, _CHOICES[name])),
            )
        return value
    if name in _LISTS:
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            raise Refused(N_('{where}: not a list of texts; write ["one", "two"]'), where=where)
        return tuple(value)
    if name == "min_confidence":
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            raise Refused(N_("{where}: not a number from 0 to 1"), where=where)
        return float(value)
    if name == "enabled":
        if not isinstance(value, bool):
            raise Refused(N_("{where}: write true or false"), where=where)
        return value
    known = ", ".join(field.name for field in fields(Type) if field.name != "key")
    raise Refused(N_("{where}: not a field of a type; the fields are {known}"), where=where, known=known)


def _check_pattern(kind: Type, where: str) -> None:
    try:
        compiled = re.compile(kind.pattern)
    except re.error as error:
        place = "" if error.pos is None else f" at character {error.pos + 1}"
        raise Refused(
            N_("{where}.pattern: not a regular expression: {error}{place}"),
            where=where,
            error=error.msg,
            place=place,
        ) from error
    if reason := why_unsafe(kind.pattern):
        raise Refused(N_("{where}.pattern: {reason}"), where=where, reason=Said(reason))
    if compiled.groups and "value" not in compiled.groupindex:
        raise Refused(
            N_("{where}.pattern: write (?:...) for groups, or name the one to report (?P<value>...)"),
            where=where,
        )
    for number, example in enumerate(kind.examples, 1):
        if not compiled.search(example):
            raise Refused(
                N_("{where}.examples: the pattern does not match example {number}"),
                where=where,
                number=number,
            )
