"""Texts with their persons and places, drawn from the grammar of the corpus: ``python generate.py
WORKDIR N SEED``."""

import json
import random
import re
import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple

from grammar import choose, clauses, documents
from lexicon import tarball
from people import VOWELS, Draw

from bacasable.privacy.redaction import lexicon
from bacasable.privacy.redaction.replacement.surrogates.dates import MONTHS

_SLOT = re.compile(r"\{(\w+)\}")
CIVILITIES = [
    "M.",
    "M.",
    "Mme",
    "Mme",
    "Monsieur",
    "Madame",
    "Mlle",
    "Mr",
    "M",
    "Mme.",
    "MM.",
    "Mademoiselle",
    "MME",
]
CLOSINGS = [
    "Je vous prie d'agréer, Madame, Monsieur, mes salutations distinguées.",
    "Cordialement,",
    "Avec mes remerciements,",
    "Dans l'attente de votre retour, recevez mes salutations.",
    "Bien à vous,",
    "Respectueusement.",
    "Veuillez croire, Madame, en mes sentiments les meilleurs.",
    "",
]


class Text(NamedTuple):
    """A text, its family of templates, and its spans ``(start, end, label)``: PERSON, LOCATION, ADDRESS."""

    family: str
    text: str
    spans: list[tuple[int, int, str]]


@cache
def ordinary() -> list[str]:
    """Return ordinary words to fill sentences with: of the dictionary, known neither as names nor as
    places."""
    found = []
    for form, code in lexicon.forms().items():
        first, last, place, word, _ = lexicon.unpack(code)
        if word >= 3 and not first and not place and last < 2 and len(form) > 3:
            found.append(form)
    return found


def joined(body: str, spans: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Return the spans, those of one person written in two slots (``{S} {F}``) made one."""
    found: list[tuple[int, int, str]] = []
    for start, end, kind in sorted(spans):
        if found and kind == found[-1][2] == "PERSON" and body[found[-1][1] : start] in (" ", "\u00a0"):
            start = found.pop()[0]
        found.append((start, end, kind))
    return found


class Writer:
    """Writes texts from the grammar."""

    def __init__(self, work: Path, seed: int) -> None:
        self.rng = random.Random(seed)  # noqa: S311
        self.draw = Draw(work, self.rng)
        self.clauses = clauses()
        self.documents = documents()
        self.genres = [genre for genre in self.clauses if genre != "plain"]
        self.words = ordinary()
        table = lexicon.forms()
        listed = json.loads(tarball(work, "an-array-of-french-words", "index.json"))
        self.dictionary = [
            w for w in listed if len(w) > 3 and not table.get(lexicon.fold(w), 0) & 0b111100111
        ]

    def number(self) -> str:
        """Return a reference or an amount."""
        rng = self.rng
        return rng.choice(
            [
                str(rng.randint(10, 99999)),
                f"{rng.randint(1, 9999)},{rng.randint(0, 99):02d}",
                f"{rng.randint(2015, 2026)}-{rng.randint(1, 9999):04d}",
                f"{rng.choice('ABCDEFG')}{rng.randint(1000, 999999)}",
                f"{rng.randint(10, 99)}/{rng.randint(100, 999)}/{rng.choice(['DT', 'RH', 'SG'])}",
            ]
        )

    def date(self) -> str:
        """Return a date."""
        rng = self.rng
        day, month, year = rng.randint(1, 28), rng.randint(1, 12), rng.randint(1940, 2027)
        return rng.choice(
            [
                f"{day:02d}/{month:02d}/{year}",
                f"{day} {MONTHS[month - 1]} {year}",
                f"{day:02d}.{month:02d}.{year % 100:02d}",
                f"{day} {MONTHS[month - 1]}",
                f"{day:02d}-{month:02d}-{year}",
            ]
        )

    def near(self, place: str, before: str) -> tuple[str, str, str]:
        """Return what comes before a place, contracted as French does, the article left out, and the
        place."""
        rng = self.rng
        opened = re.search(r"(?:^|\s)(de|à) $", before)
        if opened and opened[1] in ("de", "à"):
            stem = before[: opened.start(1)]
            for article, of, at in (("Le ", "du ", "au "), ("Les ", "des ", "aux ")):
                if place.startswith(article) and rng.random() < 0.8:
                    return stem + (of if opened[1] == "de" else at), "", place[len(article) :]
            if opened[1] == "de" and place[0] in VOWELS and rng.random() < 0.85:
                return stem + rng.choice(["d'", "d'", "d’"]), "", place
        return before, "", place

    def street(self) -> str:
        """Return a street."""
        return self.rng.choice(self.draw.lists["streets"])

    def address(self) -> str:
        """Return a postal address."""
        rng = self.rng
        way = f"{rng.randint(1, 200)}{rng.choice(['', '', ',', ' bis', ' ter,'])} "
        way += f"{rng.choice(self.draw.lists['ways'])} {self.street()}"
        town = f"{rng.randint(1, 95):02d}{rng.randint(0, 999):03d} {self.draw.place()}"
        return way + rng.choice([", ", " ", "\n", " - "]) + town

    def fill(self, pattern: str) -> tuple[str, list[tuple[int, int, str]]]:
        """Return a pattern with its choices made and its slots filled, and its spans."""
        pattern = choose(pattern, self.rng)
        text = ""
        spans: list[tuple[int, int, str]] = []
        at = 0
        for slot in _SLOT.finditer(pattern):
            text += pattern[at : slot.start()]
            at = slot.end()
            text = self.slot(slot[1], text, spans)
        return text + pattern[at:], spans

    def slot(self, name: str, text: str, spans: list[tuple[int, int, str]]) -> str:
        """Return ``text`` followed by the filling of one slot; its spans are added."""
        rng, draw, lists = self.rng, self.draw, self.draw.lists

        def labelled(filling: str, label: str) -> str:
            spans.append((len(text), len(text) + len(filling), label))
            return text + filling

        if name == "IN":
            return labelled(rng.choice("ABCDEFGHIKLMNPRSTVWYZ") + rng.choice([".", ""]), "PERSON")
        if name in ("P", "p", "DR", "S", "s", "SU", "F", "f", "FU", "F0", "C"):
            if name == "F0":
                return text + draw.first_name()
            if name == "C":
                chance = rng.random()
                if chance < 0.12:
                    return labelled(draw.person(), "PERSON")
                text += rng.choice(CIVILITIES) + rng.choice([" ", " ", " ", " ", "\u00a0"])
                if chance < 0.5:
                    last = draw.last_name()
                    return labelled(rng.choice([last, last, last.upper(), last.lower()]), "PERSON")
                return labelled(draw.person(), "PERSON")
            if name == "P":
                return labelled(draw.person(), "PERSON")
            if name == "p":
                return labelled(draw.person(rng.choice(["lower", "lower", "any"])), "PERSON")
            if name == "DR":
                return labelled(draw.person("doctor"), "PERSON")
            if name in ("S", "SU"):
                last = draw.last_name()
                upper = 0.75 if name == "SU" else 0.35
                return labelled(last.upper() if rng.random() < upper else last, "PERSON")
            if name == "s":
                return labelled(draw.last_name().lower(), "PERSON")
            first = draw.first_name()
            if name == "f":
                first = first.lower() if rng.random() < 0.7 else first
            elif name == "FU" and rng.random() < 0.15:
                first = first.upper()
            return labelled(first, "PERSON")
        if name in ("L", "LC", "LV", "LU", "l", "V", "G", "G_m", "K", "K_m", "K_f", "K_v"):
            if name in ("L", "LC", "LV"):
                chance = rng.random()
                place = (
                    draw.place()
                    if chance < 0.86
                    else draw.hamlet()
                    if chance < 0.93
                    else rng.choice(lists["foreign_cities"])
                )
                text, _, place = self.near(place, text)
                if name == "LV" and text.endswith(("d'", "d’")) and place[0] not in VOWELS:
                    place = rng.choice(
                        ["Orléans", "Amiens", "Angers", "Évry", "Issoudun", "Alès", "Uzès", "Ivry", "Albi"]
                    )
                return labelled(place, "LOCATION")
            if name == "LU":
                return labelled(draw.place().upper(), "LOCATION")
            if name == "l":
                return labelled(draw.place().lower(), "LOCATION")
            source = {
                "V": lists["foreign_cities"],
                "G": lists["departments"] + lists["departments_m"],
                "G_m": lists["departments_m"],
                "K_m": lists["countries_m"],
                "K_f": lists["countries_f"],
                "K": lists["countries_m"] + lists["countries_f"],
                "K_v": [
                    "Algérie",
                    "Iran",
                    "Irak",
                    "Inde",
                    "Italie",
                    "Espagne",
                    "Ukraine",
                    "Afghanistan",
                    "Haïti",
                ],
            }[name]
            return labelled(rng.choice(source), "LOCATION")
        if name == "A":
            return labelled(self.address(), "ADDRESS")
        if name in ("X", "O"):
            inside, more = self.fill(rng.choice(lists["companies" if name == "X" else "organisations"]))
            spans.extend((start + len(text), end + len(text), label) for start, end, label in more)
            return text + inside
        if name in self.clauses or name == "sentence":
            inside, more = self.clause(name)
            spans.extend((start + len(text), end + len(text), label) for start, end, label in more)
            return text + inside
        return text + self.plain_slot(name)

    def plain_slot(self, name: str) -> str:
        """Return the filling of a slot that is neither a person nor a place."""
        rng, lists = self.rng, self.draw.lists
        if name == "X0":
            return self.draw.title(rng.choice(self.draw.last))
        if name == "Z":
            return self.coined()
        if name == "EV":
            return rng.choice(["Alzheimer", "Addison", "Hodgkin", "Huntington", "Asperger", "Osler"])
        listed = {
            "E": "eponyms",
            "R": "drugs",
            "J": "jobs",
            "U": "acronyms",
            "I": "institutions",
            "H": "streets",
        }
        if name in listed:
            if name == "U" and rng.random() < 0.35:
                return "".join(rng.choice("ABCDEFGHIJLMNOPRSTUV") for _ in range(rng.randint(2, 6)))
            return str(rng.choice(lists[listed[name]]))
        if name in ("W", "W1", "W2"):
            # Half of them common, half anywhere in the dictionary: the ends of words tell verbs from names.
            word = rng.choice(self.words if rng.random() < 0.5 else self.dictionary)
            return {"W": word, "W1": word.capitalize(), "W2": word.upper()}[name]
        if name == "M":
            holder = f"{self.draw.first_name()}.{self.draw.last_name()}".lower().replace(" ", "")
            return f"{holder}@{rng.choice(['exemple.fr', 'mail.test', 'gouv.example'])}"
        if name == "T":
            return rng.choice(
                ["06 12 34 56 78", "01.40.20.30.40", "+33 6 11 22 33 44", "0299887766", "poste 4521"]
            )
        filled = {
            "D": self.date,
            "B": self.date,
            "N": self.number,
            "N2": lambda: str(rng.randint(2, 99)),
            "Y": lambda: str(rng.randint(1975, 2027)),
            "closing": lambda: rng.choice(CLOSINGS),
        }
        return filled[name]()

    def coined(self) -> str:
        """Return a name of a product, of software or of a firm that is no list's."""
        rng = self.rng
        parts = [rng.choice(self.words)[: rng.randint(3, 5)] for _ in range(rng.randint(1, 2))]
        if rng.random() < 0.35:
            parts = [rng.choice("bcdfglmnprstvz") + rng.choice("aeiou") for _ in range(rng.randint(2, 3))]
            parts[-1] += rng.choice(["", "x", "s", "n", "tel", "ty", "lia", "go"])
        chance = rng.random()
        if chance < 0.15:
            return "".join(parts).upper()
        if chance < 0.3:
            return "".join(part.capitalize() for part in parts)
        return "".join(parts).capitalize()

    def clause(self, genre: str) -> tuple[str, list[tuple[int, int, str]]]:
        """Return a filled clause of a genre; ``sentence`` takes any genre."""
        if genre == "sentence":
            genre = self.rng.choice([*self.genres, "admin", "admin", "plain", "plain"])
        return self.fill(self.rng.choice(self.clauses[genre]))

    def text(self) -> Text:
        """Return a text: a whole document, or clauses one after the other."""
        rng = self.rng
        if rng.random() < 0.6:
            which = rng.randrange(len(self.documents))
            text, spans = self.fill(self.documents[which])
            return self.worn(Text(f"document{which}", text, spans))
        genre = rng.choice(self.genres)
        text, spans = "", []
        for _ in range(rng.randint(2, 8)):
            more, found = self.clause("plain" if rng.random() < 0.25 else genre)
            spans += [(start + len(text), end + len(text), label) for start, end, label in found]
            text += more + rng.choice([" ", " ", "\n", "\n", ". ", "\n\n"])
        return self.worn(Text(f"clauses-{genre}", text, spans))

    def worn(self, text: Text) -> Text:
        """Return the text as it may reach us: cases, accents, apostrophes, line ends and scanning errors."""
        rng = self.rng
        family, body, spans = text
        spans = joined(body, spans)
        chance = rng.random()
        if chance < 0.03 and len(body.upper()) == len(body):
            body = body.upper()
        elif chance < 0.07:
            body = body.lower()
        elif chance < 0.13:
            folded = "".join(
                lexicon.fold(c) if c.islower() else lexicon.fold(c).upper() if c.isupper() else c
                for c in body
            )
            body = folded if len(folded) == len(body) else body
        elif chance < 0.17:
            body = "".join(
                rng.choice({"l": "1I", "o": "0", "e": "c", "i": "l", "é": "e", "n": "r"}.get(c, c))
                if rng.random() < 0.02
                else c
                for c in body
            )
        if rng.random() < 0.3:
            body = body.replace("'", "’")
        if rng.random() < 0.12:
            width, out, since = rng.randint(50, 90), [], 0
            for c in body:
                since = 0 if c == "\n" else since + 1
                if c == " " and since > width:
                    c, since = "\n", 0
                out.append(c)
            body = "".join(out)
        return Text(family, body, spans)


def write(work: Path, number: int, seed: int) -> list[Text]:
    """Return ``number`` texts."""
    writer = Writer(work, seed)
    return [writer.text() for _ in range(number)]


if __name__ == "__main__":
    for item in write(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])):
        print(json.dumps(item._asdict(), ensure_ascii=False))  # noqa: T201
