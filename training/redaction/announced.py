"""Train what tells the type of a number that no key proves: ``python training/redaction/announced.py``.

Texts are drawn from ``corpus/announced.toml`` (ways to announce a number, and numbers of nobody) between
clauses of the corpus; with them learn the texts that redaction was judged on once and that are development
now (``benchmarks/redaction_texts.py``), each set as heavy as its templates. Same seed, same weights.
``--leave-out`` trains without one of these sets at a time, and prints what is found on it.
"""

import argparse
import random
import re
import string
import struct
import sys
import tomllib
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import scipy.sparse
from grammar import CORPUS, choose, clauses
from in_a_row import in_a_row
from scipy.optimize import minimize

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bacasable.privacy.redaction.identifiers import recognise, surroundings, unproved
from bacasable.privacy.redaction.identifiers.context import Reading, announcements, contexts_of
from bacasable.privacy.redaction.types import Registry, registry

OUT = Path(surroundings.__file__).with_name("surroundings.bin")
#: How often what lists of words announce is hidden: they know the texts that they were written on.
HIDDEN = 0.45
STRENGTH = 0.02
KINDS = unproved.KINDS

#: How words that announce and a number are put together; {A} are the words, {N} the number.
FRAMES = (
    *(
        "{A} : {N}",
        "{A} : {N}",
        "{A} {N}",
        "{A} {N}",
        "{A} n° {N}",
        "{A} numéro {N}",
        "{A} no {N}",
        "{A} ({N})",
        "({A} {N})",
        "({A} : {N})",
    ),
    *(
        "{A} N° {N}",
        "{A}: {N}",
        "{A} = {N}",
        "{A} .......... {N}",
        "{A}     {N}",
        "{A}\t{N}",
        "{A};{N};",
        "| {A} | {N} |",
        "{A}\n{N}",
        "{A} :\n{N}",
        "{A} - {N}",
        "{A} – {N}",
        "{A}, {N}",
    ),
    *(
        "{N} ({A})",
        "{N}, {A}",
        "{N} ({A}, jusqu'au {D})",
        "{N} = {A}",
        "{A} portant le numéro {N}",
        "{A} dont le numéro est {N}",
        "{A} ; le numéro est {N}",
        "{A} : je lis {N}",
        "{A}, référence {N}",
        "{A} (réf. {N})",
    ),
    *(
        "{A}, sous le numéro {N}",
        "{A}. C'est {N}.",
        "{A} ? {N}",
        "{A} ?\n– {N}",
        "{A} ?\n{P} : {N}",
        "– {A} ?\n– C'est le {N}.",
        "{A}, voici : {N}",
        "{A}, le {N}",
        "{A}, la {N},",
        "{A} : {P}, {N}",
        "{A} de {P} : {N}",
        "{A} de {P} ({N})",
    ),
    *(
        "{P} - {A} {N} - {D}",
        "{P} ({A} {N})",
        "{P}, {A} {N}, né le {D}",
        "{A} du conjoint : {N}",
        "{A} délivré le {D} : {N}",
        "{A} {N} du {D}",
        "{A} {N} valable jusqu'au {D}",
        "{A} (en haut de la lettre) : {N}",
        "{A}, c'est {N} je crois",
        "{A} c {N}",
    ),
    *(
        "mon {A} est le {N}",
        "son {A} : {N}",
        "votre {A} est {N}",
        "le numéro de {A} : {N}",
        "{A}. Numéro : {N}",
        "{A}. Le numéro qui y figure, {N}, est le bon.",
        "{A} vérifié(e) : {N}",
        "{A} (dossier {N})",
        "{A}, dossier {N}",
        "{A}, identifiant {N}",
        "Pour {A}, on m'a noté {N}",
    ),
    *(
        "il a donné {N} comme {A}",
        "nous avons {N} pour {A}",
        "{N} est le numéro qui figure sur {A}",
        "{A} - ancien : {N}, nouveau : {N}",
        "{A} : {N} et {N}",
        "{A}\n- {P} : {N}\n- {P} : {N}",
        "« {A} » {N}",
        "{A} → {N}",
        "{A}_{N}",
        '"{A}": "{N}"',
        "{A} (copie jointe) {N}",
        "objet : {A} {N}",
    ),
    *(
        "Nom;{A};Date\n{P};{N};{D}\n{P};{N};{D}",
        "| Nom | {A} | Date |\n|---|---|---|\n| {P} | {N} | {D} |\n| {P} | {N} | {D} |",
        "{A}     Nom            Date\n{N}     {P}     {D}\n{N}     {P}     {D}",
        "{D} ; {A} ; {N}",
        "{P} | {N} | {A}",
    ),
)
OFTEN_NOBODY = 0.45
#: How often a piece of text is several numbers in a row.
IN_A_ROW = 0.25


class Row(NamedTuple):
    """A value with the places of its weights, the types that its form allows, what it is, and its weight."""

    slots: list[int]
    kinds: int
    kind: int
    weight: float
    source: str
    found: str
    denied: bool


class Draw:
    """Texts drawn from the corpus."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311
        self.corpus = tomllib.loads((CORPUS / "announced.toml").read_text(encoding="utf-8"))
        self.fillings = self.corpus.pop("fillings")
        self.clauses = [clause for genre in clauses().values() for clause in genre]
        self.kinds = [kind for kind in self.corpus if kind != "NOBODY"]

    def digits(self, count: int) -> str:
        return "".join(self.chance.choices(string.digits, k=count))

    def capitals(self, count: int) -> str:
        return "".join(self.chance.choices("ABCDEFGHJKLMNPQRSTVWXYZ", k=count))

    def number(self, kind: str) -> str:
        """Draw a number of a type, in one of its forms."""
        c = self.chance
        year, month = c.randint(5, 21), c.randint(1, 12)
        match kind:
            case "CAF":
                return self.digits(7) + c.choice(["", "", f" {self.capitals(1)}", self.capitals(1)])
            case "FT":
                return c.choice([self.digits(7) + self.capitals(1), self.digits(8)])
            case "ID_CARD":
                old = f"{year:02d}{month:02d}{c.randint(1, 95):02d}{self.digits(6)}"
                new = "".join(c.choices("BCDFGHJKLMNPRTVWXYZ0123456789", k=7)) + self.digits(1)
                return c.choice([old, c.choice("DFGHKLMTXYZ") + new])
            case "RESIDENCE_PERMIT":
                return c.choice(
                    [
                        f"{c.randint(1, 95):02d}03{self.digits(6)}",
                        self.digits(10),
                        f"99{self.digits(8)}",
                        f"{c.randint(1, 95):02d}{self.digits(8)}",
                        f"{self.capitals(2)}{self.digits(7)}" if c.random() < 0.3 else self.digits(10),
                        f"0{c.randint(1, 9)}{c.choice(['03', self.digits(2)])}{self.digits(6)}",
                    ]
                )
            case "DRIVING_LICENCE":
                old = f"{c.randint(70, 99)}{month:02d}{c.randint(1, 95):02d}{self.digits(6)}"
                new = f"{c.randint(13, 25)}{self.capitals(2)}{self.digits(5)}"
                return c.choice(
                    [
                        old,
                        new,
                        f"{new[:2]} {new[2:4]} {new[4:]}",
                        f"{old[:2]} {old[2:4]} {old[4:6]} {old[6:]}",
                    ]
                )
            case "PASSPORT":
                french = f"{c.randint(10, 25)}{self.capitals(2)}{self.digits(5)}"
                return c.choice(
                    [
                        french,
                        french,
                        f"{french[:2]} {french[2:4]} {french[4:]}",
                        self.capitals(c.randint(1, 2)) + self.digits(c.randint(7, 8)),
                    ]
                )
            case "PHONE":
                return f"0{c.choice('1234566679')}{self.digits(8)}"
            case "MAC":
                return f"{c.randrange(16**12):012x}" if c.random() < 0.7 else f"{c.randrange(16**12):012X}"
        return c.choice(
            [
                *(self.digits(size) for size in (6, 7, 7, 8, 8, 8, 9, 10, 10, 10, 12)),
                self.capitals(c.randint(1, 3)) + self.digits(c.randint(5, 8)),
                f"{c.randint(2015, 2026)}{self.digits(c.choice([4, 6]))}",
                f"{self.digits(7)}{self.capitals(1)}" if c.random() < 0.2 else self.digits(8),
                f"{self.capitals(2)}{self.digits(7)}",
                f"{self.digits(2)}{self.capitals(2)}{self.digits(5)}",
            ]
        )

    def person(self) -> str:
        return f"{self.chance.choice(self.fillings['first'])} {self.chance.choice(self.fillings['last'])}"

    def date(self) -> str:
        c = self.chance
        return f"{c.randint(1, 28):02d}/{c.randint(1, 12):02d}/{c.randint(1940, 2026)}"

    def piece(self, kind: str) -> Iterator[tuple[str, str]]:
        """Yield the parts of a piece of text that holds a number: what is written, its type or ""."""
        c, section = self.chance, self.corpus[kind]
        if c.random() < IN_A_ROW:
            yield from in_a_row(c, self.corpus, self.number, self.person)
            return
        if c.random() < 0.5:
            written = choose(c.choice(section["sentences"]), c)
        else:
            words = c.choice(section["words"])
            if c.random() < 0.15:
                words += " " + c.choice(section["words"])
            written = c.choice(FRAMES).replace("{A}", words)
        other = c.choice(self.kinds)
        for part in re.split(r"(\{[A-Z]\})", written):
            match part:
                case "{N}" if kind != "NOBODY":
                    yield self.number(kind), kind
                case "{N}" | "{O}":
                    yield self.number("NOBODY"), ""
                case "{X}":
                    yield self.number(other), other
                case "{D}":
                    yield self.date(), ""
                case "{P}":
                    yield self.person(), ""
                case "{L}":
                    yield c.choice(self.fillings["towns"]), ""
                case _:
                    yield part, ""

    def clause(self) -> str:
        filled = choose(self.chance.choice(self.clauses), self.chance)
        return re.sub(r"\{\w+\}", lambda _: self.chance.choice(self.fillings["last"]), filled)

    def text(self) -> tuple[str, list[tuple[int, int, str]]]:
        """Return a text and its numbers."""
        c = self.chance
        parts: list[tuple[str, str]] = []
        kinds = c.sample(self.kinds, 2) if c.random() < 0.6 else [c.choice(self.kinds)] * 2
        for _ in range(c.choice([1, 1, 2, 3])):
            if c.random() < 0.8:
                parts.append((self.clause() + c.choice([" ", "\n", "\n\n"]), ""))
            parts += self.piece("NOBODY" if c.random() < OFTEN_NOBODY else c.choice(kinds))
            parts.append((c.choice([". ", ".\n", "\n", "\n\n", " ; ", ", ", " "]), ""))
        if c.random() < 0.8:
            parts.append((self.clause(), ""))
        written, spans, place = "", [], 0
        for part, kind in parts:
            if kind:
                spans.append((place, place + len(part), kind))
            place += len(part)
        written = "".join(part for part, _ in parts)
        return self.worn(written), spans

    def worn(self, text: str) -> str:
        """Return the text in small letters or capitals at times; the numbers keep their forms for most."""
        how = self.chance.random()
        return text.lower() if how < 0.08 else text.upper() if how < 0.11 else text


def rows(
    text: str,
    spans: Sequence[tuple[int, int, str]],
    types: Registry,
    source: str,
    weight: float,
    hide: random.Random | None,
    bare: bool = False,
) -> Iterator[Row]:
    """Yield the values of a text whose form and labels agree; ``bare``: as if no list of words were there."""
    found = recognise(text, types, surrounded=False)
    said = announcements(contexts_of(types), Reading(text))
    words = surroundings.Words(text)
    for value, before in unproved.unproved(text, found):
        inside = [span for span in spans if span[0] < value.end and value.start < span[1]]
        label = inside[0][2] if inside else ""
        if any(span[2] == "*" for span in inside) or (
            label in KINDS and label and inside[0][:2] != (value.start, value.end)
        ):
            continue
        kind = KINDS.index(label) if label in KINDS else unproved.NOBODY
        near, beside = said.before(value.start), said.beside(value.start, value.end)
        denied = bool(near) and not near[0].key and near[0].words < 2
        if bare or (hide and hide.random() < HIDDEN):
            near, beside, before = (), (), ""
        if kind != unproved.NOBODY and not value.kinds >> kind & 1:
            continue
        yield Row(
            surroundings.features(text, words, value, near, beside, before),
            value.kinds,
            kind,
            weight,
            source,
            before,
            denied,
        )


def drawn(count: int, seed: int, types: Registry) -> list[Row]:
    """Return the rows of so many texts of the corpus."""
    draw, hide = Draw(seed), random.Random(seed)  # noqa: S311
    return [row for _ in range(count) for row in rows(*draw.text(), types, "corpus", 0.12, hide)]


def judged(sets: Iterable[str], types: Registry, hide: random.Random | None, bare: bool = False) -> list[Row]:
    """Return the rows of texts that redaction was judged on."""
    from benchmarks.redaction_texts import VARIANTS, texts

    found: list[Row] = []
    for name in sets:
        for one in texts(name):
            spans = [(span.start, span.end, "*" if span.optional else span.label) for span in one.spans]
            found += rows(one.text, spans, types, f"{name}/{one.template}", 1 / VARIANTS[name], hide, bare)
    return found


def matrices(some: Sequence[Row]) -> tuple[scipy.sparse.csr_matrix, np.ndarray, np.ndarray, np.ndarray]:
    """Return the features of rows, what their forms forbid, their types and their weights."""
    starts = np.cumsum([0, *(len(row.slots) for row in some)])
    slots = np.fromiter((slot for row in some for slot in row.slots), np.int32, starts[-1])
    known = scipy.sparse.csr_matrix(
        (np.ones(len(slots)), slots, starts), shape=(len(some), 1 << surroundings.BITS)
    )
    known.sum_duplicates()
    forbidden = np.array(
        [[0.0 if row.kinds >> kind & 1 else -1e4 for kind in range(len(KINDS) - 1)] + [0.0] for row in some]
    )
    return known, forbidden, np.array([row.kind for row in some]), np.array([row.weight for row in some])


def fit(some: Sequence[Row], strength: float = STRENGTH, turns: int = 60) -> np.ndarray:
    """Return the weights, a line for each slot and a column for each type, that explain the rows best."""
    known, forbidden, kinds, weights = matrices(some)
    turned, shape = known.T.tocsr(), (known.shape[1], len(KINDS))
    truth = np.eye(len(KINDS))[kinds]

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        table = flat.reshape(shape)
        scores = known @ table + forbidden
        scores -= scores.max(1, keepdims=True)
        chances = np.exp(scores)
        chances /= chances.sum(1, keepdims=True)
        lost = -(weights * np.log(np.maximum(chances[np.arange(len(kinds)), kinds], 1e-12))).sum()
        slope = turned @ ((chances - truth) * weights[:, None]) + strength * table
        return lost + strength / 2 * float(flat @ flat), slope.ravel()

    found = minimize(
        loss, np.zeros(shape[0] * shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": turns}
    )
    table: np.ndarray = found.x.reshape(shape)
    return table


def save(table: np.ndarray, path: Path) -> None:
    """Write weights as signed bytes and their scale."""
    relative = table[:, : unproved.NOBODY] - table[:, unproved.NOBODY :]
    scale = float(np.abs(relative).max()) / 127
    body = struct.pack("<d", scale) + np.round(relative / scale).astype(np.int8).tobytes()
    path.write_bytes(zlib.compress(body, 9))


#: The texts that redaction was judged on at first sight once, in pairs; who adds a pair retires it first.
SPENT = (
    ("letters_apart", "clinical_notes"),
    ("letters_second", "notes_second"),
    ("letters_third", "notes_third"),
    ("letters_fourth", "notes_fourth"),
    ("letters_fifth", "notes_fifth"),
    ("letters_sixth", "notes_sixth"),
)


def chances(table: np.ndarray, some: Sequence[Row]) -> np.ndarray:
    """Return how likely each type is, a line for each row."""
    known, forbidden, _, _ = matrices(some)
    scores = known @ table + forbidden
    raised = np.exp(scores - scores.max(1, keepdims=True))
    result: np.ndarray = raised / raised.sum(1, keepdims=True)
    return result


def leave_out(texts: int, seed: int, types: Registry) -> None:
    """Print, for each pair of spent sets left out, what share of its numbers is told.

    The lists of words have read every pair, so what they announce is hidden on the pair left out too.
    """
    corpus = drawn(texts, seed, types)
    learnt = [judged(pair, types, random.Random(seed)) for pair in SPENT]  # noqa: S311
    for out, pair in enumerate(SPENT):
        table = fit([*corpus, *(row for n, some in enumerate(learnt) if n != out for row in some)])
        held = judged(pair, types, None, bare=True)
        told: dict[str, list[int]] = {}
        for row, likely in zip(held, chances(table, held), strict=True):
            said = surroundings.decided(row.kinds, list(likely), row.found, row.denied)
            counts = told.setdefault(KINDS[row.kind] or "nobody", [0, 0, 0])
            counts[0] += 1
            counts[1] += said == KINDS[row.kind]
            counts[2] += bool(said)
        parts = {
            kind: {"n": n, "typed": round(typed / n, 3), "masked": round(masked / n, 3)}
            for kind, (n, typed, masked) in sorted(told.items())
        }
        print(f"left out {pair[0]}, {pair[1]}: {parts}", flush=True)  # noqa: T201


def main() -> None:
    """Train and write; or measure by leaving pairs of texts out."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--texts", type=int, default=24000)
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--leave-out", action="store_true")
    options.add_argument("--out", type=Path, default=OUT)
    chosen = options.parse_args()
    types = registry()
    if chosen.leave_out:
        leave_out(chosen.texts, chosen.seed, types)
        return
    learnt = [row for pair in SPENT for row in judged(pair, types, random.Random(chosen.seed))]  # noqa: S311
    learnt += drawn(chosen.texts, chosen.seed, types)
    save(fit(learnt), chosen.out)
    print(f"{len(learnt)} numbers, {chosen.out.stat().st_size} bytes")  # noqa: T201


if __name__ == "__main__":
    main()
