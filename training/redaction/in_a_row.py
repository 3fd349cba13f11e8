"""Draw several numbers in a row, each with its own words: lines of forms, items of lists, tables.

What stands nearest tells a number there, not what the paragraph is about.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

#: A number with its words; {A} are the words, {N} the number.
CELLS = (
    *("{A} {N}", "{A} {N}", "{A} : {N}", "{A} : {N}", "{A}: {N}", "{A} n° {N}", "{A} no {N}", "{A} ({N})"),
    *("{N} ({A})", "{N} = {A}", "{N} : {A}", "{A}={N}", '"{A}": "{N}"', "{A} ......... {N}", "- {A} : {N}"),
    *(
        "{A} – {N}",
        "{A}   {N}",
        "{A}\t{N}",
        "{A} -> {N}",
        "<{A}>{N}</{A}>",
        "{A}_{N}",
        "• {A} {N}",
        "{A}\n{N}",
    ),
)
JOINTS = (
    ", ",
    ", ",
    " ; ",
    " / ",
    " - ",
    " – ",
    "\n",
    "\n",
    "\n",
    " | ",
    "     ",
    "\t",
    " et ",
    ". ",
    " · ",
    ",\n",
)
SIGNS = (";", ";", "\t", " | ", ",", "     ")
#: Fields of nobody's number, or of numbers that a key proves, between the others.
OTHERS: tuple[tuple[tuple[str, ...], Callable[[random.Random], str]], ...] = (
    (("NIR", "n° SS", "num_secu", "sécu"), lambda c: f"{c.randint(10**14, 3 * 10**14)}"),
    (("SIRET", "siret", "employeur"), lambda c: f"{c.randint(10**13, 10**14 - 1)}"),
    (("INE", "ine", "n° étudiant"), lambda c: f"{c.randint(10**9, 10**10 - 1)}{c.choice('ABCDEFGH')}"),
    (("n° fiscal", "numéro fiscal", "SPI"), lambda c: f"{c.randint(10**12, 3 * 10**12)}"),
    (("montant", "total", "dû"), lambda c: f"{c.randint(10, 2000)},00"),
    (("code postal", "cp"), lambda c: f"{c.randint(1000, 95999):05d}"),
)

#: Draws a number of a type.
Number = Callable[[str], str]
#: Parts of a text: what is written, and its type or "".
Parts = Iterator[tuple[str, str]]


class Field:
    """The words of a field and how its values are drawn."""

    __slots__ = ("draw", "kind", "words")

    def __init__(self, words: str, kind: str, draw: Callable[[], str]) -> None:
        self.words = words
        self.kind = kind
        self.draw = draw


def _fields(
    chance: random.Random, corpus: Mapping[str, Any], number: Number, person: Callable[[], str]
) -> list[Field]:
    kinds = [kind for kind in corpus if kind != "NOBODY"]
    fields = []
    for kind in chance.sample(kinds, chance.choice([2, 2, 3, 4])):
        words = chance.choice(corpus[kind]["words"])
        fields.append(Field(words, kind, lambda kind=kind: number(kind)))  # type: ignore[misc]
    if chance.random() < 0.5:
        fields.append(Field(chance.choice(corpus["NOBODY"]["words"]), "", lambda: number("NOBODY")))
    if chance.random() < 0.6:
        words, draw = chance.choice(OTHERS)
        fields.append(Field(chance.choice(words), "", lambda: draw(chance)))
    chance.shuffle(fields)
    if chance.random() < 0.5:
        fields.insert(0, Field(chance.choice(["Nom", "nom", "NOM Prénom", "Intéressé"]), "", person))
    return fields


def in_a_row(
    chance: random.Random, corpus: Mapping[str, Any], number: Number, person: Callable[[], str]
) -> Parts:
    """Yield the parts of a row of numbers, or of a table whose heading names them."""
    fields = _fields(chance, corpus, number, person)
    style = chance.choice([str, str, str, str.lower, _key])
    if chance.random() < 0.3:
        yield from _table(chance, fields, style)
        return
    cell, joint = chance.choice(CELLS), chance.choice(JOINTS)
    for place, field in enumerate(fields):
        if place:
            yield joint, ""
        words = style(field.words)
        before, after = cell.split("{N}")
        yield before.replace("{A}", words), ""
        yield field.draw(), field.kind
        yield after.replace("{A}", words), ""


def _key(words: str) -> str:
    """Return words as a program names a field: ``num_titre_sejour``."""
    return "_".join("".join(sign if sign.isalnum() else " " for sign in words).lower().split())


def _table(chance: random.Random, fields: Sequence[Field], style: Callable[[str], str]) -> Parts:
    sign = chance.choice(SIGNS)
    yield sign.join(style(field.words) for field in fields) + "\n", ""
    for _ in range(chance.randint(1, 4)):
        for place, field in enumerate(fields):
            if place:
                yield sign, ""
            yield field.draw(), field.kind
        yield "\n", ""
