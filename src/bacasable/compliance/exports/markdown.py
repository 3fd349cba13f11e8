"""A sheet as Markdown (CommonMark with tables): what people wrote makes no markup in it."""

import re
from collections.abc import Iterator

from bacasable.compliance.exports.sheet import Sheet, Table

_SIGNS = re.compile(r"([\\`*_\[\]<>|#!&~$])")
#: What would begin a list, a rule or a heading at the start of a line.
_START = re.compile(r"^([-+=]|\d+[.)])", re.MULTILINE)


def as_markdown(sheet: Sheet) -> str:
    """Return the sheet with its title as the only heading of the first level."""
    return "\n".join(_lines(sheet)).rstrip("\n") + "\n"


def _lines(sheet: Sheet) -> Iterator[str]:
    yield from (f"# {_inline(sheet.title)}", "")
    for paragraph in (*((sheet.issuer,) if sheet.issuer else ()), *sheet.introduction):
        yield from (_paragraph(paragraph), "")
    for section in sheet.sections:
        yield from (f"## {_inline(section.title)}", "")
        for paragraph in section.paragraphs:
            yield from (_paragraph(paragraph), "")
        for label, values in section.lines:
            yield from (f"**{_inline(label)}**", "")
            yield from (f"- {_inline(value)}" for value in values if value)
            yield ""
        for table in section.tables:
            yield from _table(table)
    yield from (f"## {_inline(sheet.words.missing)}", "")
    if sheet.missing:
        rows = tuple((one.what, one.where) for one in sheet.missing)
        yield from _table(Table(sheet.words.missing_columns, rows))
    else:
        yield from (_paragraph(sheet.words.nothing_missing), "")
    if sheet.sources:
        yield from (f"## {_inline(sheet.words.sources)}", "")
        yield from (f"- {_inline(line)}" for line in sheet.source_lines())


def _table(table: Table) -> Iterator[str]:
    if table.caption:
        yield from (_paragraph(table.caption), "")
    yield f"| {' | '.join(map(_inline, table.columns))} |"
    yield f"|{' --- |' * len(table.columns)}"
    for row in table.rows:
        yield f"| {' | '.join('<br>'.join(map(_inline, cell.splitlines())) for cell in row)} |"
    yield ""


def _paragraph(text: str) -> str:
    return _START.sub(
        r"\\\1", _SIGNS.sub(r"\\\1", "\n".join(part.strip() for part in text.splitlines() if part.strip()))
    )


def _inline(text: str) -> str:
    return _START.sub(r"\\\1", _SIGNS.sub(r"\\\1", " ".join(text.split())))
