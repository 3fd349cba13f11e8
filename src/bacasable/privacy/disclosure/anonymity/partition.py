"""The kernel of Mondrian: cuts a table of codes in place into classes of at least k rows.

LeFevre, DeWitt and Ramakrishnan, "Mondrian multidimensional k-anonymity" (2006). Theirs cuts the widest
dimension at its median; ours cuts where the normalised certainty penalty (Xu et al., "Utility-based
anonymization", 2006) falls most, among cuts that leave a fair share on both sides. Categories are cut by
value: a set of them where no hierarchy is given, one child of the lowest common node against its siblings
where one is.
"""

import numba
import numpy as np

from bacasable.privacy.disclosure.anonymity.conditions import satisfied
from bacasable.privacy.disclosure.anonymity.ordering import ascending, heaviest

#: Kinds of quasi-identifier, as the kernel knows them.
RANGE, SET, NODE = 0, 1, 2

#: The smaller side of a cut keeps at least 1/_SHARE of a large part: it bounds the depth of the tree.
_SHARE = 32

#: An ordered dimension of many values is cut between this many runs of them, in parts twice as large.
_RUNS = 2048


@numba.njit(cache=True, nogil=True)
def width(kind, low, high, distinct, size, positions, null, first, last, parent, penalty, leaf):
    """Return the penalty (0 to 1) of publishing codes ``low`` to ``high`` of one dimension as one value.

    Args:
        kind: RANGE, SET or NODE; ``distinct``: how many different codes are there; ``size``: of the domain.
        positions: where each code of a RANGE lies in [0, 1]; ``null``: its code of null, -1 if none.
        first, last, parent, penalty, leaf: the tree of a NODE: leaves under each node, its parent, its
            penalty, and the node of each code.
    """
    if low >= high:
        return 0.0
    if kind == RANGE:
        return 1.0 if high == null else positions[high] - positions[low]
    if kind == SET:
        return distinct / size
    return penalty[ancestor(low, high, first, last, parent, leaf)]


@numba.njit(cache=True, nogil=True)
def ancestor(low, high, first, last, parent, leaf):
    """Return the lowest node of the tree above the codes ``low`` and ``high``."""
    node = leaf[low]
    while first[node] > low or last[node] < high:
        node = parent[node]
    return node


@numba.njit(cache=True, nogil=True)
def _runs(codes):
    """Return the least code and the number of bits to shift by, so that at most ``_RUNS`` runs remain."""
    low, high = codes[0], codes[0]
    for code in codes:
        low = min(low, code)
        high = max(high, code)
    shift = 0
    while (high - low) >> shift >= _RUNS:
        shift += 1
    return low, shift


@numba.njit(cache=True, nogil=True)
def _sort_present(present, histogram, count):
    """Put the first ``count`` codes of ``present`` in order."""
    if count < 2:
        return
    low = present[0]
    high = present[0]
    for i in range(1, count):
        low = min(low, present[i])
        high = max(high, present[i])
    if high - low < 6 * count:
        i = 0
        for code in range(low, high + 1):
            if histogram[code]:
                present[i] = code
                i += 1
    else:
        ascending(present[:count])


@numba.njit(cache=True, nogil=True)
def _cut_range(histogram, present, count, total, least, positions, null, relaxed, fair, out):
    """Find the best cut of an ordered dimension: ``out`` = gain, last code on the left, its rows there.

    With ``fair`` the cut nearest to the middle is taken, else the one of the greatest gain.
    """
    low, high = present[0], present[count - 1]
    whole = 1.0 if high == null else positions[high] - positions[low]
    out[0] = -1.0
    best = -1.0
    before = 0
    for i in range(count):
        code = present[i]
        here = histogram[code]
        after = before + here
        for trial in range(3 if relaxed else 1):
            # The whole code on the left; or, relaxed, as few or as many of its rows as the sizes allow.
            at = after if trial == 0 else (least if trial == 1 else total - least)
            if at < least or total - at < least or at <= before or at > after or (trial and at == after):
                continue
            starts = code if at < after else present[i + 1]
            left = 1.0 if code == null and low < code else positions[code] - positions[low]
            ends = 1.0 if high == null else positions[high] - positions[starts]
            right = 0.0 if high == starts else ends
            gain = whole * total - left * at - right * (total - at)
            score = min(at, total - at) if fair else gain
            if gain > 1e-9 and score > best:
                best = score
                out[0], out[1], out[2] = gain, code, at - before
        before = after


@numba.njit(cache=True, nogil=True)
def _cut_set(histogram, present, count, total, least, size, fair, out):
    """Find the best cut of a set: ``out`` = gain, the run of ``present``, heaviest first, that goes left."""
    heaviest(present[:count], histogram)
    whole = count / size * total
    out[0] = -1.0
    best = -1.0
    before = 0
    for i in range(count):
        here = histogram[present[i]]
        for trial in range(2):
            # Alone against the others, or with all the heavier ones.
            at = here if trial == 0 else before + here
            if at < least or total - at < least or (trial and i == 0):
                continue
            inside = 1 if trial == 0 else i + 1
            left = inside / size * at if inside > 1 else 0.0
            right = (count - inside) / size * (total - at) if count - inside > 1 else 0.0
            gain = whole - left - right
            score = min(at, total - at) if fair else gain
            if gain > 1e-9 and score > best:
                best = score
                out[0], out[1], out[2] = gain, (i if trial == 0 else 0), i + 1
        before += here


@numba.njit(cache=True, nogil=True)
def _cut_node(histogram, present, count, total, least, first, last, parent, penalty, leaf, fair, out):
    """Find the best cut of a hierarchy: ``out`` = gain, first and last code of the children on the left."""
    top = ancestor(present[0], present[count - 1], first, last, parent, leaf)
    out[0] = -1.0
    best = -1.0
    i = 0
    before = 0
    while i < count:
        child = leaf[present[i]]
        while parent[child] != top:
            child = parent[child]
        begin = i
        here = 0
        while i < count and present[i] <= last[child]:
            here += histogram[present[i]]
            i += 1
        for trial in range(2 if fair else 1):
            # The child against its siblings; or, to halve a broad node, it and all those before.
            at = here if trial == 0 else before + here
            if at < least or total - at < least or (trial and begin == 0):
                continue
            from_code = present[begin] if trial == 0 else present[0]
            to_code = present[i - 1]
            left = (
                penalty[ancestor(from_code, to_code, first, last, parent, leaf)]
                if from_code < to_code
                else 0.0
            )
            low = present[i] if from_code == present[0] else present[0]
            high = present[begin - 1] if i == count else present[count - 1]
            right = penalty[ancestor(low, high, first, last, parent, leaf)] if low < high else 0.0
            gain = penalty[top] * total - left * at - right * (total - at)
            score = min(at, total - at) if fair else gain
            if (gain > 1e-9 or fair) and score > best:
                best = score
                out[0], out[1], out[2] = gain, from_code, to_code
        before += here


@numba.njit(cache=True, nogil=True)
def partition(
    rows, weights, order, k, relaxed,
    kinds, sizes, start, positions, nulls, nodes, first, last, parent, penalty, leaf,
    sensitive, sense_start, conditions, ells, cs, tees, distances, overall, trees, up, height,
):  # fmt: skip
    """Cut the rows into classes, in place, and return where each class begins (and, last, where all end).

    Args:
        rows: codes (rows, dimensions), reordered in place; ``weights``: how many rows of the table each
            stands for; ``order``: 0, 1, 2... reordered likewise. ``relaxed``: rows of the value at a cut
            may go to either side (each row must then weigh 1).
        kinds, sizes: of each dimension; ``start``: where its codes begin in ``positions`` and ``leaf``;
            ``nulls``: its code of null, -1 if none; ``nodes``: where its tree begins in ``first, last,
            parent, penalty`` (numbered within the tree).
        sensitive: codes (rows, attributes), reordered likewise, and its conditions: see
            ``conditions.satisfied``.
    """
    count, dims = rows.shape
    watched = sensitive.shape[1]
    total_weight = 0
    for weight in weights:
        total_weight += weight
    widest = 1
    for size in sizes:
        widest = max(widest, size)
    histogram = np.zeros(start[dims], np.int64)
    present = np.empty(start[dims], np.int32)
    found = np.zeros(dims, np.int64)
    mark = np.zeros(widest, np.bool_)
    sense_left = np.zeros(sense_start[watched], np.int64)
    sense_right = np.zeros(sense_start[watched], np.int64)
    # Every class holds k rows of the table, so neither the stack nor the list of classes can be longer.
    room = min(count, total_weight // k) + 2
    stack = np.empty((room, 2), np.int64)
    fixed = np.zeros((room, dims), np.bool_)
    begins = np.empty(room, np.int64)
    classes = 0
    depth = 1
    stack[0, 0], stack[0, 1] = 0, count
    choices = np.empty((2 * dims, 3))
    choice_dim = np.empty(2 * dims, np.int64)
    out = np.empty(3)
    constant = np.empty(dims, np.bool_)
    base, shift = np.zeros(dims, np.int64), np.zeros(dims, np.int64)
    edges = np.empty(_RUNS)
    coarse = True
    while depth:
        depth -= 1
        begin, end = stack[depth]
        for d in range(dims):
            constant[d] = fixed[depth, d]
        total = 0
        for i in range(begin, end):
            weight = weights[i]
            total += weight
        chosen = -1
        in_runs = False
        if total >= 2 * k:
            for d in range(dims):
                found[d] = base[d] = shift[d] = 0
                wide = kinds[d] == RANGE and sizes[d] > 2 * _RUNS and not constant[d]
                if coarse and wide and end - begin > 2 * _RUNS:
                    base[d], shift[d] = _runs(rows[begin:end, d])
                    in_runs = in_runs or shift[d] > 0
            for i in range(begin, end):
                weight = weights[i]
                for d in range(dims):
                    if not constant[d]:
                        code = (rows[i, d] - base[d]) >> shift[d]
                        at = start[d] + code
                        if histogram[at] == 0:
                            present[start[d] + found[d]] = code
                            found[d] += 1
                        histogram[at] += weight
            options = 0
            fair_share = max(k, total // _SHARE) if total > 1000 * k else k
            for attempt in range(2):
                least = fair_share if attempt == 0 else k
                for d in range(dims):
                    if constant[d]:
                        continue
                    a, b, number = start[d], start[d + 1], found[d]
                    if attempt == 0:
                        _sort_present(present[a:b], histogram[a:b], number)
                        if number == 1:
                            constant[d] = True
                            continue
                    n0, n1 = nodes[d], nodes[d + 1]
                    for fair in range(2):
                        # The cut nearest to the middle is for conditions that may refuse the best cut, and
                        # for parts that no cut leaves a fair share of.
                        if (fair and not watched and attempt == 0) or (attempt and not fair):
                            continue
                        if kinds[d] == RANGE and (base[d] or shift[d]):
                            step = 1 << shift[d]
                            top = present[a + number - 1]
                            for run in range(top + 1):
                                edges[run] = positions[a + min(base[d] + (run + 1) * step - 1, sizes[d] - 1)]
                            has_null = base[d] + (top + 1) * step > nulls[d] >= 0
                            _cut_range(
                                histogram[a:b], present[a:b], number, total, least, edges,
                                np.int64(top if has_null else -1), 0, fair, out,
                            )  # fmt: skip
                            out[1] = base[d] + (out[1] + 1) * step
                            out[2] = 0
                        elif kinds[d] == RANGE:
                            _cut_range(
                                histogram[a:b], present[a:b], number, total, least, positions[a:b], nulls[d],
                                relaxed, fair, out,
                            )  # fmt: skip
                        elif kinds[d] == SET:
                            _cut_set(histogram[a:b], present[a:b], number, total, least, sizes[d], fair, out)
                        else:
                            _sort_present(present[a:b], histogram[a:b], number)
                            _cut_node(
                                histogram[a:b], present[a:b], number, total, least, first[n0:n1], last[n0:n1],
                                parent[n0:n1], penalty[n0:n1], leaf[a:b], fair, out,
                            )  # fmt: skip
                        if out[0] >= 0 and options < 2 * dims:
                            for i in range(3):
                                choices[options, i] = out[i]
                            choice_dim[options] = d
                            options += 1
                if options or fair_share == k:
                    break
            while options:
                best = 0
                for option in range(1, options):
                    if choices[option, 0] > choices[best, 0]:
                        best = option
                d = choice_dim[best]
                x, y = choices[best, 1], choices[best, 2]
                options -= 1
                for i in range(3):
                    choices[best, i] = choices[options, i]
                choice_dim[best] = choice_dim[options]
                a = start[d]
                if kinds[d] == SET:
                    for j in range(int(x), int(y)):
                        mark[present[a + j]] = True
                # Rows that go left are moved to the front.
                middle = begin
                ties = int(y)
                low, high = int(x), int(y)
                for i in range(begin, end):
                    code = rows[i, d]
                    if kinds[d] == RANGE:
                        goes = code < low or (code == low and ties > 0)
                        if code == low:
                            ties -= weights[i]
                    elif kinds[d] == SET:
                        goes = mark[code]
                    else:
                        goes = low <= code <= high
                    if goes:
                        if middle < i:
                            for other in range(dims):
                                rows[i, other], rows[middle, other] = rows[middle, other], rows[i, other]
                            for s in range(watched):
                                kept = sensitive[i, s]
                                sensitive[i, s] = sensitive[middle, s]
                                sensitive[middle, s] = kept
                            weights[i], weights[middle] = weights[middle], weights[i]
                            order[i], order[middle] = order[middle], order[i]
                        middle += 1
                if kinds[d] == SET:
                    for j in range(int(x), int(y)):
                        mark[present[a + j]] = False
                if not watched:
                    chosen = middle
                    break
                for i in range(sense_start[watched]):
                    sense_left[i] = sense_right[i] = 0
                for i in range(begin, end):
                    side = sense_left if i < middle else sense_right
                    for s in range(watched):
                        side[sense_start[s] + sensitive[i, s]] += weights[i]
                if satisfied(
                    sense_left, sense_start, conditions, ells, cs, tees, distances, overall, trees, up, height
                ) and satisfied(
                    sense_right,
                    sense_start, conditions, ells, cs, tees, distances, overall, trees, up, height,
                ):  # fmt: skip
                    chosen = middle
                    break
            for d in range(dims):
                a = start[d]
                for j in range(found[d]):
                    histogram[a + present[a + j]] = 0
        coarse = chosen >= 0 or not in_runs
        if not coarse:
            # Runs of values may be too coarse to find a cut: look again, value by value.
            stack[depth, 0], stack[depth, 1] = begin, end
            depth += 1
        elif chosen < 0:
            begins[classes] = begin
            classes += 1
        else:
            stack[depth, 0], stack[depth, 1] = chosen, end
            stack[depth + 1, 0], stack[depth + 1, 1] = begin, chosen
            for d in range(dims):
                fixed[depth, d] = fixed[depth + 1, d] = constant[d]
            depth += 2
    begins[classes] = count
    return begins[: classes + 1].copy()
