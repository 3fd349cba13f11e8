"""How well and how fast the assistant finds the sheet that answers, beside peers on the same questions.

Bars: nDCG@10 of .82 on the CNIL's questions; p50 under 5 ms by words and under 25 ms hybrid on 30,000
passages with one thread, 300 sheets/s imported without vectors (processor time, best of 5); under 700 MB. The
questions (78 of 26 intents, by users of the CNIL's site, over its 503 sheets) are of the development data and
not shipped; half of the intents chose the settings (seed 5), the figures of the other half stand apart.
Intervals: bootstrap over intents. Peers: SQLite FTS5 (one table, title doubled), tantivy (French stems, title
doubled, one query), Haystack (BM25, vectors of the same model, reciprocal ranks), each as its documentation
shows it.

    BACASABLE_DATA=... python benchmarks/assistant.py [--corpus FOLDER] [--bodies]

With ``--corpus``, anything that is imported (the npm package of service-public.fr): import, latency and
memory there. Vectors are drawn at random for that, since time does not depend on what they say; the
question is embedded by the real model.

With ``--bodies``, a second set alone: 413 questions that are titles of the shipped sheets of
service-public.fr (seed 5), over all 3,603 sheets without their titles (bar: nDCG@10 of .78). A sheet has one
vector there, of its first 200 characters: the shipped vectors know the titles. They are computed once, in
some ten minutes of processor time, and kept in ``.bench``.
"""

import argparse
import os
import random
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import cast

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # read when numpy is imported
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from bacasable.services.assistant.engine import corpus, evaluation
from bacasable.services.assistant.engine.corpus.snapshot import Snapshot
from bacasable.services.assistant.engine.retrieval import Embedded, Index, Method, Nano, best_sheets
from bacasable.services.assistant.engine.retrieval.terms import LONGEST, titled
from bacasable.services.assistant.engine.sheets import EVERYBODY, Access, Sheet
from benchmarks.harness import ROOT, quantile, result, table
from benchmarks.peer import peer

SEED = 5
#: How often what is timed is done.
TIMES = 5
EVERYONE = frozenset({EVERYBODY})
METHODS: tuple[Method, ...] = ("lexical", "semantic", "hybrid")
Found = Callable[[str], list[str]]


def main() -> None:
    asked_for = argparse.ArgumentParser(description=__doc__)
    asked_for.add_argument("--corpus", type=Path)
    asked_for.add_argument("--bodies", action="store_true")
    given = asked_for.parse_args()
    figures: dict[str, object] = {}
    data = Path(os.environ.get("BACASABLE_DATA", "")) / "assistant"
    if given.bodies:
        figures |= bodies()
    elif (data / "cnil_faq.jsonl").exists():
        figures |= quality(data / "cnil_faq.jsonl", data / "cnil_questions_dev.jsonl")
    else:
        print("BACASABLE_DATA names no folder with assistant/cnil_faq.jsonl: quality is not measured")
    if given.corpus:
        figures |= speed(given.corpus)
    result(figures)


def quality(corpus_file: Path, questions_file: Path) -> dict[str, object]:
    """Print nDCG@10 and more of each system; return the figures of ours."""
    sheets = [one for one in corpus.read(corpus_file, "cnil") if isinstance(one, Sheet)]
    asked = evaluation.questions(questions_file)
    intents = sorted({one.expected for one in asked})
    random.Random(SEED).shuffle(intents)
    chosen = set(intents[: len(intents) // 2])
    with tempfile.TemporaryDirectory() as folder:
        index = Embedded(Path(folder) / "index", Nano())
        index.put(sheets, readers=EVERYONE)
        index.embed()
        systems: dict[str, Found] = {f"bacasable, {name}": ours(index, name) for name in METHODS}
        systems["SQLite FTS5"] = fts5(sheets)
        systems["tantivy"] = tantivy(sheets)
        answers = {name: [system(one.question) for one in asked] for name, system in systems.items()}
        task = {
            "sheets": [{"id": one.id, "title": one.title, "text": one.text} for one in sheets],
            "questions": [one.question for one in asked],
        }
        for name, found in peer("haystack", "haystack_search.py", task, Path(folder))["found"].items():
            answers[f"Haystack, {name}"] = found
    rows: list[dict[str, object]] = []
    figures: dict[str, object] = {}
    for name, found in answers.items():
        ranks = [
            ids.index(one.expected) + 1 if one.expected in ids else None
            for one, ids in zip(asked, found, strict=True)
        ]
        whole = evaluation.summary(asked, ranks)
        apart = [(one, place) for one, place in zip(asked, ranks, strict=True) if one.expected not in chosen]
        other = evaluation.summary([one for one, _ in apart], [place for _, place in apart])
        low, high = cast("tuple[float, float]", whole["ndcg@10_interval"])
        rows.append(
            {
                "system": name,
                "nDCG@10": f"{whole['ndcg@10']:.3f}",
                "95 %": f"{low:.3f}-{high:.3f}",
                "recall@10": f"{whole['recall@10']:.3f}",
                "MRR@10": f"{whole['mrr@10']:.3f}",
                "nDCG@10, intents that chose nothing": f"{other['ndcg@10']:.3f}",
            }
        )
        if name.startswith("bacasable"):
            figures[name] = whole
    table(rows)
    return figures


def bodies() -> dict[str, object]:
    """Print how well a sheet without title is found by the question that its title was."""
    with Snapshot.shipped() as snapshot:
        sheets = list(snapshot.sheets("bodies"))
    asked = [
        evaluation.Asked(one.title, one.id)
        for one in sheets
        if one.kind == "question" and one.title.strip().endswith("?")
    ]
    asked = random.Random(SEED).sample(asked, 413)
    bare = [replace(one, title="") for one in sheets]
    kept, embedder = ROOT / ".bench" / "bodies.npy", Nano()
    if not kept.exists():
        kept.parent.mkdir(exist_ok=True)
        np.save(kept, np.concatenate([embedder.queries([titled(one)]) for one in bare]))
    rows = dict(zip((one.id for one in bare), np.load(kept, allow_pickle=False), strict=True))
    figures: dict[str, object] = {}
    shown: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory() as folder:
        index = Embedded(Path(folder), embedder)
        index.put(bare, readers=EVERYONE, vectors=lambda sheet: rows[sheet.id][None])
        for method in METHODS:
            found = evaluation.summary(asked, [evaluation.rank(index, one, method) for one in asked])
            low, high = cast("tuple[float, float]", found["ndcg@10_interval"])
            row: dict[str, object] = {"titles against bodies": method, "nDCG@10": f"{found['ndcg@10']:.3f}"}
            shown.append(row | {"95 %": f"{low:.3f}-{high:.3f}", "recall@10": f"{found['recall@10']:.3f}"})
            figures[f"bodies, {method}"] = found
    table(shown)
    return figures


def ours(index: Index, method: Method) -> Found:
    def search(question: str) -> list[str]:
        hits = index.search(question, access=Access(), limit=100, method=method)
        return [hit.sheet.id for hit in best_sheets(hits)]

    return search


def fts5(sheets: Sequence[Sheet]) -> Found:
    """One table with accents removed, the words of the question joined by OR, bm25 with the title doubled."""
    database = sqlite3.connect(":memory:")
    database.execute(
        "CREATE VIRTUAL TABLE sheets USING fts5 "
        "(id UNINDEXED, title, text, tokenize='unicode61 remove_diacritics 2')"
    )
    database.executemany(
        "INSERT INTO sheets VALUES (?, ?, ?)", [(one.id, one.title, one.text) for one in sheets]
    )

    def search(question: str) -> list[str]:
        words = "".join(sign if sign.isalnum() else " " for sign in question).split()
        asked = " OR ".join(f'"{word}"' for word in words)
        found = "SELECT id FROM sheets WHERE sheets MATCH ? ORDER BY bm25(sheets, 0, 2, 1) LIMIT 10"
        return [id_ for (id_,) in database.execute(found, (asked,))]

    return search


def tantivy(sheets: Sequence[Sheet]) -> Found:
    """Its French stemmer, and its own reading of a question over the title, doubled, and the text."""
    from tantivy import Document, Filter, Index, SchemaBuilder, TextAnalyzerBuilder, Tokenizer

    builder = SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    for name in ("title", "text"):
        builder.add_text_field(name, tokenizer_name="fr")
    index = Index(builder.build())
    analyser = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.lowercase())
    index.register_tokenizer(
        "fr", analyser.filter(Filter.stopword("french")).filter(Filter.stemmer("french")).build()
    )
    writer = index.writer(15_000_000, 1)
    for one in sheets:
        writer.add_document(Document(id=one.id, title=one.title, text=one.text))
    writer.commit()
    index.reload()

    def search(question: str) -> list[str]:
        plain = "".join(sign if sign.isalnum() else " " for sign in question)
        query = index.parse_query(plain, ["title", "text"], field_boosts={"title": 2.0})
        searcher = index.searcher()
        return [searcher.doc(address)["id"][0] for _, address in searcher.search(query, 10).hits]

    return search


def speed(folder: Path) -> dict[str, object]:
    """Print how fast sheets are imported and found: processor time, best of :data:`TIMES`."""
    sheets = [one for one in corpus.read(folder, "corpus") if isinstance(one, Sheet)]
    chance = np.random.default_rng(SEED)
    counts = {one.id: 1 + sum(1 for _ in one.passages(LONGEST)) for one in sheets}

    def drawn(sheet: Sheet) -> np.ndarray:
        rows = chance.standard_normal((counts[sheet.id], Nano.dimensions), np.float32)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)

    with tempfile.TemporaryDirectory() as place:
        imported = min(import_seconds(folder, Path(place) / f"without-{time_}") for time_ in range(TIMES))
        model = Nano()
        index = Embedded(Path(place) / "with", model)
        index.put(sheets, readers=EVERYONE, vectors=drawn)
        titles = [one.title for one in random.Random(SEED).sample(sheets, min(200, len(sheets)))]
        index.search(titles[0], access=Access())
        spent: dict[str, list[float]] = {}
        for method in METHODS:
            search = partial(index.search, access=Access(), method=method)
            spent[method] = [best(partial(search, title)) for title in titles]
        spent["the model alone"] = [best(partial(model.queries, [title])) for title in titles]
        spent["its products in float32, 16 words"] = [best(products_in_floats())]
    rows: list[dict[str, object]] = [
        {"what": what, "p50 (ms)": f"{quantile(each, 0.5):.1f}", "p95 (ms)": f"{quantile(each, 0.95):.1f}"}
        for what, each in spent.items()
    ]
    table(rows)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures: dict[str, object] = {f"{what}, p50 ms": quantile(each, 0.5) for what, each in spent.items()}
    figures |= {
        "sheets": len(sheets),
        "passages": sum(counts.values()) - len(sheets),
        "sheets/s read and indexed": len(sheets) / imported,
        "peak memory, this whole benchmark (MB)": peak,
    }
    print(
        f"{len(sheets):,} sheets of {figures['passages']:,} passages, {len(sheets) / imported:.0f} a second"
    )
    return figures


def import_seconds(folder: Path, place: Path) -> float:
    """Return the processor seconds that reading a corpus and indexing it without vectors takes."""
    begun = time.process_time()
    sheets = (one for one in corpus.read(folder, "corpus") if isinstance(one, Sheet))
    Embedded(place).put(sheets, readers=EVERYONE)
    return time.process_time() - begun


def products_in_floats() -> Callable[[], object]:
    """Return the products of matrices of the model on 16 words, in float32: what another engine would do."""
    words, wide = np.ones((16, 384), np.float32), np.ones((16, 1536), np.float32)
    sizes = ((384, 1152), (384, 384), (384, 1536), (1536, 384))
    layers = [[np.ones(size, np.float32) for size in sizes] for _ in range(12)]

    def products() -> None:
        for layer in layers:
            for matrix in layer:
                (words if len(matrix) == 384 else wide) @ matrix

    return products


def best(call: Callable[[], object]) -> float:
    """Return the milliseconds of the processor that a call takes, best of :data:`TIMES`."""
    spent = []
    for _ in range(TIMES):
        begun = time.process_time()
        call()
        spent.append(1000 * (time.process_time() - begun))
    return min(spent)


if __name__ == "__main__":
    main()
