"""A sheet as plain data (JSON types), to be written down, and back, exactly."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import Any, get_args

from bacasable.services.assistant.engine.sheets import Block, BlockKind, Case, Choice, Sheet

#: Fields that are one text each, and those that are pairs of texts, in the order in which they are written.
_WORDS = ("id", "collection", "title", "text", "url", "kind", "summary", "publisher", "licence")
_LISTS = ("audience", "theme", "related")
_KINDS: tuple[BlockKind, ...] = get_args(BlockKind)
_PAIRS = ("acronyms", "offices", "services", "references")


def sheet_data(sheet: Sheet) -> list[Any]:
    """Return the sheet as lists and texts; empty fields take little room."""
    return [
        *(getattr(sheet, name) for name in (*_WORDS, *_LISTS, *_PAIRS)),
        sheet.dated.isoformat() if sheet.dated else None,
        [
            (
                path,
                cases_data(cases),
                [(one.start, one.end - one.start, _KINDS.index(one.kind)) for one in run],
            )
            for (path, cases), run in groupby(sheet.blocks, key=lambda block: (block.path, block.cases))
        ],
        [
            (one.key, one.question, one.options, one.within and (one.within.choice, one.within.option))
            for one in sheet.choices
        ],
    ]


def sheet_of(data: Sequence[Any]) -> Sheet:
    """Return what :func:`sheet_data` was given, after it went through JSON or not."""
    *fields, dated, blocks, choices = data
    named = dict(zip((*_WORDS, *_LISTS, *_PAIRS), fields, strict=True))
    for name in _LISTS:
        named[name] = tuple(named[name])
    for name in _PAIRS:
        named[name] = tuple((first, second) for first, second in named[name])
    return Sheet(
        **named,
        dated=date.fromisoformat(dated) if dated else None,
        blocks=tuple(
            Block(start, start + length, _KINDS[kind], tuple(path), cases_of(cases))
            for path, cases, run in blocks
            for start, length, kind in run
        ),
        choices=tuple(
            Choice(key, question, tuple(options), Case(*within) if within else None)
            for key, question, options, within in choices
        ),
    )


def cases_data(cases: Iterable[Case]) -> list[tuple[str, int]]:
    """Return cases as pairs."""
    return [(case.choice, case.option) for case in cases]


def cases_of(data: Iterable[Any]) -> tuple[Case, ...]:
    """Return what :func:`cases_data` was given."""
    return tuple(Case(choice, option) for choice, option in data)
