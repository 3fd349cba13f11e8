"""The sections of a sheet: blocks of one path and case, how well each meets a question, what is quoted."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from bacasable.services.assistant.engine.generation.instructions import speaks_to_machines
from bacasable.services.assistant.engine.passages import sentences
from bacasable.services.assistant.engine.retrieval.french import stems
from bacasable.services.assistant.engine.sheets import Block, Case, Hit, Passage, Sheet

#: Signs quoted of one section, and sentences: what is read at a counter in half a minute.
LONGEST_SIGNS, MOST_SENTENCES = 900, 5
#: Items of a list are quoted together: a list cut in half misleads.
MOST_ITEMS = 12
#: A word of a heading says more of the section than one of its text.
_HEADING_WEIGHT = 1.0
#: What people ask and how sheets name it: a heading with one word of a line has them all.
_ASKED_AS = (
    "coût coûte coûter prix tarif montant somme frais payer gratuit combien",
    "délai délais durée temps attendre attente longtemps quand combien",
    "validité valable valide périmé expire combien",
    "pièces documents papiers justificatifs dossier fournir joindre",
    "demande demander démarche faire obtenir adresser lieu guichet où",
    "contester contestation recours refus réclamation",
    "retrait retirer récupérer chercher",
    "conditions bénéficiaires droit qui peut concerné",
)
#: What a passage that the index found is worth beside the words that meet the question.
_FOUND_WEIGHT = 0.3


@dataclass(frozen=True)
class Section:
    """Consecutive blocks of one path and case, and how well they meet the question."""

    blocks: tuple[Block, ...]
    score: float = 0.0

    @property
    def path(self) -> tuple[str, ...]:
        return self.blocks[0].path

    @property
    def cases(self) -> tuple[Case, ...]:
        return self.blocks[0].cases

    @property
    def bounds(self) -> tuple[int, int]:
        return self.blocks[0].start, self.blocks[-1].end


def sections(sheet: Sheet, question: str, hits: Iterable[Hit]) -> list[Section]:
    """Return the sections of ``sheet``, best first; ``hits`` are passages that the index found for it.

    The score of a section is the share of the question's words (weighted by how rare they are among the
    sections) that its text or headings have, and what the rank of its passages adds.
    """
    found = [
        Section(tuple(blocks))
        for _, blocks in groupby(sheet.blocks, key=lambda block: (block.path, block.cases))
    ]
    held = [set(stems(sheet.text[slice(*section.bounds)])) for section in found]
    headings = [_named(section.path) for section in found]
    counts = Counter(stem for one, other in zip(held, headings, strict=True) for stem in one | other)
    # Words of the title say which sheet, not which section.
    wanted = set(stems(question))
    wanted = wanted - set(stems(sheet.title)) or wanted
    asked = {stem: math.log(1 + len(found) / counts[stem]) for stem in wanted if counts[stem]}
    total = sum(asked.values()) or 1.0
    ranks = {
        hit.passage.start: rank
        for rank, hit in reversed(list(enumerate(hit for hit in hits if _is_of(hit, sheet))))
    }
    scored = []
    for section, words, names in zip(found, held, headings, strict=True):
        start, end = section.bounds
        in_text = sum(weight for stem, weight in asked.items() if stem in words and stem != "combien")
        in_names = sum(weight for stem, weight in asked.items() if stem in names)
        rank = min((rank for at, rank in ranks.items() if start <= at < end), default=None)
        score = (in_text + _HEADING_WEIGHT * in_names) / total
        scored.append(Section(section.blocks, score + (0.0 if rank is None else _FOUND_WEIGHT / (1 + rank))))
    return sorted(scored, key=lambda section: -section.score)


def quoted(
    sheet: Sheet, section: Section, question: str, most: int = MOST_SENTENCES
) -> list[tuple[int, int]]:
    """Return the offsets of what to quote of a section: its best run of sentences, lists whole.

    Nothing of a block that speaks to machines is quoted.
    """
    units = [
        unit
        for block in section.blocks
        if not speaks_to_machines(sheet.text[block.start : block.end])
        for unit in _units(sheet, block)
    ]
    if not units:
        return []
    asked = set(stems(question))
    worth = [len(asked & set(stems(sheet.text[start:end]))) for start, end, _ in units]
    if sum(end - start for start, end, _ in units) <= LONGEST_SIGNS and len(units) <= most:
        return [(start, end) for start, end, _ in units]
    first = max(range(len(units)), key=lambda at: (worth[at], -at))
    # A list is introduced by the sentence before it.
    while first and units[first][2] == "item" and units[first - 1][2] in {"item", "paragraph"}:
        first -= 1
        if units[first][2] == "paragraph":
            break
    kept: list[tuple[int, int]] = []
    signs = items = 0
    for start, end, kind in units[first:]:
        items += kind == "item"
        in_list = kind == "item" and items <= MOST_ITEMS
        if kept and (signs + end - start > LONGEST_SIGNS or (len(kept) - items >= most and not in_list)):
            break
        kept.append((start, end))
        signs += end - start
    return kept


def topic(sheet: Sheet, section: Section) -> str:
    """Return the heading that says what a section is about: the first that is no option of its cases.

    *Demande en France > Pièces à fournir > Pas de passeport* is about *Pièces à fournir*.
    """
    options = {choice.key: choice.options for choice in sheet.choices}
    named = {
        options[case.choice][case.option]
        for case in section.cases
        if 0 <= case.option < len(options.get(case.choice, ()))
    }
    return next((heading for heading in section.path if heading not in named), "")


def passages(sheet: Sheet, chosen: Sequence[Section]) -> Iterator[Passage]:
    """Yield the passages of ``sheet`` that lie in ``chosen`` sections, in the order of these."""
    cut = list(sheet.passages())
    for section in chosen:
        start, end = section.bounds
        yield from (passage for passage in cut if start <= passage.start < end)


def _units(sheet: Sheet, block: Block) -> Iterator[tuple[int, int, str]]:
    if block.kind in {"row", "note", "item"}:
        yield block.start, block.end, block.kind
        return
    for start, end in sentences(sheet.text, block.start, block.end):
        yield start, end, block.kind


def _named(path: Sequence[str]) -> set[str]:
    """Return the words of headings, with those that people ask the same by."""
    words = set(stems(" ".join(path)))
    return words.union(*(asked for asked in _groups() if asked & words))


@cache
def _groups() -> tuple[frozenset[str], ...]:
    return tuple(frozenset(stems(line)) for line in _ASKED_AS)


def _is_of(hit: Hit, sheet: Sheet) -> bool:
    return (hit.sheet.collection, hit.sheet.id) == (sheet.collection, sheet.id)
