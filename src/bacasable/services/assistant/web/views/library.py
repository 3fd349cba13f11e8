"""A sheet with what is quoted of it, and the prompts that a model is given."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bacasable.people.models import User
from bacasable.people.permissions import allow
from bacasable.services.assistant.engine.generation.prompts import prompts as shipped_prompts
from bacasable.services.assistant.engine.sheets import Sheet
from bacasable.services.assistant.web import running


@dataclass(frozen=True)
class Part:
    """A part of a block: marked where it is quoted, first where the quotation begins."""

    text: str
    is_marked: bool = False
    is_first: bool = False


@dataclass(frozen=True)
class Passage:
    """Blocks under the same headings and in the same cases."""

    headings: tuple[str, ...]
    cases: tuple[str, ...]
    blocks: Sequence[tuple[str, list[Part]]]


@allow("assistant.ask")
@require_safe
def sheet(request: HttpRequest, collection: str, sheet_id: str) -> HttpResponse:
    """The whole sheet; ``from`` and ``to`` (offsets) mark what was quoted, at ``#quoted``."""
    access = running.access_of(cast(User, request.user).public_id)
    found = running.index().sheet(collection, sheet_id, access)
    if found is None:
        raise Http404
    marked = _number(request.GET.get("from")), _number(request.GET.get("to"))
    context: dict[str, Any] = {
        "sheet": found,
        "passages": _passages(found, marked),
        "is_marked": marked[0] < marked[1],
        "stale": running.assistant().settings.is_stale(found),
        "collection_title": running.titles([collection]).get(collection, collection),
    }
    return render(request, "assistant/sheet.html", context)


@allow("assistant.ask")
@require_safe
def prompts(request: HttpRequest) -> HttpResponse:
    """What a model is asked, word for word, with versions and digests; or that no model is asked."""
    endpoint = running.settings().endpoint
    return render(
        request, "assistant/prompts.html", {"prompts": shipped_prompts(), "has_model": bool(endpoint)}
    )


def _number(written: str | None) -> int:
    return int(written) if written and written.isascii() and written.isdigit() and len(written) < 9 else 0


def _passages(found: Sheet, marked: tuple[int, int]) -> list[Passage]:
    names = {choice.key: choice.options for choice in found.choices}
    made = []
    above: tuple[str, ...] = ()
    for (path, cases), blocks in groupby(found.blocks, key=lambda block: (block.path, block.cases)):
        shared = next(
            (at for at, (one, other) in enumerate(zip(path, above, strict=False)) if one != other),
            min(len(path), len(above)),
        )
        situations = tuple(
            names[case.choice][case.option]
            for case in cases
            if case.choice in names and 0 <= case.option < len(names[case.choice])
        )
        parts = [(block.kind, _parts(found.text, block.start, block.end, marked)) for block in blocks]
        made.append(Passage(path[shared:], situations, parts))
        above = path
    return made


def _parts(text: str, start: int, end: int, marked: tuple[int, int]) -> list[Part]:
    first, last = max(start, marked[0]), min(end, marked[1])
    if first >= last:
        return [Part(text[start:end])]
    parts = [
        Part(text[start:first]),
        Part(text[first:last], is_marked=True, is_first=start <= marked[0]),
        Part(text[last:end]),
    ]
    return [part for part in parts if part.text]
