"""What changes from one country to another, as data: grids, clauses of letters, texts to sign, texts of law.

A jurisdiction is one TOML file beside this module, named by its key; no Django here. Each text is given in
the languages of the jurisdiction; each rule of law carries its source, its date in force and its status
(``read`` in a primary text, ``secondary``, ``to_check`` against the official text before it is shown as law).
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

#: A text by language code.
Text = Mapping[str, str]
STATUSES = ("read", "secondary", "to_check")


@dataclass(frozen=True)
class GridLine:
    """A criterion of the jurisdiction's grid. ``weight_is_ours``: the authority publishes none."""

    label: Text
    description: Text
    weight: int
    source: str
    status: str
    weight_is_ours: bool = False


@dataclass(frozen=True)
class Rule:
    """A rule of law that the programme applies: where it is written, since when, how sure we are."""

    key: str
    text: Text
    source: str
    in_force: str
    status: str


@dataclass(frozen=True)
class Jurisdiction:
    """The texts and rules of one country.

    ``clauses`` are texts by name: ``mention`` (a scoring grid was used), ``remedies`` (remedies and time
    limits), ``undertaking`` (of an expert), ``agreement`` (of support), ``conflict`` (what a conflict is).
    """

    key: str
    name: Text
    languages: tuple[str, ...]
    regimes: tuple[str, ...]
    grid: tuple[GridLine, ...]
    clauses: Mapping[str, Text]
    rules: tuple[Rule, ...]

    def said(self, text: Text, language: str) -> str:
        """Return ``text`` in ``language``, else in the jurisdiction's first language."""
        return text.get(language) or text[self.languages[0]]

    def clause(self, name: str, language: str) -> str:
        """Return a clause in ``language``, else in the jurisdiction's first language.

        Raises:
            KeyError: the jurisdiction has no such clause.
        """
        return self.said(self.clauses[name], language).strip()

    def rule(self, key: str) -> Rule | None:
        """Return a rule of law by its key, or None where this jurisdiction has none."""
        return next((rule for rule in self.rules if rule.key == key), None)


@cache
def jurisdictions() -> dict[str, Jurisdiction]:
    """Return every jurisdiction shipped, by key.

    Raises:
        ValueError: a file is wrong; the message names it and the place.
    """
    found = {}
    for entry in sorted(files(__name__).iterdir(), key=lambda path: path.name):
        if entry.name.endswith(".toml"):
            made = _read(entry.name, tomllib.loads(entry.read_text("utf-8")))
            found[made.key] = made
    return found


def jurisdiction(key: str) -> Jurisdiction:
    """Return a jurisdiction by its key.

    Raises:
        LookupError: it is not shipped; the message lists those that are.
    """
    if key not in jurisdictions():
        raise LookupError(f"'{key}' is not a jurisdiction; choose among: {', '.join(jurisdictions())}")
    return jurisdictions()[key]


def _read(name: str, data: Mapping) -> Jurisdiction:
    try:
        made = Jurisdiction(
            key=data["key"],
            name=data["name"],
            languages=tuple(data["languages"]),
            regimes=tuple(data["regimes"]),
            grid=tuple(GridLine(**line) for line in data.get("grid", ())),
            clauses=data["clauses"],
            rules=tuple(Rule(**rule) for rule in data.get("rules", ())),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"{name}: {error}; compare it with fr.toml") from error
    texts = [*made.clauses.values(), *(line.label for line in made.grid), *(rule.text for rule in made.rules)]
    for text in texts:
        if made.languages[0] not in text:
            raise ValueError(f"{name}: a text has no '{made.languages[0]}': {str(text)[:80]}")
    for status in [*(line.status for line in made.grid), *(rule.status for rule in made.rules)]:
        if status not in STATUSES:
            raise ValueError(f"{name}: status '{status}'; write one of {', '.join(STATUSES)}")
    return made
