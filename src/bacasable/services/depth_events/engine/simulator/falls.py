"""Falls by physics: a chain of joints that gravity, the floor and what is left of the muscles move.

Position-based dynamics (Muller et al. 2007, doi:10.1016/j.jvcir.2007.01.005): joints are masses, bones keep
their length, joints keep within their bounds, the floor stops and rubs. The muscles hold the posture for a
moment, then give way.
"""

from typing import Literal, get_args

import numpy as np
from numba import njit
from numpy.typing import NDArray

from bacasable.services.depth_events.engine.simulator import bodies
from bacasable.services.depth_events.engine.simulator.bodies import Joints

Way = Literal["faint", "trip", "slip", "aside", "backwards"]
WAYS: tuple[Way, ...] = get_args(Way)
#: Steps of the physics a second, and of what is kept.
_STEPS_HZ, KEPT_HZ = 150, 30

#: Bones and what keeps the trunk in one piece: pairs of joints at a constant distance.
_STIFF = np.array(
    [
        *((first, second) for first, second, _ in bodies.LIMBS if first != second),
        (0, 2), (0, 4), (0, 7), (1, 4), (1, 7), (2, 4), (2, 7), (0, 10), (0, 14),
        (1, 10), (1, 14), (4, 10), (7, 14), (4, 14), (7, 10), (3, 4), (3, 7),
    ]
)  # fmt: skip
#: Pairs that come no nearer than a share of their distance when stretched: knees, elbows, hips, the neck.
_BOUNDS = np.array(
    [
        (10, 12, 0.55),
        (14, 16, 0.55),
        (4, 6, 0.45),
        (7, 9, 0.45),
        (1, 11, 0.60),
        (1, 15, 0.60),
        (0, 3, 0.85),
        (11, 15, 0.3),
    ]
)
_THICK = np.array(
    [
        0.10,
        0.10,
        0.09,
        0.10,
        0.07,
        0.04,
        0.04,
        0.07,
        0.04,
        0.04,
        0.09,
        0.06,
        0.04,
        0.03,
        0.09,
        0.06,
        0.04,
        0.03,
    ]
)


def fall(
    joints: Joints,
    velocity: NDArray[np.float64],
    heading: float,
    way: Way,
    rng: np.random.Generator,
    seconds: float = 3.0,
) -> NDArray[np.float64]:
    """Return a fall from a posture: ``(frames, 18, 3)`` joints in metres, ``KEPT_HZ`` a second.

    ``velocity`` (2,) is the body's over the floor, metres a second; ``heading`` where it faces (radians). The
    last frame is at rest, or nearly.
    """
    ahead = np.array([np.cos(heading), np.sin(heading), 0.0])
    left = np.array([-ahead[1], ahead[0], 0.0])
    speed = np.zeros((bodies.JOINTS, 3))
    speed[:, :2] = velocity
    high = (joints[:, 2] / max(joints[:, 2].max(), 0.3))[:, None]
    held_s = 0.12
    feet = [bodies.L_ANKLE, bodies.L_TOE, bodies.R_ANKLE, bodies.R_TOE]
    if way == "trip":
        speed += ahead * rng.uniform(0.8, 1.6) * high
        speed[feet] *= 0.05
        held_s = 0.25
    elif way == "slip":
        speed += ahead * rng.uniform(1.8, 3.0) * (1 - high) - ahead * rng.uniform(0.3, 1.0) * high
        held_s = 0.2
    elif way == "aside":
        speed += left * rng.choice([-1.0, 1.0]) * rng.uniform(0.9, 1.8) * high
    elif way == "backwards":
        speed -= ahead * rng.uniform(0.8, 1.6) * high
    else:
        speed += (ahead * rng.normal(0, 0.5) + left * rng.normal(0, 0.4)) * high
        held_s = 0.02
    speed += rng.normal(0, 0.12, speed.shape)
    return _simulate(
        joints, speed, held_s, float(rng.uniform(0.45, 0.8)), int(seconds * KEPT_HZ), _STIFF, _BOUNDS, _THICK
    )


@njit(cache=True)
def _simulate(
    joints: Joints,
    speed: Joints,
    held_s: float,
    rubbing: float,
    frames: int,
    stiff: NDArray[np.int64],
    bounds: NDArray[np.float64],
    thick: NDArray[np.float64],
) -> NDArray[np.float64]:
    count = joints.shape[0]
    at = joints.copy()
    before = at.copy()
    dt = 1.0 / _STEPS_HZ
    lengths = np.empty(stiff.shape[0])
    for pair in range(stiff.shape[0]):
        lengths[pair] = np.sqrt(((joints[stiff[pair, 0]] - joints[stiff[pair, 1]]) ** 2).sum())
    least = np.empty(bounds.shape[0])
    for pair in range(bounds.shape[0]):
        first, second = int(bounds[pair, 0]), int(bounds[pair, 1])
        least[pair] = bounds[pair, 2] * np.sqrt(((joints[first] - joints[second]) ** 2).sum())
    shape = joints - joints[0]
    kept = np.empty((frames, count, 3))
    every = _STEPS_HZ // KEPT_HZ
    for frame in range(frames):
        for step in range(every):
            clock = (frame * every + step) * dt
            tone = np.exp(-clock / held_s) * 0.2
            for joint in range(count):
                speed[joint, 2] -= 9.81 * dt
                for axis in range(3):
                    speed[joint, axis] *= 1.0 - 0.4 * dt
                    before[joint, axis] = at[joint, axis]
                    at[joint, axis] += speed[joint, axis] * dt
                    at[joint, axis] += tone * (at[0, axis] + shape[joint, axis] - at[joint, axis]) * 0.15
            for _ in range(10):
                for pair in range(stiff.shape[0]):
                    _hold(at, stiff[pair, 0], stiff[pair, 1], lengths[pair], True)
                for pair in range(bounds.shape[0]):
                    _hold(at, int(bounds[pair, 0]), int(bounds[pair, 1]), least[pair], False)
                for joint in range(count):
                    if at[joint, 2] < thick[joint]:
                        at[joint, 2] = thick[joint]
                        for axis in range(2):
                            at[joint, axis] -= (at[joint, axis] - before[joint, axis]) * rubbing * 0.35
            for joint in range(count):
                for axis in range(3):
                    speed[joint, axis] = (at[joint, axis] - before[joint, axis]) / dt
                    speed[joint, axis] = max(-7.0, min(7.0, speed[joint, axis]))
                if at[joint, 2] <= thick[joint] + 0.002:
                    for axis in range(3):
                        speed[joint, axis] *= 0.7
        kept[frame] = at
    return kept


@njit(cache=True)
def _hold(at: Joints, first: int, second: int, length: float, both_ways: bool) -> None:
    x, y, z = at[second, 0] - at[first, 0], at[second, 1] - at[first, 1], at[second, 2] - at[first, 2]
    now = np.sqrt(x * x + y * y + z * z) + 1e-9
    if not both_ways and now >= length:
        return
    share = 0.5 * (now - length) / now
    at[first, 0] += x * share
    at[first, 1] += y * share
    at[first, 2] += z * share
    at[second, 0] -= x * share
    at[second, 1] -= y * share
    at[second, 2] -= z * share
