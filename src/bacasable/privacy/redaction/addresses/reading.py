"""Read addresses from the places where one may be: a kind of street, a postal code."""

import re
from collections.abc import Iterable, Iterator

from bacasable.privacy.redaction.addresses import grammar, words
from bacasable.privacy.redaction.addresses.towns import after_town, known_end, known_town, tokens, town_end
from bacasable.privacy.redaction.spans import Span

#: Characters before a kind of street where its number is looked for, and its complements.
_BEHIND = 28
_NEAR_BEHIND = 70
_FAR_BEHIND = 140
#: Characters between a kind of street and its postal code.
_AHEAD = 150
_STRONG, _WEAK, _SHORT = 1, 2, 3
_KINDS = {
    word.encode(): kind
    for kind, list_ in ((_STRONG, words.STRONG), (_WEAK, words.WEAK), (_SHORT, words.SHORT))
    for word in list_
}

FULL, PART, STREET_NUMBER, HAMLET, CODE_TOWN, STREET = 0.98, 0.95, 0.92, 0.9, 0.8, 0.7

_TO_TOWN = re.compile(rb" ?[,)-]? ?\n? ?-? ?")
_TO_TOWN_WITHOUT_CODE = re.compile(rb" ?, ?(?!a )| ?\n ?| - | ?\(")
_DEPARTMENT = re.compile(rb" ?\((?:[0-9]{2,3}|2[ab]|[0-9]{5})\)")
_CAPITAL_NEXT = re.compile(rb"[ \n.]{1,2}(?:[a-z' ]{1,12}[ '])?[A-Z0-9]")
_BLANKS = b" \n"
_DIGIT_NEAR = re.compile(rb"[0-9]")
_LINE_ENDS = re.compile(rb" ?(?:[\n,.]|\Z)")
_SEGMENT_ENDS = re.compile(rb" ?(?:[\n,;.)]|\Z)")
_SEGMENT_BEGINS = re.compile(rb"(?:\A|[\n,;:(-] ?)\Z")
_COMMONLY_NAMED = frozenset(word.encode() for word in words.COMMONLY_NAMED)
_GROUPS = frozenset(word.encode() for word in words.GROUPS)
_NOT_HOUSE = frozenset(word.encode() for word in words.NOT_HOUSE)
_NO_CODE_BEFORE = re.compile(
    rb"(?<![a-z])(?:n?o|numeros?|dossier|reference|ref\.?|articles?|id|identifiant|allocataire|matricule)"
    rb" ?:? ?\Z"
)
_UNIT = re.compile(words.one_of(words.UNITS) + rb"(?![a-z])")


def read(
    cased: bytes, low: bytes, heads: Iterable[tuple[int, int]], codes: Iterable[int], abroad: bool = True
) -> list[Span]:
    """Return the addresses of a text, sorted, without overlap; ``low`` is ``cased`` without its capitals.

    ``heads``: bounds of the words for kinds of streets; ``codes``: where postal codes begin;
    ``abroad``: whether to look for German, Dutch and southern streets.
    """
    reader = _Reader(cased, low)
    streets: list[Span] = []
    end = 0
    for begin, stop in heads:
        if begin >= end and (span := reader.street(begin, stop, end)):
            streets.append(span)
            end = span.end
    if abroad and any(hint in low for hint in grammar.GERMANIC_HINTS):
        streets = sorted([*streets, *filter(None, map(reader.germanic, grammar.GERMANIC.finditer(cased)))])
    if abroad and any(hint in cased for hint in grammar.SOUTHERN_HINTS):
        streets = sorted([*streets, *filter(None, map(reader.germanic, grammar.SOUTHERN.finditer(cased)))])
    spans: list[Span] = []
    following = iter([*streets, Span(len(low), len(low), "ADDRESS", 0.0)])
    street = next(following)
    for code in filter(None, (grammar.POSTAL.match(low, place) for place in codes)):
        while street.end <= code.start() and street.start < len(low):
            spans.append(street)
            street = next(following)
        if street.start < code.end():
            continue
        if span := reader.code(code, spans[-1].end if spans else 0):
            spans.append(span)
    if street.start < len(low):
        spans.append(street)
    spans.extend(span for span in following if span.start < len(low))
    return _apart(spans, low)


def code_places(low: bytes) -> Iterator[int]:
    """Return where postal codes begin."""
    return (code.start() for code in grammar.POSTAL.finditer(low))


def head_places(low: bytes) -> list[tuple[int, int]]:
    """Return where the words for kinds of streets begin and end, in order."""
    spaced = low.translate(grammar.TO_SPACE)
    heads = [head.span(1) for head in grammar.HEAD.finditer(spaced)]
    if touching := [head.span(1) for head in grammar.TOUCHING_HEAD.finditer(spaced)]:
        heads = sorted(heads + touching)
    if first := grammar.FIRST_HEAD.match(spaced):
        heads.insert(0, first.span(1))
    return heads


def _apart(spans: list[Span], low: bytes) -> list[Span]:
    """Return the spans without blanks at their ends, one that runs into the one before beginning after it."""
    apart: list[Span] = []
    end = 0
    for span in spans:
        start = max(span.start, end)
        inside = low[start : span.end].rstrip(_BLANKS)
        end = start + len(inside)
        start = end - len(inside.lstrip(_BLANKS))
        if start < end:
            apart.append(span if (start, end) == span[:2] else span._replace(start=start, end=end))
    return apart


def _is_foreign(region: bytes) -> bool:
    """Say whether something between a street and a postal code cannot be of one address."""
    if grammar.FOREIGN_SIGN.search(region) or not grammar.STOP_WORDS.isdisjoint(grammar.WORD.findall(region)):
        return True
    return b"." in region and bool(grammar.SENTENCE_END.search(region))


class _Reader:
    def __init__(self, cased: bytes, low: bytes) -> None:
        self._cased, self._low = cased, low

    def street(self, begin: int, end: int, floor: int) -> Span | None:
        """Return the address around a kind of street, from ``floor`` on, or ``None`` if it is none."""
        low, cased = self._low, self._cased
        word = low[begin:end].translate(grammar.TO_SPACE)  # "lieu" and "dit" may stand on two lines
        kind = _KINDS[word]
        start, numbered = self._number(begin, floor)
        if not numbered and (kind == _SHORT or (kind == _WEAK and not _CAPITAL_NEXT.match(cased, end))):
            return None
        if len(word) < 5 and low[end : end + 1] == b".":
            end += 1
        name_end = 0 if numbered else self._name(end, kind, numbered, word)
        if numbered or name_end or kind == _STRONG:
            code = self._postal_after(end, strict=not (numbered or name_end))
            if code:
                start = self._with_complements(start, floor)
                stop, full = self._with_town(start, code.end())
                return Span(start, stop, "ADDRESS", FULL if full and numbered else PART)
        if numbered:
            name_end = self._name(end, kind, numbered, word)
        if not name_end:
            return None
        if not numbered and (number := grammar.NUMBER_AFTER.match(low, name_end)):
            name_end, numbered = number.end(), True
        if not numbered:
            if kind == _WEAK and not (word == b"place" and grammar.PLACE.match(cased, end)):
                return None
            if low.endswith(b"en ", 0, begin):  # "mise en place des Archives"
                return None
            if word in _GROUPS or (len(word) < 4 and word != b"rue" and name_end - end < 5):
                return None
            return Span(start, name_end, "ADDRESS", STREET)
        if complement := grammar.COMPLEMENTS_AFTER.match(low, name_end):
            name_end = complement.end()
        if box := grammar.BOX.match(low, name_end):
            name_end = box.end()
        stop, with_town = self._town_without_code(name_end)
        return Span(
            self._with_complements(start, floor), stop, "ADDRESS", PART if with_town else STREET_NUMBER
        )

    def germanic(self, street: re.Match[bytes]) -> Span | None:
        """Return the address of a street of a neighbour country, if a postal code and a town follow."""
        code = self._postal_after(street.end(), strict=True)
        if code is None:
            return None
        stop, full = self._with_town(street.start(), code.end())
        return Span(street.start(), stop, "ADDRESS", PART) if full else None

    def code(self, code: re.Match[bytes], floor: int) -> Span | None:
        """Return the address that holds a postal code without a kind of street, or ``None``."""
        low, cased = self._low, self._cased
        start, end = self._code_start(code), code.end()
        before = low[max(floor, start - _FAR_BEHIND) : start]
        if grammar.BOX_BEFORE.search(before[-16:]) or _NO_CODE_BEFORE.search(before[-16:]):
            return None
        gap = _TO_TOWN.match(low, end)
        town = gap.end() if gap else end
        labelled = grammar.LABEL_BEFORE.search(before[-20:])
        first, confidence = self._before_code(start, floor)
        bare = Span(start, end, "ADDRESS", CODE_TOWN) if labelled and b" " not in code[0] else None
        if (
            town == end
            or _UNIT.match(low, town)
            or not (cased[town : town + 1].isupper() or confidence > CODE_TOWN)
        ):
            return bare
        stop = known_end(low, tokens(cased, low, town))
        if stop < 0:
            alone = _SEGMENT_BEGINS.search(before[-2:]) or labelled or confidence > CODE_TOWN
            stop = town_end(cased, low, town, lenient=False) if alone and b" " not in code[0] else -1
            if stop < 0 or not _SEGMENT_ENDS.match(low, after_town(low, town, stop)):
                return bare
        return Span(first, self._with_department(after_town(low, town, stop)), "ADDRESS", confidence)

    def _before_code(self, start: int, floor: int) -> tuple[int, float]:
        """Return where an address without street begins, with its code at ``start``; how sure it is."""
        before = self._low[max(floor, start - _FAR_BEHIND) : start]
        if boxes := grammar.BOXES_BEFORE.search(before):
            return self._with_complements(start - len(boxes[0]), floor), PART
        if place := grammar.NUMBERED_BEFORE.search(before):
            return self._with_complements(start - len(place[0]), floor), PART
        for pattern in (grammar.HAMLET_BEFORE, grammar.SMALL_HAMLET_BEFORE):
            if hamlet := pattern.search(self._cased, max(floor, start - _NEAR_BEHIND), start):
                return self._with_complements(hamlet.start(), floor), HAMLET
        return start, CODE_TOWN

    def _code_start(self, code: re.Match[bytes]) -> int:
        """Return where a postal code begins, with the letter of its country."""
        start = code.start()
        letter = grammar.COUNTRY_LETTER_BEFORE.search(self._low, max(0, start - 6), start)
        return letter.start() if letter else start

    def _number(self, begin: int, floor: int) -> tuple[int, bool]:
        """Return where the address begins and whether with a house number, before the kind of street."""
        behind = self._low[max(floor, begin - _BEHIND) : begin]
        adjective = None
        if behind.rstrip(b" '-").endswith(grammar.ADJECTIVE_ENDS):
            adjective = grammar.ADJECTIVE_BEFORE.search(behind)
        if adjective:
            begin -= len(adjective[0])
            behind = behind[: -len(adjective[0])]
        if not _DIGIT_NEAR.search(behind[-12:]) or not (number := grammar.NUMBER_BEFORE.search(behind)):
            return begin, False
        earlier = behind[: number.start()].rstrip(b" .-/")
        word = earlier[max(earlier.rfind(b" "), earlier.rfind(b"\n"), earlier.rfind(b"(")) + 1 :]
        if word in _NOT_HOUSE:
            return begin, False
        begin -= len(number[0])
        if earlier[-1:] in (b"o", b"n", b"s") and (
            sign := grammar.NUMBER_SIGN_BEFORE.search(behind, 0, number.start())
        ):
            begin -= len(sign[0])
        return begin, True

    def _name(self, end: int, kind: int, numbered: bool, word: bytes) -> int:
        """Return where the name of the street that begins at ``end`` ends, or 0."""
        name = grammar.NAME.match(self._cased, end)
        named = name and (numbered or self._low[end : end + 1] != b"\n")
        if name and named and (stop := self._cut(end, name.end())):
            return stop
        if (numbered or word in _COMMONLY_NAMED) and (common := grammar.COMMON_NAME.match(self._cased, end)):
            return common.end()
        if numbered and kind != _WEAK and (small := grammar.SMALL_NAME.match(self._low, end)):
            return small.end()
        return 0

    def _cut(self, start: int, end: int) -> int:
        """Return where a name ends before the first word that belongs to none, or 0 if nothing is left."""
        if grammar.STOP_WORDS.isdisjoint(grammar.WORD.findall(self._low, start, end)):
            return end
        first = next(
            word.start()
            for word in grammar.WORD.finditer(self._low, start, end)
            if word[0] in grammar.STOP_WORDS
        )
        kept = start + len(self._low[start:first].rstrip(b" -'\n"))
        return kept if self._cased[start:kept] != self._low[start:kept] else 0

    def _postal_after(self, end: int, strict: bool) -> re.Match[bytes] | None:
        """Return the postal code after what can only be the rest of a street; ``strict``: nearly at once."""
        low = self._low
        limit = end + (45 if strict else _AHEAD)
        for pattern in (grammar.POSTAL, grammar.FOREIGN, grammar.SCANNED_POSTAL):
            source = self._cased if pattern is grammar.SCANNED_POSTAL else low
            for code in pattern.finditer(source, end, limit):
                if grammar.BOX_BEFORE.search(low, max(end, code.start() - 16), code.start()):
                    continue
                region = low[end : code.start()]
                if region.count(b"\n") > (1 if strict else 4) or _is_foreign(region):
                    break
                if pattern is grammar.FOREIGN and not self._cased[code.end() + 1 : code.end() + 2].isupper():
                    continue
                return code
        return None

    def _with_complements(self, start: int, floor: int) -> int:
        """Return where the complements that touch the address begin."""
        lowest = max(floor, start - _FAR_BEHIND)
        near = self._low[lowest:start].rstrip(b" ")[-2:]
        if not near or not (near[-1] in b",\n-0123456789" or near[:1] in b" ."):
            return start
        if not grammar.COMPLEMENT_HINT.search(self._low, lowest, start):
            return start
        found = grammar.COMPLEMENTS_BEFORE.search(self._cased[lowest:start])
        return lowest + found.start() if found else start

    def _with_town(self, start: int, code_end: int) -> tuple[int, bool]:
        """Return where an address ends whose postal code ends at ``code_end``, and whether with a commune."""
        low, cased = self._low, self._cased
        if low[code_end : code_end + 1] == b")" and (closed := self._closed(start, code_end)) > code_end:
            return closed, True  # the commune stands before: Lyon (69003)
        gap = _TO_TOWN.match(low, code_end)
        town = gap.end() if gap else code_end
        if town == code_end:
            return self._closed(start, code_end), False
        broken = b"\n" in low[code_end:town]
        stop = town_end(cased, low, town, lenient=not broken)
        if broken and not cased[town : town + 1].isupper() and not _LINE_ENDS.match(low, stop):
            return self._closed(start, code_end), False
        if stop < 0:
            return self._closed(start, code_end), False
        return self._with_department(self._closed(start, after_town(low, town, stop))), True

    def _town_without_code(self, end: int) -> tuple[int, bool]:
        """Return where an address without postal code ends, and whether with a commune."""
        low, cased = self._low, self._cased
        gap = _TO_TOWN_WITHOUT_CODE.match(low, end)
        if not gap:
            return end, False
        town = gap.end()
        stop = known_town(cased, low, town)
        if stop < 0:
            return end, False
        stop = after_town(low, town, stop)
        if b"\n" in gap[0] and not _LINE_ENDS.match(low, stop):
            return end, False
        if gap[0].endswith(b"("):
            return (stop + 1, True) if low[stop : stop + 1] == b")" else (end, False)
        return self._with_department(stop), True

    def _with_department(self, end: int) -> int:
        department = _DEPARTMENT.match(self._low, end)
        return department.end() if department else end

    def _closed(self, start: int, end: int) -> int:
        """Return the end after a bracket that was opened inside the address."""
        if self._low[end : end + 1] == b")" and self._low.count(b"(", start, end) > self._low.count(
            b")", start, end
        ):
            return end + 1
        return end
