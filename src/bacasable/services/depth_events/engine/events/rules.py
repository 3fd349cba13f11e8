"""When what frames show begins an incident, keeps it going, and ends it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bacasable.services.depth_events.engine.events.incidents import Change, Incident, Kind, coarse
from bacasable.services.depth_events.engine.scene.watching import Region, Sight
from bacasable.services.depth_events.engine.scene.zones import Zone

#: What an alarm of each kind was worth on the development seeds (0 to 1).
_CONFIDENCE: Mapping[Kind, float] = {
    "fall": 0.9,
    "intrusion": 0.9,
    "track_intrusion": 0.9,
    "wrong_way": 0.9,
    "density": 0.9,
    "crowd_movement": 0.8,
    "abandoned_object": 0.8,
}


@dataclass(frozen=True, slots=True)
class Rules:
    """How long, how large, how many: seconds, metres, square metres, people."""

    lies_s: float = 2.0
    lies_m2: float = 0.20
    lies_at_most_m2: float = 1.3
    lies_m: float = 0.68
    sure_s: float = 1.0
    late_s: float = 25.0
    inside_s: float = 0.8
    against_s: float = 0.7
    dense_s: float = 3.0
    fast_people: int = 5
    fast_share: float = 0.5
    fast_s: float = 1.5
    left_s: float = 30.0
    alone_s: float = 20.0
    left_m2: float = 0.10
    left_at_most_m2: float = 0.7
    over_s: float = 2.5
    lay_s: float = 25.0
    stood_s: float = 25.0
    update_s: float = 10.0


class Events:
    """The incidents of one sensor: ``take`` what a frame showed, and say what changed."""

    def __init__(self, sensor: str, zones: Sequence[Zone] = (), rules: Rules | None = None) -> None:
        self._sensor = sensor
        self._zones = tuple(zones)
        self._rules = rules or Rules()
        self._open: list[Incident] = []
        self._seen: dict[str, int] = {}
        self._since: dict[str, int] = {}
        #: Patches that may be somebody who lies: place, since and last (ms).
        self._maybe: list[list[float]] = []
        #: Things that somebody stood by: place, and when last (ms).
        self._attended: list[tuple[float, float, int]] = []
        self._watched = [at for at, zone in enumerate(zones) if zone.kind in _ZONES]

    @property
    def open(self) -> tuple[Incident, ...]:
        """Return the incidents that go on."""
        return tuple(self._open)

    def take(self, sight: Sight) -> list[Change]:
        """Return what began, goes on or is over with this frame."""
        if not (self._open or sight.people or sight.low or sight.left):
            return []
        now = sight.at_ms
        changes: list[Change] = []
        for kind, zone, x, y, facts in self._signs(sight):
            self._sign(kind, zone, x, y, facts, now, changes)
        if self._open:
            self._close(now, changes)
        return changes

    def _signs(self, sight: Sight) -> Iterator[tuple[Kind, str, float, float, dict[str, float]]]:
        rules = self._rules
        for region in sight.low:
            if self._lies(region) and self._stays_so(region, sight.at_ms):
                yield "fall", "", region.x_m, region.y_m, {"seconds": region.since_ms / 1000}
        for at in self._watched:
            zone = self._zones[at]
            x, y = zone.middle
            people = float(sight.zone_people[at])
            if zone.kind in ("forbidden", "track"):
                if sight.zone_lasts_s[at] >= rules.inside_s:
                    kind: Kind = "intrusion" if zone.kind == "forbidden" else "track_intrusion"
                    yield kind, zone.key, x, y, {"people": people, "seconds": float(sight.zone_lasts_s[at])}
            elif zone.kind == "one_way":
                if sight.against_s[at] >= rules.against_s:
                    yield "wrong_way", zone.key, x, y, {"seconds": float(sight.against_s[at])}
            elif people / zone.surface_m2 > (zone.limit or 1e9) and self._lasts(
                zone.key, sight.at_ms, rules.dense_s
            ):
                yield (
                    "density",
                    zone.key,
                    x,
                    y,
                    {"people": people, "a_square_metre": people / zone.surface_m2},
                )
        many = sight.fast >= rules.fast_people and sight.fast >= rules.fast_share * sight.people
        if many and self._lasts("fast", sight.at_ms, rules.fast_s):
            yield "crowd_movement", "", 0.0, 0.0, {"people": float(sight.fast)}
        for region in sight.left:
            if region.attended:
                self._attend(region, sight.at_ms)
            if (
                region.since_ms >= rules.left_s * 1000
                and self._alone(region, sight.at_ms)
                and rules.left_m2 <= region.surface_m2 <= rules.left_at_most_m2
                and not any(
                    one.kind == "fall" and _near(one, region.x_m, region.y_m, 1.3) for one in self._open
                )
            ):
                yield "abandoned_object", "", region.x_m, region.y_m, {"seconds": region.since_ms / 1000}

    def _lies(self, region: Region) -> bool:
        rules = self._rules
        # Who fell is told soon, or lay hidden; who has sat for long does not fall by shifting.
        lasting = rules.lies_s <= region.since_ms / 1000 <= rules.late_s
        size = rules.lies_m2 <= region.surface_m2 <= rules.lies_at_most_m2 and region.length_m >= rules.lies_m
        known = any(one.kind == "fall" and _near(one, region.x_m, region.y_m, 0.9) for one in self._open)
        return (lasting and size and region.after_tall and _stretched(region)) or (
            known and region.surface_m2 >= 0.5 * rules.lies_m2
        )

    def _stays_so(self, region: Region, now: int) -> bool:
        """Tell whether somebody has been said to lie there for a moment, or is known to."""
        if any(one.kind == "fall" and _near(one, region.x_m, region.y_m, 1.3) for one in self._open):
            return True
        self._maybe = [one for one in self._maybe if now - one[3] <= 1000]
        for one in self._maybe:
            if (one[0] - region.x_m) ** 2 + (one[1] - region.y_m) ** 2 <= 0.5:
                one[3] = now
                return now - one[2] >= self._rules.sure_s * 1000
        self._maybe.append([region.x_m, region.y_m, now, now])
        return False

    def _attend(self, region: Region, now: int) -> None:
        """Write down that somebody stands by a thing."""
        kept = self._rules.alone_s * 1000
        self._attended = [
            one
            for one in self._attended
            if now - one[2] <= kept and (one[0] - region.x_m) ** 2 + (one[1] - region.y_m) ** 2 > 0.1
        ]
        self._attended.append((region.x_m, region.y_m, now))

    def _alone(self, region: Region, now: int) -> bool:
        """Tell whether a thing is told already, or nobody stood by for as long as it takes."""
        x_m, y_m = region.x_m, region.y_m
        if any(one.kind == "abandoned_object" and _near(one, x_m, y_m, 1.3) for one in self._open):
            return True
        return not any(
            now - at_ms < self._rules.alone_s * 1000 and (x - region.x_m) ** 2 + (y - region.y_m) ** 2 <= 0.25
            for x, y, at_ms in self._attended
        )

    def _lasts(self, what: str, now: int, seconds: float) -> bool:
        """Tell whether something is said of each frame for so long; a gap of a second begins it again."""
        since = self._since.get(what)
        if since is None or now - self._seen.get(what, 0) > 1000:
            self._since[what] = since = now
        self._seen[what] = now
        return now - since >= seconds * 1000

    def _sign(
        self,
        kind: Kind,
        zone: str,
        x_m: float,
        y_m: float,
        facts: dict[str, float],
        now: int,
        changes: list[Change],
    ) -> None:
        for one in self._open:
            if one.kind == kind and one.zone == zone and (zone or _near(one, x_m, y_m, 1.3)):
                self._seen[one.id] = now
                one.facts = facts
                if now - one.updated_ms >= self._rules.update_s * 1000:
                    one.updated_ms = now
                    changes.append(Change("update", one))
                return
        made = Incident(
            kind,
            self._sensor,
            zone,
            now,
            coarse(x_m),
            coarse(y_m),
            _CONFIDENCE[kind],
            updated_ms=now,
            facts=facts,
        )
        self._open.append(made)
        self._seen[made.id] = now
        changes.append(Change("new", made))

    def _close(self, now: int, changes: list[Change]) -> None:
        for one in list(self._open):
            # Who lies on the ground goes out of sight when others bend over them.
            rules = self._rules
            hidden_s = {"fall": rules.lay_s, "abandoned_object": rules.stood_s}.get(one.kind, rules.over_s)
            if now - self._seen[one.id] > hidden_s * 1000:
                one.ended_ms = self._seen.pop(one.id)
                self._open.remove(one)
                changes.append(Change("end", one))

    def interrupted(self, now: int) -> list[Change]:
        """End what is open because the sensor shows nothing any more; nothing is invented in its place."""
        changes = []
        for one in self._open:
            one.ended_ms = self._seen.pop(one.id, now)
            changes.append(Change("end", one))
        self._open.clear()
        return changes


def _stretched(region: Region) -> bool:
    """Tell whether a low patch is as long as who lies, rather than as round as who sits on the ground.

    Chosen on seeds 100 to 189 of the development: of who sits on the ground, nine in ten are shorter than
    0.82 m and less than 1.4 times as long as broad, with a trunk that rises; of who lies, half are longer
    than 1.0 m and 1.8 times as long as broad.
    """
    longer = region.length_m / max(region.width_m, 0.05)
    flat = region.middling_m2 <= 0.013 and region.high_m2 <= 0.02 and longer >= 1.2
    return region.length_m >= 0.92 or longer >= 1.6 or region.surface_m2 >= 0.5 or flat


_ZONES = ("forbidden", "track", "one_way", "density")


def _near(one: Incident, x_m: float, y_m: float, reach_m: float) -> bool:
    return (one.x_m - x_m) ** 2 + (one.y_m - y_m) ** 2 <= reach_m**2
