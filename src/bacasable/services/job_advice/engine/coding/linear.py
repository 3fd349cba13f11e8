"""A softmax over occupations from sparse features, a byte a weight."""

from typing import NamedTuple

import numpy as np
import scipy.sparse as sp
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float32]


class Settings(NamedTuple):
    """How the softmax is learnt: rounds, first step, share of features hidden at each step, times.

    Learnt several ``times``, in other orders, it is the mean of those weights: chance moves it less, and
    reading takes no longer.
    """

    rounds: int = 5
    step: float = 5.0
    hidden: float = 0.3
    times: int = 1


#: For titles. Between seeds, one softmax differs by half a point of top-1.
SETTINGS = Settings(times=3)


@njit(cache=True, fastmath=True)
def _one_round(
    ptr, idx, val, label_ptr, label_idx, label_val, weights, W, bias, order, first, last, hidden, seed
):
    np.random.seed(seed)
    classes = W.shape[1]
    count = len(order)
    z = np.empty(classes, np.float32)
    grown = np.float32(1.0 / (1.0 - hidden))
    for done in range(count):
        row = order[done]
        step = np.float32((first + (last - first) * done / count) * weights[row])
        z[:] = bias
        kept = np.empty(ptr[row + 1] - ptr[row], np.bool_)
        for at in range(ptr[row], ptr[row + 1]):
            seen = hidden == 0 or np.random.random() >= hidden
            kept[at - ptr[row]] = seen
            if seen:
                value = val[at] * grown
                line = W[idx[at]]
                for c in range(classes):
                    z[c] += value * line[c]
        top = z.max()
        total = np.float32(0)
        for c in range(classes):
            z[c] = np.exp(z[c] - top)
            total += z[c]
        share = -step / total
        for c in range(classes):
            z[c] *= share
        for at in range(label_ptr[row], label_ptr[row + 1]):
            z[label_idx[at]] += step * label_val[at]
        for at in range(ptr[row], ptr[row + 1]):
            if kept[at - ptr[row]]:
                value = val[at] * grown
                line = W[idx[at]]
                for c in range(classes):
                    line[c] += value * z[c]
        for c in range(classes):
            bias[c] += np.float32(0.05) * z[c]


def learn(
    features: sp.csr_matrix, labels: sp.csr_matrix, weights: Floats, settings: Settings, seed: int
) -> tuple[Floats, Floats]:
    """Return the weights ``[feature, class]`` and the bias ``[class]`` from ``features`` to ``labels``.

    ``features`` ``[title, feature]`` rows of length 1; ``labels`` ``[title, class]`` rows that add up to 1;
    ``weights`` ``(titles,)`` what each title counts.
    """
    W, bias = _learnt(features, labels, weights, settings, seed)
    for time in range(1, settings.times):
        other, its_bias = _learnt(features, labels, weights, settings, seed + 1000 * time)
        W += other
        bias += its_bias
    W /= settings.times
    bias /= settings.times
    return W, bias


def _learnt(
    features: sp.csr_matrix, labels: sp.csr_matrix, weights: Floats, settings: Settings, seed: int
) -> tuple[Floats, Floats]:
    W = np.zeros((features.shape[1], labels.shape[1]), np.float32)
    bias = np.zeros(labels.shape[1], np.float32)
    dice = np.random.default_rng(seed)
    for turn in range(settings.rounds):
        _one_round(
            features.indptr.astype(np.int64), features.indices.astype(np.int32),
            features.data.astype(np.float32),
            labels.indptr.astype(np.int64), labels.indices.astype(np.int32), labels.data.astype(np.float32),
            weights.astype(np.float32), W, bias, dice.permutation(features.shape[0]),
            settings.step * (1 - turn / settings.rounds), settings.step * (1 - (turn + 1) / settings.rounds),
            settings.hidden, seed + turn,
        )  # fmt: skip
    return W, bias


def in_bytes(W: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Return ``W`` in one byte a weight, and the scale of each row: ``W ~ bytes * scale[:, None]``."""
    scale = np.maximum(np.abs(W).max(axis=1), 1e-9) / 127
    return np.rint(W / scale[:, None]).astype(np.int8), scale.astype(np.float32)
