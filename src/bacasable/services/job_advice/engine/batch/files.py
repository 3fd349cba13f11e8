"""The files of a batch: profiles that go in, advice that comes out."""

import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from bacasable.privacy.messages import N_, Refused
from bacasable.services.job_advice.engine.profiles import Profile
from bacasable.services.job_advice.engine.trace import Advice

#: Columns of a part: a row a profile, in the order of the file of profiles. ``refused`` says why a profile
#: has no advice; ``trace`` is the whole opinion as JSON, where it was asked for.
ADVICE: dict[str, Any] = {
    "id": pl.String,
    "obstacle": pl.String,
    "sure": pl.Float64,
    "kinds": pl.List(pl.String),
    "keys": pl.List(pl.String),
    "scores": pl.List(pl.Float64),
    "notes": pl.List(pl.String),
    "refused": pl.String,
    "trace": pl.String,
}
_PART = "part-{number:05}.parquet"


def write_profiles(path: Path, profiles: Sequence[Profile], ids: Iterable[str] | None = None) -> None:
    """Write a file of profiles: columns ``id`` and ``profile`` (the JSON of ``Profile.as_json``)."""
    names = list(ids) if ids is not None else [str(at) for at in range(len(profiles))]
    texts = [json.dumps(one.as_json(), sort_keys=True) for one in profiles]
    write(path, pl.DataFrame({"id": names, "profile": texts}, schema={"id": pl.String, "profile": pl.String}))


def count(path: Path) -> int:
    """Return how many profiles a file holds.

    Raises:
        Refused: it is no such file.
    """
    try:
        schema = pl.read_parquet_schema(path)
        rows = int(pl.scan_parquet(path).select(pl.len()).collect().item())
    except (OSError, pl.exceptions.PolarsError):
        raise Refused(N_("{file}: it is no Parquet file, or a damaged one"), file=path.name) from None
    if schema.get("id") != pl.String or schema.get("profile") != pl.String:
        raise Refused(N_("{file}: two columns of text are needed: id and profile (JSON)"), file=path.name)
    return rows


def profiles(path: Path, first: int, most: int) -> list[tuple[str, Profile | str]]:
    """Return rows of a file of profiles: the id, and the profile or why it cannot be read."""
    found: list[tuple[str, Profile | str]] = []
    for name, text in pl.scan_parquet(path).slice(first, most).select("id", "profile").collect().iter_rows():
        try:
            found.append((name, Profile.from_json(json.loads(text))))
        except (TypeError, AttributeError, json.JSONDecodeError):
            found.append((name, "the profile is not the JSON of one"))
        except ValueError as error:
            found.append((name, str(error)))
    return found


def row(name: str, advice: Advice, *, whole: bool) -> dict[str, Any]:
    """Return the row of an opinion."""
    return {
        "id": name,
        "obstacle": advice.diagnosis.obstacle,
        "sure": advice.diagnosis.sure,
        "kinds": [one.kind for one in advice.suggestions],
        "keys": [one.key for one in advice.suggestions],
        "scores": [one.score for one in advice.suggestions],
        "notes": [code for code, _ in advice.notes],
        "refused": None,
        "trace": json.dumps(advice.as_json(), sort_keys=True) if whole else None,
    }


def without_advice(name: str, reason: str) -> dict[str, Any]:
    """Return the row of a profile that cannot be read."""
    return dict.fromkeys(ADVICE) | {"id": name, "refused": reason}


def part(folder: Path, number: int) -> Path:
    """Return the file of a part."""
    return folder / _PART.format(number=number)


def write(path: Path, frame: pl.DataFrame) -> None:
    """Write a file at once: it is whole, or it is not there.

    Raises:
        Refused: it cannot be written.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        frame.write_parquet(draft, compression="zstd")
        draft.replace(path)
    except OSError as error:
        raise Refused(N_("{file}: it cannot be written: {why}"), file=path, why=error.strerror) from None
    finally:
        draft.unlink(missing_ok=True)


def read_advice(folder: Path) -> pl.LazyFrame:
    """Return the advice of a batch, one row a profile in their order; columns of :data:`ADVICE`.

    Raises:
        Refused: there is none.
    """
    parts = sorted(folder.glob("part-*.parquet"))
    if not parts:
        raise Refused(N_("{folder}: no advice there: run the batch"), folder=folder)
    return pl.scan_parquet(parts)
