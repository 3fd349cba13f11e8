"""The texts that redaction is judged on: templates written by hand, filled by a seeded draw.

`benchmarks/data/redaction/README.md` has the conventions and the markup. No generator of training text reads
these files but that of what surrounds a number, which learns from those of development. `letters_seventh` and
`notes_seventh` were held out for a first run: names were taught after it. The six before are development:
engines were changed after a list of the errors made on them. Each filled text is a `Text`: its gold spans
carry the groups (origin of the name, order, case, civility) by which recall is compared.

    python benchmarks/redaction_texts.py letters_seventh > letters_seventh.jsonl
"""

import json
import os
import random
import re
import sys
import unicodedata
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.redaction_addresses import address
from benchmarks.redaction_forms import Forms, email, handle, page
from benchmarks.redaction_numbers import Numbers

FOLDER = Path(__file__).resolve().parent / "data" / "redaction"
SEED = 20_261
#: Variants drawn of each template.
VARIANTS = {
    "letters_seventh": 8,
    "notes_seventh": 4,
    "letters_sixth": 8,
    "notes_sixth": 4,
    "letters_fifth": 8,
    "notes_fifth": 4,
    "letters_fourth": 8,
    "notes_fourth": 4,
    "letters_third": 8,
    "notes_third": 4,
    "letters_second": 8,
    "notes_second": 4,
    "letters_apart": 8,
    "clinical_notes": 4,
}
#: Names and places that a set is filled with: no French surname is shared by two pairs.
LISTS = {
    "letters_seventh": "_seventh",
    "notes_seventh": "_seventh",
    "letters_sixth": "_sixth",
    "notes_sixth": "_sixth",
    "letters_fifth": "_fifth",
    "notes_fifth": "_fifth",
    "letters_fourth": "_fourth",
    "notes_fourth": "_fourth",
    "letters_third": "_third",
    "notes_third": "_third",
    "letters_second": "_second",
    "notes_second": "_second",
    "letters_apart": "",
    "clinical_notes": "",
}
FOREIGN = 0.4
MIXED = 0.2

_DOMAINS = ["gmail.com", "orange.fr", "free.fr", "laposte.net", "wanadoo.fr", "outlook.fr"]
_DOMAINS += ["mairie-exemple.fr", "ac-exemple.fr"]
_SLOT = re.compile(r"\{([^{}]+)\}|\[([A-Z_?*]+):([^\[\]]*)\]")
_BRACES = {"open": "{", "close": "}"}
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
    """Return the filled texts of a set: one of `VARIANTS`."""
    filled = []
    for template, body in templates(name):
        for variant in range(variants or VARIANTS[name]):
            kind = (
                _WiderDraw if LISTS[name] in ("_third", "_fourth", "_fifth", "_sixth", "_seventh") else _Draw
            )
            draw = kind(random.Random(f"{seed}/{name}/{template}/{variant}"), *_lists(LISTS[name]))
            text, spans = draw.fill(body)
            filled.append(Text(f"{template}-{variant}", template, text, spans))
    return filled


def sample_letters() -> list[Text]:
    """Return the sample of labelled letters under BACASABLE_DATA; none where it is not set."""
    folder = os.environ.get("BACASABLE_DATA")
    path = Path(folder) / "privacy" / "admin_fr_letters_synth.jsonl" if folder else None
    if path is None or not path.exists():
        print("sample letters: BACASABLE_DATA is not set or has none; left out\n")
        return []
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        one = json.loads(line)
        spans = tuple(Gold(span["start"], span["end"], span["label"]) for span in one["spans"])
        # Its eight templates follow one another in turn.
        found.append(Text(str(number), f"sample-{number % 8}", one["text"], spans))
    return found


def templates(name: str) -> list[tuple[str, str]]:
    """Return the templates as written: name and body with its markup."""
    parts = re.split(r"^=== (\w+)\n", (FOLDER / f"{name}.txt").read_text(encoding="utf-8"), flags=re.M)
    return [(key, body.rstrip("\n")) for key, body in zip(parts[1::2], parts[2::2], strict=True)]


@cache
def _lists(suffix: str) -> tuple[dict[str, Any], dict[str, list[str]]]:
    names = json.loads((FOLDER / f"names{suffix}.json").read_text(encoding="utf-8"))
    return names, json.loads((FOLDER / f"places{suffix}.json").read_text(encoding="utf-8"))


class _Draw(Numbers):
    """One filling of one template: a person, a town or a number drawn once stays the same under its key."""

    def __init__(self, chance: random.Random, names: dict[str, Any], places: dict[str, list[str]]) -> None:
        super().__init__(chance)
        self.names, self.places = names, places
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
        if inside in _BRACES:
            return _BRACES[inside], "", False, {}
        optional = inside.startswith("?")
        if person := _PERSON.match(inside.lstrip("?")):
            surface, label, _, group = self._name(person)
            return surface, label, optional, group
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
            names, c = self.names, self.chance
            french = names["french"]
            origin, lists = "French", french
            if c.random() < FOREIGN:
                origin = "foreign"
                lists = names["origins"][c.choice(sorted(names["origins"]))]
            first = c.choice((french if c.random() < MIXED else lists)[sex])
            last, other = c.choice(lists["last"]), c.choice(french["last"])
            self.people[key] = {"first": first, "last": last, "other": other, "origin": origin}
        return self.people[key]

    def city(self, key: str) -> str:
        if key not in self.cities:
            # The second list has the postal code before the commune.
            self.cities[key] = self.chance.choice(self.places["cities"]).lstrip("0123456789 ")
        return self.cities[key]

    # Each method below draws the kind of its name; `option` is the word after the kind in the slot.

    def draw_ADDRESS(self, option: str) -> str:
        c, places = self.chance, self.places
        if "ways" in places:
            return address(c, places, option)
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
        if option:
            one = self._person(option[0], option)
            first, last, c = _plain(one["first"]), _plain(one["last"]), self.chance
            return c.choice(
                [
                    f"@{first}.{last}",
                    f"@{last}_{first[0]}",
                    f"@{first}{c.randint(1950, 2012)}",
                    f"@le_{last}{self.digits(2)}",
                    f"@{first}{last[:3]}_off",
                    f"@_{first}_{self.digits(2)}",
                ]
            )
        one = self._person("f", "f91")
        return f"@{_plain(one['first'])}_{self.digits(3)}"

    def draw_URL(self, option: str) -> str:
        if option:
            one = self._person(option[0], option)
            first, last, c = _plain(one["first"]), _plain(one["last"]), self.chance
            return c.choice(
                [
                    f"https://www.facebook.example/{first}.{last}.{self.digits(3)}",
                    f"http://{last}-{first}.over-blog.example",
                    f"https://{first}{last}.example/contact.html",
                    f"www.annonces-du-coin.example/vendeur/{first}{self.digits(4)}",
                    f"https://forum.exemple.test/u/{last}{self.digits(2)}?page={c.randint(1, 9)}",
                ]
            )
        one = self._person("f", "f91")
        return f"https://www.colibri-voyages.example/clients/{_plain(one['last'])}?id={self.digits(5)}"


class _WiderDraw(Forms, _Draw):
    """A filling with the forms of the third texts and those after them."""

    def _somebody(self, option: str) -> tuple[str, str]:
        one = self._person(option[0], option) if option else self._person("f", "f91")
        return _plain(one["first"]), _plain(one["last"])

    def draw_EMAIL(self, option: str) -> str:
        return email(self.chance, *self._somebody(option))

    def draw_HANDLE(self, option: str) -> str:
        who, _, how = option.partition(" ")
        name = handle(self.chance, *self._somebody(who))
        return name if how == "bare" else f"@{name}"

    def draw_URL(self, option: str) -> str:
        return page(self.chance, *self._somebody(option))


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
        case = "mixed" if _some_upper(surface) else "title"
    return Gold(span.start, span.end, span.label, False, "", span.group | {"case": case})


def _some_upper(surface: str) -> bool:
    return any(len(word) > 1 and word == word.upper() for word in re.split(r"[\s.'’-]+", surface))


def _cased(surface: str, option: str) -> str:
    return {"upper": surface.upper(), "lower": surface.lower()}.get(option, surface)


def _plain(name: str) -> str:
    bare = unicodedata.normalize("NFD", name.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z]", "", bare) or "usager"


if __name__ == "__main__":
    for one in texts(sys.argv[1] if len(sys.argv) > 1 else "letters_apart"):
        print(json.dumps(asdict(one), ensure_ascii=False))
