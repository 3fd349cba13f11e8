"""Mobilities: do the ways out of an occupation that experts named come among the first ten proposed?

Cross-fitted by occupation left: the mobilities of a tenth of the occupations are hidden, those of the others
are what ``experts_from_near`` and ``experts_often`` read, and each tenth is hidden in turn. The weights of
``scoring/weights.toml`` were learnt (:func:`learnt`) on the occupations of the "seen" half alone; the figure
that counts is that of the "unseen" half, which was not looked at before. The mobilities of older versions of
the ROME are not read at all: newer ones inherit from them.
"""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from bacasable.privacy.messages import N_, Refused
from bacasable.services.job_advice.engine.evaluation.resampling import mean_with_interval
from bacasable.services.job_advice.engine.evaluation.splits import bucket, half
from bacasable.services.job_advice.engine.referential import Referential, import_archives
from bacasable.services.job_advice.engine.scoring.kinship import KIN, Kinship, alike, rarity, words_of
from bacasable.services.job_advice.engine.scoring.weights import Weights

Floats = NDArray[np.float32]
FOLDS, FIRST = 10, 10
#: Of the values of nearness, those that read what experts say of other occupations.
EXPERTS = ("experts_from_near", "experts_often")
_RIDGE, _STEPS, _ENOUGH = 1e-3, 25, 1e-6

Score = Mapping[str, float | int]


def evaluate(folder: Path, seed: int = 1) -> dict[str, object]:
    """Return the scores of :func:`of_base` on the archives in ``folder``.

    Raises:
        Refused: the folder cannot be imported, or has no mobilities.
    """
    with TemporaryDirectory() as made:
        import_archives(folder, Path(made))
        return of_base(Referential.open(Path(made)), seed)


def of_base(referential: Referential, seed: int = 1, weights: Weights | None = None) -> dict[str, object]:
    """Return ``recall@10`` over all occupations with mobilities, and by half, with intervals and baselines.

    The recall of an occupation is the share of its mobilities among the ten best scored others; intervals
    resample occupations. ``without_experts`` is the same where nothing is read of other occupations'
    mobilities.

    Raises:
        Refused: the base has no mobilities.
    """
    weights = weights or Weights.standard()
    kinship, codes = _kinship(referential, weights), referential.occupations["code"].to_list()
    alone = {**weights.mobility, **dict.fromkeys(EXPERTS, 0.0)}
    recalls = {
        "ours": recall(cross_fitted(kinship, codes, weights.mobility), kinship.links),
        "without_experts": recall(cross_fitted(kinship, codes, alone), kinship.links),
        **{name: recall(made, kinship.links) for name, made in baselines(referential, seed).items()},
    }
    asked = kinship.links.any(axis=1)
    unseen = np.array([half(f"mobility:{code}") == "unseen" for code in codes])
    ours = recalls["ours"]
    return {
        "recall@10": mean_with_interval(ours[asked], seed)["value"],
        "intervals": {"recall@10": mean_with_interval(ours[asked], seed)},
        "links": int(kinship.links.sum()),
        "occupations": int(asked.sum()),
        "whole": {name: mean_with_interval(one[asked], seed) for name, one in recalls.items()},
        "unseen": {name: mean_with_interval(one[asked & unseen], seed) for name, one in recalls.items()},
        "seen": {name: mean_with_interval(one[asked & ~unseen], seed) for name, one in recalls.items()},
        "weights": weights.digest,
        "notes": ["weights learnt on the seen half; each tenth of the occupations hidden in turn"],
    }


def cross_fitted(kinship: Kinship, codes: list[str], weights: Mapping[str, float]) -> Floats:
    """Return the scores of all pairs, f32 [n, n], each row with the mobilities of its tenth hidden."""
    folds = np.array([bucket(f"mobility:{code}", FOLDS) for code in codes])
    made = np.empty(kinship.links.shape, np.float32)
    for fold in range(FOLDS):
        asked = np.flatnonzero(folds == fold)
        made[asked] = kinship.scores(weights, folds != fold, asked)
    return made


def recall(scores: Floats, links: NDArray[np.bool_], first: int = FIRST) -> NDArray[np.float64]:
    """Return the share of the links of each row among its ``first`` best, f64 [n]; NaN where none."""
    scores = scores.copy()
    np.fill_diagonal(scores, -np.inf)
    best = np.argsort(-scores, axis=1, kind="stable")[:, :first]
    hits = np.take_along_axis(links, best, axis=1).sum(axis=1)
    count = links.sum(axis=1)
    return np.divide(hits, count, out=np.full(len(count), np.nan), where=count > 0)


def baselines(referential: Referential, seed: int) -> dict[str, Floats]:
    """Return the scores of plain ways: chance, words of labels, skills covered, rare skills shared."""
    asked = csr_array(referential.occupation_skills, dtype=np.float32)
    n = asked.shape[0]
    rare = csr_array(asked, copy=True)
    rare.data = rare.data * rarity(asked)[rare.indices].astype(np.float32)
    shared = np.asarray((asked @ asked.T).todense(), dtype=np.float32)
    wanted = np.maximum(np.asarray(asked.sum(axis=1)).ravel(), 1)
    labels = words_of(list(enumerate(referential.occupations["label"].to_list())), n)
    labels.data = labels.data * rarity(labels)[labels.indices].astype(np.float32)
    return {
        "random": np.random.default_rng(seed).random((n, n), dtype=np.float32),
        "label": alike(labels),
        "coverage": (shared / wanted[None, :]).astype(np.float32),
        "idf_cosine": alike(rare),
    }


def learnt(referential: Referential, weights: Weights | None = None) -> dict[str, float]:
    """Return the weights of nearness that fit the mobilities of the "seen" half best.

    A choice of the named targets among all others (conditional logit, Newton's method, a small ridge); what
    experts say is read from the seen half alone, without the occupation itself.
    """
    kinship = _kinship(referential, weights or Weights.standard())
    codes = referential.occupations["code"].to_list()
    seen = np.array([half(f"mobility:{code}") == "seen" for code in codes])
    rows = np.flatnonzero(seen & kinship.links.any(axis=1))
    n = len(codes)
    told = np.concatenate([kinship.tables, kinship.experts(seen)])[:, rows]
    others = np.arange(n)[None, :] != rows[:, None]
    values = np.moveaxis(told, 0, 2)[others].reshape(len(rows), n - 1, len(KIN))
    named = kinship.links[rows][others].reshape(len(rows), n - 1).astype(np.float32)
    return dict(zip(KIN, _logit(values, named).tolist(), strict=True))


def _logit(values: Floats, named: Floats) -> NDArray[np.float64]:
    """Return the weights, f64 [k], of f32 [rows, choices, k] that make the ``named`` most likely."""
    rows, choices, k = values.shape
    shares = named / named.sum(axis=1, keepdims=True)
    flat = values.reshape(-1, k)
    wanted = np.einsum("rck,rc->k", values, shares, dtype=np.float64) / rows
    made = np.zeros(k)

    def at(weights: NDArray[np.float64]) -> tuple[float, Floats]:
        scores = (flat @ weights.astype(np.float32)).reshape(rows, choices)
        top = scores.max(axis=1, keepdims=True)
        odds = np.exp(scores - top)
        total = odds.sum(axis=1, keepdims=True)
        loss = float((top + np.log(total)).mean() - wanted @ weights + _RIDGE * weights @ weights)
        return loss, odds / total

    loss, odds = at(made)
    for _ in range(_STEPS):
        means = np.einsum("rck,rc->rk", values, odds)
        slope = means.mean(axis=0) - wanted + 2 * _RIDGE * made
        curve = (flat * (odds.reshape(-1, 1) / rows)).T @ flat - means.T @ means / rows
        step = np.linalg.solve(curve.astype(np.float64) + 2 * _RIDGE * np.eye(k), slope)
        share = 1.0
        while share > 1e-3 and at(made - share * step)[0] >= loss:
            share /= 2
        if share <= 1e-3:
            break
        made = made - share * step
        before, (loss, odds) = loss, at(made)
        if before - loss < _ENOUGH:
            break
    return made


def _kinship(referential: Referential, weights: Weights) -> Kinship:
    if not referential.mobilities.height:
        raise Refused(N_("no mobilities in this base: import unix_rubrique_mobilite of the ROME"))
    settings = weights.settings
    return Kinship.of(
        referential, directions=int(settings["directions"]), neighbours=int(settings["neighbours"])
    )
