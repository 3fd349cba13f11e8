"""Portable documents: every dictionary that the root reaches is looked at, for what could run or hide."""

from typing import Any, BinaryIO

import pypdf
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from bacasable.compliance.service import N_
from bacasable.programme.dossiers.refusals import Refused, damaged, encrypted

#: most objects looked at; a book of a thousand tagged pages stays under it
OBJECTS = 200_000

#: keys and actions that run something or carry another file (ISO 32000-2, 12.6.4 and 7.11.4)
_ACTIVE_KEYS = frozenset({"/JS", "/JavaScript", "/XFA", "/RichMediaContent", "/RichMediaSettings"})
_ACTIVE_ACTIONS = frozenset(
    {
        "/JavaScript",
        "/Launch",
        "/ImportData",
        "/SubmitForm",
        "/GoToE",
        "/GoToR",
        "/Rendition",
        "/RichMediaExecute",
    }
)
_CARRIED_KEYS = frozenset({"/EmbeddedFiles", "/EF"})


def inspect(stream: BinaryIO) -> None:
    """Refuse a PDF that is encrypted, damaged, too complex, active, or that carries other files.

    Raises:
        Refused: ``encrypted``, ``damaged``, ``bomb``, ``active`` or ``nested``.
    """
    try:
        reader = pypdf.PdfReader(stream, strict=False)
        if reader.is_encrypted:
            raise encrypted()
        if not len(reader.pages):
            raise damaged()
        _walk(reader.trailer)
    except Refused:
        raise
    except RecursionError as problem:
        raise _complex() from problem
    # the library raises many kinds on damaged files (its own, KeyError, TypeError, struct.error...)
    except Exception as problem:
        raise damaged() from problem


def _complex() -> Refused:
    return Refused(
        "bomb",
        N_("This PDF is too complex to be checked. Print it to a new PDF or cut it in parts, and try again."),
    )


def _walk(trailer: DictionaryObject | Any) -> None:
    waiting: list[Any] = [trailer]
    seen: set[tuple[int, int]] = set()
    looked_at = 0
    while waiting:
        value = waiting.pop()
        if isinstance(value, IndirectObject):
            if (value.idnum, value.generation) in seen:
                continue
            seen.add((value.idnum, value.generation))
            value = value.get_object()
        looked_at += 1
        if looked_at > OBJECTS:
            raise _complex()
        if isinstance(value, DictionaryObject):
            _dictionary(value)
            waiting += [part for part in value.values() if _may_hold_more(part)]
        elif isinstance(value, ArrayObject):
            waiting += [part for part in value if _may_hold_more(part)]


def _may_hold_more(value: Any) -> bool:
    return isinstance(value, IndirectObject | DictionaryObject | ArrayObject)


def _dictionary(value: DictionaryObject) -> None:
    keys = value.keys()
    action = value.get("/S")
    if keys & _ACTIVE_KEYS or (isinstance(action, str) and action in _ACTIVE_ACTIONS):
        raise Refused(
            "active",
            N_(
                "This PDF holds scripts or actions that could run on the reader's machine. "
                "Print it to a new PDF, then add that one."
            ),
        )
    if keys & _CARRIED_KEYS or value.get("/Subtype") == "/FileAttachment":
        raise Refused(
            "nested",
            N_("This PDF carries other files. Remove them from the PDF and add them one by one instead."),
        )
