"""Names of fictional people: the same name the same surrogate, part by part, of the same sex and in the same
order.

Each part (first name, surname) is replaced by itself, so 'Alice Laroche', 'LAROCHE Alice', 'Mme Laroche' and
alice.laroche@... agree without being linked, and a family keeps one surname.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from bacasable.privacy.redaction.lexicon import PARTICLES, code, fold, unpack
from bacasable.privacy.redaction.replacement.surrogates.draw import Draw
from bacasable.privacy.redaction.replacement.surrogates.fiction import fiction

_PART = re.compile(r"(?:[^\W\d_][\u0300-\u036f]*)+")
_PARTICLES = PARTICLES | frozenset(
    (
        *("mc", "mac", "o", "y", "e", "et", "ou", "ep"),
        *("epouse", "epoux", "nee", "ne", "veuve", "divorcee", "dit", "dite"),
    )
)
_CIVILITIES = {
    **dict.fromkeys(("m", "mr", "monsieur", "messieurs", "mm", "sir"), "M"),
    **dict.fromkeys(("mme", "mmes", "madame", "mesdames", "mlle", "mademoiselle", "mrs", "ms", "miss"), "F"),
    **dict.fromkeys(("me", "maitre", "dr", "docteur", "pr", "professeur"), ""),
}
_BEFORE = re.compile(r"([^\W\d_]+)\.?[ \t\u00a0\u202f]+$")
_AFTER = re.compile(r"[ \t,]{1,3}(né|née|ne|nee|domiciliée?|soussignée?)\b", re.IGNORECASE)


class Part(NamedTuple):
    """One part of a written name: where, and whether it is a first name ('first'), a surname ('last') or kept
    ('').
    """

    start: int
    end: int
    role: str


class Names:
    """Surrogates of names under one key; remembers, within a document, what was written for whom."""

    def __init__(self, draw: Draw) -> None:
        self._draw = draw
        self.forget()

    def forget(self) -> None:
        """Begin another document."""
        self.written: dict[str, str] = {}
        self._sexes: dict[str, str] = {}
        self._initials: dict[tuple[str, str], str] = {}

    def meet(self, text: str, start: int, end: int, sex: str = "") -> None:
        """Take note of a name of the document before any is written: sexes, full names behind initials."""
        value = text[start:end]
        found = sex_before(text, start) or sex or _sex_after(text, end)
        firsts, lasts = [], []
        for part in parts(value, bool(sex_before(text, start) is not None)):
            form = fold(value[part.start : part.end])
            if part.role == "first" and len(form) > 1:
                firsts.append(form)
                if found:
                    self._sexes.setdefault(form, found)
            elif part.role == "last" and len(form) > 1:
                lasts.append(form)
        for form in firsts:
            new = self.first(form)
            self.written.setdefault(form, new)
            for last in lasts:
                self._initials.setdefault((form[0], last), new[0])
        for form in lasts:
            self.written.setdefault(form, self.last(form))

    def person(self, text: str, start: int, end: int) -> str:
        """Return the surrogate of the name at ``start`` to ``end``."""
        value = text[start:end]
        found = parts(value, sex_before(text, start) is not None)
        lasts = [fold(value[part.start : part.end]) for part in found if part.role == "last"]
        written: list[str] = []
        at = 0
        for part in found:
            original = value[part.start : part.end]
            written += (value[at : part.start], self._part(original, part.role, lasts))
            at = part.end
        return "".join([*written, value[at:]])

    def _part(self, original: str, role: str, lasts: Sequence[str]) -> str:
        form = fold(original)
        if not role:
            return original
        if len(form) == 1:
            for last in lasts:
                if initial := self._initials.get((form, last)):
                    return like(initial, original)
            return like(self.initial(form), original)
        return like(self.first(form) if role == "first" else self.last(form), original)

    def first(self, form: str) -> str:
        """Return the first name for a folded one: of its sex, else of that seen in the document."""
        table = fiction()
        sex = table.sexes.get(form, "")
        if sex not in ("M", "F"):
            sex = self._sexes.get(form) or sex or self._draw.of("sex", form).pick("MF")
        return self._other("first", form, table.first_names[sex])

    def last(self, form: str) -> str:
        """Return the surname for a folded one."""
        return self._other("last", form, fiction().surnames)

    def initial(self, form: str) -> str:
        """Return another initial."""
        return self._other("initial", form, "ABCDEFGHJKLMNPRSTV")

    def _other(self, use: str, form: str, pool: Sequence[str]) -> str:
        for attempt in range(20):
            name = self._draw.of(use, form, attempt).pick(pool)
            if fold(name) != form:
                return name
        raise AssertionError("a pool of one name")

    def login(self, value: str) -> str:
        """Return the surrogate of the local part of an e-mail, or of an account: of the names in it."""
        written = re.sub(r"[^\W\d_]+", lambda match: self._word(match[0]), value)
        new = re.sub(r"\d+", lambda match: self._digits(match[0]), written)
        return new if fold(new) != fold(value) else new + self._draw.of("login", value).digits(2)

    def _word(self, word: str) -> str:
        form = fold(word)
        if len(form) == 1:
            near = next((new for (initial, _), new in self._initials.items() if initial == form), None)
            return like(near or self.initial(form), word, plain=True)
        if known := self.written.get(form):
            return like(known, word, plain=True)
        for cut in range(1, len(form) - 1):  # alicelaroche, alaroche, larochea
            left, right = form[:cut], form[cut:]
            if right in self.written and (left in self.written or len(left) == 1 or left in _PARTICLES):
                head = (
                    (left if left in _PARTICLES and len(left) > 1 else "")
                    or self.written.get(left)
                    or self._initials.get((left, right))
                    or self.initial(left)
                )
                return like(head + self.written[right], word, plain=True)
            if left in self.written and len(right) == 1:
                tail = self._initials.get((right, left)) or self.initial(right)
                return like(self.written[left] + tail, word, plain=True)
        new = self.first(form) if _is_first(form) else self.last(form)
        return like(new, word, plain=True)

    def _digits(self, digits: str) -> str:
        return self._draw.of("login", digits).digits(len(digits))


def parts(value: str, after_civility: bool) -> list[Part]:
    """Return the parts of a written name with their roles.

    Capitals beside small letters are a surname; before a comma too; else the first word is the first name,
    unless it is none known and the last one is. One word alone is a surname after a civility or when it is no
    known first name.
    """
    found: list[list[object]] = []  # start, end, role, word
    words: list[list[int]] = []
    for match in _PART.finditer(value):
        form = fold(match[0])
        joined = bool(found) and value[match.start() - 1] in "-‐‑" and found[-1][2] == "name"
        kept = form in _PARTICLES or form in _CIVILITIES
        if form in _CIVILITIES and not found:
            after_civility = True
        found.append([match.start(), match.end(), "kept" if kept and not joined else "name", form])
        if found[-1][2] == "name":
            if joined and words:
                words[-1].append(len(found) - 1)
            else:
                words.append([len(found) - 1])
    roles = _roles(value, found, words, after_civility)
    return [
        Part(int(str(start)), int(str(end)), roles.get(index, ""))
        for index, (start, end, _, _) in enumerate(found)
    ]


def _roles(
    value: str,
    found: Sequence[Sequence[object]],
    words: Sequence[Sequence[int]],
    after_civility: bool,
) -> dict[int, str]:
    known = [all(_is_first(str(found[index][3])) for index in word) for word in words]
    starts = [int(str(found[word[0]][0])) for word in words]
    ends = [int(str(found[word[-1]][1])) for word in words]
    capitals = [value[a:b].isupper() and b - a > 1 for a, b in zip(starts, ends, strict=True)]
    comma = value.find(",")
    count = len(words)
    if not count:
        return {}
    if count == 1:
        roles = ["last" if after_civility or not known[0] else "first"]
    elif any(capitals) and not all(capitals):
        roles = ["last" if capital else "first" for capital in capitals]
    elif comma >= 0 and starts[0] < comma < starts[-1]:
        roles = ["last" if start < comma else "first" for start in starts]
    elif not known[0] and known[-1] and ends[0] - starts[0] > 1:
        roles = ["last"] * (count - 1) + ["first"]
    else:
        middle = ["first" if known[index] else "last" for index in range(1, count - 1)]
        roles = ["first", *middle, "last"]
    return {index: role for word, role in zip(words, roles, strict=True) for index in word}


def _is_first(form: str) -> bool:
    """Return whether a folded word is rather a first name: an initial, or borne as one at least as much."""
    if len(form) == 1:
        return True
    buckets = unpack(code(form))
    return form in fiction().sexes and buckets.first >= buckets.last


def sex_before(text: str, start: int) -> str | None:
    """Return the sex that a civility before ``start`` tells (M, F, '' for Me and Dr), None without one."""
    match = _BEFORE.search(text, max(0, start - 20), start)
    return None if match is None else _CIVILITIES.get(fold(match[1]))


def _sex_after(text: str, end: int) -> str:
    match = _AFTER.match(text, end)
    return "" if match is None else "F" if fold(match[1]).endswith(("ee",)) else "M"


def like(new: str, original: str, plain: bool = False) -> str:
    """Return ``new`` in the case of ``original``; capitals and ``plain`` words lose their accents."""
    if original.isupper() and (len(original) > 1 or len(new) == 1):
        return unaccented(new).upper()
    written = unaccented(new) if plain else new
    return written.lower() if original.islower() else written


def unaccented(text: str) -> str:
    """Return ``text`` without accents or ligatures."""
    text = text.replace("œ", "oe").replace("Œ", "Oe").replace("æ", "ae").replace("ß", "ss")
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))
