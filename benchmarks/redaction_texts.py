"""The texts that redaction is judged on: templates written by hand, filled by a seeded draw.

`benchmarks/data/redaction/README.md` has the conventions and the markup. No generator of training text reads
these files, and no engine was tuned on them. Each filled text is a `Text`: its gold spans carry the groups
(origin of the name, order, case, civility) by which recall is compared.

    python benchmarks/redaction_texts.py letters_apart > letters_apart.jsonl
"""

import json
import random
import re
import string
import sys
import unicodedata
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "data" / "redaction"
SEED = 20_261
#: Variants drawn of each template.
VARIANTS = {"letters_apart": 8, "clinical_notes": 4}
FOREIGN = 0.4
MIXED = 0.2

_DOMAINS = ["gmail.com", "orange.fr", "free.fr", "laposte.net", "wanadoo.fr", "outlook.fr"]
_DOMAINS += ["mairie-exemple.fr", "ac-exemple.fr"]
_MONTHS = ["janvier", "février", "mars", "avril", "mai", "juin"]
_MONTHS += ["juillet", "août", "septembre", "octobre", "novembre", "décembre"]
_SLOT = re.compile(r"\{([^{}]+)\}|\[([A-Z_?*]+):([^\[\]]*)\]")
_PERSON = re.compile(r"([mf])(\d+)(?: (.+))?$")
_NAME_WORD = re.compile(r"LAST_X|last_x|Last_X|LAST|Last|last|FIRST|First|first|\bF\.|\bL\b")
_CIVILITY = re.compile(
    r"(?:\b(?:M|Mr|Mme|Mlle|Me|Dr|Drs|Pr|Monsieur|Madame|Mademoiselle|Maître|Docteur|Docteure|docteur|monsieur|madame"
    r"|mme|mr|dr|père|Veuve|DR|MME|brigadier)\.?\s)$"
)


@dataclass(frozen=True)
class Gold:
    """A gold span: `text[start:end]` in code points.

    An `optional` span counts neither when found nor when missed; one that nothing in the text tells from
    another type may be found as that type (`also`).
    """

    start: int
    end: int
    label: str
    optional: bool = False
    also: str = ""
    group: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Text:
    """A text, its template (the cluster of the intervals) and its gold spans in order."""

    id: str
    template: str
    text: str
    spans: tuple[Gold, ...]


def texts(name: str, variants: int | None = None, seed: int = SEED) -> list[Text]:
    """Return the filled texts of `letters_apart` or `clinical_notes`."""
    filled = []
    for template, body in templates(name):
        for variant in range(variants or VARIANTS[name]):
            draw = _Draw(random.Random(f"{seed}/{name}/{template}/{variant}"))
            text, spans = draw.fill(body)
            filled.append(Text(f"{template}-{variant}", template, text, spans))
    return filled


def templates(name: str) -> list[tuple[str, str]]:
    """Return the templates as written: name and body with its markup."""
    parts = re.split(r"^=== (\w+)\n", (FOLDER / f"{name}.txt").read_text(encoding="utf-8"), flags=re.M)
    return [(key, body.rstrip("\n")) for key, body in zip(parts[1::2], parts[2::2], strict=True)]


@cache
def _lists() -> tuple[dict[str, Any], dict[str, list[str]]]:
    names = json.loads((FOLDER / "names.json").read_text(encoding="utf-8"))
    return names, json.loads((FOLDER / "places.json").read_text(encoding="utf-8"))


class _Draw:
    """One filling of one template: a person, a town or a number drawn once stays the same under its key."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.people: dict[str, dict[str, str]] = {}
        self.cities: dict[str, str] = {}

    def fill(self, body: str) -> tuple[str, tuple[Gold, ...]]:
        parts: list[str] = []
        spans: list[Gold] = []
        at, read, last_key = 0, 0, ""
        for slot in _SLOT.finditer(body):
            between = body[read : slot.start()]
            surface, label, optional, group = self._slot(slot)
            if label in ("LOCATION", "*") and re.match(r"[AEIOUYÉÈÊÎÔaeiouyéèêîô]", surface):
                between = re.sub(r"\b([Dd])e $", r"\1'", re.sub(r"\bDE $", "D'", between))
            if label in ("LOCATION", "*"):
                between, surface = _contract(between, surface)
            parts.append(between)
            at += len(between)
            read = slot.end()
            key = f"{slot[1]}".split(" ")[0] if label == "PERSON" else ""
            if label:
                before = spans[-1] if spans else None
                if key and key == last_key and between == " " and before is not None and before.end == at - 1:
                    spans[-1] = Gold(
                        before.start, at + len(surface), label, optional, "", before.group | group
                    )
                    spans[-1].group["order"] = (
                        "surname first" if before.group["order"] == "surname" else "usual"
                    )
                else:
                    if label == "PERSON" and not optional:
                        group["civility"] = "after" if _CIVILITY.search("".join(parts)[-16:]) else "none"
                    also = "DATE" if slot[1] == "DOB DATE" else ""
                    spans.append(Gold(at, at + len(surface), label, optional, also, group))
            last_key = key
            parts.append(surface)
            at += len(surface)
        parts.append(body[read:])
        text = "".join(parts)
        return text, tuple(_with_case(span, text) for span in spans)

    def _slot(self, slot: re.Match[str]) -> tuple[str, str, bool, dict[str, str]]:
        if slot[2]:
            label = slot[2].lstrip("?")
            group = {"origin": "French", "order": "first name"} if label == "PERSON" else {}
            return slot[3], label, slot[2].startswith("?"), group
        inside = slot[1]
        if inside.lstrip("?").startswith("#"):
            return self.digits(int(inside.lstrip("?#"))), "*" if inside[0] == "?" else "", True, {}
        if person := _PERSON.match(inside):
            return self._name(person)
        optional = inside.startswith("?")
        kind, _, option = inside.lstrip("?").partition(" ")
        if kind.startswith("CITY"):
            return _cased(self.city(kind), option), "*" if optional else "LOCATION", optional, {}
        label = kind.rstrip("0123456789")
        return str(getattr(self, f"draw_{label}")(option)), label, optional, {}

    def _name(self, person: re.Match[str]) -> tuple[str, str, bool, dict[str, str]]:
        sex, key, pattern = person[1], person[1] + person[2], person[3] or "First Last"
        one = self._person(sex, key)
        words = {
            "First": one["first"],
            "Last": one["last"],
            "Last_X": one["other"],
            # "M. Durand" is a civility: who has that initial is written with another.
            "F.": ("L" if one["first"].startswith("M") else one["first"][0]) + ".",
            "L": one["last"][0],
        }

        def put(word: re.Match[str]) -> str:
            for name, value in words.items():
                if word[0] == name:
                    return value
                if word[0] == name.upper():
                    return value.upper()
                if word[0] == name.lower():
                    return value.lower()
            raise KeyError(word[0])

        surface = _NAME_WORD.sub(put, pattern)
        kinds = [word[0] for word in _NAME_WORD.findall(pattern)]
        first = re.search(r"(?i)first|F\.", pattern)
        last = re.search(r"(?i)last|\bL\b", pattern)
        if not kinds or (first and last is None):
            order = "first name"
        elif first is None:
            order = "surname"
        else:
            order = "usual" if last is not None and first.start() < last.start() else "surname first"
        return surface, "PERSON", False, {"origin": one["origin"], "order": order}

    def _person(self, sex: str, key: str) -> dict[str, str]:
        if key not in self.people:
            names, _ = _lists()
            c, french = self.chance, names["french"]
            origin, lists = "French", french
            if c.random() < FOREIGN:
                origin = "foreign"
                lists = names["origins"][c.choice(sorted(names["origins"]))]
            first = c.choice((french if c.random() < MIXED else lists)[sex])
            last, other = c.choice(lists["last"]), c.choice(french["last"])
            self.people[key] = {"first": first, "last": last, "other": other, "origin": origin}
        return self.people[key]

    def city(self, key: str) -> str:
        _, places = _lists()
        if key not in self.cities:
            self.cities[key] = self.chance.choice(places["cities"])
        return self.cities[key]

    def digits(self, count: int) -> str:
        return "".join(self.chance.choices(string.digits, k=count))

    def _letters(self, count: int, among: str = "ABCDEFGHJKLMNPQRSTVWXYZ") -> str:
        return "".join(self.chance.choices(among, k=count))

    # Each method below draws the kind of its name; `option` is the word after the kind in the slot.

    def draw_ADDRESS(self, option: str) -> str:
        c, (_, places) = self.chance, _lists()
        number = f"{c.randint(1, 180)}{c.choice(['', '', '', '', ' bis', ' ter', 'B'])}"
        street = number + c.choice([" ", " ", " ", ", "]) + c.choice(places["streets"])
        if option == "short":
            return street
        unusual = c.random()
        if unusual < 0.15:
            street += f", {c.choice(places['complements'])}"
        elif unusual < 0.22:
            street = (
                f"{c.choice(['lieu-dit', 'Lieu-dit', 'Le Bourg,', 'Ferme de'])} {c.choice(places['hamlets'])}"
            )
        elif unusual < 0.28:
            street += f", BP {c.randint(10, 90_000)}"
        end = c.choice(["000", "100", "200", "310", "450", "700", "920"])
        town = f"{c.randint(1, 95):02d}{end} {c.choice(places['cities'])}"
        if c.random() < 0.08:
            town += c.choice([" Cedex", " CEDEX", f" Cedex {c.randint(1, 9):02d}"])
        if option == "lines":
            return f"{street}\n{town}"
        return _cased(street + c.choice([", ", ", ", " ", " - "]) + town, option)

    def draw_DATE(self, option: str) -> str:
        return self._date(self.chance.randint(2009, 2026))

    def draw_DOB(self, option: str) -> str:
        return self._date(self.chance.randint(1932, 2019))

    def _date(self, year: int) -> str:
        c = self.chance
        day, month = c.randint(1, 28), c.randint(1, 12)
        name = _MONTHS[month - 1]
        written = f"{'1er' if day == 1 else day} {name} {year}"
        return c.choice(
            [
                f"{day:02d}/{month:02d}/{year}",
                f"{day:02d}/{month:02d}/{year}",
                written,
                written,
                f"{day:02d}.{month:02d}.{year}",
                f"{day:02d}-{month:02d}-{year}",
                f"{day}/{month}/{year % 100:02d}",
            ]
        )

    def draw_NIR(self, option: str) -> str:
        """A NIR; `wrong` has a key that fails, `digits` spaces every digit, `compact` none."""
        c = self.chance
        born = f"{c.randint(32, 99):02d}{c.randint(1, 12):02d}"
        head = f"{c.choice('12')}{born}{c.randint(1, 95):02d}{c.randint(1, 560):03d}{c.randint(1, 480):03d}"
        if head[5:7] == "20":
            head = head[:5] + "2A" + head[7:]
        key = 97 - int(head.replace("2A", "19")) % 97
        if option in ("wrong", "digits"):
            key = (key + c.randint(1, 90)) % 97 + 1
        whole = f"{head}{key:02d}"
        if option == "digits":
            return " ".join(whole)
        if option == "compact" or c.random() < 0.3:
            return whole
        cuts = [(0, 1), (1, 3), (3, 5), (5, 7), (7, 10), (10, 13), (13, 15)]
        return " ".join(whole[a:b] for a, b in cuts)

    def draw_SPI(self, option: str) -> str:
        """A tax number: 13 digits, the last three the remainder of the first ten by 511."""
        head = f"{self.chance.randint(0, 3)}{self.digits(9)}"
        whole = f"{head}{int(head) % 511:03d}"
        if option == "spaced" or self.chance.random() < 0.4:
            return f"{whole[:2]} {whole[2:4]} {whole[4:7]} {whole[7:10]} {whole[10:]}"
        return whole

    def draw_SIREN(self, option: str) -> str:
        head = self.digits(8)
        whole = head + _luhn(head)
        return whole if self.chance.random() < 0.4 else f"{whole[:3]} {whole[3:6]} {whole[6:]}"

    def draw_SIRET(self, option: str) -> str:
        siren = self.digits(8)
        siren += _luhn(siren)
        head = f"{siren}000{self.digits(1)}"
        nic = head[9:] + _luhn(head)
        if self.chance.random() < 0.5:
            return siren + nic
        return f"{siren[:3]} {siren[3:6]} {siren[6:]} {nic}"

    def draw_VAT(self, option: str) -> str:
        head = self.digits(8)
        siren = head + _luhn(head)
        key = f"{(12 + 3 * (int(siren) % 97)) % 97:02d}"
        return self.chance.choice([f"FR{key}{siren}", f"FR {key} {siren[:3]} {siren[3:6]} {siren[6:]}"])

    def draw_IBAN(self, option: str) -> str:
        """A French IBAN whose two keys are right (RIB key and ISO 7064)."""
        bank, branch, account = self.digits(5), self.digits(5), self.digits(11)
        rib = f"{97 - (89 * int(bank) + 15 * int(branch) + 3 * int(account)) % 97:02d}"
        body = bank + branch + account + rib
        key = 98 - int(f"{body}152700") % 97
        whole = f"FR{key:02d}{body}"
        if self.chance.random() < 0.35:
            return whole
        return " ".join(whole[n : n + 4] for n in range(0, len(whole), 4))

    def draw_CARD(self, option: str) -> str:
        head = f"4970{self.digits(11)}"
        whole = head + _luhn(head)
        return " ".join(whole[n : n + 4] for n in range(0, 16, 4))

    def draw_PHONE(self, option: str) -> str:
        c = self.chance
        if c.random() < 0.08:
            return c.choice(["+32 475 12 34 ", "+213 661 23 45 ", "+41 79 345 67 "]) + self.digits(2)
        area = c.choice(["1", "2", "3", "4", "5", "6", "6", "6", "7", "7", "9"])
        pairs = [self.digits(2) for _ in range(4)]
        if area == "9" or area in "12345":
            pairs[0] = str(c.randint(20, 89))
        joint = c.choice([" ", " ", " ", ".", "", "-"])
        if c.random() < 0.15:
            return f"+33 {area} " + " ".join(pairs)
        return joint.join([f"0{area}", *pairs])

    def draw_EMAIL(self, option: str) -> str:
        c = self.chance
        one = (
            self._person(option[0], option)
            if option
            else self._person(*c.choice([("m", "m90"), ("f", "f90")]))
        )
        first, last = _plain(one["first"]), _plain(one["last"])
        user = c.choice(
            [
                f"{first}.{last}",
                f"{first[0]}.{last}",
                f"{last}{c.randint(1, 99)}",
                f"{first}-{last}",
                f"{first}_{last[:4]}",
            ]
        )
        return f"{user}@{c.choice(_DOMAINS)}"

    def draw_HANDLE(self, option: str) -> str:
        one = self._person("f", "f91")
        return f"@{_plain(one['first'])}_{self.digits(3)}"

    def draw_IP(self, option: str) -> str:
        c = self.chance
        if c.random() < 0.3:
            return "2a01:cb19:" + ":".join(f"{c.randrange(1, 65536):x}" for _ in range(6))
        return ".".join(str(c.randint(2, 250)) for _ in range(4))

    def draw_MAC(self, option: str) -> str:
        return self.chance.choice([":", "-"]).join(f"{self.chance.randrange(256):02x}" for _ in range(6))

    def draw_URL(self, option: str) -> str:
        one = self._person("f", "f91")
        return f"https://www.colibri-voyages.example/clients/{_plain(one['last'])}?id={self.digits(5)}"

    def draw_PLATE(self, option: str) -> str:
        if option == "old" or self.chance.random() < 0.15:
            return f"{self.chance.randint(12, 9899)} {self._letters(2)} {self.chance.randint(1, 95):02d}"
        joint = self.chance.choice(["-", "-", " ", ""])
        return joint.join([self._letters(2), self.digits(3), self._letters(2)])

    def draw_CAF(self, option: str) -> str:
        return self.digits(7) + self.chance.choice(["", "", f" {self._letters(1)}", self._letters(1)])

    def draw_FT(self, option: str) -> str:
        return self.chance.choice([f"{self.digits(7)}{self._letters(1)}", self.digits(8)])

    def draw_INE(self, option: str) -> str:
        return self.chance.choice(
            [f"{self.digits(9)}{self._letters(2)}", f"{self.digits(10)}{self._letters(1)}"]
        )

    def draw_PASSPORT(self, option: str) -> str:
        return f"{self.chance.randint(10, 25)}{self._letters(2)}{self.digits(5)}"

    def draw_ID_CARD(self, option: str) -> str:
        c = self.chance
        old = f"{c.randint(5, 21):02d}{c.randint(1, 12):02d}{c.randint(1, 95):02d}{self.digits(6)}"
        among = "BCDFGHJKLMNPRTVWXYZ0123456789"
        return c.choice([old, f"{self._letters(1, 'DFGHKLMTX')}{self._letters(7, among)}{self.digits(1)}"])

    def draw_RESIDENCE_PERMIT(self, option: str) -> str:
        return self.chance.choice([f"{self.chance.randint(1, 95):02d}03{self.digits(6)}", self.digits(10)])

    def draw_DRIVING_LICENCE(self, option: str) -> str:
        c = self.chance
        old = f"{c.randint(70, 99)}{c.randint(1, 12):02d}{c.randint(1, 95):02d}{self.digits(6)}"
        return c.choice([old, f"{c.randint(13, 25)}{self._letters(2)}{self.digits(5)}"])


def _contract(between: str, surface: str) -> tuple[str, str]:
    """Write "de Le Mans" as people do: "du Mans" keeps the article out of the name."""
    contractions = {
        "Le ": {"de": "du", "à": "au"},
        "Les ": {"de": "des", "à": "aux"},
        "LE ": {"DE": "DU", "À": "AU"},
        "LES ": {"DE": "DES", "À": "AUX"},
    }
    for article, forms in contractions.items():
        for word, joined in forms.items():
            if surface.startswith(article) and re.search(rf"\b{word} $", between):
                return between[: -len(word) - 1] + joined + " ", surface[len(article) :]
    return between, surface


def _with_case(span: Gold, text: str) -> Gold:
    if span.label != "PERSON" or span.optional:
        return span
    surface = text[span.start : span.end]
    if surface == surface.lower():
        case = "lower"
    elif surface == surface.upper():
        case = "upper"
    else:
        case = "mixed" if re.search(r"\b\w*[^\W\d_]{2,}\b", surface) and _some_upper(surface) else "title"
    return Gold(span.start, span.end, span.label, False, "", span.group | {"case": case})


def _some_upper(surface: str) -> bool:
    return any(len(word) > 1 and word == word.upper() for word in re.split(r"[\s.'’-]+", surface))


def _cased(surface: str, option: str) -> str:
    return {"upper": surface.upper(), "lower": surface.lower()}.get(option, surface)


def _plain(name: str) -> str:
    bare = unicodedata.normalize("NFD", name.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z]", "", bare) or "usager"


def _luhn(head: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(head)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


if __name__ == "__main__":
    for one in texts(sys.argv[1] if len(sys.argv) > 1 else "letters_apart"):
        print(json.dumps(asdict(one), ensure_ascii=False))
