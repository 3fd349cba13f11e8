"""Sorting inside the kernels: the sort of Shell (1959) with gaps of Ciura (2001), quick on short lists.

Numba's own sorts are compiled anew into every kernel, for seconds each.
"""

import numba


@numba.njit(cache=True, nogil=True)
def ascending(values):
    """Sort whole numbers in place."""
    count = len(values)
    gap = _first_gap(count)
    while gap:
        for i in range(gap, count):
            value = values[i]
            j = i
            while j >= gap and values[j - gap] > value:
                values[j] = values[j - gap]
                j -= gap
            values[j] = value
        gap = _next_gap(gap)


@numba.njit(cache=True, nogil=True)
def heaviest(codes, weight):
    """Sort codes in place by falling ``weight[code]``, equal weights by code."""
    count = len(codes)
    gap = _first_gap(count)
    while gap:
        for i in range(gap, count):
            code = codes[i]
            own = weight[code]
            j = i
            while j >= gap and (
                weight[codes[j - gap]] < own or (weight[codes[j - gap]] == own and codes[j - gap] > code)
            ):
                codes[j] = codes[j - gap]
                j -= gap
            codes[j] = code
        gap = _next_gap(gap)


@numba.njit(cache=True, nogil=True)
def _first_gap(count):
    gap = 1
    while _wider_gap(gap) < count:
        gap = _wider_gap(gap)
    return gap if count > 1 else 0


@numba.njit(cache=True, nogil=True)
def _wider_gap(gap):
    if gap == 1:
        return 4
    if gap == 4:
        return 10
    if gap == 10:
        return 23
    return gap * 9 // 4


@numba.njit(cache=True, nogil=True)
def _next_gap(gap):
    narrower = 0
    trial = 1
    while trial < gap:
        narrower = trial
        trial = _wider_gap(trial)
    return narrower
