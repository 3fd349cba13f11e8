"""How well and how fast personal data are found in French texts, beside the peers, in one run.

Texts: letters and clinical notes written apart from any generator of training text, filled by a seeded draw
(`benchmarks/data/redaction/README.md`). The headline is the last pair, `letters_seventh` and `notes_seventh`,
held out for its first run (names were taught after it), with damaged copies of those letters; the six pairs
before are development, the model of surroundings learns from them, and our figures on them are printed after,
to show what looking gains. The sample letters are read where BACASABLE_DATA is set. Every system reads the
same texts in a fresh process and its own environment, one thread. Figures:
strict and partial F1 with bootstrap intervals over templates, recall by type of identifier and by group of
names, characters a processor second, start, memory, the bound of what is missed, and how names do in
families of templates that were left out of training.

Bars: PERSON strict F1 >= .90 on letters and partial F1 >= .90 on clinical notes; recall >= .98 of every type
of identifier; >= 2.5 M characters/s without NER and >= 150,000 with it; start < 0.5 s and < 100 MB without
NER; better than every peer on PERSON, LOCATION and ADDRESS.

    python benchmarks/redaction.py                     every system
    SYSTEMS=bacasable python benchmarks/redaction.py   ours only; or some runners: SYSTEMS=spacy,unpii
    FULL=1 python benchmarks/redaction.py              slow peers timed on every letter, peers on development
    TRAINING=folder python ...                         names trained anew, families of templates left out

The speed "at first sight" is over one letter of each template: nothing of a text was seen before. Models are
loaded before, and every system has first read the templates of `clinical_notes`; columns tell what both take.
"""

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bacasable.privacy.redaction.bounds import compare_groups, miss_bounds, tally
from bacasable.privacy.redaction.kernel import built
from benchmarks.harness import result, table
from benchmarks.redaction_adversary import SEED as DAMAGE_SEED
from benchmarks.redaction_adversary import adversarial
from benchmarks.redaction_leave_out import leave_out
from benchmarks.redaction_scores import Counts, Scores, score
from benchmarks.redaction_systems import SYSTEMS, Run, System, run
from benchmarks.redaction_texts import SEED, Gold, Text, sample_letters, texts

#: Fresh processes of which the best is kept.
REPEATS = 5
#: A peer below this many characters a second is timed once.
SLOW = 200_000
BROAD = ("PERSON", "LOCATION", "ADDRESS")
FULL = bool(os.environ.get("FULL"))
#: Types that are not identifiers: names, places and dates have bars of their own.
NOT_IDENTIFIERS = {*BROAD, "DATE", "DOB", "*"}
BAR_RECALL = 0.98
#: The last letters and notes, held out for their first run; then those of development.
LETTERS, NOTES = "letters_seventh", "notes_seventh"
DEVELOPMENT = (
    "letters_sixth",
    "notes_sixth",
    "letters_fifth",
    "notes_fifth",
    "letters_fourth",
    "notes_fourth",
    "letters_third",
    "notes_third",
    "letters_second",
    "notes_second",
    "letters_apart",
    "clinical_notes",
)


@dataclass
class Measured:
    """What one system did on every set of texts, and its costs."""

    system: System
    scores: dict[str, Scores] = field(default_factory=dict)
    runs: dict[str, Run] = field(default_factory=dict)
    speed: float = 0.0
    speed_first: float = 0.0
    load: float = 0.0
    wake: float = 0.0
    start: float = 0.0
    start_cpu: float = 0.0
    peak: float = 0.0

    def scored(self, name: str, label: str) -> Counts:
        """Return the counts of a type on a set of texts; empty where there are none."""
        return self.scores[name].types.get(label, Counts())


def judge(sets: Sequence[Text], found: Sequence[Iterable[Any]]) -> Scores:
    """Score what a system found on a set of texts, templates as clusters."""
    return score(
        [one.spans for one in sets],
        found,
        clusters=[one.template for one in sets],
        texts=[one.text for one in sets],
    )


def measure(system: System, sets: dict[str, list[Text]]) -> Measured:
    """Run a system on every set, then time it."""
    measured = Measured(system)
    for name, some in sets.items():
        if system.environment and name in DEVELOPMENT and not FULL:
            continue
        measured.runs[name] = run(system, [one.text for one in some])
        measured.scores[name] = judge(some, measured.runs[name].found)
    firsts = _firsts(sets[LETTERS])
    slow = measured.runs[LETTERS].speed < SLOW and not FULL
    repeats = REPEATS if not system.environment else 1 if slow else 2
    # Each process is fresh; the texts of `firsts` share no template, so nothing of a text was seen before.
    once = [run(system, firsts) for _ in range(repeats)]
    whole = [run(system, [one.text for one in sets[LETTERS]]) for _ in range(0 if slow else repeats - 1)]
    measured.speed = max(one.speed for one in [measured.runs[LETTERS], *whole])
    measured.speed_first = max(one.speed for one in once)
    every = [*whole, *once, *measured.runs.values()]
    measured.load = min(one.load_cpu for one in every)
    measured.wake = min(one.wake_cpu for one in every)
    measured.start = min(one.start_seconds for one in every)
    measured.start_cpu = min(one.start_cpu for one in every)
    measured.peak = max(one.peak_mb for one in every)
    return measured


def _firsts(letters: Sequence[Text]) -> list[str]:
    """Return one letter of each template."""
    return [next(some).text for _, some in groupby(letters, key=lambda one: one.template)]


def accuracy(name: str, some: Sequence[Text], everyone: Sequence[Measured]) -> None:
    """Print strict and partial F1 of names, places, addresses and dates, and of all types together."""
    size = sum(len(one.text) for one in some)
    templates = len({one.template for one in some})
    told = ", held out for its first run; names were taught after it"
    said = {LETTERS: told, NOTES: told} | dict.fromkeys(DEVELOPMENT, ", development")
    head = f"{name}{said.get(name, '')}: {len(some)} texts of {templates} templates, {size:,} characters"
    print(f"\n{head}; F1 strict / partial")
    rows: list[dict[str, object]] = []
    for one in everyone:
        row: dict[str, object] = {"system": one.system.name}
        for label in BROAD:
            low, high = one.scores[name].interval(label)
            counts = one.scored(name, label)
            row[label] = f"{counts.strict_f1:.3f} [{low:.3f}-{high:.3f}] / {counts.partial_f1:.3f}"
        for label in ("DATE", "DOB"):
            counts = one.scored(name, label)
            row[label] = f"{counts.strict_f1:.3f} / {counts.partial_f1:.3f}"
        whole = one.scores[name].micro()
        row["all types"] = f"{whole.strict_f1:.3f} / {whole.partial_f1:.3f}"
        row["covered"] = f"{whole.shares()['covered']:.3f}"
        rows.append(row)
    table(rows)


def identifiers(name: str, everyone: Sequence[Measured]) -> None:
    """Print strict recall of each type of identifier, in the type's own name, beside all peers.

    "masked" is ours whatever the type: no letter or digit of the value is left readable.
    """
    labels = sorted(set(everyone[0].scores[name].types) - NOT_IDENTIFIERS)
    print(f"\n{name}: strict recall of identifiers (of the first, its interval, and its precision)")
    rows: list[dict[str, object]] = []
    for label in labels:
        gold = everyone[0].scored(name, label).gold
        row: dict[str, object] = {"type": label, "gold": gold}
        for place, one in enumerate(everyone):
            shares = one.scored(name, label).shares()
            said = f"{shares['strict_recall']:.3f}"
            if not place:
                low, high = one.scores[name].interval(label, "strict_recall")
                said += f" [{low:.3f}-{high:.3f}] ({shares['strict_precision']:.3f})"
            row[one.system.name] = said
            if not place:
                row["masked"] = f"{shares['covered']:.3f}"
        rows.append(row)
    table(rows)


def damaged(kinds: Sequence[str], some: Sequence[Text], everyone: Sequence[Measured]) -> dict[str, Any]:
    """Print PERSON F1 and recall of identifiers for each kind of damage; return ours."""
    print(
        f"\nadversarial (seed {DAMAGE_SEED}): PERSON F1 strict / partial; then share of identifiers covered"
    )
    rows: list[dict[str, object]] = []
    ours: dict[str, Any] = {}
    for kind in dict.fromkeys(kinds):
        chosen = [n for n, one in enumerate(kinds) if one == kind]
        row: dict[str, object] = {"damage": kind}
        for one in everyone:
            found = one.runs["adversarial"].found
            scores = judge([some[n] for n in chosen], [found[n] for n in chosen])
            person, rest = scores.types["PERSON"], scores.micro(set(scores.types) - NOT_IDENTIFIERS)
            covered = rest.shares()["covered"]
            row[one.system.name] = f"{person.strict_f1:.3f} / {person.partial_f1:.3f}; {covered:.3f}"
            if one is everyone[0]:
                ours[kind] = {
                    "person_strict": person.strict_f1,
                    "person_partial": person.partial_f1,
                    "identifiers_covered": covered,
                }
        rows.append(row)
    table(rows)
    return ours


def by_group(sets: dict[str, list[Text]], everyone: Sequence[Measured]) -> dict[str, Any]:
    """Print recall of PERSON (partial) by group of names with differences of Newcombe; return ours."""
    ours: dict[str, Any] = {}
    for kind in ("origin", "order", "case", "civility"):
        rows: list[dict[str, object]] = []
        for one in everyone:
            counts: dict[str, dict[str, tuple[int, int]]] = {}
            for name in (LETTERS, NOTES):
                for text, found in zip(sets[name], one.runs[name].found, strict=True):
                    for span in text.spans:
                        if span.label == "PERSON" and not span.optional:
                            hit = any(other["label"] == "PERSON" and _overlap(span, other) for other in found)
                            clusters = counts.setdefault(span.group[kind], {})
                            hits, n = clusters.get(text.template, (0, 0))
                            clusters[text.template] = (hits + hit, n + 1)
            comparison = compare_groups({group: list(pairs.values()) for group, pairs in counts.items()})
            differences = {difference.group: difference for difference in comparison.differences}
            row: dict[str, object] = {"system": one.system.name}
            for group in sorted(comparison.groups, key=lambda group: -group.n):
                said = f"{group.recall:.3f} [{group.interval.low:.3f}-{group.interval.high:.3f}]"
                if group.group in differences:
                    gap = differences[group.group]
                    said += f" {gap.difference:+.3f}{' worse' if gap.worse else ''}"
                row[f"{group.group} (n {group.n})"] = said
            rows.append(row)
            if one is everyone[0]:
                ours[kind] = {group.group: round(group.recall, 4) for group in comparison.groups}
        print(
            f"\nthe last: recall of PERSON (partial) by {kind}, templates as clusters; less the largest group"
        )
        table(rows)
    return ours


def _overlap(span: Gold, other: dict[str, Any]) -> bool:
    return bool(span.start < other["end"] and other["start"] < span.end)


@dataclass(frozen=True)
class _Labelled:
    start: int
    end: int
    type: str


def bounds(some: Sequence[Text], found: Sequence[Iterable[Any]]) -> dict[str, Any]:
    """Print the miss bounds of ours on the letters: documents as clusters, then templates."""
    alone, alike = [], []
    for text, spans in zip(some, found, strict=True):
        gold = [_Labelled(one.start, one.end, one.label) for one in text.spans if not one.optional]
        masked = [_Labelled(one["start"], one["end"], one["label"]) for one in spans]
        alone.append(tally(text.text, gold, masked))
        alike.append(tally(text.text, gold, masked, cluster=text.template))
    print(f"\nmissed (some character left readable) per 10,000 pages of 1,800 characters, {LETTERS}, at 95 %")
    rows: list[dict[str, object]] = []
    figures: dict[str, Any] = {}
    for by_document, by_template in zip(miss_bounds(alone), miss_bounds(alike), strict=True):
        rows.append(
            {
                "type": by_document.type,
                "missed": f"{by_document.missed} of {by_document.present}",
                "estimate": f"{by_document.estimate:,.0f}",
                "at most, letters independent": f"{by_document.bound:,.0f}",
                "at most, templates independent": f"{by_template.bound:,.0f}",
                "recall": f"{by_document.recall.low:.3f}-{by_document.recall.high:.3f}",
            }
        )
        figures[by_document.type] = {"documents": by_document.bound, "templates": by_template.bound}
    table(rows)
    return figures


def costs(everyone: Sequence[Measured]) -> None:
    """Print characters a processor second, start and memory."""
    print(f"\ncosts: one thread, best of {REPEATS} fresh processes (fewer for slow peers)")
    table(
        [
            {
                "system": one.system.name,
                "chars/s": f"{one.speed:,.0f}",
                "at first sight": f"{one.speed_first:,.0f}",
                "load s (processor)": f"{one.load:.2f}",
                "waking s (processor)": f"{one.wake:.2f}",
                "start s (wall)": f"{one.start:.2f}",
                "start s (processor)": f"{one.start_cpu:.2f}",
                "peak MB": f"{one.peak:.0f}",
                "broke down on": f"{sum(each.failed for each in one.runs.values())} texts",
            }
            for one in everyone
        ]
    )


def bars(everyone: Sequence[Measured]) -> dict[str, bool]:
    """Print each bar, the figure beside it, and whether it is met."""
    ours = next((one for one in everyone if one.system.runner == "bacasable"), None)
    if ours is None:
        return {}
    ner = next((one for one in everyone if one.system.runner == "bacasable_ner"), None)
    peers = [one for one in everyone if one.system.environment]
    met: dict[str, bool] = {}
    rows: list[dict[str, object]] = []

    def bar(what: str, value: float, wanted: float, holds: Callable[[float, float], bool]) -> None:
        met[what] = holds(value, wanted)
        rows.append(
            {"bar": what, "value": f"{value:,.3f}", "wanted": wanted, "met": "yes" if met[what] else "NO"}
        )

    at_least: Callable[[float, float], bool] = lambda value, wanted: value >= wanted  # noqa: E731
    below: Callable[[float, float], bool] = lambda value, wanted: value < wanted  # noqa: E731
    bar("PERSON strict F1, letters", ours.scored(LETTERS, "PERSON").strict_f1, 0.90, at_least)
    bar("PERSON partial F1, notes", ours.scored(NOTES, "PERSON").partial_f1, 0.90, at_least)
    for name in (LETTERS, NOTES):
        for label in sorted(set(ours.scores[name].types) - NOT_IDENTIFIERS):
            recall = ours.scored(name, label).shares()["strict_recall"]
            bar(f"{label} recall, {name}", recall, BAR_RECALL, at_least)
    bar("texts it broke down on", sum(one.failed for one in ours.runs.values()), 0, lambda n, most: n <= most)
    bar("chars/s at first sight without NER", ours.speed_first, 2_500_000, at_least)
    bar("start, s", ours.start, 0.5, below)
    bar("memory, MB", ours.peak, 100, below)
    if ner is not None:
        bar("chars/s at first sight with NER, loaded", ner.speed_first, 150_000, at_least)
    for name in ours.scores:
        if name in ("adversarial", *DEVELOPMENT) or not peers:
            continue
        for label in BROAD:
            best = max(one.scored(name, label).strict_f1 for one in peers)
            mine = ours.scored(name, label).strict_f1
            bar(f"{label} above every peer, {name}", mine, round(best, 3), at_least)
    print()
    table(rows)
    return met


def chosen_systems() -> list[System]:
    """Return the systems to run: all, or the runners that SYSTEMS names; ours without NER is always first."""
    wanted = os.environ.get("SYSTEMS", "")
    chosen = [one for one in SYSTEMS if not wanted or one.runner in {"bacasable", *wanted.split(",")}]
    if find_spec("spacy") is None:
        print("bacasable + NER: needs the extra 'ner': pip install 'bacasable[ner]'; left out\n")
        chosen = [one for one in chosen if one.runner != "bacasable_ner"]
    return chosen


def main() -> None:
    """Measure, print the tables, end with one JSON object."""
    print(f"texts: seed {SEED}; templates, names and places under benchmarks/data/redaction")
    print(f"kernel in C: {'NOT built, all figures are of the Python code' if built is None else 'built'}\n")
    kinds_and_texts = list(adversarial())
    sets = {name: texts(name) for name in (LETTERS, NOTES)}
    sets["adversarial"] = [text for _, text in kinds_and_texts]
    if sample := sample_letters():
        sets["sample_letters"] = sample
    sets |= {name: texts(name) for name in DEVELOPMENT}
    everyone = [measure(system, sets) for system in chosen_systems()]
    for name in sets:
        if name != "adversarial":
            ran = [one for one in everyone if name in one.runs]
            accuracy(name, sets[name], ran)
            identifiers(name, ran)
    under_damage = damaged([kind for kind, _ in kinds_and_texts], sets["adversarial"], everyone)
    groups = by_group(sets, everyone)
    ours = everyone[0]
    missed = bounds(sets[LETTERS], ours.runs[LETTERS].found)
    costs(everyone)
    left_out = leave_out()
    met = bars(everyone)
    result(
        {
            "seed": SEED,
            "systems": {
                one.system.name: {
                    "chars_per_second": round(one.speed),
                    "chars_per_second_at_first_sight": round(one.speed_first),
                    "load_seconds": round(one.load, 3),
                    "start_seconds": round(one.start, 3),
                    "peak_mb": round(one.peak, 1),
                    "f1": {
                        name: {
                            label: [round(counts.strict_f1, 4), round(counts.partial_f1, 4)]
                            for label, counts in sorted(scores.types.items())
                        }
                        for name, scores in one.scores.items()
                        if name != "adversarial"
                    },
                }
                for one in everyone
            },
            "masked_whatever_the_type": {
                name: {
                    label: round(ours.scored(name, label).shares()["covered"], 4)
                    for label in sorted(set(ours.scores[name].types) - NOT_IDENTIFIERS)
                }
                for name in (LETTERS, NOTES)
            },
            "adversarial": under_damage,
            "groups": groups,
            "missed_per_10000_pages": missed,
            "left_out_of_training": left_out["mean"],
            "bars": met,
        }
    )


if __name__ == "__main__":
    main()
