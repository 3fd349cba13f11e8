"""From angles to joints: standing, walking, sitting, bending, squatting, and what lies between two of them.

Angles are radians in the frame of the body (forward, left, up). A thigh's and a shin's are taken from the
vertical, forward positive; a knee bends the shin back.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from bacasable.services.depth_events.engine.simulator import bodies
from bacasable.services.depth_events.engine.simulator.bodies import Body, Joints

Angles = NDArray[np.float64]

PITCH, ROLL, TWIST, NECK_DOWN = 0, 1, 2, 3
L_THIGH, L_KNEE, R_THIGH, R_KNEE, SPREAD = 4, 5, 6, 7, 8
L_ARM, L_ELBOW, R_ARM, R_ELBOW, ARMS_OUT = 9, 10, 11, 12, 13
#: Height of the hips over what carries them, metres; below zero: the feet carry the body.
SEAT = 14
TOE_OUT = 15
ANGLES = 16


def _angles(**given: float) -> Angles:
    made = np.zeros(ANGLES)
    made[[L_ELBOW, R_ELBOW]] = 0.25
    made[ARMS_OUT] = 0.12
    made[SPREAD] = 0.06
    made[SEAT] = -1.0
    made[TOE_OUT] = 0.12
    names = globals()
    for name, value in given.items():
        for side in ("L_", "R_") if name in ("THIGH", "KNEE", "ARM", "ELBOW") else ("",):
            made[names[side + name]] = value
    return made


#: Postures that a body goes through. Heights of seats are those of a bench (0.45 m) and of the floor.
POSTURES: dict[str, Angles] = {
    "stand": _angles(),
    "sit": _angles(THIGH=1.45, KNEE=1.45, SEAT=0.45, PITCH=-0.05, ARM=0.35, ELBOW=0.9),
    "sit_forward": _angles(THIGH=1.4, KNEE=1.5, SEAT=0.45, PITCH=0.6, ARM=0.9, ELBOW=0.7, NECK_DOWN=0.3),
    "sit_on_floor": _angles(THIGH=1.5, KNEE=0.3, SEAT=0.10, PITCH=-0.2, ARM=-0.4, ELBOW=0.1, SPREAD=0.2),
    "bend": _angles(PITCH=1.35, THIGH=0.1, KNEE=0.25, ARM=0.4, ELBOW=0.1, NECK_DOWN=0.2),
    "squat": _angles(PITCH=0.55, THIGH=1.6, KNEE=2.2, ARM=1.1, ELBOW=0.5, SPREAD=0.2),
    "tie_laces": _angles(PITCH=1.0, L_THIGH=1.5, L_KNEE=1.6, R_THIGH=0.1, R_KNEE=1.5, ARM=1.5, ELBOW=0.3),
    "reach_up": _angles(ARM=2.7, ELBOW=0.2, NECK_DOWN=-0.3),
    "telephone": _angles(R_ARM=0.7, R_ELBOW=2.2, NECK_DOWN=0.35),
    "lean": _angles(ROLL=0.14, PITCH=-0.08, ARM=0.1),
    "wheelchair": _angles(THIGH=1.4, KNEE=1.35, SEAT=0.50, PITCH=0.05, ARM=0.6, ELBOW=1.0),
}


def posture(name: str) -> Angles:
    """Return a copy of a named posture.

    Raises:
        KeyError: no such posture.
    """
    return POSTURES[name].copy()


def between(first: Angles, second: Angles, share: float) -> Angles:
    """Return the posture at ``share`` (0 to 1) of the way, gently at both ends.

    Rising from a seat is told by the pelvis: where one of the two is carried by the feet, the seat goes from
    its height to a height at which the feet carry again.
    """
    share = float(np.clip(share, 0, 1))
    smooth = share * share * (3 - 2 * share)
    mixed = first + (second - first) * smooth
    if (first[SEAT] < 0) != (second[SEAT] < 0):
        seat = max(first[SEAT], second[SEAT])
        carried = smooth if first[SEAT] < 0 else 1 - smooth
        # The feet carry until the hips are nearly down.
        mixed[SEAT] = seat if carried > 0.93 else -1.0
    return mixed


def walking(body: Body, phase: float, share: float = 1.0) -> Angles:
    """Return the posture at a phase (radians) of the body's own walk; ``share`` scales it (0: standing)."""
    return _walking(np.array(body.gait), phase, share)


def cycle_m(body: Body) -> float:
    """Return how far a whole cycle (two steps) of the body's walk goes, metres."""
    leg = body.stature_m * (bodies.THIGH + bodies.SHIN)
    return float(4 * leg * np.sin(body.gait[1]) * 1.04)


@njit(cache=True)
def _walking(gait: NDArray[np.float64], phase: float, share: float) -> Angles:
    made = np.zeros(ANGLES)
    swing, bent, soft, arms, elbow = gait[1], gait[2], gait[3], gait[4], gait[5]
    limp = gait[9]
    made[PITCH] = gait[6] * share
    made[NECK_DOWN] = gait[11]
    made[TWIST] = gait[10] * np.sin(phase + np.pi) * share
    made[L_THIGH] = (swing * (1 + limp) * np.sin(phase) + 0.06) * share
    made[R_THIGH] = (swing * (1 - limp) * np.sin(phase + np.pi) + 0.06) * share
    made[L_KNEE] = (soft + bent * max(0.0, np.cos(phase + 0.35)) ** 1.5) * share
    made[R_KNEE] = (soft + bent * max(0.0, np.cos(phase + np.pi + 0.35)) ** 1.5) * share
    made[L_ARM] = arms * np.sin(phase + np.pi) * share
    made[R_ARM] = arms * np.sin(phase) * share
    made[L_ELBOW] = elbow + 0.3 * arms * max(0.0, np.sin(phase + np.pi)) * share
    made[R_ELBOW] = elbow + 0.3 * arms * max(0.0, np.sin(phase)) * share
    made[ARMS_OUT] = 0.12
    made[SPREAD] = 0.05
    made[SEAT] = -1.0
    made[TOE_OUT] = gait[8]
    return made


def joints_of(
    body: Body, angles: Angles, x_m: float, y_m: float, heading: float, floor_m: float = 0.0
) -> Joints:
    """Return the ``(18, 3)`` joints, metres, of a body at a place, facing ``heading`` (radians from +x)."""
    return _joints(body.stature_m, body.shoulders, angles, x_m, y_m, heading, floor_m)


@njit(cache=True)
def _joints(
    stature: float, shoulders: float, angles: Angles, x: float, y: float, heading: float, floor: float
) -> Joints:
    at = np.zeros((18, 3))
    # In the body's frame: forward, left, up.
    pitch, roll = angles[0], angles[1]
    up_f, up_l, up_u = np.sin(pitch), np.sin(roll), np.cos(pitch) * np.cos(roll)
    for axis, part in ((0, up_f), (1, up_l), (2, up_u)):
        at[1, axis] = part * 0.175 * stature
        at[2, axis] = part * (0.175 + 0.115) * stature
    nod = pitch + angles[3]
    at[3, 0] = at[2, 0] + np.sin(nod) * 0.118 * stature
    at[3, 1] = at[2, 1] + up_l * 0.118 * stature
    at[3, 2] = at[2, 2] + np.cos(nod) * np.cos(roll) * 0.118 * stature
    out = 0.115 * stature * shoulders
    for side in range(2):
        sign = 1.0 if side == 0 else -1.0
        shoulder, hip = 4 + 3 * side, 10 + 4 * side
        at[shoulder, 0] = at[2, 0] * 0.93 - sign * np.sin(angles[2]) * out
        at[shoulder, 1] = at[2, 1] * 0.93 + sign * np.cos(angles[2]) * out * np.cos(roll)
        at[shoulder, 2] = at[2, 2] * 0.93 - sign * np.sin(roll) * out
        # An arm hangs from the vertical, whatever the trunk does, and swings forward.
        arm = angles[9 + 2 * side]
        fore = arm + angles[10 + 2 * side]
        wide = angles[13]
        at[shoulder + 1, 0] = at[shoulder, 0] + np.sin(arm) * 0.186 * stature * np.cos(wide)
        at[shoulder + 1, 1] = at[shoulder, 1] + sign * np.sin(wide) * 0.186 * stature
        at[shoulder + 1, 2] = at[shoulder, 2] - np.cos(arm) * 0.186 * stature * np.cos(wide)
        at[shoulder + 2, 0] = at[shoulder + 1, 0] + np.sin(fore) * 0.200 * stature
        at[shoulder + 2, 1] = at[shoulder + 1, 1]
        at[shoulder + 2, 2] = at[shoulder + 1, 2] - np.cos(fore) * 0.200 * stature
        at[hip, 1] = sign * 0.055 * stature
        thigh = angles[4 + 2 * side]
        shin = thigh - angles[5 + 2 * side]
        spread = angles[8]
        at[hip + 1, 0] = at[hip, 0] + np.sin(thigh) * 0.245 * stature
        at[hip + 1, 1] = at[hip, 1] + sign * np.sin(spread) * 0.245 * stature
        at[hip + 1, 2] = at[hip, 2] - np.cos(thigh) * np.cos(spread) * 0.245 * stature
        at[hip + 2, 0] = at[hip + 1, 0] + np.sin(shin) * 0.246 * stature
        at[hip + 2, 1] = at[hip + 1, 1]
        at[hip + 2, 2] = at[hip + 1, 2] - np.cos(shin) * 0.246 * stature
        flat = 0.55 * shin
        at[hip + 3, 0] = at[hip + 2, 0] + np.cos(flat) * np.cos(angles[15]) * 0.110 * stature
        at[hip + 3, 1] = at[hip + 2, 1] + sign * np.sin(angles[15]) * 0.110 * stature
        at[hip + 3, 2] = at[hip + 2, 2] + np.sin(flat) * 0.110 * stature - 0.014 * stature
    if angles[14] >= 0.0:
        raised = angles[14] + 0.05 * stature
    else:
        least = 0.0
        for foot in (12, 13, 16, 17):
            least = min(least, at[foot, 2])
        raised = 0.025 * stature - least
    cos, sin = np.cos(heading), np.sin(heading)
    for joint in range(18):
        forward, left = at[joint, 0], at[joint, 1]
        at[joint, 0] = x + cos * forward - sin * left
        at[joint, 1] = y + sin * forward + cos * left
        at[joint, 2] += floor + raised
    return at
