"""Run a batch over processes: parts are written whole, and those that are there are not made again."""

import json
import os
import signal
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from bacasable.privacy.messages import N_, Refused
from bacasable.services.job_advice.engine.batch import files
from bacasable.services.job_advice.engine.counselling.advising import Settings, advise

if TYPE_CHECKING:
    from bacasable.services.job_advice.engine.referential import Referential

#: Profiles of a part: what is lost at most, a process, where a batch is killed.
PART = 2000
_MOST_PROCESSES = 2
_MANIFEST = "batch.json"
#: What a process works with: set once when it starts.
_WORKER: dict[str, Any] = {}

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class BatchReport:
    """What a batch did: profiles, those taken over from an earlier run, those that could not be read."""

    profiles: int
    taken_over: int
    refused: int
    folder: Path

    def as_json(self) -> dict[str, Any]:
        """Return the report as values of JSON."""
        return asdict(self) | {"folder": str(self.folder)}


def advise_all(
    referential: "Referential",
    source: Path,
    folder: Path,
    *,
    settings: Settings | None = None,
    processes: int | None = None,
    whole: bool = False,
    part: int = PART,
    progress: Progress | None = None,
) -> BatchReport:
    """Give an opinion on every profile of ``source`` (:func:`.files.write_profiles`), as parts in ``folder``.

    ``processes``: one a core, two at most, unless told (each takes half a gigabyte on the official tables); a
    batch of one part has none of its own. ``whole`` keeps the trace of each. ``progress`` is told how many
    are done, of how many. Stopped (Ctrl-C), the parts under way are finished, and nothing half written is
    left; started again with the same profiles, base, weights and day, it goes on from there. Profiles that
    cannot be read have a row that says why.

    Raises:
        Refused: the profiles cannot be read, or ``folder`` holds the advice of another batch.
    """
    settings = settings or Settings()
    day = settings.day or datetime.now(UTC).date()
    total = files.count(source)
    _begin(folder, _told(referential, source, settings, day, whole, part))
    numbers = range((total + part - 1) // part)
    left = [number for number in numbers if not files.part(folder, number).exists()]
    taken_over = total - sum(min(part, total - number * part) for number in left)
    done = taken_over
    told = progress or (lambda _done, _total: None)
    told(done, total)
    work = (str(referential.folder), day.isoformat(), settings, str(source), str(folder), whole, part)
    processes = processes or min(_MOST_PROCESSES, len(os.sched_getaffinity(0)))
    if processes == 1 or len(left) <= 1:
        _start(*work, referential)
        for number in left:
            done += _make(number)
            told(done, total)
    else:
        with ProcessPoolExecutor(
            min(processes, len(left)), get_context("spawn"), initializer=_start_alone, initargs=work
        ) as pool:
            running: set[Future[int]] = {pool.submit(_make, number) for number in left}
            try:
                while running:
                    ended, running = wait(running, return_when=FIRST_COMPLETED)
                    done += sum(one.result() for one in ended)
                    told(done, total)
            except BaseException:
                pool.shutdown(wait=True, cancel_futures=True)
                raise
    refused = files.read_advice(folder).select(pl.col("refused").is_not_null().sum()) if total else None
    count = int(refused.collect().item()) if refused is not None else 0
    return BatchReport(total, taken_over, count, folder)


def _told(
    referential: "Referential", source: Path, settings: Settings, day: date, whole: bool, part: int
) -> dict[str, Any]:
    """Return what a batch is made with: another one may not go on in its folder."""
    digest = sha256()
    with source.open("rb") as handle:
        while chunk := handle.read(2**20):
            digest.update(chunk)
    return {
        "profiles": digest.hexdigest(),
        "base": referential.version,
        "is_synthetic": referential.is_synthetic,
        "sources": [[one.name, one.version, one.date] for one in referential.sources],
        "weights": settings.weights.digest,
        "most": settings.most,
        "day": day.isoformat(),
        "whole": whole,
        "part": part,
    }


def _begin(folder: Path, told: dict[str, Any]) -> None:
    """Write what the batch is made with, or check that it is what an earlier run was made with."""
    manifest = folder / _MANIFEST
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if manifest.exists():
            before = json.loads(manifest.read_text("utf-8"))
            other = next((name for name in told if before.get(name) != told[name]), None)
            if other is not None:
                raise Refused(
                    N_("{folder}: it holds another batch ({other} differs): give another folder"),
                    folder=folder,
                    other=other,
                )
        else:
            draft = folder / f".{_MANIFEST}.{os.getpid()}"
            draft.write_text(json.dumps(told, indent=1), "utf-8")
            draft.replace(manifest)
        for draft in folder.glob(".part-*"):
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise Refused(N_("{file}: it cannot be written: {why}"), file=folder, why=error.strerror) from None
    except ValueError:
        raise Refused(
            N_("{file}: it is damaged: give another folder, or empty this one"), file=manifest
        ) from None


def _start_alone(*work: Any) -> None:
    """Start a process of the batch: it finishes its part when the batch is stopped."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _start(*work)


def _start(
    base: str,
    day: str,
    settings: Settings,
    source: str,
    folder: str,
    whole: bool,
    part: int,
    referential: "Referential | None" = None,
) -> None:
    if referential is None:
        from bacasable.services.job_advice.engine.referential import Referential

        referential = Referential.open(Path(base), day=date.fromisoformat(day))
    _WORKER.update(
        referential=referential,
        settings=Settings(settings.weights, date.fromisoformat(day), settings.most),
        source=Path(source),
        folder=Path(folder),
        whole=whole,
        part=part,
    )


def _make(number: int) -> int:
    """Make one part; return how many profiles it has."""
    size, settings = _WORKER["part"], _WORKER["settings"]
    found = files.profiles(_WORKER["source"], number * size, size)
    rows: list[dict[str, Any]] = [{}] * len(found)
    # People of one department one after the other: its figures are worked out once.
    order = sorted(range(len(found)), key=lambda at: getattr(found[at][1], "department", None) or "")
    for at in order:
        name, profile = found[at]
        if isinstance(profile, str):
            rows[at] = files.without_advice(name, profile)
        else:
            advice = advise(_WORKER["referential"], profile, settings)
            rows[at] = files.row(name, advice, whole=_WORKER["whole"])
    files.write(files.part(_WORKER["folder"], number), pl.DataFrame(rows, schema=files.ADVICE))
    return len(found)
