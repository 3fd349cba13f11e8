"""Nearest released records of the people attacked, in portions so that progress shows and Ctrl-C is heard."""

from typing import TYPE_CHECKING

from bacasable.privacy.attacks.measured import Progress

if TYPE_CHECKING:
    from bacasable.privacy.attacks.tables import Array

_PORTION = 200


def nearest_records(
    queries: "Array",
    candidates: "Array",
    k: int = 1,
    progress: Progress | None = None,
    doing: str = "searching nearest records",
) -> "tuple[Array, Array]":
    """Return indexes and distances, shape (queries, k), of the nearest of ``candidates``, nearest first.

    Both tables have shape (columns, rows), as :meth:`tables.Coded.for_distances` scales them. Equally near
    candidates come in their order: shuffle them for no preference.
    """
    import numpy as np

    from bacasable.privacy.attacks.kernels import nearest

    candidates = np.ascontiguousarray(candidates)
    n = queries.shape[1]
    parts = []
    for start in range(0, n, _PORTION):
        if progress is not None:
            progress(doing, start, n)
        parts.append(nearest(np.ascontiguousarray(queries[:, start : start + _PORTION]), candidates, k))
    if progress is not None:
        progress(doing, n, n)
    return np.vstack([found for found, _ in parts]), np.vstack([distances for _, distances in parts])
