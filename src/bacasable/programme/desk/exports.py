"""Exports of what was submitted: a spreadsheet whose cells compute nothing, an archive of whole dossiers."""

import asyncio
import io
import json
import zipfile
from collections.abc import AsyncIterator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC
from typing import Any

from django.db import connections
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font

from bacasable.people.instance import vault
from bacasable.programme.desk.queries import received_version
from bacasable.programme.dossiers.models import Dossier, Version
from bacasable.programme.dossiers.queries import steps_of

#: A cell that starts so may be run as a formula by a spreadsheet program (OWASP, "CSV injection").
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
LONGEST_CELL = 32_767


def neutral(value: Any) -> str | int | float:
    """Return a value that no spreadsheet computes: text that would start a formula gets an apostrophe."""
    if isinstance(value, bool) or value is None:
        return "" if value is None else (_("yes") if value else _("no"))
    if isinstance(value, int | float):
        return value
    if isinstance(value, list | tuple):
        value = ", ".join(str(part) for part in value)
    text = ILLEGAL_CHARACTERS_RE.sub("", str(value))[: LONGEST_CELL - 1]
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text


def spreadsheet(dossiers: Iterable[Dossier]) -> bytes:
    """Return an XLSX workbook: a row per dossier, its current version's answers in columns.

    Text is written as text and neutralised; instants are in UTC, ISO 8601.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("dossiers"))
    sheet.freeze_panes = "B2"
    listed = list(dossiers)
    columns = {
        (step.key, question.key): question
        for call in {dossier.call for dossier in listed}
        for step in steps_of(call)
        for question in step.questions
    }
    fixed = [
        _("reference"),
        _("call"),
        _("state"),
        _("version"),
        _("submitted (UTC)"),
        _("completeness (%)"),
        _("eligibility"),
        _("files"),
        _("missing parts awaited"),
    ]

    def cells(values: Iterable[Any], bold: bool = False) -> list[WriteOnlyCell]:
        row = []
        for value in values:
            cell = WriteOnlyCell(sheet, value=neutral(value))
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            if isinstance(cell.value, str):
                cell.data_type = "s"
            if bold:
                cell.font = Font(bold=True)
            row.append(cell)
        return row

    sheet.append(cells(fixed + [_(question.label) for question in columns.values()], bold=True))
    for dossier in listed:
        version = received_version(dossier)
        sheet.append(
            cells(
                [
                    dossier.reference,
                    dossier.call.slug,
                    dossier.get_state_display(),
                    version.number,
                    version.submitted_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                    version.completeness,
                    version.eligibility,
                    len(version.manifest),
                    bool(getattr(dossier, "is_awaited", False)),
                ]
                + [version.answers.get(step, {}).get(question) for step, question in columns]
            )
        )
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


class _Pipe(io.RawIOBase):
    """What the archive is written to: its bytes are taken away as they come, so memory stays flat."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.pieces.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        taken, self.pieces = b"".join(self.pieces), []
        return taken


def archive(dossiers: Iterable[Dossier]) -> Iterator[bytes]:
    """Yield a ZIP, piece by piece: for each dossier its answers, its receipt and its files, decrypted.

    File names are those that the dossier accepted, numbered so that two alike do not overwrite each other.
    """
    pipe = _Pipe()
    store = vault()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as packed:
        for dossier in dossiers:
            version = received_version(dossier)
            folder = f"{dossier.reference}-v{version.number}"
            summary = {
                "reference": dossier.reference,
                "call": dossier.call.slug,
                "state": dossier.state,
                "version": version.number,
                "submitted_at": version.submitted_at.isoformat(),
                "digest": version.digest,
                "answers": version.answers,
                "files": [
                    {key: entry[key] for key in ("name", "media_type", "size", "sha256")}
                    for entry in version.manifest
                ],
            }
            packed.writestr(
                _member(f"{folder}/dossier.json", version, zipfile.ZIP_DEFLATED),
                json.dumps(summary, ensure_ascii=False, indent=2),
            )
            yield pipe.take()
            wrapped = bytes(dossier.data_key)
            members = [
                (f"{number:02d}-{entry['name']}", entry["blob"])
                for number, entry in enumerate(version.manifest, start=1)
            ]
            if version.receipt:
                members.append(("receipt.pdf", version.receipt))
            for name, blob in members:
                with packed.open(_member(f"{folder}/{name}", version), "w", force_zip64=True) as member:
                    for piece in store.read(wrapped, blob):
                        member.write(piece)
                        yield pipe.take()
    yield pipe.take()


async def flowing(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Yield ``pieces`` as the reader takes them, made on a thread of their own: never more than one is held.

    Under ASGI the framework would otherwise make the whole archive before it sends the first byte.
    """
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1, thread_name_prefix="export") as thread:
        try:
            while (piece := await loop.run_in_executor(thread, next, pieces, None)) is not None:
                yield piece
        finally:
            await loop.run_in_executor(thread, connections.close_all)


def _member(name: str, version: Version, compression: int = zipfile.ZIP_STORED) -> zipfile.ZipInfo:
    """Return the entry ``name``, dated as the version was submitted, in UTC."""
    entry = zipfile.ZipInfo(name, version.submitted_at.astimezone(UTC).timetuple()[:6])
    entry.compress_type = compression
    return entry
