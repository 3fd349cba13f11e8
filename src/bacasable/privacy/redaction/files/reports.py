"""What happened to files, as data and as a page: counts and places, never values."""

import html
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bacasable.privacy.messages import N_, NOTHING, Said
from bacasable.privacy.redaction.files.formats import Format
from bacasable.privacy.redaction.files.tallies import Tally

#: What a place is in each format.
UNITS: dict[Format, str] = {"docx": "paragraph", "odt": "paragraph", "pdf": "page"}

_PLACES = {
    "line": (N_("line {places}"), N_("lines {places}")),
    "paragraph": (N_("paragraph {places}"), N_("paragraphs {places}")),
    "page": (N_("page {places}"), N_("pages {places}")),
}

_SHAPES = N_(
    "Values are not shown: an example has the shape of a value only (x for a letter, 9 for a digit)."
)
_NO_PROOF = N_(
    "What a search does not find may still be there: a file in which nothing was found is not proved clean."
)
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
    notes: list[Said] = field(default_factory=list)
    refusal: Said = NOTHING
    is_skipped: bool = False

    @property
    def left(self) -> Said:
        """What was found and left as it is, as a warning; empty where nothing was."""
        kinds = [(kind, one.left) for kind, one in sorted(self.tally.counts.items()) if one.left]
        if not kinds:
            return NOTHING
        return Said(
            N_(
                "{count} LEFT AS THEY ARE ({kinds}): hints have no surrogate and still tell of "
                "the person; the modes mask, tag and pseudonym take them out"
            ),
            count=self.tally.left,
            kinds=", ".join(f"{count} {kind}" for kind, count in kinds),
        )

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
            "left": self.left or None,
            "notes": self.notes,
        }


def as_json(reports: Iterable[Report], **about: Any) -> str:
    """Return the reports as one JSON document."""
    data = {**about, "files": [report.as_data() for report in reports]}
    return json.dumps(data, ensure_ascii=False, indent=2).encode("utf-8", "backslashreplace").decode() + "\n"


def as_html(
    reports: Sequence[Report], title: Said, say: Callable[[Said], str] = str, language: str = "en"
) -> str:
    """Return the reports as a page: no script, nothing fetched, all that comes from files escaped.

    ``say`` puts its sentences into another ``language`` (``lambda said: said.translated(gettext)``).
    """
    read = [report for report in reports if not report.refusal]
    clean = [report for report in read if not report.tally.total]
    refused = [report for report in reports if report.refusal]
    is_redacted = any(report.out for report in read)
    heads = (
        (
            N_("File"),
            N_("Type"),
            N_("Found"),
            N_("Replaced"),
            N_("Confidence"),
            N_("Where first"),
            N_("Example"),
        )
        if is_redacted
        else (N_("File"), N_("Type"), N_("Count"), N_("Confidence"), N_("Where first"), N_("Example"))
    )
    numbers = range(2, len(heads) - 2)

    def table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]], *numbers: int) -> str:
        return _table(say(Said(caption)), [say(Said(head)) for head in heads], rows, numbers)

    body = [
        f"<h1>{_safe(say(title))}</h1>",
        f"<p>{_safe(say(_sum(read, len(refused), is_redacted)))} {_safe(say(Said(_SHAPES)))}</p>",
        table(
            N_("Left as they are: look at these files before they go anywhere"),
            (N_("File"), N_("What remains")),
            [(str(one.path), say(one.left)) for one in read if one.left],
        ),
        table(
            N_("What was found"),
            heads,
            [row for one in read for row in _rows(one, is_redacted, say)],
            *numbers,
        ),
        table(
            N_("Files that could not be read"),
            (N_("File"), N_("Why")),
            [(str(one.path), say(one.refusal)) for one in refused],
        ),
        table(
            N_("To know"),
            (N_("File"), N_("Note")),
            [(str(one.path), say(note)) for one in read for note in one.notes],
        ),
        table(N_("Files in which nothing was found"), (N_("File"),), [(str(one.path),) for one in clean]),
        f"<p>{_safe(say(Said(_NO_PROOF)))}</p>",
    ]
    head = (
        f'<meta charset="utf-8"><title>{_safe(say(title))}</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src '
        "'unsafe-inline'\">"
        f"<style>{_STYLE}</style>"
    )
    inside = "\n".join(part for part in body if part)
    page = f"<head>{head}</head>\n<body><main>\n{inside}\n</main></body>"
    return f'<!doctype html>\n<html lang="{_safe(language)}">{page}</html>\n'


def _sum(read: Sequence[Report], refused: int, is_redacted: bool) -> Said:
    template = (
        N_(
            "{count:,} pieces of personal data replaced in {files:,} of {read:,} files read; "
            "{refused:,} files could not be read."
        )
        if is_redacted
        else N_(
            "{count:,} pieces of personal data in {files:,} of {read:,} files read; "
            "{refused:,} files could not be read."
        )
    )
    count = sum(one.tally.total - one.tally.left for one in read)
    files = sum(bool(one.tally.total) for one in read)
    return Said(template, count=count, files=files, read=len(read), refused=refused)


def places(report: Report, found: Sequence[int], count: int) -> Said:
    """Return the first places as words: ``lines 3, 12...``."""
    named = ", ".join(map(str, sorted(found)))
    return Said(_PLACES[report.unit][len(found) > 1], places=named + ("..." if count > len(found) else ""))


def _rows(report: Report, is_redacted: bool, say: Callable[[Said], str]) -> list[tuple[str, ...]]:
    return [
        (
            str(report.path),
            one["type"],
            f"{one['count']:,}",
            *([f"{one['count'] - one['left']:,}"] if is_redacted else []),
            f"{one['confidence']:.2f}",
            say(places(report, one["places"], one["count"])),
            one["example"],
        )
        for one in report.tally.as_data()
    ]


def _table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[int]) -> str:
    if not rows:
        return ""
    head = "".join(f'<th scope="col">{_safe(one)}</th>' for one in heads)
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
        f"<table><caption>{_safe(caption)} ({len(rows)})</caption><thead><tr>{head}</tr></thead>\n<tbody>"
        + "\n".join(lines)
        + "</tbody></table>"
    )


def _safe(text: str) -> str:
    """Return text for a page; names of files may hold bytes that are no text."""
    return html.escape(text.encode("utf-8", "backslashreplace").decode())
