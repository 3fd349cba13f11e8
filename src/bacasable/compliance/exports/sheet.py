"""A neutral sheet: what a format says, laid out for people, rendered once to HTML and once to PDF.

Everything in a sheet is text: a renderer escapes it, and no markup passes. The PDF is set from
:func:`as_data` by the storey above, which knows how (``bacasable.exchange.sheets``).
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from html import escape
from typing import Any, Literal

#: How far a text of law was checked: read in the official text; told by another; still to be compared.
Status = Literal["read", "secondary", "to_check"]


@dataclass(frozen=True)
class Missing:
    """What could not be filled, and where to fill it, in the language of the export.

    ``where`` is a file and its field (``processing.py: Purpose(founded_on=...)``), a setting, a command or a
    page.
    """

    what: str
    where: str

    def __str__(self) -> str:
        return f"{self.what}: {self.where}"


@dataclass(frozen=True)
class Source:
    """A text that the format rests on, and how far it was checked; both are shown."""

    title: str
    status: Status


@dataclass(frozen=True)
class Table:
    """Rows under named columns; each row has as many cells as there are columns."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it: paragraphs, then lines of a label and its values, then tables."""

    title: str
    paragraphs: tuple[str, ...] = ()
    lines: tuple[tuple[str, tuple[str, ...]], ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True)
class Words:
    """The few words that every sheet says of itself, in its language."""

    missing: str
    missing_columns: tuple[str, str]
    nothing_missing: str
    sources: str
    status: dict[Status, str] = field(default_factory=dict)
    page: str = "{page} / {pages}"


@dataclass(frozen=True)
class Sheet:
    """The whole: title, language (a tag like ``fr``), who issued it, sections, what is missing, sources."""

    title: str
    language: str
    issuer: str
    introduction: tuple[str, ...]
    sections: tuple[Section, ...]
    words: Words
    missing: tuple[Missing, ...] = ()
    sources: tuple[Source, ...] = ()

    def source_lines(self) -> tuple[str, ...]:
        """Return each source with its status."""
        return tuple(f"{one.title} ({self.words.status[one.status]})" for one in self.sources)


def as_data(sheet: Sheet) -> dict[str, Any]:
    """Return the sheet as JSON types, for a template."""
    return asdict(sheet) | {"source_lines": list(sheet.source_lines())}


def as_html(sheet: Sheet, *, heading: int = 1) -> str:
    """Return the sheet as an HTML fragment, everything escaped; ``heading`` is the level of its title."""
    return "\n".join(_fragment(sheet, heading))


def as_page(sheet: Sheet) -> bytes:
    """Return the sheet as an HTML page that loads nothing."""
    title, language = escape(sheet.title), escape(sheet.language, quote=True)
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"{as_html(sheet)}\n</main>\n</body>\n</html>\n"
    ).encode("utf-8", "replace")


_STYLE = (
    "body{font:1rem/1.5 sans-serif;color:#11262c;margin:2rem auto;max-width:60rem;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%;margin:1rem 0}"
    "caption{text-align:left;font-weight:bold}"
    "th,td{border:1px solid #6b7d82;padding:.4rem;text-align:left;vertical-align:top}"
    "dt{font-weight:bold;margin-top:.6rem}dd{margin-left:1rem}p,dd,td,li{white-space:pre-line;"
    "overflow-wrap:anywhere}"
)


def _fragment(sheet: Sheet, level: int) -> Iterator[str]:
    yield _tag(f"h{level}", sheet.title)
    if sheet.issuer:
        yield _tag("p", sheet.issuer)
    for paragraph in sheet.introduction:
        yield _tag("p", paragraph)
    below = min(level + 1, 6)
    for section in sheet.sections:
        yield _tag(f"h{below}", section.title)
        yield from (_tag("p", paragraph) for paragraph in section.paragraphs)
        if section.lines:
            yield "<dl>"
            for label, values in section.lines:
                yield _tag("dt", label)
                yield from (_tag("dd", value) for value in values)
            yield "</dl>"
        for table in section.tables:
            yield from _table(table)
    yield _tag(f"h{below}", sheet.words.missing)
    if sheet.missing:
        rows = tuple((one.what, one.where) for one in sheet.missing)
        yield from _table(Table(sheet.words.missing_columns, rows))
    else:
        yield _tag("p", sheet.words.nothing_missing)
    if sheet.sources:
        yield _tag(f"h{below}", sheet.words.sources)
        yield "<ul>"
        yield from (_tag("li", line) for line in sheet.source_lines())
        yield "</ul>"


def _table(table: Table) -> Iterator[str]:
    yield "<table>"
    if table.caption:
        yield _tag("caption", table.caption)
    heads = "".join(_tag("th", name, ' scope="col"') for name in table.columns)
    yield f"<thead><tr>{heads}</tr></thead>"
    yield "<tbody>"
    for row in table.rows:
        yield f"<tr>{''.join(_tag('td', cell) for cell in row)}</tr>"
    yield "</tbody>"
    yield "</table>"


def _tag(name: str, text: str, attributes: str = "") -> str:
    return f"<{name}{attributes}>{escape(text)}</{name}>"
