"""What the digits of groups prove by themselves: which checksum they pass, in groups that people write.

Any groups of a table of numbers pass a checksum now and then (Luhn: one in ten). So the groups must also be
those of the number ("1 85 05 78 006 084 91"), all of one size (also one by one), or the whole of a run. The
whole of a run of 23 digits proves no account: a number with its key and the date after it pass one time in a
hundred.
"""

import functools
from collections.abc import Callable, Sequence
from itertools import accumulate

from bacasable.privacy.redaction.identifiers import checks

Check = Callable[[str], bool]

#: By number of digits: what a checksum over 97 or 511 proves.
STRONG: dict[int, tuple[str, Check]] = {
    13: ("SPI", checks.spi),
    15: ("NIR", checks.nir),
    23: ("IBAN", checks.bban),
}
#: By number of digits: what Luhn's formula supports, one time in ten by chance; cards by their prefix too.
LUHN: dict[int, tuple[str, Check]] = {
    9: ("SIREN", checks.siren),
    14: ("SIRET", checks.siret),
    **dict.fromkeys((13, 15, 16, 18, 19), ("CARD", checks.card)),
}

#: After which digits people break each number; a number may be broken at some of them only.
_BREAKS: dict[str, tuple[frozenset[int], ...]] = {
    "NIR": (frozenset((1, 3, 5, 7, 10, 13)), frozenset((3, 6, 9, 12))),
    "SPI": (frozenset((2, 5, 8, 11)), frozenset((2, 4, 7, 10))),
    "IBAN": (frozenset((5, 10, 21)), frozenset((4, 8, 12, 16, 20))),
    "SIREN": (frozenset((3, 6)),),
    "SIRET": (frozenset((3, 6, 9)), frozenset((3, 6, 9, 11)), frozenset((3, 6, 9, 12))),
    "CARD": (frozenset((4, 8, 12, 16)), frozenset((4, 10))),
}


@functools.lru_cache(maxsize=4096)
def written_as(key: str, sizes: tuple[int, ...]) -> bool:
    """Tell whether groups of these sizes are broken as people break this number, or are all of one size."""
    if len(sizes) == 1 or len(set(sizes)) == 1:
        return True
    if len(sizes) > 3 and len(set(sizes[:-1])) == 1 and sizes[-1] < sizes[0]:
        return True
    breaks = set(accumulate(sizes[:-1]))
    return any(breaks <= usual for usual in _BREAKS[key])


def proven(
    words: Sequence[str], first: int, end: int, table: dict[int, tuple[str, Check]]
) -> tuple[int, str] | None:
    """Return the last group and the type of the longest number that groups from ``first`` prove."""
    size = 0
    best = None
    for last in range(first, end):
        size += len(words[last])
        if size not in table:
            if size > 23:
                break
            continue
        key, check = table[size]
        if last == first:
            if check(words[first]):
                best = (last, key)
            continue
        parts = words[first : last + 1]
        whole = len(parts) == len(words) and key != "IBAN"
        if check("".join(parts)) and (whole or written_as(key, tuple(map(len, parts)))):
            best = (last, key)
    return best


def luhn_whole(words: Sequence[str], length: int) -> bool:
    """Tell whether a whole run is a SIRET or a card: then a part of it that is something else is chance."""
    if length not in (14, 15, 16, 19) or (length in STRONG and STRONG[length][1]("".join(words))):
        return False
    key, check = LUHN[length]
    return written_as(key, tuple(map(len, words))) and check("".join(words))


def proves(value: str) -> bool:
    """Tell whether digits without gaps pass the checksum of some number of their length."""
    return any(len(value) in table and table[len(value)][1](value) for table in (STRONG, LUHN))
