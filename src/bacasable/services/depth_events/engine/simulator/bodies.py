"""A body: how tall, how broad, how it walks; and the joints and limbs that stand for it.

Lengths of limbs are shares of stature (Drillis and Contini 1966, as in Winter, Biomechanics and Motor
Control of Human Movement, 4th ed., fig. 4.1). Statures: men 1.757 m, sigma .071; women 1.626 m, sigma .066;
children 0.95 to 1.5 m. Girths and gaits are drawn around plausible means:
no claim is made on any population.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Joints = NDArray[np.float64]
Limbs = NDArray[np.float64]

PELVIS, CHEST, NECK, HEAD = 0, 1, 2, 3
L_SHOULDER, L_ELBOW, L_HAND = 4, 5, 6
R_SHOULDER, R_ELBOW, R_HAND = 7, 8, 9
L_HIP, L_KNEE, L_ANKLE, L_TOE = 10, 11, 12, 13
R_HIP, R_KNEE, R_ANKLE, R_TOE = 14, 15, 16, 17
JOINTS = 18

#: A limb is a capsule between two joints; its radius is a share of stature, before girth.
LIMBS: tuple[tuple[int, int, float], ...] = (
    (PELVIS, CHEST, 0.078),
    (CHEST, NECK, 0.062),
    (NECK, HEAD, 0.054),
    (HEAD, HEAD, 0.062),
    (L_SHOULDER, R_SHOULDER, 0.050),
    (L_HIP, R_HIP, 0.064),
    (L_SHOULDER, L_ELBOW, 0.028),
    (L_ELBOW, L_HAND, 0.022),
    (R_SHOULDER, R_ELBOW, 0.028),
    (R_ELBOW, R_HAND, 0.022),
    (L_HIP, L_KNEE, 0.044),
    (L_KNEE, L_ANKLE, 0.030),
    (L_ANKLE, L_TOE, 0.024),
    (R_HIP, R_KNEE, 0.044),
    (R_KNEE, R_ANKLE, 0.030),
    (R_ANKLE, R_TOE, 0.024),
)
ENDS = np.array([(first, second) for first, second, _ in LIMBS])
RADII = np.array([radius for _, _, radius in LIMBS])
#: Limbs that girth makes broader: the trunk and the thighs; arms, shins and the head hardly change.
GIRTH = np.array([1, 1, 0.3, 0, 0.6, 1, 0.7, 0.4, 0.7, 0.4, 0.9, 0.5, 0.2, 0.9, 0.5, 0.2])

# Shares of stature.
HIP_HEIGHT, THIGH, SHIN, ANKLE_HEIGHT = 0.530, 0.245, 0.246, 0.039
SPINE, UPPER_SPINE, HEAD_ABOVE_NECK = 0.175, 0.115, 0.118
UPPER_ARM, FOREARM, FOOT = 0.186, 0.200, 0.110
HALF_SHOULDERS, HALF_HIPS = 0.115, 0.055


@dataclass(frozen=True, slots=True)
class Body:
    """One person of the simulator: metres, radians, shares; ``number`` is known to the truth alone.

    ``girth`` multiplies radii (1: slim to average), ``gait`` are the numbers of their walk, see ``GAIT``.
    """

    number: int
    stature_m: float
    girth: float
    shoulders: float
    gait: tuple[float, ...]
    is_child: bool = False


#: What tells walks apart, in the order of ``Body.gait``: name, mean, sigma.
GAIT: tuple[tuple[str, float, float], ...] = (
    ("speed", 1.25, 0.17),
    ("thigh_swing", 0.40, 0.045),
    ("knee_in_swing", 0.95, 0.12),
    ("knee_in_stance", 0.12, 0.04),
    ("arm_swing", 0.38, 0.14),
    ("elbow", 0.35, 0.14),
    ("lean", 0.05, 0.035),
    ("sway_m", 0.022, 0.009),
    ("toe_out", 0.12, 0.07),
    ("limp", 0.0, 0.05),
    ("turn_of_shoulders", 0.10, 0.05),
    ("head_down", 0.10, 0.10),
)
SPEED = 0


def draw(rng: np.random.Generator, number: int, child: float = 0.06) -> Body:
    """Return a body drawn from ``rng``: a child with probability ``child``."""
    is_child = rng.random() < child
    if is_child:
        stature = rng.uniform(0.95, 1.5)
    else:
        stature = rng.normal(1.757, 0.071) if rng.random() < 0.5 else rng.normal(1.626, 0.066)
    gait = [mean + sigma * float(np.clip(rng.normal(), -2.5, 2.5)) for _, mean, sigma in GAIT]
    gait[SPEED] *= 0.8 if is_child else 1.0
    return Body(
        number,
        float(np.clip(stature, 0.9, 2.05)),
        float(np.clip(rng.normal(1.12, 0.13), 0.85, 1.6)),
        float(np.clip(rng.normal(1.0, 0.06), 0.85, 1.15)),
        tuple(gait),
        is_child,
    )


def limbs_of(body: Body, joints: Joints) -> Limbs:
    """Return the capsules of a posture: ``(16, 7)`` ends (metres) and radius of each limb."""
    made = np.empty((len(LIMBS), 7))
    made[:, :3] = joints[ENDS[:, 0]]
    made[:, 3:6] = joints[ENDS[:, 1]]
    made[:, 6] = body.stature_m * RADII * (1 + GIRTH * (body.girth - 1))
    return made
