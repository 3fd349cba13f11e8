"""A crowd of a given density in a corridor without an end: who leaves on one side comes back on the other.

Speeds follow the density as in Weidmann (1993, doi:10.3929/ethz-a-000687810); people keep apart by the social
force of :mod:`crowds`. Whoever comes back is somebody else to the truth.
"""

from collections.abc import Iterator

import numpy as np

from bacasable.services.depth_events.engine.simulator import bodies, crowds, postures, things
from bacasable.services.depth_events.engine.simulator.scenario import Scenario
from bacasable.services.depth_events.engine.simulator.truth import Happening, Witness
from bacasable.services.depth_events.engine.simulator.world import Moment

#: Steps of the crowd for each moment, and seconds that it has to find its places before the first.
_FINER, _SETTLES_S = 2, 6.0
_SUITCASES, _BACKPACKS = 0.15, 0.2


def speed_at(density: float) -> float:
    """Return how fast people walk (m/s) at so many a square metre."""
    return max(1.34 * (1 - float(np.exp(-1.913 * (1 / density - 1 / 5.4)))), 0.12)


class Throng:
    """``density`` people a square metre in a room, along x both ways: a share ``against`` goes towards -x.

    Raises:
        ValueError: a density of none, or more than 5 a square metre.
    """

    def __init__(
        self, scenario: Scenario, density: float, seed: int, against: float = 0.3, hz: int = 10
    ) -> None:
        if not 0 < density <= 5:
            raise ValueError(f"{density} people a square metre; above 0, at most 5")
        self.scenario = scenario
        self._rng = np.random.default_rng([seed, 59])
        self._hz = hz
        count = max(round(density * scenario.width_m * scenario.depth_m), 1)
        self._those = [bodies.draw(self._rng, number) for number in range(count)]
        self._number = np.arange(count)
        self._next = count
        self._place = self._places(count)
        self._ways = np.where(self._rng.random(count) < against, -1.0, 1.0)
        self._wanted = speed_at(density) * self._rng.normal(1.0, 0.12, count).clip(0.6, 1.4)
        self._velocity = np.column_stack([self._ways * self._wanted, np.zeros(count)])
        self._heading = np.where(self._ways > 0, 0.0, np.pi)
        self._phase = self._rng.uniform(0, 6.28, count)
        drawn = self._rng.random((count, 2))
        self._has = [
            [*(["suitcase"] if case < _SUITCASES else []), *(["backpack"] if pack < _BACKPACKS else [])]
            for case, pack in drawn
        ]
        self._witness = Witness(scenario.zones, scenario.lines)

    def _places(self, count: int) -> np.ndarray:
        """Return places that keep apart: of some candidates, the one that is farthest from all others."""
        room = np.array([self.scenario.width_m, self.scenario.depth_m])
        placed = np.zeros((count, 2))
        for one in range(count):
            tried = 0.25 + self._rng.random((12, 2)) * (room - 0.5)
            apart = np.hypot(*(tried[:, None] - placed[None, :one]).transpose(2, 0, 1))
            placed[one] = tried[int(np.argmax(apart.min(axis=1)))] if one else tried[0]
        return placed

    def truth(self) -> tuple[Happening, ...]:
        """Return what happened; to be asked when the moments are over."""
        return self._witness.close()

    def moments(self) -> Iterator[Moment]:
        """Yield the room, instant after instant."""
        for _ in range(round(_SETTLES_S * self._hz)):
            self._walk()
        for step in range(round(self.scenario.seconds * self._hz)):
            self._walk()
            at_ms = round(1000 * step / self._hz)
            self._witness.look(at_ms, self._number, self._place, self._velocity)
            yield Moment(at_ms, self._limbs(), self._number.copy(), self._place.copy(), False)

    def _walk(self) -> None:
        wide, deep = self.scenario.width_m, self.scenario.depth_m
        dt = 1 / self._hz / _FINER
        walls = np.array([[-1e3, -1.0, 1e3, 0.0], [-1e3, deep, 1e3, deep + 1.0]])
        still = np.zeros(len(self._place), dtype=np.bool_)
        for _ in range(_FINER):
            # Everybody wants straight on.
            goal = self._place + np.column_stack([5.0 * self._ways, np.zeros(len(self._place))])
            crowds.step(self._place, self._velocity, self._heading, goal, self._wanted, still, walls, dt)
        self._place[:, 1] = self._place[:, 1].clip(0.1, deep - 0.1)
        gone = np.flatnonzero((self._place[:, 0] < 0) | (self._place[:, 0] >= wide))
        self._place[gone, 0] %= wide
        self._number[gone] = self._next + np.arange(len(gone))
        self._next += len(gone)

    def _limbs(self) -> bodies.Limbs:
        drawn = []
        speed = np.hypot(self._velocity[:, 0], self._velocity[:, 1])
        for one, body in enumerate(self._those):
            x, y, heading = float(self._place[one, 0]), float(self._place[one, 1]), float(self._heading[one])
            self._phase[one] += 2 * np.pi * speed[one] / self._hz / postures.cycle_m(body)
            share = min(1.0, float(speed[one]) / max(body.gait[bodies.SPEED], 0.3))
            angles = postures.walking(body, float(self._phase[one]), share)
            drawn.append(bodies.limbs_of(body, postures.joints_of(body, angles, x, y, heading)))
            size = body.stature_m / 1.75
            drawn.extend(things.limbs_of(thing, x, y, heading, size=size) for thing in self._has[one])  # type: ignore[arg-type]
        return np.concatenate(drawn)
