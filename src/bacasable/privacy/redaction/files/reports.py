"""What happened to files, as data and as a page: counts and places, never values."""

import html
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bacasable.privacy.redaction.files.formats import Format
from bacasable.privacy.redaction.files.tallies import Tally

#: What a place is in each format.
UNITS: dict[Format, str] = {"docx": "paragraph", "odt": "paragraph", "pdf": "page"}

_STYLE = """
:root{color-scheme:light dark}
body{font:1rem/1.5 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem}
table{border-collapse:collapse;width:100%;margin:1rem 0}
caption{text-align:left;font-weight:bold;padding:.5rem 0}
th,td{border:1px solid GrayText;padding:.3rem .6rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
.number{text-align:right;font-variant-numeric:tabular-nums}
"""


@dataclass
class Report:
    """One file: what was found (and replaced, where ``out`` is), or why it was not read (``refusal``).

    ``is_skipped``: nothing in it could have been read (a picture, a link), so that nothing failed.
    """

    path: Path
    format: Format = "text"
    out: Path | None = None
    seal: Path | None = None
    encoding: str = ""
    size: int = 0
    seconds: float = 0.0
    tally: Tally = field(default_factory=Tally)
    notes: list[str] = field(default_factory=list)
    refusal: str = ""
    is_skipped: bool = False

    @property
    def unit(self) -> str:
        """What the places of the tally are: line, paragraph or page."""
        return UNITS.get(self.format, "line")

    def as_data(self) -> dict[str, Any]:
        """Return the report as plain data."""
        if self.refusal:
            return {"file": str(self.path), "refusal": self.refusal, "is_skipped": self.is_skipped}
        return {
            "file": str(self.path),
            "out": str(self.out) if self.out else None,
            "seal": str(self.seal) if self.seal else None,
            "format": self.format,
            "encoding": self.encoding or None,
            "bytes": self.size,
            "seconds": round(self.seconds, 3),
            "unit": self.unit,
            "found": self.tally.as_data(),
            "notes": self.notes,
        }


def as_json(reports: Iterable[Report], **about: Any) -> str:
    """Return the reports as one JSON document."""
    data = {**about, "files": [report.as_data() for report in reports]}
    return json.dumps(data, ensure_ascii=False, indent=2).encode("utf-8", "backslashreplace").decode() + "\n"


def as_html(reports: Sequence[Report], title: str) -> str:
    """Return the reports as a page: no script, nothing fetched, all that comes from files escaped."""
    read = [report for report in reports if not report.refusal]
    rows = [row for report in read for row in _rows(report)]
    clean = [report for report in read if not report.tally.total]
    refused = [report for report in reports if report.refusal]
    noted = [(report.path, note) for report in read for note in report.notes]
    total = sum(report.tally.total for report in read)
    with_data = len(read) - len(clean)
    body = [
        f"<h1>{_safe(title)}</h1>",
        f"<p>{total} pieces of personal data in {with_data} of {len(read)} files read; {len(refused)} "
        "files could not be read. Values are not shown: an example has the shape of a value only (x for a "
        "letter, 9 for a digit).</p>",
        _table(
            "What was found", ("File", "Type", "Count", "Confidence", "Where first", "Example"), rows, (2, 3)
        ),
        _table(
            "Files that could not be read", ("File", "Why"), [(str(one.path), one.refusal) for one in refused]
        ),
        _table("To know", ("File", "Note"), [(str(path), note) for path, note in noted]),
        _table("Files in which nothing was found", ("File",), [(str(one.path),) for one in clean]),
        "<p>What a search does not find may still be there: a file in which nothing was found is not "
        "proved clean.</p>",
    ]
    head = (
        f'<meta charset="utf-8"><title>{_safe(title)}</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src '
        "'unsafe-inline'\">"
        f"<style>{_STYLE}</style>"
    )
    inside = "\n".join(part for part in body if part)
    page = f"<head>{head}</head>\n<body><main>\n{inside}\n</main></body>"
    return f'<!doctype html>\n<html lang="en">{page}</html>\n'


def places(report: Report, found: Sequence[int], count: int) -> str:
    """Return the first places as words: ``lines 3, 12...``."""
    named = ", ".join(map(str, sorted(found)))
    more = "..." if count > len(found) else ""
    return f"{report.unit}{'s' if len(found) > 1 else ''} {named}{more}"


def _rows(report: Report) -> list[tuple[str, ...]]:
    return [
        (
            str(report.path),
            one["type"],
            str(one["count"]),
            f"{one['confidence']:.2f}",
            places(report, one["places"], one["count"]),
            one["example"],
        )
        for one in report.tally.as_data()
    ]


def _table(
    caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[int] = ()
) -> str:
    if not rows:
        return ""
    head = "".join(f'<th scope="col">{one}</th>' for one in heads)
    lines = [
        "<tr>"
        + "".join(
            f'<th scope="row">{_safe(cell)}</th>'
            if index == 0
            else f"<td{' class=number' if index in numbers else ''}>{_safe(cell)}</td>"
            for index, cell in enumerate(row)
        )
        + "</tr>"
        for row in rows
    ]
    return (
        f"<table><caption>{caption} ({len(rows)})</caption><thead><tr>{head}</tr></thead>\n<tbody>"
        + "\n".join(lines)
        + "</tbody></table>"
    )


def _safe(text: str) -> str:
    """Return text for a page; names of files may hold bytes that are no text."""
    return html.escape(text.encode("utf-8", "backslashreplace").decode())
