"""Job advice against its bars: coding, mobilities, the speed of one opinion and of 100,000, in one run.

    make bench NAME=job_advice
    PROFILES=20000 make bench NAME=job_advice     a fifth of the batch: says so, and does not judge its bar

On the official archives (``BACASABLE_DATA/job_advice``). Coding is told at length by ``job_advice_coding``.
Mobilities: the share of the experts' ways out of an occupation (ROME 4.0) that are among the ten best scored,
each tenth of the occupations hidden in turn; what they are weighed with was learnt on the "seen" half of the
occupations left, so the "unseen" column is the one to read. Baselines in the same run: chance, words of the
label, share of skills covered, cosine of rare skills. Intervals: 95 %, resampling occupations. Profiles are
synthetic (margins of the Dares); times are of the wall clock, on whatever else the machine does, and of the
processor.
"""

import os
import resource
import shutil
import sys
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path
from typing import Any

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "POLARS_MAX_THREADS", "NUMBA_NUM_THREADS"), "1"))

import numpy as np

from bacasable.services.job_advice.engine.batch import advise_all, read_advice, write_profiles
from bacasable.services.job_advice.engine.counselling import advise
from bacasable.services.job_advice.engine.evaluation import mobility
from bacasable.services.job_advice.engine.population.people import draw_people
from bacasable.services.job_advice.engine.referential import Referential, import_archives
from benchmarks import job_advice_coding as coding
from benchmarks.harness import descendants, result, table

SEED, ONE_BY_ONE, PROCESSES = 1, 2000, 2
PROFILES = int(os.environ.get("PROFILES", "100000"))
FULL = 100_000
#: What is asked for: the figure, and whether it must be at least or at most the bar.
BARS: dict[str, tuple[float, bool]] = {
    "title top-1": (0.52, True),
    "title top-5": (0.74, True),
    "gender disagreement": (0.03, False),
    "slip costs, top-1": (0.03, False),
    "titles a second": (5000, True),
    "RNCP hit@5": (0.84, True),
    "MELO MRR": (0.84, True),
    "mobility recall@10": (0.34, True),
    "advice p95, ms": (100, False),
    "100,000 profiles, s": (300, False),
    "memory, GB": (2, False),
}


def main() -> None:
    """Print the tables and the bars."""
    data = os.environ.get("BACASABLE_DATA")
    if not data or not (Path(data) / "job_advice").is_dir():
        sys.exit("BACASABLE_DATA does not say where the archives of trades are")
    archives = Path(data) / "job_advice"
    told: dict[str, Any] = {"seed": SEED, "profiles": PROFILES}
    with tempfile.TemporaryDirectory() as made:
        import_archives(archives, Path(made))
        referential = Referential.open(Path(made))
        told["mobility"] = of_mobilities(referential)
        told["one"] = of_one(referential)
        told["batch"] = of_batch(Path(made), Path(made) / "batch")
    embeds = "--embedder" in sys.argv
    told["titles"] = coding.of_titles(archives, embeds)
    told["rncp"] = coding.of_certifications(archives)
    told["melo"] = coding.of_labels(archives, embeds)
    told["bars"] = judged(told)
    result(told)


def of_mobilities(referential: Referential) -> dict[str, Any]:
    """Print the mobilities found, by half, beside the baselines; and the weights, learnt again."""
    scores: dict[str, Any] = mobility.of_base(referential, SEED)
    table(
        [
            {
                "mobilities found in 10": name,
                **{part: _said(scores[part][name]) for part in ("unseen", "whole")},
            }
            for name in scores["whole"]
        ]
    )
    learnt = {name: round(value, 2) for name, value in mobility.learnt(referential).items()}
    print(
        f"{scores['links']:,} mobilities of {scores['occupations']:,} occupations; weights learnt: {learnt}"
    )
    return scores | {"learnt": learnt}


def of_one(referential: Referential) -> dict[str, Any]:
    """Print how long one opinion takes."""
    drawn = draw_people(referential, ONE_BY_ONE, SEED).profiles
    begun = time.perf_counter()
    advise(referential, drawn[0])
    first = time.perf_counter() - begun
    spent = []
    for profile in drawn:
        begun = time.perf_counter()
        advise(referential, profile)
        spent.append(1000 * (time.perf_counter() - begun))
    p50, p95, p99 = (round(float(one), 2) for one in np.percentile(spent, [50, 95, 99]))
    rows = {"first_s": round(first, 2), "p50_ms": p50, "p95_ms": p95, "p99_ms": p99, "n": len(spent)}
    table([{"one opinion": "", **rows}])
    return rows


def of_batch(base: Path, folder: Path) -> dict[str, Any]:
    """Print how long a batch takes on two processes, and the memory of all of them together at the worst.

    The people are drawn in a process of their own, and the batch is run from a new one, as a command does.
    """
    folder.mkdir()
    alone = get_context("spawn")
    drawing = alone.Process(target=_draw, args=(base, folder / "profiles.parquet", PROFILES))
    drawing.start()
    drawing.join()
    begun, spent, worst = time.perf_counter(), _processor_s(), 0.0
    running = alone.Process(target=_run, args=(base, folder / "profiles.parquet", folder / "advice"))
    running.start()
    while running.is_alive():
        worst = max(worst, sum(map(_resident, descendants(os.getpid()))) / 1e6)
        running.join(0.2)
    rows = {
        "seconds": round(time.perf_counter() - begun, 1),
        "processor_s": round(_processor_s() - spent, 1),
        "processes": PROCESSES,
        "memory_gb": round(worst, 2),
    }
    made = read_advice(folder / "advice").select("id").collect().height
    shutil.rmtree(folder)
    table([{"batch": f"{made:,} profiles", **rows}])
    return rows


def _draw(base: Path, path: Path, count: int) -> None:
    write_profiles(path, draw_people(Referential.open(base), count, SEED + 1).profiles)


def _run(base: Path, source: Path, folder: Path) -> None:
    advise_all(Referential.open(base), source, folder, processes=PROCESSES)


def judged(told: dict[str, Any]) -> dict[str, Any]:
    """Print the bars: what was asked for, what was found, what a plain model gives in the same run."""
    melo = next(iter(told["melo"].values()))
    found = {
        "title top-1": told["titles"]["top1"],
        "title top-5": told["titles"]["top5"],
        "gender disagreement": told["titles"]["gender_disagreement"],
        "slip costs, top-1": told["titles"]["typo_cost_top1"],
        "titles a second": told["titles"]["titles_per_second"],
        "RNCP hit@5": told["rncp"]["hit@5"],
        "MELO MRR": melo["intervals"]["mrr"]["value"],
        "mobility recall@10": told["mobility"]["unseen"]["ours"]["value"],
        "advice p95, ms": told["one"]["p95_ms"],
        "100,000 profiles, s": told["batch"]["seconds"] if PROFILES == FULL else None,
        "memory, GB": told["batch"]["memory_gb"],
    }
    peers = told["titles"]["peers"][coding.SVC]
    plain = {
        "title top-1": ("SVC", peers["top1"]["value"]),
        "title top-5": ("SVC", peers["top5"]["value"]),
        "gender disagreement": ("SVC", peers["gender_disagreement"]),
        "slip costs, top-1": ("SVC", peers["typo_cost_top1"]),
        "titles a second": ("SVC", peers["titles_per_second"]),
        "RNCP hit@5": ("nearest title", told["rncp"]["peers"]["char nearest title"]["hit@5"]["value"]),
        "MELO MRR": ("char TF-IDF", told["melo"]["char TF-IDF alone"]["intervals"]["mrr"]["value"]),
        "mobility recall@10": ("cosine of rare skills", told["mobility"]["unseen"]["idf_cosine"]["value"]),
    }
    rows = {
        name: {
            "asked": f"{'at least' if is_least else 'at most'} {bar:g}",
            "found": "not run whole" if found[name] is None else f"{found[name]:g}",
            "plain": "{}: {:.3g}".format(*plain[name]) if name in plain else "-",
            "met": None
            if found[name] is None
            else bool(found[name] >= bar if is_least else found[name] <= bar),
        }
        for name, (bar, is_least) in BARS.items()
    }
    table([{"bar": name, **row} for name, row in rows.items()])
    return rows


def _processor_s() -> float:
    """Return the seconds of processor that this process and those that it started have spent."""
    told = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in told)


def _resident(pid: int) -> float:
    """Return the resident memory of a process in kilobytes, 0 where it has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return float(next((line.split()[1] for line in lines if line.startswith("VmRSS")), 0))


def _said(one: dict[str, float]) -> str:
    return f"{one['value']:.3f} ({one['low']:.3f} to {one['high']:.3f})"


if __name__ == "__main__":
    main()
