"""Leaks found and false alarms on cities that do not exist, beside the rule "three days without a zero".

    make bench NAME=water_use_leaks            # 5 cities of 5,000 homes, 365 days; the DAIAD meters
    SEEDS=101 make bench NAME=water_use_leaks  # fewer cities

The cities of seeds 101 to 105 were drawn for this measure only: the rules were chosen on seeds 1 to 5. The
city was committed before the detector was written. The last line is one JSON object.
"""

import json
import os
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from bacasable.services.water_use.engine.city import City, simulate
from bacasable.services.water_use.engine.evaluation.leaks import (
    Judged,
    figures,
    flagged_in_daiad,
    judge,
    judge_city,
)
from bacasable.services.water_use.engine.leaks import REPORTED_ON, Flow, flows, unread

HOMES, DAYS = 5_000, 365
#: Litres a day in the middle of the DAIAD homes of 1 to 5 members.
DAIAD_LITRES = {1: 71, 2: 188, 3: 224, 4: 297, 5: 392}


def whole_days_without_a_zero(city: City) -> list[Flow]:
    """Return the alarms of the plain rule: three days in a row, each hour known and above zero."""
    hours = unread(city.hourly, city.estimated).reshape(len(city.homes), city.days, 24)
    flowing = (hours > 0).all(axis=2)
    alarms = []
    for meter, row in enumerate(flowing):
        edges = np.flatnonzero(np.diff(np.concatenate(([0], row.astype(np.int8), [0]))))
        for first, after in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            if after - first >= 3:
                alarms.append(Flow(meter, first * 24, after * 24 - 1, first * 24 + 71, 0.0, False))
    return alarms


def plainly(city: City) -> Judged:
    """Return what the plain rule makes of a city."""
    by_meter: dict[int, list[Flow]] = {}
    for alarm in whole_days_without_a_zero(city):
        by_meter.setdefault(alarm.meter, []).append(alarm)
    merged = []
    for alarms in by_meter.values():
        kept = [alarms[0]]
        for alarm in alarms[1:]:
            # One alarm for each leak, as the detector merges: what starts again within a week is the same.
            if alarm.first - kept[-1].last <= 7 * 24:
                kept[-1] = replace(kept[-1], last=alarm.last)
            else:
                kept.append(alarm)
        merged += kept
    return judge(city.hourly, city.estimated, city.leaks, city.true_homes.members, alarms=merged)


def likeness(city: City) -> dict[str, object]:
    """Return how the city looks beside the DAIAD homes: litres by members, nights, runs without a zero."""
    hours = city.hourly.reshape(len(city.homes), city.days, 24)
    known = hours >= 0
    enough = known.sum(axis=2) >= 22
    litres = np.where(
        enough, np.where(known, hours, 0).sum(axis=2) * 24 / np.maximum(known.sum(axis=2), 1), np.nan
    )
    middle = np.nanmedian(litres, axis=1)
    harmless = np.ones(len(hours), dtype=bool)
    harmless[[leak.meter for leak in city.leaks]] = False
    flowing = (np.where(known, hours, 1).min(axis=2) > 0) & enough
    three = (flowing[:, 2:] & flowing[:, 1:-1] & flowing[:, :-2]).any(axis=1)
    return {
        "litres_a_day_by_members": {
            size: round(float(np.median(middle[city.true_homes.members == size]))) for size in DAIAD_LITRES
        },
        "daiad_litres_a_day_by_members": DAIAD_LITRES,
        "harmless_homes_with_three_days_without_a_zero": round(float(three[harmless].mean()), 4),
        "daiad_meters_with_three_days_without_a_zero": round(8 / 89, 4),
        "hours_lost": round(float((city.hourly < 0).mean()), 4),
    }


def main() -> None:
    """Print tables, then one JSON object."""
    seeds = [int(seed) for seed in os.environ.get("SEEDS", "").split(",") if seed] or list(REPORTED_ON)
    ours: Judged | None = None
    plain: Judged | None = None
    drawn, detected = [], []
    simulate(20, 10, 0)
    flows(np.zeros((2, 480), np.int32))
    looks: dict[str, object] = {}
    for seed in seeds:
        began = time.process_time()
        city = simulate(HOMES, DAYS, seed)
        drawn.append(time.process_time() - began)
        began = time.process_time()
        judged = judge(city.hourly, city.estimated, city.leaks, city.true_homes.members)
        detected.append(time.process_time() - began)
        ours = judged if ours is None else ours + judged
        other = plainly(city)
        plain = other if plain is None else plain + other
        looks = looks or likeness(city)
        told = figures(judged)
        print(
            f"seed {seed}: recall {told['recall']:.4f} of {told['leaks']}, "
            f"false alarms {told['false_alarms']} in {told['meter_years']} meter-years"
        )
    assert ours is not None
    assert plain is not None
    result = {
        "homes": HOMES,
        "days": DAYS,
        "seeds": seeds,
        "detector": figures(ours),
        "three_days_without_a_zero": figures(plain),
        "meters_of_ten_litres": figures(judge_city(seeds[0], litres_per_pulse=10)),
        "city": looks,
        "cpu_seconds_to_draw_a_city": round(min(drawn), 2),
        "cpu_seconds_to_judge_a_city": round(min(detected), 2),
    }
    for name in ("detector", "three_days_without_a_zero", "meters_of_ten_litres"):
        told = result[name]
        assert isinstance(told, dict)
        print(
            f"{name:28} recall {told['recall']:.4f} {told['recall_interval']}, false alarms a 1,000 "
            f"meter-years {told['false_alarms_per_1000_meter_years']:.2f} {told['false_alarms_interval']}, "
            f"told after {told['median_days_to_tell']} days"
        )
    for size, row in figures(ours)["recall_by_members"].items():
        bounds = f"[{row['low']:.3f}, {row['high']:.3f}]"
        print(f"  members {size}: recall {row['recall']:.3f} {bounds} of {row['n']}")
    print("city:", json.dumps(looks))
    result["daiad"] = daiad()
    print(json.dumps(result))


def daiad() -> dict[str, object] | None:
    """Print what is flagged in the DAIAD meters, where the data are: no truth is known of them."""
    folder = Path(os.environ.get("BACASABLE_DATA", "data")) / "water_use"
    if not (folder / "swm_trialA_clean.zip").is_file():
        print("DAIAD: not here")
        return None
    found, meters = flagged_in_daiad(folder)
    for leak in found:
        print(
            f"DAIAD {leak.meter[:6]}: {leak.start:%Y-%m-%d %Hh} to {leak.last_seen:%Y-%m-%d %Hh} "
            f"({leak.hours / 24:.0f} days), {leak.litres_per_hour} litres an hour, {leak.state}"
        )
    flagged = len({leak.meter for leak in found})
    print(f"DAIAD: {len(found)} flags on {flagged} of {meters} meters, 2016-03-01 to 2017-05-19")
    return {"flags": len(found), "meters_flagged": flagged, "meters": meters}


if __name__ == "__main__":
    main()
