"""Fictional values for real ones: same form, same checks, and agreeing where the originals agreed.

Each value is replaced by a function of its parts under the key, so agreement needs no linking: the month of
birth moves in the same way in a date and in a NIR, a commune becomes the same commune in a place, an address
and a NIR, a SIREN the same in a SIRET and a VAT number, each part of a name the same in a signature and an
e-mail address. The same value has the same surrogate in the whole scope. Only these depend on the document:

- dates other than births move together, by the number of weeks of the first birth date, or of the first
  person;
- a NIR and one birth date of the same person that disagree: the date goes to the month of the new NIR. Same
  person: the nearest name before both is the same (at most 600 characters before), or the document names
  nobody;
- a place written right after that date ('à', 'au', 'en') becomes the place of the new NIR;
- a first name of either sex or unknown takes the sex that a civility, 'né', or the NIR of the same person
  tells.

Determinism has a price: who knows how often a value occurs may recognise it. Surrogates remain personal data.
"""

import re
import secrets
from bisect import bisect_right
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Self

from bacasable.privacy.redaction.lexicon import fold
from bacasable.privacy.redaction.replacement.surrogates.contacts import Contacts
from bacasable.privacy.redaction.replacement.surrogates.dates import Calendar, first_date, moved
from bacasable.privacy.redaction.replacement.surrogates.draw import Draw
from bacasable.privacy.redaction.replacement.surrogates.names import Names
from bacasable.privacy.redaction.replacement.surrogates.numbers import Numbers
from bacasable.privacy.redaction.replacement.surrogates.places import Places
from bacasable.privacy.redaction.spans import Span
from bacasable.privacy.redaction.types import registry as built_in

if TYPE_CHECKING:
    from bacasable.privacy.pseudonyms import Pseudonyms
    from bacasable.privacy.redaction.types import Registry

#: How far before a number the name of its person may stand, in characters.
_NEAR = 600
_BORN_AT = re.compile(r"[\s,(]{0,3}(?:à|a|au|aux|en|\(|À|A)\s{0,2}\(?")


class Surrogates:
    """Surrogates under one secret; remembers the people of a document until :meth:`document`."""

    def __init__(self, secret: bytes, registry: "Registry | None" = None) -> None:
        draw = Draw(secret)
        self._types = registry or built_in()
        self._calendar = Calendar(draw)
        self._places = Places(draw)
        self._names = Names(draw)
        self._numbers = Numbers(draw, self._calendar, self._places)
        self._contacts = Contacts(draw, self._names)
        self._months: dict[int, tuple[int, int]] = {}
        self._births: dict[int, str] = {}

    @classmethod
    def of_scope(cls, pseudonyms: "Pseudonyms | None", registry: "Registry | None" = None) -> Self:
        """Make those of a scope, or with a key that dies with them."""
        return cls(pseudonyms.secret("surrogate") if pseudonyms else secrets.token_bytes(32), registry)

    def leaves(self, kind: str) -> bool:
        """Whether values of this type stay: nothing can be said in their place (hints)."""
        return kind in self._types and self._types[kind].surrogate == "none"

    def document(self) -> None:
        """Begin another document: nobody is known in it yet."""
        self._calendar.days = None
        self._names.forget()

    def meet(self, text: str, spans: Sequence[Span]) -> None:
        """Take note of who is in a chunk, before any of its values is written."""
        self._months, self._births = {}, {}
        people = [span for span in spans if self._kind(span) == "name"]
        owned: dict[int, list[Span]] = {}
        for span in spans:
            if self._kind(span) == "nir" or span.type == "DOB":
                owned.setdefault(_nearest(people, span), []).append(span)
        for index, person in enumerate(people):
            nirs = [span for span in owned.get(index, ()) if span.type != "DOB"]
            sex = _sex(text[nirs[0].start : nirs[0].end]) if len(nirs) == 1 else ""
            self._names.meet(text, person.start, person.end, sex)
        for owner, own in owned.items():
            if owner != _NOBODY or not people:
                self._agree(text, own, spans)
        births = [span for span in spans if span.type == "DOB"][:1]
        self._anchor(text, [*births, *people[:1], *spans[:1]])

    def of(self, text: str, span: Span) -> str:
        """Return the surrogate of ``text[span.start:span.end]``; call :meth:`meet` before."""
        value = text[span.start : span.end]
        kind = self._kind(span)
        if kind == "none":
            return value
        new: str | None
        if kind == "name":
            new = self._names.person(text, span.start, span.end)
        elif kind == "date":
            new = self._date(value, span)
        elif span.start in self._births:
            new = self._births[span.start]
        else:
            new = self._made(value, kind) or ""
        if new and new != value:
            return new
        return self._numbers.shape(value, self._types[span.type].check if span.type in self._types else "")

    def _made(self, value: str, kind: str) -> str | None:
        makers = {
            "nir": self._numbers.nir,
            "spi": self._numbers.spi,
            "siren": self._numbers.siren,
            "siret": self._numbers.siret,
            "vat": self._numbers.vat,
            "iban": self._numbers.iban,
            "card": self._numbers.card,
            "plate": self._numbers.plate,
            "place": self._places.place,
            "address": self._places.address,
            "phone": self._contacts.phone,
            "email": self._contacts.email,
            "handle": self._contacts.handle,
            "url": self._contacts.url,
            "ip": self._contacts.ip,
            "mac": self._contacts.mac,
        }
        return makers[kind](value) if kind in makers else None

    def _kind(self, span: Span) -> str:
        return self._types[span.type].surrogate if span.type in self._types else "shape"

    def _date(self, value: str, span: Span) -> str | None:
        if span.type != "DOB":
            return moved(value, self._calendar.shifted)
        if span.start in self._months:
            year, month = self._months[span.start]
            return moved(value, lambda day: self._calendar.in_month(day, year, month))
        return moved(value, self._calendar.birth)

    def _anchor(self, text: str, spans: Sequence[Span]) -> None:
        """Decide how far the dates of the document move: as its first birth date, or by its first person."""
        if self._calendar.days is not None or not spans:
            return
        value = text[spans[0].start : spans[0].end]
        day = first_date(value) if spans[0].type == "DOB" else None
        if day is None:
            self._calendar.anchor(" ".join(sorted(fold(value).split())))
        else:
            self._calendar.days = (self._calendar.birth(day) - day).days

    def _agree(self, text: str, own: Sequence[Span], spans: Sequence[Span]) -> None:
        """Send a birth date to the month of the same person's NIR, and the place after it to its place."""
        same = [span for span in own if span.type != "DOB"]
        births = [span for span in own if span.type == "DOB"]
        if len(same) != 1 or len(births) != 1:
            return
        birth = births[0]
        day = first_date(text[birth.start : birth.end])
        new = self._numbers.nir(text[same[0].start : same[0].end])
        old = _digits(text[same[0].start : same[0].end])
        if new is None or day is None:
            return
        made = _digits(new)
        month = int(made[3:5])
        if made[1:5] != f"{self._calendar.birth(day):%y%m}" and 1 <= month <= 12:
            years = [year for year in range(day.year - 60, day.year + 61) if year % 100 == int(made[1:3])]
            if old[1:3] == f"{day:%y}":  # the right century, since only the month disagreed
                years = [year for year in years if abs(year - day.year) <= 1] or years
            year = min((abs(year - day.year), year) for year in years if year <= _LAST.year)[1]
            self._months[birth.start] = year, month
        after = bisect_right(spans, birth.start, key=_start)
        if after < len(spans) and self._kind(spans[after]) == "place":
            place = spans[after]
            if _BORN_AT.fullmatch(text, birth.end, place.start):
                self._births[place.start] = self._places.born(text[place.start : place.end], made[5:10])


_LAST = date(2100, 1, 1)
_NOBODY = -1


def _start(span: Span) -> int:
    return span.start


def _nearest(people: Sequence[Span], span: Span) -> int:
    """Return the number of the nearest person before ``span``, within reach, or :data:`_NOBODY`."""
    index = bisect_right(people, span.start, key=_start) - 1
    return index if index >= 0 and span.start - people[index].end <= _NEAR else _NOBODY


def _digits(nir: str) -> str:
    return "".join(sign for sign in nir.upper() if sign.isalnum())


def _sex(nir: str) -> str:
    return {"1": "M", "3": "M", "7": "M", "2": "F", "4": "F", "8": "F"}.get(_digits(nir)[:1], "")
