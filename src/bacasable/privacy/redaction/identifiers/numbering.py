"""The numbering plans of the world in one small file, for numbers that are plainly valid.

phonenumbers, which has the last word on the others, takes fifty milliseconds to load. The file is written by
training/redaction/numbering.py.
"""

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

#: Pattern of a numbering plan, compiled when a number asks for it.
_pattern = cache(re.compile)


def plainly_valid(digits: str) -> bool:
    """Say whether digits in international form are a number in use; false also where more rules decide."""
    for size in (1, 2, 3):
        if regions := _regions(digits[:size]):
            return _in_one(digits[size:], regions)
    return False


def _in_one(number: str, regions: Iterable[str]) -> bool:
    """Say whether a number is one of the first region that it may be of."""
    for region in regions:
        leading, prefix, form, lengths, *kinds = region.split("\t")
        if prefix and _pattern(prefix).match(number):
            return False  # a prefix to leave out, or a number that begins alike
        if leading and not _pattern(leading).match(number):
            continue
        valid = (
            str(len(number)) in lengths.split(",")
            and any(_pattern(kind).fullmatch(number) for kind in kinds)
            and _pattern(form).fullmatch(number) is not None
        )
        if valid or leading:
            return valid
    return False


@cache
def _plans() -> str:
    return "\n" + files(__package__).joinpath("numbering.tsv").read_text(encoding="utf-8")


@cache
def _regions(code: str) -> list[str]:
    """Return the regions of a calling code, none if it is none."""
    plans, start = _plans(), f"\n{code}\t"
    found = []
    place = plans.find(start)
    while place >= 0:
        end = plans.index("\n", place + 1)
        found.append(plans[place + len(start) : end])
        place = end if plans.startswith(start, end) else -1
    return found
