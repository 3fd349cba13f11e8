"""People: are they recognised in what is left of frames, and is what happens to them still told?"""

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from bacasable.compliance.control import Control, DependsOn, Measurement, Probe
from bacasable.compliance.service import N_
from bacasable.privacy.intervals import Interval
from bacasable.services.depth_events.controls.subject import ENGINE, Subject, measured

#: Simulated people from whom attackers learn, walks of each, walks asked of each person of a gallery.
OTHERS, EACH, ASKED = 120, 2, 2
#: Kinds that falls, closed zones and ways are held to; what is left behind is rarer than a trial is long.
KINDS = ("fall", "intrusion", "wrong_way")


def _named(probe: Probe, seed: int) -> Measurement:
    from bacasable.services.depth_events.engine.acquisition import Setting
    from bacasable.services.depth_events.engine.attackers import ATTACKERS, Scale, reidentify

    subject: Subject = probe.engine
    setting = Setting.parse(subject.setting)
    scale = Scale(OTHERS, EACH, subject.galleries, ASKED)
    (ranks,) = reidentify([setting], seed, scale)
    name = max(ranks, key=lambda one: ranks[one].interval.high)
    worst = ranks[name]
    return measured(
        worst.r1,
        worst.interval,
        worst.n,
        seed,
        f"{name}: {ATTACKERS[name]}",
        sha256(f"{setting} {seed} {scale}".encode()).hexdigest(),
        chance=worst.chance,
        setting=str(setting),
        people="simulated: a lower bound",
        **{f"{one}, first": round(rank.r1, 3) for one, rank in ranks.items()},
        **{f"{one}, at most": round(rank.interval.high, 3) for one, rank in ranks.items()},
        **{f"{one}, among five": round(rank.r5, 3) for one, rank in ranks.items()},
    )


def _told(probe: Probe, seed: int) -> Measurement:
    """Hold alarms against what the simulator says is true, all kinds together, scenes drawn again."""
    import numpy as np

    from bacasable.services.depth_events.engine.acquisition import Setting
    from bacasable.services.depth_events.engine.evaluation.scoring import pairs, score, watch_episode
    from bacasable.services.depth_events.engine.simulator.episodes import episode

    subject: Subject = probe.engine
    setting = Setting.parse(subject.setting)
    # Far from the small seeds that limits were chosen on.
    drawn = np.random.default_rng([seed, 4253]).choice(2**40, size=subject.scenes, replace=False) + 2**20
    rows: dict[str, list[tuple[int, int, int]]] = {kind: [] for kind in KINDS}
    for one in drawn.tolist():
        watched = watch_episode(setting, episode(one))
        for kind in KINDS:
            rows[kind].append(pairs(watched.alarms, watched.truth, kind))
    together = score([tuple(np.sum(each, axis=0)) for each in zip(*rows.values(), strict=True)], seed)
    by_kind = {kind: score(each, seed).as_json() for kind, each in rows.items()}
    return measured(
        together.value,
        Interval(together.low, together.high, 0.95, "bootstrap over scenes"),
        together.happened,
        seed,
        "holds alarms against what the simulator says happened",
        sha256(repr(drawn.tolist()).encode()).hexdigest(),
        setting=str(setting),
        scenes="simulated",
        **{f"{kind}, precision": one["precision"] for kind, one in by_kind.items()},
        **{f"{kind}, recall": one["recall"] for kind, one in by_kind.items()},
        **{f"{kind}, happened": one["happened"] for kind, one in by_kind.items()},
    )


@contextlib.contextmanager
def _without_cap(probe: Probe) -> Iterator[Probe]:
    """Take the cap away: heights as the sensor gives them, in the same cells."""
    yield replace(probe, engine=replace(probe.engine, setting=probe.engine.setting.split("@")[0]))


@contextlib.contextmanager
def _nearly_blind(probe: Probe) -> Iterator[Probe]:
    yield replace(probe, engine=replace(probe.engine, setting="2x2@0.3"))


CONTROLS = (
    Control(
        key="reidentification",
        title=N_("People are hardly recognised in what is left of frames"),
        unit=N_("share of walks whose owner the best of three attackers names first, among 50 people"),
        direction="at_most",
        threshold=0.2,
        maximum_age=timedelta(days=180),
        measure=_named,
        sabotage=_without_cap,
        depends_on=DependsOn(
            modules=(
                f"{ENGINE}.acquisition",
                f"{ENGINE}.attackers.matching",
                f"{ENGINE}.attackers.learning",
                f"{ENGINE}.attackers.observing",
                f"{ENGINE}.attackers.places",
                f"{ENGINE}.attackers.walks",
            )
        ),
        description=N_(
            "Simulated people who walk alone; attackers learn on protected output of others, at this very "
            "setting. A lower bound: another attacker may do better. Pace alone names about one in ten."
        ),
    ),
    Control(
        key="event_precision_and_recall",
        title=N_("Falls, intrusions and wrong ways are told, and hardly anything else is"),
        unit=N_("F1 of the three kinds together, on simulated scenes that chose nothing"),
        direction="at_least",
        threshold=0.75,
        maximum_age=timedelta(days=180),
        measure=_told,
        sabotage=_nearly_blind,
        depends_on=DependsOn(
            modules=(
                f"{ENGINE}.acquisition",
                f"{ENGINE}.scene.watching",
                f"{ENGINE}.scene.pass_over",
                f"{ENGINE}.events.rules",
                f"{ENGINE}.evaluation.scoring",
                f"{ENGINE}.simulator.episodes",
            )
        ),
        description=N_("Simulated: no promise for a real station, whose outcomes the board counts."),
    ),
)
