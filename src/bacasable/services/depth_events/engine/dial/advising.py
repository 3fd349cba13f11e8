"""The least revealing setting that is good enough: chosen on some seeds, told with the figures of others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bacasable.services.depth_events.engine.attackers import Scale
from bacasable.services.depth_events.engine.dial.measuring import EPISODES, Point, Progress, measure
from bacasable.services.depth_events.engine.evaluation.scoring import TRUTH

#: Added to the seed of a report to draw what the choice is made on.
_OF_CHOICE = 500_000


@dataclass(frozen=True)
class Advice:
    """A setting that was chosen (``chosen``, as measured for the choice) and measured anew (``report``).

    ``chosen`` is None where no setting meets the targets; ``holds`` tells whether the lower bounds of the
    report meet them too.
    """

    targets: Mapping[str, float]
    chosen: Point | None
    report: Point | None

    @property
    def holds(self) -> bool:
        """Return whether the figures of seeds kept out of the choice meet the targets."""
        return self.report is not None and meets(self.report, self.targets)

    def as_json(self) -> dict[str, Any]:
        """Return it as values of JSON."""
        return {
            "targets": dict(self.targets),
            "setting": str(self.chosen.setting) if self.chosen else None,
            "holds_on_other_seeds": self.holds,
            "report": self.report.as_json() if self.report else None,
        }


def parse_targets(written: str) -> dict[str, float]:
    """Return the F1 asked of each event: ``fall=0.9,intrusion=0.95``.

    Raises:
        ValueError: it cannot be read, names no event that is scored, or no F1.
    """
    targets = {}
    for part in written.split(","):
        kind, _, value = part.strip().partition("=")
        if kind not in TRUTH:
            raise ValueError(f"{part.strip()!r}: write an event and its F1; events: {', '.join(TRUTH)}")
        try:
            wanted = float(value)
        except ValueError:
            raise ValueError(f"{part.strip()!r}: write a number, as in {kind}=0.9") from None
        if not 0 < wanted < 1:
            raise ValueError(f"{kind}: an F1 of {wanted}; above 0 and below 1")
        targets[kind] = wanted
    return targets


def meets(point: Point, targets: Mapping[str, float]) -> bool:
    """Return whether the lower bound of each event that is asked for meets its target."""
    return all(point.f1[kind].low >= wanted for kind, wanted in targets.items())


def choose(points: Sequence[Point], targets: Mapping[str, float]) -> Point | None:
    """Return the least revealing point that meets the targets: by the upper bound of its worst attacker."""
    fit = [point for point in points if meets(point, targets)]
    return min(fit, key=revealing, default=None)


def revealing(point: Point) -> float:
    """Return the highest upper bound of the attackers at a setting."""
    return max(rank.interval.high for rank in point.reid_r1.values())


def advise(
    points: Sequence[Point],
    targets: Mapping[str, float],
    seed: int,
    episodes: int = EPISODES,
    scale: Scale | None = None,
    progress: Progress | None = None,
) -> Advice:
    """Choose on scenes and people of their own; report what ``points`` measured with ``seed``."""
    chosen = choose(
        measure([point.setting for point in points], seed + _OF_CHOICE, episodes, scale, progress), targets
    )
    reports = {point.setting: point for point in points}
    return Advice(targets, chosen, reports[chosen.setting] if chosen else None)
