"""The numbering plans of the world in one small file: which numbers are in use, or may be.

The file is written by training/redaction/numbering.py from the metadata of phonenumbers, which takes fifty
milliseconds to load; the rules are those of phonenumbers.
"""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from bacasable.privacy.redaction import kernel

#: Pattern of a numbering plan, compiled when a number asks for it.
_pattern = cache(re.compile)

IN_USE, POSSIBLE, NONE = 2, 1, 0
#: Digits after the code of a country, at most.
_MOST = 17


class _Region(NamedTuple):
    """One region of a calling code; lengths: of numbers, and of those dialled nearby."""

    leading: str
    prefix: str
    replacement: str
    form: str
    lengths: tuple[int, ...]
    nearby: tuple[int, ...]
    kinds: tuple[str, ...]


def standing(digits: str) -> int:
    """Return whether digits in international form are of a number in use, of a possible one, or of none."""
    for size in (1, 2, 3):
        if regions := _regions(digits[:size]):
            return _standing(digits[size:], regions)
    return NONE


def _standing(written: str, regions: tuple[_Region, ...]) -> int:
    if not 1 < len(written) <= _MOST:
        return NONE
    first = regions[0]
    number = _without_prefix(written, first)
    region = first if len(regions) == 1 else _region_of(number, regions)
    if region is not None and _fits(number, region):
        return IN_USE
    return POSSIBLE if len(number) in first.lengths or len(number) in first.nearby else NONE


def _region_of(number: str, regions: Iterable[_Region]) -> _Region | None:
    """Return the first region that a number may be of."""
    for region in regions:
        if _matches(region.leading, number, False) if region.leading else _fits(number, region):
            return region
    return None


def _fits(number: str, region: _Region) -> bool:
    return (
        len(number) in region.lengths
        and _matches(region.form, number, True)
        and any(_matches(kind, number, True) for kind in region.kinds)
    )


def _matches(pattern: str, number: str, whole: bool) -> bool:
    """Tell whether a number begins as a pattern says, or is it as a whole."""
    if kernel.built is not None:
        return bool(kernel.built.plan_fits(pattern, number, whole))
    found = _pattern(pattern)
    return (found.fullmatch(number) if whole else found.match(number)) is not None


def _without_prefix(number: str, region: _Region) -> str:
    """Return a number without the prefix that its country dials before it, where it is one."""
    if not region.prefix or not _matches(region.prefix, number, False):
        return number
    found = _pattern(region.prefix).match(number)
    if found is None:
        return number
    if region.replacement and found.lastindex and found.lastindex == found.re.groups:
        kept = found.expand(region.replacement) + number[found.end() :]
    else:
        kept = number[found.end() :]
    if _matches(region.form, number, True) and not _matches(region.form, kept, True):
        return number
    return kept if len(kept) in region.lengths or len(kept) > max(region.lengths) else number


@cache
def plans() -> dict[str, list[str]]:
    """Return the lines of each calling code, as they stand in the file; later calls cost nothing."""
    lines: dict[str, list[str]] = {}
    for line in Path(__file__).with_name("numbering.tsv").read_text(encoding="ascii").splitlines():
        code, _, plan = line.partition("\t")
        lines.setdefault(code, []).append(plan)
    return lines


@cache
def _regions(code: str) -> tuple[_Region, ...]:
    """Return the regions of a calling code, none if it is none."""
    return tuple(map(_read, plans().get(code, ())))


def _read(line: str) -> _Region:
    leading, prefix, replacement, form, lengths, nearby, *kinds = line.split("\t")
    return _Region(leading, prefix, replacement, form, _sizes(lengths), _sizes(nearby), tuple(kinds))


def _sizes(written: str) -> tuple[int, ...]:
    return tuple(map(int, filter(None, written.split(","))))
