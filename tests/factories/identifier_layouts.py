# ruff: noqa: E501
"""Invented identifiers in many layouts: tables, lists, forms, mails, sentences; values marked with their type.

Nothing here follows the letters that the model of names is trained on, nor the texts of the benchmarks. Half
of the layouts (:func:`halves`) is for looking at, half for scoring only.
"""

import random
import re
from collections.abc import Callable
from typing import NamedTuple

from tests.factories.identifier_values import FIRST, KINDS, LAST

MARK = re.compile(r"\[\[([A-Z_]+):(.*?)\]\]", re.DOTALL)


class Marked(NamedTuple):
    """A text, and its values: start, end, type."""

    text: str
    spans: list[tuple[int, int, str]]


def unmarked(marked: str) -> Marked:
    """Return a text without the marks ``[[TYPE:value]]``, and where the values stand."""
    text, spans, last = "", [], 0
    for mark in MARK.finditer(marked):
        text += marked[last : mark.start()]
        spans.append((len(text), len(text) + len(mark[2]), mark[1]))
        text += mark[2]
        last = mark.end()
    return Marked(text + marked[last:], spans)


class Case:
    """The pieces that a layout puts together: values marked, words of a type, people."""

    def __init__(self, key: str, rng: random.Random) -> None:
        self.key, self.rng, self.kind = key, rng, KINDS[key]

    def value(self) -> str:
        return f"[[{self.key}:{self.kind.value(self.rng)}]]"

    def plain(self) -> str:
        """A value and what it takes in a table: its length without the mark."""
        return self.kind.value(self.rng)

    @property
    def label(self) -> str:
        return self.rng.choice(self.kind.labels)

    @property
    def heading(self) -> str:
        return self.rng.choice(self.kind.headings)

    def name(self) -> str:
        return f"{self.rng.choice(LAST).upper()} {self.rng.choice(FIRST).capitalize()}"

    def town(self) -> str:
        return self.rng.choice(("Lyon", "Brest", "Nîmes", "Pau", "Lille"))

    def rows(self, columns: list[str], sign: str, count: int = 3) -> str:
        kinds = {
            "v": self.value,
            "n": self.name,
            "t": self.town,
            "i": lambda: self.rng.choice(("oui", "non", "à jour", "en attente")),
        }
        return "\n".join(sign.join(kinds[column]() for column in columns) for _ in range(count))

    def aligned(self, columns: list[str], headings: list[str], gap: int, rule: bool, right: bool) -> str:
        kinds = {"v": self.plain, "n": self.name, "t": self.town}
        rows = [[kinds[column]() for column in columns] for _ in range(4)]
        widths = [max(map(len, (headings[n], *(row[n] for row in rows)))) + gap for n in range(len(columns))]
        put = str.rjust if right else str.ljust

        def cell(n: int, value: str) -> str:
            padded = put(value, widths[n])
            return padded.replace(value, f"[[{self.key}:{value}]]") if columns[n] == "v" else padded

        lines = ["".join(put(headings[n], widths[n]) for n in range(len(columns))).rstrip()]
        if rule:
            lines.append("-" * len(lines[0]))
        lines += ["".join(cell(n, row[n]) for n in range(len(columns))).rstrip() for row in rows]
        return "\n".join(lines)


Layout = Callable[[Case], str]

#: Layouts for all types.
LAYOUTS: list[Layout] = [
    lambda c: f"{c.label} : {c.value()}",
    lambda c: f"{c.label}\n{c.value()}",
    lambda c: f"Nom : {c.name()}\n{c.label} :\n\n{c.value()}\n\nVille : {c.town()}",
    lambda c: f"| Nom | {c.heading} | Ville |\n|---|---|---|\n| " + c.rows(list("nvt"), " | ", 3).replace("\n", " |\n| ") + " |",
    lambda c: f"Nom | Ville | {c.heading}\n--- | --- | ---\n" + c.rows(list("ntv"), " | "),
    lambda c: f"+--------+--------+\n| {c.heading} | Nom |\n+--------+--------+\n| " + c.rows(list("vn"), " | ").replace("\n", " |\n| ") + " |\n+--------+--------+",
    lambda c: f"Nom;{c.heading};Ville\n" + c.rows(list("nvt"), ";", 5),
    lambda c: f"{c.heading};Nom;Situation\n" + c.rows(list("vni"), ";", 5),
    lambda c: f'"Nom","{c.heading}","Ville"\n"' + c.rows(list("nvt"), '","').replace("\n", '"\n"') + '"',
    lambda c: f"Nom\tVille\t{c.heading}\n" + c.rows(list("ntv"), "\t", 4),
    lambda c: c.aligned(list("nvt"), ["Nom", c.heading, "Ville"], 3, False, False),
    lambda c: c.aligned(list("ntv"), ["NOM", "VILLE", c.heading.upper()], 4, True, False),
    lambda c: c.aligned(list("vn"), [c.heading, "Titulaire"], 2, True, False),
    lambda c: f"Les {c.kind.plural} suivants sont concernés :\n- {c.value()}\n- {c.value()}\n- {c.value()}\n- {c.value()}",
    lambda c: f"Liste des {c.kind.plural} :\n1. {c.name()} – {c.value()}\n2. {c.name()} – {c.value()}\n3. {c.name()} – {c.value()}",
    lambda c: f"Les {c.kind.plural} en cause : {c.value()}, {c.value()} et {c.value()}.",
    lambda c: f"{c.kind.noun.capitalize()} a été signalé à nos services la semaine passée. Il s'agit du numéro suivant, à vérifier sans tarder : {c.value()}",
    lambda c: f"Objet perdu : {c.kind.noun}. Il portait le numéro {c.value()} et se trouvait dans un sac.",
    lambda c: f"| Champ | Valeur |\n|:--|--:|\n| Nom | {c.name()} |\n| {c.label} | {c.value()} |\n| Ville | {c.town()} |",
    lambda c: f"## {c.kind.plural.capitalize()}\n\n{c.name()} {c.value()}\n{c.name()} {c.value()}\n{c.name()} {c.value()}",
    lambda c: f"{c.label} ..................... {c.value()}",
    lambda c: f"{{\"nom\": \"{c.name()}\", \"{c.heading.lower()}\": \"{c.value()}\"}}",
    lambda c: f"Bonjour,\nje vous transmets {c.kind.noun} de mon fils ({c.value()}).\nMerci",
    lambda c: f"> {c.label} ?\n{c.value()}\n> Ville ?\n{c.town()}",
    lambda c: f"**{c.label}** : `{c.value()}`",
    lambda c: f"{c.name().upper()} - {c.label.upper()} {c.value()} - {c.town().upper()}",
    lambda c: f"Pièces vues au guichet :\n\n  * {c.label} {c.value()}\n  * justificatif de domicile",
    lambda c: f"{c.name()} ; {c.town()} ; {c.label} {c.value()} ; à jour",
    lambda c: f"Question : quel est {c.kind.noun} de {c.name()} ?\nRéponse : {c.value()}",
    lambda c: f"<tr><th>{c.heading}</th><td>{c.value()}</td></tr>",
    lambda c: f"{c.heading}={c.value()}",
    lambda c: f"SMS reçu : slt c {c.name().lower()} voila {c.kind.noun} {c.value()} merci",
    lambda c: f"{c.label} (à rappeler dans toute correspondance) : {c.value()}",
    lambda c: f"Rubrique 4. {c.label}\n   {c.value()}\nRubrique 5. Ville\n   {c.town()}",
    lambda c: f"Après vérification de {c.kind.noun}, l'agent a recopié ce qui suit sur le registre de l'accueil : {c.value()}.",
    lambda c: f"Nom;Prénom;Ville;{c.heading}\n" + "\n".join(f"{c.rng.choice(LAST)};{c.rng.choice(FIRST)};{c.town()};{c.value()}" for _ in range(6)),
    lambda c: f"TABLEAU 2 – {c.kind.plural.upper()}\n{c.name()}   {c.value()}   {c.town()}\n{c.name()}   {c.value()}   {c.town()}",
    lambda c: f"|{c.heading}|Nom|Observations|\n|:-:|---|---|\n|" + c.rows(list("vni"), "|", 4).replace("\n", "|\n|") + "|",
    lambda c: f"{c.label} : « {c.value()} »",
    lambda c: f"Au titre de {c.kind.noun}, on lit {c.value()} ; la photocopie est jointe.",
    lambda c: f"Nom ; {c.heading} ; Ville\n" + c.rows(list("nvt"), " ; ", 3),
    lambda c: f"Fiche\n  Nom.......... : {c.name()}\n  {c.label} : {c.value()}\n  Ville........ : {c.town()}",
    lambda c: f"{c.heading}\n-----------\n{c.value()}\n{c.value()}\n{c.value()}",
    lambda c: f"{c.heading} / Nom / Ville\n{c.value()} / {c.name()} / {c.town()}",
]  # fmt: skip

#: Layouts without a word for the type, for the types that their form tells.
BARE: list[Layout] = [
    lambda c: f"Bonjour,\n{c.value()}\nCordialement",
    lambda c: f"Vu ce matin : {c.value()}.",
    lambda c: f"- {c.value()}\n- {c.value()}",
    lambda c: f"M. {c.name()} ({c.value()}) est venu.",
    lambda c: f"{c.value()}",
    lambda c: f"Noter {c.value()}, à rappeler demain matin.",
    lambda c: f"{c.name()}\n{c.value()}\n{c.town()}",
    lambda c: f"{c.name()};{c.value()};{c.town()}",
    lambda c: f"[12:04] {c.value()} a été relevé par l'agent",
    lambda c: f"Elle m'a laissé ceci : « {c.value()} »",
    lambda c: f"{c.value()} - {c.name()}",
    lambda c: f"merci de vérifier {c.value()} svp",
]


def cases(key: str, half: int | None = None, seed: int = 1, repeats: int = 3) -> list[tuple[int, Marked]]:
    """Return texts of a type, with the number of their layout; ``half``: of even (0) or odd (1) layouts."""
    kind = KINDS[key]
    layouts = LAYOUTS + (BARE if kind.bare else [])
    made = []
    for number, layout in enumerate(layouts):
        if half is not None and number % 2 != half:
            continue
        for repeat in range(repeats):
            rng = random.Random(f"{seed} {key} {number} {repeat}")
            made.append((number, unmarked(layout(Case(key, rng)))))
    return made
