"""A sheet and its passages as bytes for the store, and back, exactly."""

import json
import zlib
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from bacasable.services.assistant.engine.sheets import Block, Case, Choice, Passage, Sheet


def packed(sheet: Sheet, passages: Iterable[Passage]) -> bytes:
    """Return the bytes of a sheet and the passages that it was cut into."""
    said = {
        "sheet": [
            *(sheet.id, sheet.collection, sheet.title, sheet.text, sheet.url),
            sheet.dated.isoformat() if sheet.dated else None,
            *(sheet.audience, sheet.theme, sheet.kind, sheet.summary, sheet.acronyms, sheet.offices),
            *(sheet.services, sheet.related, sheet.publisher, sheet.licence),
        ],
        "blocks": [(one.start, one.end, one.kind, one.path, _cases(one.cases)) for one in sheet.blocks],
        "choices": [
            (one.key, one.question, one.options, one.within and (one.within.choice, one.within.option))
            for one in sheet.choices
        ],
        "passages": [(one.number, one.start, one.end, one.path, _cases(one.cases)) for one in passages],
    }
    return zlib.compress(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode(), 3)


def unpacked(data: bytes) -> tuple[Sheet, tuple[Passage, ...]]:
    """Return what :func:`packed` was given."""
    said = json.loads(zlib.decompress(data))
    id_, collection, title, text, url, dated, *more = said["sheet"]
    audience, theme, kind, summary, acronyms, offices, services, related, publisher, licence = more
    sheet = Sheet(
        id=id_,
        collection=collection,
        title=title,
        text=text,
        blocks=tuple(
            Block(start, end, kind_, tuple(path), _read_cases(cases))
            for start, end, kind_, path, cases in said["blocks"]
        ),
        url=url,
        dated=date.fromisoformat(dated) if dated else None,
        audience=tuple(audience),
        theme=tuple(theme),
        kind=kind,
        summary=summary,
        choices=tuple(
            Choice(key, question, tuple(options), Case(*within) if within else None)
            for key, question, options, within in said["choices"]
        ),
        acronyms=_pairs(acronyms),
        offices=_pairs(offices),
        services=_pairs(services),
        related=tuple(related),
        publisher=publisher,
        licence=licence,
    )
    passages = tuple(
        Passage(number, start, end, tuple(path), _read_cases(cases))
        for number, start, end, path, cases in said["passages"]
    )
    return sheet, passages


def _cases(cases: Sequence[Case]) -> list[tuple[str, int]]:
    return [(case.choice, case.option) for case in cases]


def _read_cases(cases: Sequence[Any]) -> tuple[Case, ...]:
    return tuple(Case(choice, option) for choice, option in cases)


def _pairs(pairs: Sequence[Any]) -> tuple[tuple[str, str], ...]:
    return tuple((first, second) for first, second in pairs)
