"""Titles to occupations, certifications to occupations, labels of ESCO: ours beside plain models, in one run.

    make bench NAME=job_advice_coding

On the official archives (``BACASABLE_DATA/job_advice``). Splits were fixed before anything was tuned
(``engine/evaluation/splits.py``): weights were chosen on the "seen" halves, tuned buckets of certifications;
"unseen" rows were opened for this table. Titles: learnt from ROME 3.47, tested on what ROME 4.60 adds, coded
into the groups of 3.47. Peers learn from the titles of 3.47 alone, as published baselines do, except where
the row says otherwise. Intervals: 95 %, 2,000 resamples of the cases. ``--embedder`` adds the rows that need
an hour of multilingual-e5-small (MELO with embeddings, nearest titles by embeddings).
"""

import os
import random
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from bacasable.services.job_advice.engine.coding import code_skills
from bacasable.services.job_advice.engine.coding.labels import embedded
from bacasable.services.job_advice.engine.coding.titles import TitleCoder
from bacasable.services.job_advice.engine.evaluation import melo, rncp, titles
from bacasable.services.job_advice.engine.evaluation.archives import Archives
from bacasable.services.job_advice.engine.evaluation.resampling import mean_with_interval
from bacasable.services.job_advice.engine.evaluation.splits import REPORTED_BUCKETS, bucket, half
from bacasable.services.job_advice.engine.referential import Referential, forms, import_archives
from benchmarks.harness import ROOT, result, table

SEED = 0
#: What nobody takes for a job: how many of them the coder declines. Written before it was run on them.
NOT_TITLES = (
    *(
        "bonsoir",
        "je voudrais un rendez-vous",
        "Toulouse",
        "avenue de la République",
        "01/02/2023",
        "permis C",
    ),
    *(
        "espagnol lu et parlé",
        "bac pro",
        "pas d'idée",
        "peu importe",
        "samedi",
        "voiture",
        "chien",
        "musique",
    ),
    *("tennis", "cinéma", "fatigue", "divorce", "dettes", "famille", "logement", "déménagement", "plage"),
    *("montagne", "vert", "grand", "qsdfghjkl", "1234", "!!!", "merci d'avance", "cordialement", "salut"),
    *("mon fils", "ma voisine", "hier", "bientôt", "trop loin", "mal au dos", "pas de voiture", "wifi"),
)
SVC = "char 2-5-gram LinearSVC"
_E5 = "multilingual-e5-small nearest title"
_KEPT = ROOT / ".bench" / "job_titles.npz"


def main() -> None:
    """Print the tables."""
    data = os.environ.get("BACASABLE_DATA")
    if not data or not (Path(data) / "job_advice").is_dir():
        sys.exit("BACASABLE_DATA does not say where the archives of trades are")
    folder, embeds = Path(data) / "job_advice", "--embedder" in sys.argv
    told: dict[str, Any] = {"seed": SEED}
    told["titles"] = of_titles(folder, embeds)
    told["rncp"] = of_certifications(folder)
    told["melo"] = of_labels(folder, embeds)
    told["skills"] = of_skills(folder)
    result(told)


def of_titles(folder: Path, embeds: bool) -> dict[str, Any]:
    """Print ours and the peers on the added titles."""
    ours = titles.evaluate(folder, SEED)
    archives = Archives.of(folder)
    before = archives.titles_before()
    added = [row for row in archives.titles_added().iter_rows() if row[2] in set(before["code"])]
    both = [forms(text) for _, text, _ in added]
    right = np.array([code for _, _, code in added])
    unseen = np.array([half(f"title:{ogr}") == "unseen" for ogr, _, _ in added])
    rows: dict[str, dict[str, Any]] = {
        "ours": {
            **ours["intervals"],
            "unseen_top1": ours["unseen"]["top1"],
            "unseen_top5": ours["unseen"]["top5"],
            "gender_disagreement": ours["gender_disagreement"],
            "typo_cost_top1": ours["typo_cost_top1"],
            "titles_per_second": ours["titles_per_second"],
        }
    }
    alone = TitleCoder.train(
        archives.wordings(before, with_esco=False, certifications=False).titled(), calibrate=False
    )
    peers: dict[str, Callable[[Sequence[str]], list[list[str]]]] = {
        "ours, titles of 3.47 alone": lambda asked: alone.code_groups(asked).codes,
        SVC: _svc(before),
        "char 2-5-gram nearest title": _nearest(before, _char_likeness),
    }
    if embeds:
        peers[_E5] = _nearest(before, _embedded_likeness, both=False)
    for name, peer in peers.items():
        start = time.process_time()
        masculine = peer([one for one, _ in both])
        speed = len(both) / (time.process_time() - start)
        first = np.array([found[0] == code for found, code in zip(masculine, right, strict=True)])
        five = np.array([code in found for found, code in zip(masculine, right, strict=True)])
        rows[name] = {
            "top1": mean_with_interval(first, SEED),
            "top5": mean_with_interval(five, SEED),
            "unseen_top1": mean_with_interval(first[unseen], SEED),
            "unseen_top5": mean_with_interval(five[unseen], SEED),
        }
        if name == _E5:  # its vectors are remembered: no speed; some minutes for the feminines and the slips
            continue
        feminine = peer([other for _, other in both])
        dice = random.Random(SEED)
        slips = peer([titles.with_a_slip(one, dice) for one, _ in both])
        slipped = np.mean([found[:1] == [code] for found, code in zip(slips, right, strict=True)])
        pairs = zip(masculine, feminine, both, strict=True)
        differs = [one[0] != other[0] for one, other, two in pairs if two[0] != two[1]]
        rows[name] |= {
            "gender_disagreement": float(np.mean(differs)),
            "typo_cost_top1": float(first.mean() - slipped),
            "titles_per_second": round(speed),
        }
    table([{"titles added by ROME 4.60": name, **_shown(row)} for name, row in rows.items()])
    full = TitleCoder.train(archives.wordings(before).titled(), seed=SEED)
    declined = float(full.code_groups(list(NOT_TITLES)).abstains.mean())
    print(
        f"declined: {declined:.1%} of {len(NOT_TITLES)} texts that are no job, "
        f"{ours['abstains']:.1%} of the added titles; top-1 by share answered, surest first: "
        f"{ours['top1_at_coverage']}; calibration error {ours['calibration_error']}"
    )
    return {**ours, "declined_of_no_titles": declined, "peers": rows}


def _shown(row: Mapping[str, Any]) -> dict[str, object]:
    return {
        **{name: _said(row[name]) for name in ("top1", "top5", "unseen_top1", "unseen_top5")},
        "gender": f"{row['gender_disagreement']:.1%}" if "gender_disagreement" in row else "-",
        "slip costs": f"{row['typo_cost_top1']:.1%}" if "typo_cost_top1" in row else "-",
        "a second": f"{row['titles_per_second']:,}" if "titles_per_second" in row else "-",
    }


def of_certifications(folder: Path) -> dict[str, Any]:
    """Print ours and the peers on active certifications of the reported buckets."""
    ours = rncp.evaluate(folder, SEED)
    archives = Archives.of(folder)
    rows, named = archives.certified()
    newest = archives.frame("titles").select(code=pl.coalesce("code_rome_parent", "code_rome"))
    groups = set(newest["code"].drop_nulls())
    asked = [
        (title, set(named.get(number, ())) & groups)
        for number, title, active in rows
        if active and bucket("rncp:" + " ".join(title.lower().split()), 10) in REPORTED_BUCKETS
    ]
    asked = [(title, codes) for title, codes in asked if codes]
    found = _nearest(archives.titles_before(), _char_likeness)([title for title, _ in asked])
    first = mean_with_interval([one[0] in codes for one, (_, codes) in zip(found, asked, strict=True)], SEED)
    five = mean_with_interval(
        [bool(set(one) & codes) for one, (_, codes) in zip(found, asked, strict=True)], SEED
    )
    hits = {"ours": ours["intervals"], "char 2-5-gram nearest title of 3.47": {"hit@1": first, "hit@5": five}}
    table(
        [
            {"active certifications": name, "hit@1": _said(one["hit@1"]), "hit@5": _said(one["hit@5"])}
            for name, one in hits.items()
        ]
    )
    return {**ours, "peers": {"char nearest title": {"hit@1": first, "hit@5": five}}}


def of_labels(folder: Path, embeds: bool) -> dict[str, Any]:
    """Print ours and the peers on MELO."""
    told = {"ours, without embeddings": melo.evaluate(folder, SEED, embedder=None)}
    archives = Archives.of(folder)
    queries, corpus = archives.melo("queries"), archives.melo("corpus_elements")
    place = {element: at for at, element in enumerate(corpus["element"])}
    relevant: dict[str, list[int]] = {}
    for query, _, element, _ in archives.melo("annotations").iter_rows():
        relevant.setdefault(query, []).append(place[element])
    peers = {"char TF-IDF alone": _char_likeness}
    if embeds:
        told = {"ours": melo.evaluate(folder, SEED, embedder=_remembered), **told}
        peers["multilingual-e5-small alone"] = _embedded_likeness
    unseen = np.array([half(f"melo:{query}") == "unseen" for query in queries["query"]])
    for name, likeness in peers.items():
        scores = likeness(queries["text"].to_list(), corpus["text"].to_list())
        ranks = np.array(
            [
                melo.reciprocal_rank(line, np.array(relevant[query]))
                for query, line in zip(queries["query"], scores, strict=True)
            ]
        )
        told[name] = {
            "intervals": {"mrr": mean_with_interval(ranks, SEED)},
            "unseen": {"mrr": mean_with_interval(ranks[unseen], SEED)},
        }
    table(
        [
            {
                "MELO fra_fr": name,
                "MRR": _said(one["intervals"]["mrr"]),
                "unseen MRR": _said(one["unseen"]["mrr"]),
            }
            for name, one in told.items()
        ]
    )
    return told


def of_skills(folder: Path, count: int = 300) -> dict[str, Any]:
    """Print how often a skill found in an occupation's definition is one that the occupation lists.

    Nothing was learnt from definitions. It is a lower bound: of the skills that say the same thing, an
    occupation lists one.
    """
    base = ROOT / ".bench" / "trades"
    import_archives(folder, base)
    referential = Referential.open(base)
    place = {ogr: at for at, ogr in enumerate(referential.skills["ogr"])}
    lists = referential.occupation_skills
    rows = list(referential.occupations.select("code", "definition").drop_nulls().iter_rows())
    random.Random(SEED).shuffle(rows)
    listed = []
    for code, definition in rows[:count]:
        own = set(lists[[referential.index_of(code)]].indices.tolist())
        listed += [place[one.ogr] in own for one in code_skills(referential, definition, 50)]
    told = {
        "listed": mean_with_interval(listed, SEED),
        "chance": float(lists.nnz / np.prod(lists.shape)),
        "definitions": count,
    }
    print(
        f"skills found in {count} definitions that their occupation lists: {_said(told['listed'])}; "
        f"by chance {told['chance']:.4f}"
    )
    return told


def _said(one: Any) -> str:
    return f"{one['value']:.3f} ({one['low']:.3f} to {one['high']:.3f})"


def _svc(before: pl.DataFrame) -> Callable[[Sequence[str]], list[list[str]]]:
    reader = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    model = LinearSVC().fit(reader.fit_transform(before["text"]), before["code"])

    def code(asked: Sequence[str]) -> list[list[str]]:
        scores = model.decision_function(reader.transform(asked))
        return [[model.classes_[at] for at in line] for line in np.argsort(-scores, axis=1)[:, :5]]

    return code


def _nearest(
    before: pl.DataFrame,
    likeness: Callable[[Sequence[str], Sequence[str]], np.ndarray[Any, Any]],
    *,
    both: bool = True,
) -> Callable[[Sequence[str]], list[list[str]]]:
    held = [
        (form, code)
        for text, code in before.select("text", "code").iter_rows()
        for form in dict.fromkeys(forms(text) if both else forms(text)[:1])
    ]

    def code(asked: Sequence[str]) -> list[list[str]]:
        made = []
        for at in range(0, len(asked), 500):
            order = np.argsort(-likeness(asked[at : at + 500], [form for form, _ in held]), axis=1)[:, :400]
            made += [list(dict.fromkeys(held[one][1] for one in line))[:5] for line in order.tolist()]
        return made

    return code


def _char_likeness(asked: Sequence[str], held: Sequence[str]) -> np.ndarray[Any, Any]:
    reader = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    columns = reader.fit_transform(held)
    return np.asarray((reader.transform(asked) @ columns.T).toarray())


def _embedded_likeness(asked: Sequence[str], held: Sequence[str]) -> np.ndarray[Any, Any]:
    return np.asarray(_remembered(list(asked)) @ _remembered(list(held)).T)


@cache
def _vectors() -> dict[str, np.ndarray[Any, Any]]:
    if not _KEPT.exists():
        return {}
    with np.load(_KEPT) as read:
        return dict(zip(read["texts"].tolist(), read["vectors"].astype(np.float32), strict=True))


def _remembered(texts: list[str]) -> np.ndarray[Any, Any]:
    """Return what the embedder says; what it said in an earlier run is read, for it says a text in 25 ms."""
    new = [text for text in dict.fromkeys(texts) if text not in _vectors()]
    if new:
        _vectors().update(zip(new, embedded(new), strict=True))
        _KEPT.parent.mkdir(exist_ok=True)
        np.savez(_KEPT, texts=np.array(list(_vectors())), vectors=np.stack(list(_vectors().values())))
    return np.stack([_vectors()[text] for text in texts])


if __name__ == "__main__":
    main()
