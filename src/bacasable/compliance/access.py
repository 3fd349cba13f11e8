"""Access and portability: what the services of one controller hold of a person, as files that they can read.

The archive holds a page for people (plain HTML, no script, everything escaped), the same as JSON, and where
to turn; who has no address gets the same as one sheet, to print. Data of several controllers are never put
together.
"""

import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bacasable.compliance import wording
from bacasable.compliance.declaration import DataField
from bacasable.compliance.erasure import persons
from bacasable.compliance.exports.sheet import Missing, Section, Sheet, Words, as_page
from bacasable.compliance.law import LawfulBasis
from bacasable.compliance.processing import Processing
from bacasable.compliance.retention import FAILED
from bacasable.compliance.rights import WITHOUT_ASKING, Part, applicable, one_controller
from bacasable.compliance.service import N_
from bacasable.compliance.store import Record, Store
from bacasable.compliance.wording import Say

_PORTABLE = frozenset({LawfulBasis.CONSENT, LawfulBasis.CONTRACT})
#: The date inside the archive, so that the same data give the same bytes.
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Held:
    """A record about the person, and in which service and store it lies."""

    service: str
    store: str
    record: Record


@dataclass(frozen=True)
class Found:
    """What the services hold of a person; ``unread`` names the stores that could not be read."""

    parts: tuple[Part, ...]
    held: tuple[Held, ...]
    unread: Mapping[str, str]


def collect(parts: Sequence[Part], identifiers: Mapping[str, str]) -> Found:
    """Gather what these services hold of whoever the identifiers tell; nothing where they tell nobody.

    Raises:
        Refused: the services belong to several controllers.
    """
    one_controller(parts)
    held: dict[tuple[str, str, str], Held] = {}
    unread: dict[str, str] = {}
    for part in parts:
        for name, store in part.stores.items():
            try:
                for record in _records(part, store, identifiers):
                    key = (part.declared.service, name, record.reference)
                    held.setdefault(key, Held(part.declared.service, name, record))
            except (
                Exception
            ) as error:  # a plugin's store may raise anything: the others are read, it is named
                unread[f"{part.declared.service}/{name}"] = f"{type(error).__name__}: {FAILED}"
    return Found(tuple(parts), tuple(held.values()), unread)


def _records(part: Part, store: Store, identifiers: Mapping[str, str]) -> Iterator[Record]:
    for person in persons(part, identifiers):
        yield from store.export(person)


def given(found: Found) -> Found:
    """Return what of it the person gave under a consent or a contract (art. 20)."""
    named = {
        part.declared.service: {item.name for item in part.declared.data if _is_portable(part.declared, item)}
        for part in found.parts
    }
    held = []
    for one in found.held:
        values = {name: value for name, value in one.record.values.items() if name in named[one.service]}
        if values:
            held.append(Held(one.service, one.store, Record(one.record.reference, values)))
    return Found(found.parts, tuple(held), found.unread)


def portable(found: Found) -> dict[str, Any]:
    """Return what the person gave under a consent or a contract, for a machine to read (art. 20)."""
    plain: dict[str, Any] = {}
    for one in given(found).held:
        values = {name: as_plain(value) for name, value in one.record.values.items()}
        plain.setdefault(one.service, []).append(values)
    return plain


def _is_portable(declared: Processing, item: DataField) -> bool:
    bases = {purpose.basis for purpose in declared.purposes if purpose.key in item.purposes}
    return item.source == "person" and not bases.isdisjoint(_PORTABLE)


def as_json(found: Found, *, reference: str, at: datetime) -> dict[str, Any]:
    """Return everything that is held, as plain values: by service, store and reference."""
    return {
        "reference": reference,
        "at": at.isoformat(),
        "complete": not found.unread,
        "not_read": dict(found.unread),
        "records": [
            {
                "service": one.service,
                "store": one.store,
                "reference": one.record.reference,
                "data": {name: as_plain(value) for name, value in one.record.values.items()},
            }
            for one in found.held
        ],
    }


def archive(found: Found, *, reference: str, at: datetime, say: Say, language: str) -> bytes:
    """Return a ZIP of ``index.html``, ``data.json`` and ``notice.html``, in the reader's language.

    A store that could not be read is named in both: the archive says that it is not complete.
    """
    held = _sheet(
        say(N_("What is held about you")), _held_sections(found, say), found, reference, at, say, language
    )
    about = _sheet(
        say(N_("Who uses your data, why and how long")),
        _notice_sections(found.parts, say),
        found,
        reference,
        at,
        say,
        language,
    )
    files = {
        "index.html": as_page(held).decode(),
        "data.json": as_text(as_json(found, reference=reference, at=at)),
        "notice.html": as_page(about).decode(),
    }
    return zipped(files)


def portable_archive(found: Found, *, reference: str, at: datetime) -> bytes:
    """Return a ZIP of ``data.json``: what the person gave, and nothing else."""
    return zipped({"data.json": as_text(portable_json(found, reference=reference, at=at))})


def portable_json(found: Found, *, reference: str, at: datetime) -> dict[str, Any]:
    """Return what the person gave as plain values, and whether all of it could be read."""
    return {
        "reference": reference,
        "at": at.isoformat(),
        "complete": not found.unread,
        "not_read": dict(found.unread),
        "given": portable(found),
    }


def sheet(found: Found, *, reference: str, at: datetime, say: Say, language: str) -> Sheet:
    """Return what is held, then who uses it, why and how long, as one sheet to print."""
    sections = (*_held_sections(found, say), *_notice_sections(found.parts, say))
    return _sheet(say(N_("What is held about you")), sections, found, reference, at, say, language)


def zipped(files: Mapping[str, str]) -> bytes:
    """Return a ZIP of these texts, the same bytes for the same texts."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in files.items():
            info = zipfile.ZipInfo(name, _FIRST_DAY)
            info.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(info, text.encode())
    return made.getvalue()


def as_plain(value: object) -> Any:
    """Return a value as JSON holds it; bytes by their length, since they are sealed or a file."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        return {"bytes": len(bytes(value))}
    if isinstance(value, Mapping):
        return {str(key): as_plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [as_plain(one) for one in value]
    return str(value)


def as_text(plain: Mapping[str, Any]) -> str:
    """Return plain values as a JSON text."""
    return json.dumps(plain, ensure_ascii=False, indent=2) + "\n"


def _sheet(
    title: str,
    sections: Sequence[Section],
    found: Found,
    reference: str,
    at: datetime,
    say: Say,
    language: str,
) -> Sheet:
    read = say(
        N_("Request %(reference)s, read on %(at)s."), reference=reference, at=f"{at:%Y-%m-%d %H:%M} UTC"
    )
    words = Words(
        missing=say(N_("What could not be read")),
        missing_columns=(say(N_("Where")), say(N_("What to do"))),
        nothing_missing=say(N_("Everything was read.")),
        sources="",
    )
    unread = tuple(Missing(place, say(N_("Not complete: ask again."))) for place in found.unread)
    return Sheet(title, language, "", (read,), tuple(sections), words, unread)


def _held_sections(found: Found, say: Say) -> list[Section]:
    """Return a section for each record, under the service that holds it."""
    sections = []
    for part in found.parts:
        items = {item.name: item for item in part.declared.data}
        for one in found.held:
            if one.service != part.declared.service:
                continue
            lines = tuple(
                (say(items[name].label) if name in items else name, (_said(value),))
                for name, value in one.record.values.items()
            )
            sections.append(Section(f"{say(part.declared.title)}: {one.record.reference}", (), lines))
    if not sections:
        nothing = say(N_("Nothing is held about you under what you gave."))
        sections.append(Section(say(N_("Data")), (nothing,)))
    return sections


def _notice_sections(parts: Sequence[Part], say: Say) -> list[Section]:
    """Return what article 15(1) adds to the data: who, why, how long, to whom, which rights."""
    sections = []
    for part in parts:
        declared = part.declared
        who = [f"{say(declared.controller.name)}, {say(declared.controller.contact)}".strip(", ")]
        if declared.controller.dpo:
            dpo = declared.controller.dpo
            who.append(f"{say(dpo.name)}, {say(dpo.contact)}".strip(", "))
        why = [
            f"{say(purpose.label)} ({say(purpose.basis.label)}, {purpose.basis.value})"
            for purpose in declared.purposes
            if purpose.basis is not None
        ]
        retentions = {item.retention.key: item.retention for item in declared.data if item.retention}
        rights = [f"{article}: {say(label)}" for article, label in WITHOUT_ASKING.items()]
        rights += [
            f"{say(right.article)}: {say(right.label)}"
            for right, by_purpose in applicable(declared).items()
            if any(one.applies for one in by_purpose.values())
        ]
        lines = (
            (say(N_("Why")), tuple(why)),
            (say(N_("Who receives them")), tuple(say(one.name) for one in declared.recipients)),
            (say(N_("Sent outside the Union")), tuple(one.country for one in declared.transfers)),
            (say(N_("How long")), tuple(wording.retention(one, say) for one in retentions.values())),
            (say(N_("Your rights")), tuple(rights)),
        )
        told = tuple(line for line in lines if line[1])
        sections.append(Section(say(declared.title), tuple(who), told))
    return sections


def _said(value: object) -> str:
    plain = as_plain(value)
    return plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)
