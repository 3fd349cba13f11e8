"""A scenario lived through: people come, walk, do what the script says and go; each step gives capsules."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bacasable.services.depth_events.engine.simulator import bodies, crowds, falls, postures, things
from bacasable.services.depth_events.engine.simulator.bodies import Body, Limbs
from bacasable.services.depth_events.engine.simulator.scenario import Scenario, Scripted
from bacasable.services.depth_events.engine.simulator.things import Thing
from bacasable.services.depth_events.engine.simulator.truth import Happening, Witness

_TRAIN_S = 4.0
_POSTURES = ("sit", "sit_on_floor", "bend", "squat", "tie_laces", "telephone")
#: Seconds to go down into a posture, and to come back.
_DOWN_S = {"sit": 1.4, "sit_on_floor": 2.2, "bend": 0.9, "squat": 1.1, "tie_laces": 1.3, "telephone": 0.8}
#: Below this height of the head (share of stature) somebody who falls is on the ground.
_LYING = 0.45


@dataclass
class _Act:
    """What somebody does instead of walking: a posture, or a fall with its frames."""

    what: str
    from_ms: int
    until_ms: int
    frames: NDArray[np.float64] | None = None
    down_ms: int = 0
    gets_up: bool = False


@dataclass
class _Person:
    body: Body
    goals: list[tuple[float, float]]
    things: tuple[Thing, ...]
    wanted: float
    phase: float
    act: _Act | None = None
    waits: list[tuple[int, str, float]] = field(default_factory=list)


@dataclass(frozen=True)
class Moment:
    """One instant of the room: its capsules ``(n, 7)``, and who is where: truth, never given to a sensor."""

    at_ms: int
    limbs: Limbs
    numbers: NDArray[np.int64]
    place: NDArray[np.float64]
    train: bool


class World:
    """One run of a scenario, from a seed: the same seed, the same run.

    ``moments`` yields the room ``hz`` times a second; ``truth`` tells afterwards what happened.
    """

    def __init__(self, scenario: Scenario, seed: int, hz: int = 10, start_ms: int = 0) -> None:
        self.scenario = scenario
        self._rng = np.random.default_rng([seed, 41])
        self._hz = hz
        self._start_ms = start_ms
        self._people: list[_Person] = []
        self._place = np.zeros((0, 2))
        self._velocity = np.zeros((0, 2))
        self._heading = np.zeros(0)
        self._left: list[Limbs] = []
        self._number = 0
        self._train = 0.0
        self._witness = Witness(scenario.zones, scenario.lines)
        self._script = sorted(scenario.script, key=lambda one: one.at_s)
        self._walls = np.array(scenario.walls, dtype=np.float64).reshape(-1, 4)

    def truth(self) -> tuple[Happening, ...]:
        """Return what happened; to be asked when the moments are over."""
        return self._witness.close()

    def moments(self) -> Iterator[Moment]:
        """Yield the room, instant after instant."""
        steps = round(self.scenario.seconds * self._hz)
        dt = 1.0 / self._hz
        for step in range(steps):
            at_ms = self._start_ms + round(1000 * step * dt)
            self._arrivals(at_ms, dt)
            while self._script and self._script[0].at_s <= step * dt:
                self._make(self._script.pop(0), at_ms)
            self._walk(at_ms, dt)
            numbers = np.array([one.body.number for one in self._people], dtype=np.int64)
            self._witness.look(at_ms, numbers, self._place, self._velocity)
            yield Moment(at_ms, self._limbs(at_ms), numbers, self._place.copy(), self._train > step * dt)

    def arrive(
        self,
        goals: list[tuple[float, float]],
        at: tuple[float, float],
        body: Body | None = None,
        running: bool = False,
    ) -> int:
        """Bring somebody in at a place, with a list of goals; return their index."""
        self._number += 1
        body = body or bodies.draw(self._rng, self._number, self.scenario.traffic.child)
        traffic = self.scenario.traffic
        draw = self._rng.random(6)
        having: list[Thing] = []
        for share, thing in zip(draw, things.THINGS, strict=True):
            wanted = traffic.luggage if thing == "suitcase" else getattr(traffic, thing)
            alone = thing not in ("suitcase", "backpack") and having
            if share < wanted and not alone and not body.is_child:
                having.append(thing)
        speed = body.gait[bodies.SPEED]
        if "wheelchair" in having:
            having, speed = ["wheelchair"], 0.9
        if running:
            having, speed = [], float(self._rng.uniform(3.0, 4.2))
        self._people.append(
            _Person(body, list(goals), tuple(having), speed, float(self._rng.uniform(0, 6.28)))
        )
        ahead = np.array(goals[0]) - np.array(at)
        self._place = np.vstack([self._place, np.array(at, dtype=np.float64)])
        self._heading = np.append(self._heading, np.arctan2(ahead[1], ahead[0]))
        way = ahead / (np.linalg.norm(ahead) + 1e-9)
        self._velocity = np.vstack([self._velocity, way * speed])
        return len(self._people) - 1

    def _arrivals(self, at_ms: int, dt: float) -> None:
        traffic = self.scenario.traffic
        for _ in range(self._rng.poisson(traffic.people_a_minute * dt / 60)):
            self._comes(at_ms, running=self._rng.random() < traffic.running)

    def _comes(self, at_ms: int, running: bool = False, by_way: bool = True) -> int:
        gates = self.scenario.gates
        first, last = self._rng.choice(len(gates), 2, replace=len(gates) < 2)
        start, end = gates[first], gates[last]
        goals = [self._aside(end)]
        for zone in self.scenario.zones:
            if zone.kind == "one_way" and by_way:
                allowed = np.radians(zone.heading_degrees or 0.0)
                if np.dot(np.array(end) - np.array(start), [np.cos(allowed), np.sin(allowed)]) < 0:
                    start, goals = end, [self._aside(start)]
        one = self.arrive(goals, self._aside(start), running=running)
        if not running and self._rng.random() < self.scenario.traffic.pauses:
            what = str(self._rng.choice(_POSTURES, p=[0.15, 0.03, 0.22, 0.15, 0.2, 0.25]))
            after = at_ms + int(self._rng.uniform(1500, 4500))
            self._people[one].waits.append((after, what, float(self._rng.uniform(1.5, 10))))
        return one

    def _aside(self, gate: tuple[float, float]) -> tuple[float, float]:
        moved = np.array(gate) + self._rng.normal(0, 0.45, 2)
        x, y = np.clip(moved, 0.15, [self.scenario.width_m - 0.15, self.scenario.depth_m - 0.15])
        return float(x), float(y)

    def _make(self, asked: Scripted, at_ms: int) -> None:
        if asked.what == "train":
            self._train = (at_ms - self._start_ms) / 1000 + asked.seconds
        elif asked.what == "burst":
            for _ in range(asked.people):
                self._comes(at_ms)
        elif asked.what == "run":
            self._comes(at_ms, running=True)
        elif asked.what == "wrong_way":
            self._against(asked)
        elif asked.what in ("intrude", "linger"):
            self._into(asked, at_ms)
        elif asked.what == "abandon":
            self._abandon(at_ms)
        else:
            one = self._somebody(at_ms)
            if asked.what == "fall":
                self._falls(one, asked, at_ms)
            else:
                self._postured(one, asked.what, at_ms, asked.seconds)

    def _zone(self, key: str, kinds: tuple[str, ...]) -> tuple[float, float, float]:
        """Return the middle of the zone of a script, and where people may go there."""
        for zone in self.scenario.zones:
            if zone.key == key or (not key and zone.kind in kinds):
                x, y = np.mean(np.array(zone.corners), axis=0)
                return float(x), float(y), float(np.radians(zone.heading_degrees or 0.0))
        raise ValueError(
            f"script: no zone {key!r} of kind {' or '.join(kinds)} in scenario {self.scenario.title!r}"
        )

    def _against(self, asked: Scripted) -> None:
        x, y, allowed = self._zone(asked.zone, ("one_way",))
        ahead = np.array([np.cos(allowed), np.sin(allowed)]) * 0.45 * max(self.scenario.width_m, 3)
        inside = np.array([self.scenario.width_m, self.scenario.depth_m]) - 0.2
        start = np.clip(np.array([x, y]) + ahead, 0.2, inside)
        end = np.clip(np.array([x, y]) - ahead, 0.2, inside)
        self.arrive([(float(end[0]), float(end[1]))], (float(start[0]), float(start[1])))

    def _into(self, asked: Scripted, at_ms: int) -> None:
        x, y, _ = self._zone(asked.zone, ("forbidden", "track") if asked.what == "intrude" else ("dwell",))
        gate = self.scenario.gates[int(self._rng.integers(len(self.scenario.gates)))]
        one = self.arrive([(x, y), self._aside(gate)], self._aside(gate))
        self._people[one].waits.append((-1, "stay", asked.seconds))

    def _abandon(self, at_ms: int) -> None:
        one = self._somebody(at_ms)
        x, y = self._place[one]
        self._left.append(things.limbs_of("suitcase", float(x), float(y), float(self._heading[one])))
        person = self._people[one]
        person.things = tuple(thing for thing in person.things if thing != "suitcase")
        self._witness.happened(Happening("abandoned", at_ms, self._end_ms(), "", float(x), float(y)))

    def _end_ms(self) -> int:
        return self._start_ms + round(self.scenario.seconds * 1000)

    def _somebody(self, at_ms: int) -> int:
        """Return somebody who walks in the middle of the room; who is missing comes."""
        room = np.array([self.scenario.width_m, self.scenario.depth_m])
        found = [
            one
            for one, person in enumerate(self._people)
            if person.act is None
            and "wheelchair" not in person.things
            and np.all(np.abs(self._place[one] - room / 2) < 0.3 * room)
        ]
        if found:
            return int(self._rng.choice(found))
        x, y = room / 2 + self._rng.uniform(-0.2, 0.2, 2) * room
        gate = self.scenario.gates[int(self._rng.integers(len(self.scenario.gates)))]
        one = self.arrive([self._aside(gate)], (float(x), float(y)))
        self._people[one].things = ()
        return one

    def _falls(self, one: int, asked: Scripted, at_ms: int) -> None:
        person = self._people[one]
        x, y = self._place[one]
        joints = postures.joints_of(
            person.body,
            postures.walking(person.body, person.phase),
            float(x),
            float(y),
            float(self._heading[one]),
        )
        way = asked.way or str(self._rng.choice(falls.WAYS))
        frames = falls.fall(joints, self._velocity[one], float(self._heading[one]), way, self._rng)  # type: ignore[arg-type]
        high = frames[:, bodies.HEAD, 2] / person.body.stature_m
        down = int(np.argmax(high < _LYING)) * 1000 // falls.KEPT_HZ
        until = at_ms + 3000 + round(asked.seconds * 1000)
        person.act = _Act("fall", at_ms, until, frames, at_ms + down, asked.gets_up)
        # Who gets up does so where they lie.
        self._place[one] = frames[-1, bodies.PELVIS, :2]
        self._velocity[one] = 0.0
        end = min(until, self._end_ms()) if asked.gets_up else self._end_ms()
        last = frames[-1, bodies.PELVIS]
        self._witness.happened(Happening("fall", at_ms + down, end, "", float(last[0]), float(last[1])))

    def _postured(self, one: int, what: str, at_ms: int, seconds: float) -> None:
        if what == "sit" and self.scenario.benches:
            x, y, heading = self.scenario.benches[int(self._rng.integers(len(self.scenario.benches)))]
            self._place[one] = x, y
            self._heading[one] = heading
        down = round(1000 * _DOWN_S.get(what, 1.0))
        self._people[one].act = _Act(what, at_ms, at_ms + 2 * down + round(1000 * seconds), down_ms=down)

    def _walk(self, at_ms: int, dt: float) -> None:
        if not self._people:
            return
        for one, person in enumerate(self._people):
            if (
                person.act
                and at_ms >= person.act.until_ms
                and (person.act.what != "fall" or person.act.gets_up)
            ):
                person.act = None
            if person.act is None and person.waits and 0 <= person.waits[0][0] <= at_ms:
                _, what, seconds = person.waits.pop(0)
                self._postured(one, what, at_ms, seconds)
            if person.act is None and len(person.goals) > 1:
                near = np.hypot(*(self._place[one] - np.array(person.goals[0]))) < 0.35
                if near:
                    person.goals.pop(0)
                    if person.waits and person.waits[0][1] == "stay":
                        _, _, seconds = person.waits.pop(0)
                        person.act = _Act("stay", at_ms, at_ms + round(1000 * seconds), down_ms=300)
        still = np.array([person.act is not None for person in self._people])
        goal = np.array([person.goals[0] for person in self._people])
        wanted = np.array([person.wanted for person in self._people])
        crowds.step(self._place, self._velocity, self._heading, goal, wanted, still, self._walls, dt)
        gone = []
        for one, person in enumerate(self._people):
            speed = float(np.hypot(*self._velocity[one]))
            person.phase += 2 * np.pi * speed * dt / postures.cycle_m(person.body)
            outside = (self._place[one] < 0.05).any() or (
                self._place[one] > np.array([self.scenario.width_m, self.scenario.depth_m]) - 0.05
            ).any()
            arrived = (
                len(person.goals) == 1 and np.hypot(*(self._place[one] - np.array(person.goals[0]))) < 0.35
            )
            if person.act is None and (arrived or (outside and len(person.goals) == 1)):
                gone.append(one)
        for one in reversed(gone):
            del self._people[one]
            self._place = np.delete(self._place, one, axis=0)
            self._velocity = np.delete(self._velocity, one, axis=0)
            self._heading = np.delete(self._heading, one)

    def _limbs(self, at_ms: int) -> Limbs:
        drawn = list(self._left)
        for one, person in enumerate(self._people):
            x, y = float(self._place[one, 0]), float(self._place[one, 1])
            heading = float(self._heading[one])
            drawn.append(bodies.limbs_of(person.body, self._joints(one, person, at_ms)))
            size = person.body.stature_m / 1.75
            drawn.extend(things.limbs_of(thing, x, y, heading, size=size) for thing in person.things)
        return np.concatenate(drawn) if drawn else np.zeros((0, 7))

    def _joints(self, one: int, person: _Person, at_ms: int) -> NDArray[np.float64]:
        act, body = person.act, person.body
        x, y, heading = float(self._place[one, 0]), float(self._place[one, 1]), float(self._heading[one])
        if act is not None and act.frames is not None:
            return self._fallen(act, act.frames, at_ms, body, x, y, heading)
        if "wheelchair" in person.things:
            return postures.joints_of(body, postures.posture("wheelchair"), x, y, heading)
        if act is None or act.what == "stay":
            speed = float(np.hypot(*self._velocity[one]))
            angles = postures.walking(body, person.phase, min(1.0, speed / max(body.gait[bodies.SPEED], 0.3)))
            return postures.joints_of(body, angles, x, y, heading)
        standing, wanted = postures.posture("stand"), postures.posture(act.what)
        share = min((at_ms - act.from_ms) / act.down_ms, (act.until_ms - at_ms) / act.down_ms, 1.0)
        return postures.joints_of(body, postures.between(standing, wanted, share), x, y, heading)

    def _fallen(
        self,
        act: _Act,
        frames: NDArray[np.float64],
        at_ms: int,
        body: Body,
        x: float,
        y: float,
        heading: float,
    ) -> NDArray[np.float64]:
        frame = min((at_ms - act.from_ms) * falls.KEPT_HZ // 1000, len(frames) - 1)
        joints = frames[frame].copy()
        if frame == len(frames) - 1:
            # Who lies on the ground breathes and stirs.
            stir = 0.012 * np.sin(at_ms / 400 + np.arange(bodies.JOINTS))
            joints[:, 2] += stir
            rising_ms = act.until_ms - at_ms
            if act.gets_up and rising_ms < 2500:
                up = postures.joints_of(body, postures.posture("stand"), x, y, heading)
                share = 1 - max(rising_ms, 0) / 2500
                joints += (up - joints) * share * share * (3 - 2 * share)
        return joints
