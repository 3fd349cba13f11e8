"""Dates of birth that only the heading of their column tells, in tables of ``;`` or tabs."""

import re
from bisect import bisect_left

from bacasable.privacy.redaction.identifiers.announced import Announced
from bacasable.privacy.redaction.identifiers.context import fold
from bacasable.privacy.redaction.identifiers.headings import Headings
from bacasable.privacy.redaction.spans import Span

#: A cell of a heading that names dates of birth; text is in lower case without accents.
_BORN_COLUMN = re.compile(
    r"(?:^|[;\t])[ \"]*(?:date[ _]?(?:de[ _]?)?naiss(?:ance|\.)?|naissance|"
    r"nee?(?:\(e\))?[ _]le|n\(e\)[ _]le|ddn)"
    r"[ \"]*(?=[;\t\r\n])",
    re.MULTILINE,
)
#: One of these is in any text where it finds something: a cheaper question.
_COLUMN_SIGNS = ("naiss", "ddn", "ne le", "ne_le", "nee", "ne(e", "n(e)")
#: More columns than a table of people has, and more of them of dates of birth: they are not looked at.
_COLUMNS = 100
_BORN_COLUMNS = 4


def born_in_columns(text: str, folded: str, found: list[Span]) -> None:
    """Make dates in a column of dates of birth DOB, in place.

    A table is a heading and the lines after it that have as many signs, ``;`` or tabs. ``folded``: the text
    in
    lower case without accents, as long as the text. ``found``: dates, sorted.
    """
    for word in _COLUMN_SIGNS:
        if word in folded:
            break
    else:
        return
    top = bottom = past = columns = seen = 0
    sign = ";"
    for heading in _BORN_COLUMN.finditer(folded):
        place = heading.start()
        if place >= bottom:  # another line
            top = text.rfind("\n", bottom, place) + 1 or bottom
            bottom = text.find("\n", heading.end())
            if bottom < 0:
                return
            sign = "\t" if "\t" in text[top:bottom] else ";"
            columns = text.count(sign, top, bottom)
            seen = 0
            if top < past:
                continue  # a line of the table before
        if top < past and not seen:
            continue
        seen += 1
        if not 0 < columns < _COLUMNS or seen > _BORN_COLUMNS:
            continue
        past = max(past, _rows(text, bottom + 1, sign, columns, text.count(sign, top, heading.end()), found))


def _rows(text: str, start: int, sign: str, columns: int, column: int, found: list[Span]) -> int:
    """Make the dates of one column DOB; return where the table ends."""
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if text.count(sign, start, end) != columns:
            break
        left = start
        for _ in range(column):
            left = text.index(sign, left) + 1
        right = text.find(sign, left, end)
        place = bisect_left(found, left, key=lambda span: span.start)
        if place < len(found) and found[place].end <= (end if right < 0 else right):
            date = found[place]
            if date.type == "DATE":
                found[place] = date._replace(type="DOB", confidence=max(date.confidence, 0.9))
        start = end + 1
    return start


#: A heading that names dates of birth, in any kind of table.
_BORN_HEADING = re.compile(
    r"(?:(?:dates? (?:et lieu )?)?(?:de )?naiss(?:ances?|\.)?|nee?s?(?: ?\(e\)| ?[./-]e)?s? le|n\(e\) le|ddn"
    r"|d\.d\.n\.?|(?:date )?(?:of )?birth(?: ?date)?|date of birth|born(?: on)?|dob|d\.o\.b\.?)\Z"
)


class _Births:
    """What headings announce, where only dates of birth are asked for."""

    def announced(self, text: str, place: int) -> list[Announced]:
        heading = fold(text[:place]).strip(" \t\"'*_:#")
        return [Announced("DOB", 0)] if _BORN_HEADING.match(heading) else []

    def afar(self, text: str, place: int, lowest: int, step: int) -> list[Announced]:
        return []  # only headings are asked for


def born_under_headings(text: str, found: list[Span]) -> None:
    """Make dates DOB that stand in a column whose heading says so, in place."""
    headings = Headings(_Births(), text)
    for place, date in enumerate(found):
        if date[2] == "DATE" and headings.column(date[0]):
            found[place] = date._replace(type="DOB", confidence=max(date[3], 0.9))
