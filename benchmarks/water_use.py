"""How fast a night's work on hourly meters is, beside hand-written SQL, another layout, another engine.

Readings: 20,000 synthetic meters x 8,760 hours (Poisson hours of a daily shape, a lognormal size a home,
seed 1, 2 % of homes with water that never stops), ten districts, 26 cohorts. The job: daily totals, night
minimum, continuous flow, volumes above twice the average of three years, quantiles of cohorts, hourly totals
of districts; out of Parquet files and into Parquet files. All on one thread, each in a process of its own;
processor seconds of the whole work after the imports, the least of several runs. Our results are compared
with those of the hand-written SQL, row by row. Load on the machine makes all slower, not equally so.

Peers: the same SQL on DuckDB over the same files; SQL over one row an hour (the long layout, same partitions
and order); Polars streaming over that. The latter two go once by month, as ours does, and once with the days
of the year in one query, as people write it first; the bars are judged against both, and say so. Imports:
files of 20,000 meters, lines in the order of time.

Bars: at most 1.15 x the hand-written SQL; 3 x faster than the long layout; 8 x faster than Polars; less than
1 GB; 2 million readings a second from Parquet and 500,000 from CSV.

    python -m benchmarks.water_use
    METERS=2000 python -m benchmarks.water_use        a tenth: says so, and judges no bar
    FULL=1 python -m benchmarks.water_use             100,000 meters, and PySpark with its results
"""
# ruff: noqa: S608

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

# Before the libraries are loaded: they read it then.
os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "POLARS_MAX_THREADS", "NUMBA_NUM_THREADS"), "1"))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.harness import result, table

SEED, METERS, DAYS, FIRST = 1, int(os.environ.get("METERS", "20000")), 365, date(2025, 1, 1)
BAR_METERS = 20_000
RUNS = {"ours": 5, "hand": 5, "long": 2, "long year": 2, "polars": 2, "polars year": 1, "spark": 1}
HOURS = [f"h{hour:02d}" for hour in range(24)]
SHAPE = [
    0.3, 0.15, 0.1, 0.08, 0.08, 0.2, 0.8, 1.8, 2.0, 1.5, 1.2, 1.1,
    1.2, 1.3, 1.1, 0.9, 0.9, 1.1, 1.5, 1.9, 1.8, 1.4, 1.0, 0.6,
]  # fmt: skip


def spent(work: Callable[[], object], runs: int) -> dict[str, float]:
    """Return the least processor and wall seconds of several runs, and the peak of this process."""
    best, wall = float("inf"), float("inf")
    for _ in range(runs):
        begun, since = time.process_time(), time.perf_counter()
        work()
        best = min(best, time.process_time() - begun)
        wall = min(wall, time.perf_counter() - since)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    return {"seconds": best, "wall": wall, "peak_gb": peak}


def names(meters: int) -> Any:
    import numpy as np

    return np.array([f"METER-1-{one:016x}" for one in np.random.default_rng(SEED).integers(0, 2**62, meters)])


def months() -> list[tuple[date, int]]:
    found, day = [], FIRST
    while day < FIRST + timedelta(DAYS):
        following = (day.replace(day=28) + timedelta(4)).replace(day=1)
        found.append((day, (min(following, FIRST + timedelta(DAYS)) - day).days))
        day = following
    return found


def volumes(meters: int, number: int, days: int) -> Any:
    """Return the litres of a month: meters x days x 24."""
    import numpy as np

    size = np.random.default_rng(SEED).lognormal(0, 0.6, meters) * 9
    draw = np.random.default_rng([SEED, number])
    found = draw.poisson(size[:, None, None] * np.array(SHAPE), (meters, days, 24)).astype(np.int32)
    found[draw.random(found.shape) < 0.35] = 0
    found[np.arange(meters) % 50 == 0] += 4
    return found


def make(folder: Path, meters: int) -> None:
    """Write the readings as we store them, the long layout beside it, and the cohorts."""
    import duckdb
    import numpy as np
    import polars as pl

    from bacasable.services.water_use.engine.storage import Readings

    readings = Readings(folder / "wide")
    called = names(meters)
    for number, (first, days) in enumerate(months()):
        litres = volumes(meters, number, days)
        every = np.array([first + timedelta(one) for one in range(days)], dtype="datetime64[D]")
        readings.put(
            pl.DataFrame(
                {
                    "meter": np.repeat(called, days),
                    "day": np.tile(every, meters),
                    "district": np.repeat([f"d{one % 10}" for one in range(meters)], days),
                    **{hour: litres[:, :, place].ravel() for place, hour in enumerate(HOURS)},
                }
            )
        )
    cohorts = {
        "meter": np.tile(called, 2),
        "cohort": [f"c{one % 25}" for one in range(meters)] + ["all"] * meters,
    }
    pl.DataFrame(cohorts).write_parquet(folder / "cohorts.parquet")
    # Volumes of the three years before, for there is one year of hours.
    draw = np.random.default_rng(SEED + 1)
    history = [
        pl.DataFrame(
            {
                "meter": called, "year": np.full(meters, year), "period": np.full(meters, f"{month:02d}"),
                "litres": draw.integers(500, 9000, meters), "days": np.full(meters, 30),
            }
        )
        for year in (2022, 2023, 2024)
        for month in range(1, 13)
    ]  # fmt: skip
    pl.concat(history).write_parquet(folder / "history.parquet")
    if meters > BAR_METERS:
        return
    con = duckdb.connect(config={"threads": 1, "memory_limit": "2GB"})
    for one in readings.parts():
        to = folder / "long" / one.path.parent.relative_to(folder / "wide") / "readings.parquet"
        to.parent.mkdir(parents=True)
        listed = ",".join(HOURS)
        con.execute(
            "COPY (SELECT meter, day, hour, litres FROM (SELECT meter, day, "
            "unnest(range(24))::TINYINT AS hour, "
            f"unnest([{listed}]) AS litres FROM read_parquet('{one.path}', hive_partitioning=false))) "
            f"TO '{to}' (FORMAT parquet, COMPRESSION zstd)"
        )


OUTPUTS = ("daily", "meters", "districts", "cohorts", "above")


def statements(daily: str, district_rows: str) -> dict[str, str]:
    """Return the SQL of the job by hand: ``daily`` makes days, ``district_rows`` the hours of districts."""
    levels = (
        ", ".join(
            f"(quantile_cont(mean, {level / 10}) + 1e-6)::BIGINT AS q{level}0" for level in range(1, 10)
        )
        .replace("(quantile_cont", "floor(quantile_cont")
        .replace("+ 1e-6)::", "+ 1e-6)::")
    )
    return {
        "days": f"CREATE OR REPLACE TEMP TABLE daily AS {daily}",
        "meters": """CREATE OR REPLACE TEMP TABLE meters AS
            SELECT * EXCLUDE (runs), runs & (runs >> 1) & (runs >> 2) > 0 AS continuous FROM (
            SELECT meter, any_value(district) AS district, strftime(max(day), '%Y-%m') AS month,
            (sum(litres) FILTER (day >= $first))::BIGINT AS litres,
            count(*) FILTER (day >= $first) AS days,
            count(*) FILTER (day >= $first AND estimated != 0) AS estimated_days,
            min(flow) FILTER (day >= $first AND flow > 0) AS least_flow,
            sum(CASE WHEN flow > 0 THEN 1::BIGINT << (day - $first + 2)::INT ELSE 0 END)::BIGINT AS runs
            FROM daily GROUP BY meter) WHERE days > 0""",
        "daily": """COPY (SELECT * FROM daily WHERE day >= $first)
            TO '$to/daily-$month.parquet' (COMPRESSION zstd)""",
        "write meters": "COPY meters TO '$to/meters-$month.parquet' (COMPRESSION zstd)",
        "districts": f"COPY ({district_rows}) TO '$to/districts-$month.parquet' (COMPRESSION zstd)",
        "cohorts": f"""COPY (SELECT '$month' AS month, cohort, count(*) AS n, {levels} FROM cohorts JOIN
            (SELECT meter, litres / days AS mean FROM meters WHERE days >= 20) USING (meter) GROUP BY cohort)
            TO '$to/cohorts-$month.parquet' (COMPRESSION zstd)""",
    }


ABOVE = """COPY (SELECT *, litres > 2 * average_litres AS above FROM (
    SELECT now.meter, now.year, now.period, now.litres, now.days, count(*) AS years,
    floor(sum(past.litres)::DOUBLE * now.days / sum(past.days)::DOUBLE)::BIGINT AS average_litres
    FROM every AS now JOIN every AS past ON now.meter = past.meter AND now.period = past.period
    AND past.year < now.year AND past.year >= now.year - 3
    GROUP BY now.meter, now.year, now.period, now.litres, now.days))
    TO '$to/above.parquet' (COMPRESSION zstd)"""


def by_hand(folder: Path, to: Path, layout: str, whole: bool = False) -> None:
    """Run the job as somebody who knows DuckDB writes it: a month at a time, or days of a `whole` year."""
    import duckdb

    to.mkdir(exist_ok=True)
    con = duckdb.connect(config={"threads": 1, "memory_limit": "600MB", "preserve_insertion_order": False})
    con.execute(f"CREATE TEMP TABLE cohorts AS FROM '{folder}/cohorts.parquet'")
    for first, _ in months():
        back = first - timedelta(2)
        files = f"read_parquet(['{folder}/{layout}/*/month={first:%Y-%m}/*.parquet'"
        if back >= FIRST:
            files += f", '{folder}/{layout}/*/month={back:%Y-%m}/*.parquet'"
        files += "], hive_partitioning=true)"
        if layout == "wide":
            daily = f"""SELECT meter, day, district, total AS litres,
                least(h01, h02, h03, h04) AS night_minimum, coalesce(flow,
                CASE WHEN hours >= 23 AND estimated = 0 THEN least({",".join(HOURS)}) END) AS flow,
                hours, estimated FROM {files} WHERE day >= $back"""
            sums = ", ".join(f"sum({hour})::BIGINT AS {hour}" for hour in HOURS)
            rows = f"""SELECT district, day, count(*) AS meters, sum(hours)::BIGINT AS hours, {sums}
                FROM {files} WHERE day >= $first GROUP BY district, day"""
        else:
            daily = f"""SELECT meter, day, district, sum(litres)::BIGINT AS litres,
                min(litres) FILTER (hour BETWEEN 1 AND 4) AS night_minimum,
                CASE WHEN count(litres) >= 23 THEN min(litres) END AS flow,
                count(litres)::TINYINT AS hours, 0 AS estimated
                FROM {files} WHERE day >= $back GROUP BY meter, day, district"""
            rows = f"""SELECT district, day, hour, count(*) AS meters, sum(litres)::BIGINT AS litres
                FROM {files} WHERE day >= $first GROUP BY district, day, hour"""
        if whole:
            if first == FIRST:
                every = f"read_parquet('{folder}/{layout}/*/*/*.parquet', hive_partitioning=true)"
                con.execute(
                    f"CREATE TEMP TABLE year AS {daily.replace(files, every)}".replace(
                        "$back", f"DATE '{back}'"
                    )
                )
            following = (first.replace(day=28) + timedelta(4)).replace(day=1)
            daily = f"SELECT * FROM year WHERE day >= $back AND day < DATE '{following}'"
        for sql in statements(daily, rows).values():
            con.execute(
                sql.replace("$first", f"DATE '{first}'").replace("$back", f"DATE '{back}'")
                .replace("$to", str(to)).replace("$month", f"{first:%Y-%m}")
            )  # fmt: skip
    con.execute(
        f"""CREATE TEMP VIEW every AS SELECT meter, month[:4]::INT AS year, month[6:] AS period, litres, days
        FROM '{to}/meters-*.parquet' UNION ALL SELECT meter, year, period, litres, days
        FROM '{folder}/history.parquet'"""
    )
    con.execute(ABOVE.replace("$to", str(to)))


def ours(folder: Path, to: Path, engine: str) -> None:
    """Run the job of the package."""
    import shutil

    import pyarrow.parquet as pq

    from bacasable.services.water_use.engine.core import above_twice, run_months
    from bacasable.services.water_use.engine.core.engines import engine_of
    from bacasable.services.water_use.engine.storage import Readings

    shutil.rmtree(to, ignore_errors=True)
    running = engine_of(engine)
    cohorts, history = (pq.read_table(folder / f"{name}.parquet") for name in ("cohorts", "history"))
    run_months(Readings(folder / "wide"), to, cohorts=cohorts, engine=running)
    pq.write_table(above_twice(to, volumes=history, engine=running), to / "above.parquet")


def polars_streaming(folder: Path, to: Path, whole: bool = False) -> None:
    """Run the same on the long layout with Polars' streaming engine: by month, or days of a `whole` year."""
    import polars as pl

    to.mkdir(exist_ok=True)
    cohorts = pl.read_parquet(folder / "cohorts.parquet")
    made = []
    for first, _ in months():
        back = first - timedelta(2)
        files = [f"{folder}/long/*/month={first:%Y-%m}/*.parquet"]
        if back >= FIRST:
            files.append(f"{folder}/long/*/month={back:%Y-%m}/*.parquet")
        rows = pl.scan_parquet(files, hive_partitioning=True).filter(pl.col("day") >= back)
        litres = pl.col("litres")
        if not whole:
            daily = _days(rows)
        else:
            if first == FIRST:
                year = _days(pl.scan_parquet(f"{folder}/long/*/*/*.parquet", hive_partitioning=True))
            following = (first.replace(day=28) + timedelta(4)).replace(day=1)
            daily = year.filter((pl.col("day") >= back) & (pl.col("day") < following))
        inside = pl.col("day") >= first
        bit = pl.when(pl.col("flow") > 0).then(2 ** (pl.col("day") - back).dt.total_days()).otherwise(0)
        meters = daily.group_by("meter").agg(
            pl.col("district").first(),
            pl.col("total").filter(inside).sum().alias("litres"),
            inside.sum().alias("days"),
            pl.col("flow").filter(inside & (pl.col("flow") > 0)).min().alias("least_flow"),
            bit.cast(pl.Int64).sum().alias("runs"),
        )
        meters = meters.with_columns(pl.lit(f"{first:%Y-%m}").alias("month"))
        daily.filter(inside).write_parquet(to / f"daily-{first:%Y-%m}.parquet")
        meters.write_parquet(to / f"meters-{first:%Y-%m}.parquet")
        hours = (
            rows.filter(inside).group_by("district", "day", "hour").agg(pl.len(), litres.sum().alias("sum"))
        )
        hours.collect(engine="streaming").write_parquet(to / f"districts-{first:%Y-%m}.parquet")
        mean = meters.filter(pl.col("days") >= 20).with_columns(pl.col("litres") / pl.col("days"))
        levels = [
            pl.col("litres").quantile(level / 10, "linear").alias(f"q{level}0") for level in range(1, 10)
        ]
        placed = cohorts.join(mean, on="meter").group_by("cohort").agg(pl.len().alias("n"), *levels)
        placed.write_parquet(to / f"cohorts-{first:%Y-%m}.parquet")
        made.append(meters.select("meter", pl.lit(2025).alias("year"), pl.lit(f"{first:%m}").alias("period"),
                                  "litres", pl.col("days").cast(pl.Int64)))  # fmt: skip
    every = pl.concat([*made, pl.read_parquet(folder / "history.parquet")], how="vertical_relaxed")
    past = every.select("meter", "period", pl.col("year", "litres", "days").name.prefix("past_"))
    met = every.join(past, on=["meter", "period"]).filter(
        (pl.col("past_year") < pl.col("year")) & (pl.col("past_year") >= pl.col("year") - 3)
    )
    met.group_by("meter", "year", "period", "litres", "days").agg(
        pl.len(), pl.col("past_litres").sum(), pl.col("past_days").sum()
    ).write_parquet(to / "above.parquet")


def _days(rows: Any) -> Any:
    import polars as pl

    litres = pl.col("litres")
    return (
        rows.group_by("meter", "day", "district")
        .agg(
            litres.sum().cast(pl.Int64).alias("total"),
            litres.filter(pl.col("hour").is_between(1, 4)).min().alias("night_minimum"),
            pl.when(litres.count() >= 23).then(litres.min()).alias("flow"),
            litres.count().alias("hours"),
        )
        .collect(engine="streaming")
    )


def same(folder: Path, mine: str, hand: str) -> dict[str, bool]:
    """Compare each result of ours with another's, row by row."""
    import duckdb

    con = duckdb.connect(config={"threads": 1, "memory_limit": "2GB"})
    found = {}
    for name in OUTPUTS:
        ours_at, theirs_at = (
            f"read_parquet('{folder}/{where}/{'' if name == 'above' else pattern}{name}{ending}', "
            "hive_partitioning=false, union_by_name=true)"
            for where, pattern, ending in (
                (mine, "month=*/", ".parquet"),
                (
                    hand,
                    "month=*/" if hand == "spark" else "",
                    ".parquet" if hand == "spark" or name == "above" else "-*.parquet",
                ),
            )
        )
        columns = [row[0] for row in con.execute(f"DESCRIBE FROM {ours_at}").fetchall()]
        listed = ", ".join(columns)
        count = con.execute(
            f"WITH ours AS (SELECT {listed} FROM {ours_at}), theirs AS (SELECT {listed} FROM {theirs_at}) "
            "SELECT (SELECT count(*) FROM (FROM ours EXCEPT ALL FROM theirs)) "
            "+ (SELECT count(*) FROM (FROM theirs EXCEPT ALL FROM ours))"
        ).fetchone()
        found[name] = count == (0,)
    return found


def imports(folder: Path, kind: str, runs: int) -> dict[str, float]:
    """Import indexes (Parquet) or volumes (CSV), lines in the order of time."""
    import shutil

    import numpy as np
    import pyarrow as pa
    import pyarrow.csv as csv
    import pyarrow.parquet as pq

    from bacasable.services.water_use.engine.readings import import_file, mapping_of
    from bacasable.services.water_use.engine.storage import Readings

    days = 20 if kind == "parquet" else 7
    litres = volumes(METERS, 0, days).reshape(METERS, days * 24).T
    value = litres if kind == "csv" else np.cumsum(litres, axis=0, dtype=np.int64) + 10**6
    hours = np.datetime64("2025-01-01T00:00:00") + np.arange(days * 24).astype("timedelta64[h]")
    who = np.tile(np.arange(METERS, dtype=np.int32), days * 24)
    rows = pa.table(
        {
            "meter": pa.DictionaryArray.from_arrays(who, pa.array(names(METERS))).cast(pa.string()),
            "time": pa.array(np.repeat(hours, METERS)),
            "value": pa.array(value.ravel()),
        }
    )
    path = folder / f"export.{kind}"
    pq.write_table(rows, path) if kind == "parquet" else csv.write_csv(rows, path)
    count = rows.num_rows
    del rows, value, litres, who
    column = "index" if kind == "parquet" else "volume"
    mapping = mapping_of(f'[columns]\nmeter="meter"\ntime="time"\n{column}="value"\n[values]\ndistrict="d"')
    little = folder / "little.csv"
    little.write_text("meter,time,value\na,2025-01-01 00:00:00,1\na,2025-01-01 01:00:00,2\n")
    import_file(little, mapping, Readings(folder / "little"))

    def work() -> None:
        shutil.rmtree(folder / "imported", ignore_errors=True)
        report = import_file(path, mapping, Readings(folder / "imported"))
        assert report.used == count

    return spent(work, runs) | {"readings": count}


def part(name: str, folder: Path) -> dict[str, Any]:
    """Do one part of the benchmark in this process."""
    if name == "make":
        return spent(lambda: make(folder, METERS), 1)
    if name in ("parquet", "csv"):
        return imports(folder, name, 3)
    to = folder / name
    if name.startswith("ours"):
        engine = "duckdb"
        return spent(lambda: ours(folder, to, engine), RUNS["ours"] if METERS <= BAR_METERS else 2)
    if name == "spark":
        return spent(lambda: ours(folder, to, "pyspark"), RUNS["spark"])
    if name.startswith("polars"):
        return spent(lambda: polars_streaming(folder, to, name == "polars year"), RUNS[name])
    return spent(
        lambda: by_hand(folder, to, {"hand": "wide"}.get(name, "long"), name == "long year"), RUNS[name]
    )


def apart(name: str, folder: Path, meters: int = METERS) -> dict[str, Any]:
    """Do one part in a process of its own, so that its memory is its own."""
    command = [sys.executable, "-m", "benchmarks.water_use", name, str(folder)]
    environment = os.environ | {"METERS": str(meters)}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def size(folder: Path) -> float:
    return round(sum(path.stat().st_size for path in folder.rglob("*.parquet")) / 1e6, 1)


def main() -> None:
    if len(sys.argv) == 3:
        print(json.dumps(part(sys.argv[1], Path(sys.argv[2]))))
        return
    full = bool(os.environ.get("FULL"))
    print(f"{METERS:,} meters x {DAYS * 24:,} hours = {METERS * DAYS * 24:,} readings, seed {SEED}", end="; ")
    print(f"the bars are for {BAR_METERS:,} meters\n")
    with tempfile.TemporaryDirectory(prefix="bacasable-bench-") as place:
        folder = Path(place)
        apart("make", folder)
        sizes = {"wide MB": size(folder / "wide"), "long MB": size(folder / "long")}
        parts = ["ours", "hand", "long", "long year", "polars", "polars year"]
        found = {name: apart(name, folder) for name in parts}
        agree = same(folder, "ours", "hand")
        said = {
            "ours": "ours: Ibis on DuckDB, a row a meter and day",
            "hand": "SQL by hand on DuckDB, same files",
            "long": "SQL by hand on DuckDB, a row an hour, by month",
            "long year": "SQL by hand on DuckDB, a row an hour, days of the year at once",
            "polars": "Polars streaming, a row an hour, by month",
            "polars year": "Polars streaming, a row an hour, days of the year at once",
        }  # fmt: skip
        own = found["ours"]["seconds"]
        table(
            [
                {
                    "core job": said[name], "CPU s": f"{found[name]['seconds']:.2f}",
                    "of ours": f"{found[name]['seconds'] / own:.2f} x",
                    "wall s": f"{found[name]['wall']:.1f}",
                    "peak GB": f"{found[name]['peak_gb']:.2f}", "runs": RUNS[name],
                }
                for name in parts
            ]
        )  # fmt: skip
        print(f"on disk: {sizes['wide MB']} MB a row a day, {sizes['long MB']} MB a row an hour")
        print(
            "results equal to those by hand, row by row: " + ", ".join(n for n, yes in agree.items() if yes),
            "\n",
        )
        read = {kind: apart(kind, folder) for kind in ("parquet", "csv")}
        rate = {kind: one["readings"] / one["seconds"] for kind, one in read.items()}
        table(
            [
                {
                    "import": kind, "readings": f"{one['readings']:,}", "CPU s": f"{one['seconds']:.2f}",
                    "readings a second": f"{rate[kind]:,.0f}", "peak GB": f"{one['peak_gb']:.2f}",
                }
                for kind, one in read.items()
            ]
        )  # fmt: skip
        met = {
            "1.15 x the SQL by hand": own <= 1.15 * found["hand"]["seconds"],
            **{
                f"{times} x faster than {said[name]}": times * own <= found[name]["seconds"]
                for times, name in ((3, "long"), (3, "long year"), (8, "polars"), (8, "polars year"))
            },
            "peak below 1 GB": found["ours"]["peak_gb"] < 1,
            "results equal": all(agree.values()),
            "2 million readings a second from Parquet": rate["parquet"] >= 2e6,
            "500,000 from CSV": rate["csv"] >= 5e5,
        }
        if full:
            found["spark"] = apart("spark", folder)
            agree_spark = same(folder, "ours", "spark")
            print(f"\nPySpark local[2]: wall {found['spark']['wall']:.0f} s; equal: {agree_spark}")
            met["PySpark equal"] = all(agree_spark.values())
    if full:
        with tempfile.TemporaryDirectory(prefix="bacasable-bench-") as place:
            folder = Path(place)
            apart("make", folder, 5 * METERS)
            found["ours, 5 x"] = apart("ours", folder, 5 * METERS)
            times = found["ours, 5 x"]["seconds"] / own
            print(f"{5 * METERS:,} meters: {found['ours, 5 x']['seconds']:.1f} s, {times:.2f} x the time")
            met["5 x the meters in 5.5 x the time"] = times <= 5.5
    print()
    if METERS != BAR_METERS:
        print(f"no bar is judged: they are for {BAR_METERS:,} meters")
    else:
        for name, held in met.items():
            print(f"bar {'met' if held else 'MISSED'}: {name}")
    figures = {f"{name} {key}": round(value, 3) for name, one in found.items() for key, value in one.items()}
    figures |= {f"readings a second {kind}": round(value) for kind, value in rate.items()}
    figures |= sizes | {"meters": METERS, "equal": agree}
    result(figures | ({"bars met": all(met.values())} if METERS == BAR_METERS else {}))


if __name__ == "__main__":
    main()
