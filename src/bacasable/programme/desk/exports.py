"""Exports of what was submitted: a spreadsheet whose cells compute nothing, an archive of whole dossiers."""

import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font

from bacasable.exchange.archives import Archive
from bacasable.people.instance import vault
from bacasable.programme.desk.queries import received_version
from bacasable.programme.dossiers.models import Dossier
from bacasable.programme.dossiers.queries import steps_of
from bacasable.ui.cells import neutral


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


def archive(dossiers: Iterable[Dossier]) -> Iterator[bytes]:
    """Yield a ZIP, piece by piece: for each dossier its answers, its receipt and its files, decrypted.

    File names are those that the dossier accepted, numbered so that two alike do not overwrite each other.
    """
    packed = Archive()
    store = vault()
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
        content = json.dumps(summary, ensure_ascii=False, indent=2).encode()
        at = version.submitted_at
        yield from packed.add(f"{folder}/dossier.json", [content], at=at, compressed=True)
        wrapped = bytes(dossier.data_key)
        members = [
            (f"{number:02d}-{entry['name']}", entry["blob"])
            for number, entry in enumerate(version.manifest, start=1)
        ]
        if version.receipt:
            members.append(("receipt.pdf", version.receipt))
        for name, blob in members:
            yield from packed.add(f"{folder}/{name}", store.read(wrapped, blob), at=at)
    yield packed.end()
