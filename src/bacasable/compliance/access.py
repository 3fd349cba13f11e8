"""Access and portability: what the services of one controller hold of a person, as files that they can read.

The archive holds a page for people (plain HTML, no script, everything escaped), the same as JSON, and where
to turn. Data of several controllers are never put together.
"""

import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from typing import Any

from bacasable.compliance import wording
from bacasable.compliance.declaration import DataField
from bacasable.compliance.erasure import persons
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


def portable(found: Found) -> dict[str, Any]:
    """Return what the person gave under a consent or a contract, for a machine to read (art. 20)."""
    plain: dict[str, Any] = {}
    for part in found.parts:
        given = {item.name for item in part.declared.data if _is_portable(part.declared, item)}
        records = [
            {name: as_plain(value) for name, value in one.record.values.items() if name in given}
            for one in found.held
            if one.service == part.declared.service
        ]
        if records := [record for record in records if record]:
            plain[part.declared.service] = records
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
    files = {
        "index.html": _index(found, reference, at, say, language),
        "data.json": _json(as_json(found, reference=reference, at=at)),
        "notice.html": _notice(found.parts, say, language),
    }
    return zipped(files)


def portable_archive(found: Found, *, reference: str, at: datetime) -> bytes:
    """Return a ZIP of ``data.json``: what the person gave, and nothing else."""
    plain = {
        "reference": reference,
        "at": at.isoformat(),
        "complete": not found.unread,
        "not_read": dict(found.unread),
        "given": portable(found),
    }
    return zipped({"data.json": _json(plain)})


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


def _json(plain: Mapping[str, Any]) -> str:
    return json.dumps(plain, ensure_ascii=False, indent=2) + "\n"


def _page(title: str, body: Sequence[str], language: str) -> str:
    return (
        f'<!doctype html>\n<html lang="{escape(language)}">\n<head><meta charset="utf-8">'
        f"<title>{escape(title)}</title></head>\n<body>\n<h1>{escape(title)}</h1>\n"
        + "\n".join(body)
        + "\n</body>\n</html>\n"
    )


def _index(found: Found, reference: str, at: datetime, say: Say, language: str) -> str:
    body = [
        _paragraph(
            say(
                N_("Request %(reference)s, read on %(at)s."),
                reference=reference,
                at=f"{at:%Y-%m-%d %H:%M} UTC",
            )
        )
    ]
    for place in found.unread:
        body.append(_paragraph(say(N_("Not complete: %(place)s could not be read. Ask again."), place=place)))
    if not found.held:
        body.append(_paragraph(say(N_("Nothing is held about you under what you gave."))))
    for part in found.parts:
        records = [one for one in found.held if one.service == part.declared.service]
        if not records:
            continue
        items = {item.name: item for item in part.declared.data}
        body.append(f"<h2>{escape(say(part.declared.title))}</h2>")
        for one in records:
            body.append(f"<h3>{escape(one.record.reference)}</h3>\n<dl>")
            for name, value in one.record.values.items():
                label = say(items[name].label) if name in items else name
                body.append(f"<dt>{escape(label)}</dt><dd>{_said(value)}</dd>")
            body.append("</dl>")
    return _page(say(N_("What is held about you")), body, language)


def _notice(parts: Sequence[Part], say: Say, language: str) -> str:
    """Return what article 15(1) adds to the data: who, why, how long, to whom, which rights."""
    body: list[str] = []
    for part in parts:
        declared = part.declared
        body.append(f"<h2>{escape(say(declared.title))}</h2>")
        body.append(
            _paragraph(f"{say(declared.controller.name)}, {say(declared.controller.contact)}".strip(", "))
        )
        if declared.controller.dpo:
            dpo = declared.controller.dpo
            body.append(_paragraph(f"{say(dpo.name)}, {say(dpo.contact)}".strip(", ")))
        body += _list(
            say(N_("Why")),
            (
                f"{say(purpose.label)} ({say(purpose.basis.label)}, {purpose.basis.value})"
                for purpose in declared.purposes
                if purpose.basis is not None
            ),
        )
        body += _list(say(N_("Who receives them")), (say(one.name) for one in declared.recipients))
        body += _list(say(N_("Sent outside the Union")), (f"{one.country}" for one in declared.transfers))
        retentions = {item.retention.key: item.retention for item in declared.data if item.retention}
        body += _list(say(N_("How long")), (wording.retention(one, say) for one in retentions.values()))
        body += _list(
            say(N_("Your rights")),
            (
                *(f"{article}: {say(label)}" for article, label in WITHOUT_ASKING.items()),
                *(
                    f"{say(right.article)}: {say(right.label)}"
                    for right, by_purpose in applicable(declared).items()
                    if any(one.applies for one in by_purpose.values())
                ),
            ),
        )
    return _page(say(N_("Who uses your data, why and how long")), body, language)


def _list(title: str, lines: Iterator[str] | Sequence[str]) -> list[str]:
    shown = [f"<li>{escape(line)}</li>" for line in lines]
    return [f"<h3>{escape(title)}</h3>", "<ul>", *shown, "</ul>"] if shown else []


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def _said(value: object) -> str:
    plain = as_plain(value)
    text = plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)
    return escape(text).replace("\n", "<br>")
