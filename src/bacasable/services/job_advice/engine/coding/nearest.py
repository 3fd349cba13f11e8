"""One pass over titles: the groups that a softmax ranks first, and the nearest title in each."""

import numpy as np
from numba import njit

from .grams import LEAST, MOST, WIDEST, write_grams
from .meaning import add_slot, to_length_one


@njit(cache=True, fastmath=True)
def code_all(
    data, starts, table, idf, weights, scale, meant_weights, bias, near_ptr, near_idx, near_val,
    meant_table, meant_vectors,
    meant_scale, title_meant, title_code, group_first, codes, counts, tried, k, by_group,
):  # fmt: skip
    """Return candidates ``(n, k)`` (codes, or groups; -1 for none) and their scores ``(n, k)``.

    ``group_first`` ``(groups + 1,)``: where the titles of each group start among those sorted by group and
    code. ``counts`` are what a cosine of grams to the nearest title of a group counts beside the logarithm of
    the group's chance, what a cosine of meanings counts, and what a code loses for being further than the
    nearest of its group, per unit of both.
    """
    count = len(starts) - 1
    groups = weights.shape[1]
    mask = len(table) - 1
    found = np.full((count, k), -1, np.int32)
    scores = np.full((count, k), np.float32(-1e9), np.float32)
    buffer = np.empty(WIDEST, np.int32)
    z = np.empty(groups, np.float32)
    query = np.zeros(len(idf), np.float32)
    meant = np.empty(meant_vectors.shape[1], np.float32)
    alike = np.zeros(codes, np.float32)
    means = np.zeros(codes, np.float32)
    best = np.empty(tried, np.int32)
    for row in range(count):
        size = write_grams(data, starts[row], starts[row + 1], LEAST, MOST, mask, buffer)
        ordered = np.sort(buffer[:size])
        used = 0
        length = np.float32(0)
        meant[:] = 0
        for at in range(size):
            if at > 0 and ordered[at] == ordered[at - 1]:
                continue
            add_slot(meant, meant_table[ordered[at]], meant_vectors, meant_scale)
            feature = table[ordered[at]]
            if feature >= 0:
                buffer[used] = feature
                used += 1
                length += idf[feature] * idf[feature]
        if used == 0:
            continue
        to_length_one(meant)
        length = np.float32(1.0) / np.sqrt(length)
        z[:] = bias
        for at in range(used):
            feature = buffer[at]
            value = idf[feature] * length
            query[feature] = value
            value *= scale[feature]
            line = weights[feature]
            for c in range(groups):
                z[c] += value * np.float32(line[c])
        for d in range(len(meant)):
            value = meant[d]
            dense = meant_weights[d]
            for c in range(groups):
                z[c] += value * dense[c]
        top = z.max()
        total = np.float32(0)
        for c in range(groups):
            total += np.exp(z[c] - top)
        shift = top + np.log(total)
        filled = 0
        for c in range(groups):
            if filled == tried and z[c] <= z[best[tried - 1]]:
                continue
            at = filled if filled < tried else tried - 1
            while at > 0 and z[best[at - 1]] < z[c]:
                best[at] = best[at - 1]
                at -= 1
            best[at] = c
            if filled < tried:
                filled += 1
        for rank in range(filled):
            group = best[rank]
            first, last = group_first[group], group_first[group + 1]
            group_alike = np.float32(0)
            group_means = np.float32(0)
            for title in range(first, last):
                likely = np.float32(0)
                for at in range(near_ptr[title], near_ptr[title + 1]):
                    likely += query[near_idx[at]] * near_val[at]
                close = np.float32(0)
                line = title_meant[title]
                for d in range(len(meant)):
                    close += meant[d] * line[d]
                code = title_code[title]
                alike[code] = max(alike[code], likely)
                means[code] = max(means[code], close)
                group_alike = max(group_alike, likely)
                group_means = max(group_means, close)
            near = counts[0] * group_alike + counts[1] * group_means
            score = z[group] - shift + near
            if by_group:
                _place(found, scores, row, k, group, score)
            for title in range(first, last):
                code = title_code[title]
                if title == first or title_code[title - 1] != code:
                    if not by_group:
                        own = counts[0] * alike[code] + counts[1] * means[code]
                        _place(found, scores, row, k, code, score - counts[2] * (near - own))
                    alike[code] = 0
                    means[code] = 0
        for at in range(used):
            query[buffer[at]] = 0
    return found, scores


@njit(cache=True)
def _place(found, scores, row, k, candidate, score):
    at = k
    while at > 0 and scores[row, at - 1] < score:
        at -= 1
    for later in range(k - 1, at, -1):
        scores[row, later] = scores[row, later - 1]
        found[row, later] = found[row, later - 1]
    if at < k:
        scores[row, at] = score
        found[row, at] = candidate
