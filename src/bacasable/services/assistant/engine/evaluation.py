"""How well the right sheet is found: any corpus, any questions with the sheet that answers them.

evaluate(Path("cnil_faq.jsonl"), Path("cnil_questions_dev.jsonl"))["ndcg@10"]
"""

import json
import math
import random
import tempfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bacasable.privacy.messages import N_, Refused
from bacasable.services.assistant.engine import corpus
from bacasable.services.assistant.engine.retrieval import Embedded, Index, Method, Nano, best_sheets
from bacasable.services.assistant.engine.sheets import EVERYBODY, Access, Sheet

if TYPE_CHECKING:
    from bacasable.services.assistant.engine.retrieval import Embedder

#: Passages asked for, so that ten sheets are among them.
_PASSAGES = 100
_TEN = 10


class Asked(NamedTuple):
    """A question and the id of the sheet that answers it; questions with one answer are one intent."""

    question: str
    expected: str


def evaluate(
    corpus_file: Path,
    questions_file: Path,
    *,
    method: Method = "hybrid",
    embedder: "Embedder | None" = None,
    resamples: int = 2000,
    seed: int = 0,
) -> dict[str, object]:
    """Return nDCG, recall and reciprocal rank at ten sheets, each with its interval of 95 %.

    ``corpus_file`` is anything that :func:`corpus.read` reads; ``questions_file`` is JSON lines with
    ``question`` and ``expected``. Values are between 0 and 1; ``<measure>_interval`` is the percentile
    bootstrap over intents, since questions of one intent stand or fall together. One sheet is right for each
    question, hence nDCG = 1 / log2(1 + rank) (Järvelin and Kekäläinen 2002).

    Raises:
        Refused: a line of the questions is malformed, or expects a sheet that the corpus does not have.
    """
    sheets = [found for found in corpus.read(corpus_file, "corpus") if isinstance(found, Sheet)]
    asked = questions(questions_file)
    known = {sheet.id for sheet in sheets}
    if missing := sorted({one.expected for one in asked} - known):
        raise Refused(
            N_("{file}: the corpus has no sheet {id} ({count} such in all); give the right corpus"),
            file=questions_file.name, id=missing[0], count=len(missing),
        )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        index = Embedded(Path(folder), None if method == "lexical" else embedder or Nano())
        index.put(sheets, readers=frozenset({EVERYBODY}))
        if method != "lexical":
            index.embed()
        ranks = [rank(index, one, method) for one in asked]
    return summary(asked, ranks, resamples=resamples, seed=seed) | {"sheets": len(sheets), "method": method}


def questions(path: Path) -> list[Asked]:
    """Read the questions, one JSON object a line."""
    found = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            said = json.loads(line)
            found.append(Asked(str(said["question"]), str(said["expected"])))
        except (ValueError, KeyError, TypeError):
            raise Refused(
                N_("{file}, line {line}: not an object with 'question' and 'expected'; write one a line"),
                file=path.name, line=number,
            ) from None  # fmt: skip
    if not found:
        raise Refused(N_("{file}: no question in it; write one JSON object a line"), file=path.name)
    return found


def rank(index: Index, asked: Asked, method: Method = "hybrid") -> int | None:
    """Return the rank of the expected sheet among the first ten, from 1; None beyond."""
    hits = index.search(asked.question, access=Access(), limit=_PASSAGES, method=method)
    ids = [hit.sheet.id for hit in best_sheets(hits, _TEN)]
    return ids.index(asked.expected) + 1 if asked.expected in ids else None


MEASURES: dict[str, Callable[[int | None], float]] = {
    "ndcg@10": lambda place: 1 / math.log2(1 + place) if place else 0.0,
    "recall@10": lambda place: 1.0 if place else 0.0,
    "mrr@10": lambda place: 1 / place if place else 0.0,
}


def summary(
    asked: Sequence[Asked], ranks: Sequence[int | None], *, resamples: int = 2000, seed: int = 0
) -> dict[str, object]:
    """Return the measures of ranks and their intervals."""
    intents: dict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(asked):
        intents[one.expected].append(at)
    groups = list(intents.values())
    found: dict[str, object] = {}
    for name, measure in MEASURES.items():
        values = [measure(place) for place in ranks]
        found[name] = sum(values) / len(values)
        totals = [(sum(values[at] for at in group), len(group)) for group in groups]
        chance = random.Random(seed)  # noqa: S311 - a resampling, not a secret
        drawn = []
        for _ in range(resamples):
            some = chance.choices(totals, k=len(totals))
            drawn.append(sum(total for total, _ in some) / sum(count for _, count in some))
        drawn.sort()
        low, high = (drawn[round(share * (len(drawn) - 1))] for share in (0.025, 0.975))
        found[f"{name}_interval"] = (low, high)
    return found | {"questions": len(asked), "intents": len(groups), "seed": seed, "resamples": resamples}
