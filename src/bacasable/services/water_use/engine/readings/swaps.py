"""Two meters whose dials change places: each goes on where the other stopped."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

_FOREVER = 2**40


def swaps(resets: NDArray[np.int64], most_litres_per_hour: int) -> pl.DataFrame:
    """Return what to hold back: ``meter, since, until`` (seconds), a row for each stretch of a swapped meter.

    Two resets are a swap if they happened between the same readings, and each dial went on from the other's
    number by no more than a pipe lets through. A second swap of the same two ends the stretch.

    Args:
        resets: meter, seconds and millilitres of the reading before, seconds and millilitres of this one.
    """
    order = np.argsort(resets[:, 2], kind="stable")
    before = resets[order, 2]
    met: dict[tuple[int, int], list[int]] = {}
    for meter, since, was, at, now in resets:
        most = most_litres_per_hour * 1000 * max(1, (at - since) // 3600 + 1)
        low, high = np.searchsorted(before, [now - most, now + 1])
        for other in resets[order[low:high]]:
            together = other[1] < at and since < other[3]
            if meter < other[0] and together and 0 <= other[4] - was <= most:
                met.setdefault((int(meter), int(other[0])), []).append(int(min(at, other[3])))
    held = []
    for pair, times in met.items():
        stretches = sorted(times) + ([_FOREVER] if len(times) % 2 else [])
        for since, until in zip(stretches[::2], stretches[1::2], strict=True):
            held += [(meter, since, until) for meter in pair]
    return pl.DataFrame(held, schema=dict.fromkeys(("meter", "since", "until"), pl.Int64), orient="row")
