"""How people move over a floor: each towards a goal, around the others (Helbing and Molnar 1995).

A social force: a person is pulled towards the speed they want and pushed off by who is near, the more so by
who is ahead (doi:10.1103/PhysRevE.51.4282; strengths as in Helbing, Farkas and Vicsek 2000, softened).
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

#: Seconds in which a person comes to the speed they want; strength (m/s2) and reach (m) of what pushes off.
RELAXES_S, PUSH, REACH_M, RADIUS_M = 0.5, 2.2, 0.28, 0.24
#: How much less who is behind counts.
BEHIND = 0.25


@njit(cache=True)
def step(
    place: Numbers,
    velocity: Numbers,
    heading: Numbers,
    goal: Numbers,
    wanted: Numbers,
    still: NDArray[np.bool_],
    walls: Numbers,
    dt: float,
) -> None:
    """Move everybody by ``dt`` seconds, in place.

    ``place``, ``velocity``, ``goal`` are (n, 2) metres and metres a second; ``wanted`` (n,) speeds; who is
    ``still`` keeps their place and is walked around; ``walls`` (m, 4) are rectangles (x0, y0, x1, y1) that
    nobody enters.
    """
    count = place.shape[0]
    pushed = np.zeros((count, 2))
    for one in range(count):
        if still[one]:
            continue
        to_x, to_y = goal[one, 0] - place[one, 0], goal[one, 1] - place[one, 1]
        far = np.sqrt(to_x * to_x + to_y * to_y) + 1e-9
        ahead_x, ahead_y = to_x / far, to_y / far
        pushed[one, 0] = (wanted[one] * ahead_x - velocity[one, 0]) / RELAXES_S
        pushed[one, 1] = (wanted[one] * ahead_y - velocity[one, 1]) / RELAXES_S
        for other in range(count):
            if other == one:
                continue
            x, y = place[one, 0] - place[other, 0], place[one, 1] - place[other, 1]
            apart = x * x + y * y
            if apart > 4.0:
                continue
            apart = np.sqrt(apart) + 1e-6
            in_front = -(ahead_x * x + ahead_y * y) / apart
            share = BEHIND + (1 - BEHIND) * 0.5 * (1 + in_front)
            strength = PUSH * np.exp((2 * RADIUS_M - apart) / REACH_M) * share
            # A little to the right, so that two who meet do not stand still.
            pushed[one, 0] += strength * (x + 0.25 * ahead_y * apart) / apart
            pushed[one, 1] += strength * (y - 0.25 * ahead_x * apart) / apart
        for wall in range(walls.shape[0]):
            near_x = min(max(place[one, 0], walls[wall, 0]), walls[wall, 2])
            near_y = min(max(place[one, 1], walls[wall, 1]), walls[wall, 3])
            x, y = place[one, 0] - near_x, place[one, 1] - near_y
            apart = np.sqrt(x * x + y * y) + 1e-6
            if apart < 1.0:
                strength = 3.0 * np.exp((RADIUS_M - apart) / 0.15)
                pushed[one, 0] += strength * x / apart
                pushed[one, 1] += strength * y / apart
    for one in range(count):
        if still[one]:
            velocity[one] = 0.0
            continue
        velocity[one] += pushed[one] * dt
        speed = np.sqrt((velocity[one] ** 2).sum())
        fastest = max(1.3 * wanted[one], 0.3)
        if speed > fastest:
            velocity[one] *= fastest / speed
            speed = fastest
        place[one] += velocity[one] * dt
        if speed > 0.15:
            towards = np.arctan2(velocity[one, 1], velocity[one, 0])
            turn = (towards - heading[one] + np.pi) % (2 * np.pi) - np.pi
            heading[one] += max(-5.0 * dt, min(5.0 * dt, turn))
