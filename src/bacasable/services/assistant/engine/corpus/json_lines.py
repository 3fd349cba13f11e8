"""Sheets as JSON lines: one object a line, with ``id``, ``title``, ``text`` and whatever else is known."""

import json
from collections.abc import Iterator
from typing import BinaryIO

from bacasable.privacy.messages import N_, Refused
from bacasable.services.assistant.engine.corpus.composing import Composer, Unreadable, cleaned, day
from bacasable.services.assistant.engine.corpus.plain import paragraphs
from bacasable.services.assistant.engine.sheets import Sheet

#: Most bytes of one line: the longest sheet has some 300,000.
_LINE = 4 << 20


def read(file: BinaryIO, name: str, collection: str) -> Iterator[Sheet | Unreadable]:
    """Yield a sheet a line, in flat memory; a line that is none is told, with its number.

    ``theme``, ``subtheme``, ``link`` or ``url``, ``date``, ``audience`` (a word or a list), ``summary``,
    ``publisher`` and ``licence`` are read where they are given. A sheet without title goes by its id.

    Raises:
        Refused: a line longer than any sheet (the file is no JSON lines).
    """
    seen: set[str] = set()
    number = 0
    while line := file.readline(_LINE + 1):
        number += 1
        if len(line) > _LINE:
            raise Refused(
                N_("line {line} is longer than {size} MiB: this is not JSON lines"),
                line=number,
                size=_LINE >> 20,
            )
        if not line.strip():
            continue
        try:
            made = _sheet(json.loads(line.decode("utf-8-sig")), collection)
            if made.id in seen:
                raise Refused(N_("another line has the same id; give each sheet its own"))
        except Refused as refused:
            yield Unreadable(f"{name}:{number}", refused.said)
        except (ValueError, RecursionError):
            yield Unreadable(
                f"{name}:{number}", Refused(N_("this line is not JSON in UTF-8; export it again")).said
            )
        else:
            seen.add(made.id)
            yield made


def _sheet(data: object, collection: str) -> Sheet:
    if not isinstance(data, dict):
        raise Refused(N_("this line is not an object with id, title and text"))
    said = {key: cleaned(str(value)) for key, value in data.items() if isinstance(value, str | int | float)}
    missing = [key for key in ("id", "text") if not said.get(key)]
    if missing:
        raise Refused(N_("{fields}: missing or empty"), fields=", ".join(missing))
    composer = Composer()
    paragraphs(str(data["text"]), composer)
    audience = data.get("audience") or ()
    return composer.sheet(
        said["id"],
        collection,
        said.get("title") or said["id"],
        url=said.get("link") or said.get("url", ""),
        dated=day(said.get("date", "")),
        audience=tuple(map(str, [audience] if isinstance(audience, str) else audience)),
        theme=tuple(said[key] for key in ("theme", "subtheme") if said.get(key)),
        summary=said.get("summary", ""),
        publisher=said.get("publisher", ""),
        licence=said.get("licence", ""),
    )
