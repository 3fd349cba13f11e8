"""A sheet and its passages as bytes for the store, and back, exactly."""

import json
import zlib
from collections.abc import Iterable

from bacasable.services.assistant.engine.packing import cases_data, cases_of, sheet_data, sheet_of
from bacasable.services.assistant.engine.sheets import Passage, Sheet


def packed(sheet: Sheet, passages: Iterable[Passage]) -> bytes:
    """Return the bytes of a sheet and the passages that it was cut into."""
    said = {
        "sheet": sheet_data(sheet),
        "passages": [(one.number, one.start, one.end, one.path, cases_data(one.cases)) for one in passages],
    }
    return zlib.compress(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode(), 3)


def unpacked(data: bytes) -> tuple[Sheet, tuple[Passage, ...]]:
    """Return what :func:`packed` was given."""
    said = json.loads(zlib.decompress(data))
    passages = tuple(
        Passage(number, start, end, tuple(path), cases_of(cases))
        for number, start, end, path, cases in said["passages"]
    )
    return sheet_of(said["sheet"]), passages
