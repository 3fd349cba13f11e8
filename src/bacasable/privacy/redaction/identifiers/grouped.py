"""How the groups of a run of digits stand to one another, and to what is written around them."""

from collections.abc import Sequence

from bacasable.privacy.redaction.identifiers.runs import Run

#: What may stand between the letters and groups of one value.
SIGNS = frozenset(
    " .-/()_\t\r\n\u00a0\u00ad\u2007\u2009\u200a\u200b\u202f\u2010\u2011\u2012\u2013\u2014\u2015\u00b7"
)


def after_minutes(text: str, start: int, end: int) -> int:
    """Return where the run goes on after the minutes of an hour that it begins with (``17h30 06 12``), or
    0."""
    minutes = text[start : start + 2]
    if (
        start < 2
        or not "0" <= text[start - 2] <= "9"
        or not (minutes.isdecimal() and "00" <= minutes <= "59")
    ):
        return 0
    place = start + 2
    while place < end and text[place] in SIGNS:
        place += 1
    return place if place > start + 2 or place >= end else 0


def names_mobile(words: Sequence[str], first: int, end: int) -> bool:
    """Tell whether a group is the word for a mobile telephone before its number: "mon 06 06 12 34 56 78"."""
    return (
        end - first == 6
        and words[first] in ("06", "07")
        and words[first + 1][0] == "0"
        and words[first + 1][1:2] != "0"
        and all(len(word) == 2 for word in words[first:end])
    )


def stands_apart(text: str, run: Run, first: int, last: int) -> bool:
    """Tell whether a company number is a run of its own, or as people write one beside another number."""
    count = len(run.words)
    return last - first + 1 == count or (
        last - first in (0, 2)
        and (not first or can_start(text, run, first))
        and (last + 1 == count or can_start(text, run, last + 1))
    )


def parted(text: str, run: Run, last: int) -> bool:
    """Tell whether a slash between blanks parts a group from the one before: two values."""
    gap = text[run.ends[last - 1] : run.starts[last]]
    return len(gap) > 1 and "/" in gap


def can_start(text: str, run: Run, first: int) -> bool:
    """Tell whether a group inside a run may begin a value: after a line break, a dash between spaces, a
    slash."""
    gap = text[run.ends[first - 1] : run.starts[first]]
    return "\n" in gap or "/" in gap or len(gap) > 1 or "\t" in gap


def jump(text: str, run: Run, last: int) -> bool:
    """Tell whether a line break stands before a group."""
    return "\n" in text[run.ends[last - 1] : run.starts[last]]
