"""The kernel of :mod:`watching`: cells, lumps, lines and regions of one frame, compiled."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from bacasable.services.depth_events.engine.acquisition.lumps import find as find_lumps
from bacasable.services.depth_events.engine.scene.memory import (
    AGAINST,
    ALIVE,
    COAST_MS,
    EXCLUDED_BIT,
    FIT_MS,
    FROM_X,
    FROM_Y,
    LAST,
    LEFT_EACH_MS,
    LOW_EACH_MS,
    MEMORY_MS,
    NO_WAY,
    RUNS,
    SEEN,
    SINCE,
    TRAIL,
    VX,
    VY,
    Clock,
    Limits,
    Maps,
    X,
    Y,
)
from bacasable.services.depth_events.engine.scene.regions import fill


@njit(cache=True, fastmath=True)
def look(
    heights: NDArray[np.uint16],
    standing: NDArray[np.int32],
    led: bool,
    now: int,
    elapsed: int,
    fresh: bool,
    maps: Maps,
    limits: Limits,
    cell: NDArray[np.float64],
    corner: NDArray[np.float64],
    people: NDArray[np.float64],
    sides: NDArray[np.int8],
    counted: Clock,
    regions: NDArray[np.float64],
    zone: NDArray[np.float64],
    zone_since: Clock,
    ways: NDArray[np.float64],
    lines: NDArray[np.float64],
    crossed: Clock,
) -> float:
    """Read one frame into what is remembered; return the square metres that people cover.

    ``standing`` are the cells of those who stand where the filter has told them (``led``); else they are
    found as lumps.
    """
    rows, columns = heights.shape
    surface = cell[0] * cell[1]
    lows = 0
    lefts = 0
    talls = 0
    excluded = np.uint64(1) << np.uint64(EXCLUDED_BIT)
    if fresh:
        people[:, ALIVE] = 0.0
    for row in range(rows):
        for column in range(columns):
            height = np.float32(heights[row, column])
            static = maps.static[row, column]
            above = height - static
            maps.mass[row, column] = 0.0
            if -limits.margin_mm < above < limits.margin_mm:
                maps.static[row, column] = static + np.float32(0.002) * above
                continue
            since = maps.likely_since[row, column]
            if since != 0 and now - maps.likely_last[row, column] > limits.hidden_ms:
                since = 0
            if since != 0 and abs(height - maps.likely[row, column]) <= limits.same_mm:
                maps.likely_last[row, column] = now
                lasted = now - since
                if lasted > limits.absorbed_ms or (above < 0 and lasted > 5000):
                    maps.static[row, column] = height
                    maps.likely_since[row, column] = 0
                    continue
                if height < limits.tall_mm and above > 0 and lasted >= limits.left_ms:
                    lefts += 1
            elif since == 0:
                maps.likely[row, column] = height
                maps.likely_since[row, column] = now
                maps.likely_last[row, column] = now
            if above < 0 or maps.members[row, column] & excluded:
                continue
            if height >= limits.tall_mm:
                if now - maps.tall_last[row, column] > limits.blink_ms:
                    maps.tall_since[row, column] = now
                maps.tall_last[row, column] = now
                maps.mass[row, column] = 1.0
                talls += 1
            elif limits.low_from_mm <= height <= limits.low_to_mm:
                if maps.low_since[row, column] == 0 or now - maps.low_last[row, column] > limits.blink_ms:
                    maps.low_since[row, column] = now
                elif now - maps.low_since[row, column] >= limits.low_ms:
                    lows += 1
                maps.low_last[row, column] = now
    found = _people(standing, led, maps, limits, cell, corner, talls, now, elapsed, people, sides)
    counted[0] = found
    _flows(
        people,
        sides,
        limits,
        zone,
        zone_since,
        ways,
        lines,
        crossed,
        counted,
        maps,
        cell,
        corner,
        now,
        elapsed,
    )
    # Regions last for seconds: they are filled again a few times a second, or once, not at each frame.
    if now - counted[2] >= LOW_EACH_MS:
        counted[2] = now
        regions[0, :, 2] = 0.0
        if lows * surface >= limits.low_m2:
            fill(heights, maps, limits, cell, corner, now, True, regions[0])
    if now - counted[3] >= LEFT_EACH_MS:
        counted[3] = now
        regions[1, :, 2] = 0.0
        if lefts * surface >= limits.left_m2:
            fill(heights, maps, limits, cell, corner, now, False, regions[1])
    return talls * surface


@njit(cache=True, fastmath=True)
def _people(
    standing: NDArray[np.int32],
    led: bool,
    maps: Maps,
    limits: Limits,
    cell: NDArray[np.float64],
    corner: NDArray[np.float64],
    talls: int,
    now: int,
    elapsed: int,
    people: NDArray[np.float64],
    sides: NDArray[np.int8],
) -> int:
    """Find who stands, follow those in mind to the nearest, forget who is gone; return how many."""
    taken = np.zeros(people.shape[0], np.bool_)
    found = 0
    if led:
        for one in range(standing.shape[0]):
            column, row = standing[one, 0], standing[one, 1]
            if maps.mass[row, column] > 0.0:
                found += 1
                x = corner[0] + (column + 0.5) * cell[0]
                y = corner[1] + (row + 0.5) * cell[1]
                _follow(x, y, now, elapsed, limits, people, sides, taken)
    elif talls > 0:
        found = find_lumps(maps.mass, maps.blurred, maps.label, cell, maps.centres)
        for lump in range(found):
            x = corner[0] + (maps.centres[lump, 0] + 0.5) * cell[0]
            y = corner[1] + (maps.centres[lump, 1] + 0.5) * cell[1]
            _follow(x, y, now, elapsed, limits, people, sides, taken)
    for one in range(people.shape[0]):
        if people[one, ALIVE] > 0.0 and now - people[one, LAST] > COAST_MS:
            people[one, ALIVE] = 0.0
    return found


@njit(cache=True, fastmath=True)
def _follow(
    x: float,
    y: float,
    now: int,
    elapsed: int,
    limits: Limits,
    people: NDArray[np.float64],
    sides: NDArray[np.int8],
    taken: NDArray[np.bool_],
) -> None:
    best, nearest, free = -1, limits.reach_m, -1
    for one in range(people.shape[0]):
        if people[one, ALIVE] == 0.0:
            if free < 0 and not taken[one]:
                free = one
            continue
        if taken[one]:
            continue
        seconds = (now - people[one, LAST]) / 1000.0
        far = np.sqrt(
            (people[one, X] + people[one, VX] * seconds - x) ** 2
            + (people[one, Y] + people[one, VY] * seconds - y) ** 2
        )
        if far < nearest:
            best, nearest = one, far
    if best >= 0:
        people[best, X], people[best, Y], people[best, LAST] = x, y, now
        _remember(people[best], x, y, now)
        taken[best] = True
    elif free >= 0:
        people[free] = 0.0
        people[free, X], people[free, Y], people[free, SINCE], people[free, LAST] = x, y, now, now
        people[free, ALIVE] = 1.0
        _remember(people[free], x, y, now)
        sides[free] = 0
        taken[free] = True


@njit(cache=True, fastmath=True)
def _remember(person: NDArray[np.float64], x: float, y: float, now: int) -> None:
    """Write a place down, and read the speed off those of the last moments (least squares).

    A place is told to a cell: from one frame to the next, a speed would be told to a cell a frame.
    """
    at = int(person[SEEN]) % TRAIL
    person[SEEN] += 1
    place = SEEN + 1 + 3 * at
    person[place], person[place + 1], person[place + 2] = x, y, now
    count = sx = sy = st = 0.0
    for one in range(min(int(person[SEEN]), TRAIL)):
        place = SEEN + 1 + 3 * one
        if now - person[place + 2] <= FIT_MS:
            count += 1
            sx += person[place]
            sy += person[place + 1]
            st += person[place + 2] - now
    if count < 2:
        return
    tx = ty = tt = 0.0
    for one in range(min(int(person[SEEN]), TRAIL)):
        place = SEEN + 1 + 3 * one
        if now - person[place + 2] <= FIT_MS:
            t = (person[place + 2] - now - st / count) / 1000.0
            tx += t * (person[place] - sx / count)
            ty += t * (person[place + 1] - sy / count)
            tt += t * t
    # Two places a frame apart say little: speeds start from rest.
    person[VX], person[VY] = tx / (tt + 0.004), ty / (tt + 0.004)


@njit(cache=True, fastmath=True)
def _flows(
    people: NDArray[np.float64],
    sides: NDArray[np.int8],
    limits: Limits,
    zone: NDArray[np.float64],
    zone_since: Clock,
    ways: NDArray[np.float64],
    lines: NDArray[np.float64],
    crossed: Clock,
    counted: Clock,
    maps: Maps,
    cell: NDArray[np.float64],
    corner: NDArray[np.float64],
    now: int,
    elapsed: int,
) -> None:
    """Tell who is in which zone, who goes against its way, who runs, which lines are crossed."""
    rows, columns = maps.mass.shape
    zone[:, 0] = 0.0
    zone[:, 2] = 0.0
    runs = fast = 0
    for one in range(people.shape[0]):
        if people[one, ALIVE] == 0.0:
            continue
        age = now - people[one, SINCE]
        speed = np.sqrt(people[one, VX] ** 2 + people[one, VY] ** 2)
        if age > 300 and speed > limits.running:
            people[one, RUNS] = min(people[one, RUNS] + elapsed, MEMORY_MS)
        else:
            people[one, RUNS] = max(people[one, RUNS] - 2 * elapsed, 0.0)
        runs += people[one, RUNS] >= 700
        fast += age > 300 and speed > limits.fast
        column = int((people[one, X] - corner[0]) / cell[0])
        row = int((people[one, Y] - corner[1]) / cell[1])
        inside = np.uint64(0)
        if 0 <= row < rows and 0 <= column < columns:
            inside = maps.members[row, column]
        against = False
        for at in range(ways.shape[0]):
            if not (inside >> np.uint64(at)) & np.uint64(1):
                continue
            zone[at, 0] += 1.0
            if ways[at] < NO_WAY and age > 250:
                along = people[one, VX] * np.cos(ways[at]) + people[one, VY] * np.sin(ways[at])
                if along < -limits.against:
                    against = True
                    if people[one, AGAINST] == 0.0:
                        people[one, FROM_X], people[one, FROM_Y] = people[one, X], people[one, Y]
                    people[one, AGAINST] = min(people[one, AGAINST] + elapsed, MEMORY_MS)
                    # Who bends, sits down or falls moves too, but not far.
                    gone = (people[one, FROM_X] - people[one, X]) * np.cos(ways[at])
                    gone += (people[one, FROM_Y] - people[one, Y]) * np.sin(ways[at])
                    if gone >= limits.against_m:
                        zone[at, 2] = max(zone[at, 2], people[one, AGAINST] / 1000.0)
        if not against:
            people[one, AGAINST] = max(people[one, AGAINST] - 2 * elapsed, 0.0)
        for line in range(lines.shape[0]):
            ax, ay, bx, by = lines[line, 0], lines[line, 1], lines[line, 2], lines[line, 3]
            long = np.sqrt((bx - ax) ** 2 + (by - ay) ** 2)
            off = ((bx - ax) * (people[one, Y] - ay) - (by - ay) * (people[one, X] - ax)) / long
            along = ((bx - ax) * (people[one, X] - ax) + (by - ay) * (people[one, Y] - ay)) / long
            if abs(off) < 0.12 or not 0.0 <= along <= long:
                continue
            side = 1 if off > 0 else -1
            if sides[one, line] != 0 and sides[one, line] != side:
                crossed[line, 0 if side > 0 else 1] += 1
            sides[one, line] = side
    counted[1] = runs + fast * 65536
    for at in range(zone.shape[0]):
        if zone[at, 0] > 0.0:
            if zone_since[at, 0] == 0:
                zone_since[at, 0] = now
            zone_since[at, 1] = now
        elif zone_since[at, 0] != 0 and now - zone_since[at, 1] > 600:
            zone_since[at, 0] = 0
        seen_ms = zone_since[at, 1] - zone_since[at, 0]
        zone[at, 1] = seen_ms / 1000.0 if zone_since[at, 0] != 0 else 0.0
