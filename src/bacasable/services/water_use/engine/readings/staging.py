"""Readings on their way: sorted by meter into piles on disk, in a folder that a killed import finds again.

A block of the file is whole in every pile or in none: what the manifest does not know of is cut off when the
import goes on. Piles hold some millions of readings each, so that memory does not grow with the file.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from bacasable.services.water_use.engine.readings.blocks import Block, is_parquet
from bacasable.services.water_use.engine.readings.mapping import Mapping
from bacasable.services.water_use.engine.readings.series import Verdict

#: Columns of a pile, and how each is written down.
_COLUMNS = {"millilitres": "<i8", "seconds": "<i8", "line": "<u4", "meter": "<i4", "guess": "u1"}
_BYTES = sum(np.dtype(kind).itemsize for kind in _COLUMNS.values())
LISTED = np.dtype([("line", "<u4"), ("verdict", "u1"), ("detail", "<i8")])
#: Readings of a pile.
_PILE = 4_000_000
#: Bytes of a reading in a file of text, to tell how many piles it needs: shorter lines make larger piles.
_BYTES_OF_A_LINE = 40
#: Names a meter for the purpose, or says with None that it may not be read.
Naming = Callable[[Sequence[str]], Sequence[str | None]]


@dataclass(frozen=True)
class Pile:
    """Readings of some meters, in the order of the file. ``line`` is 0 for what other files brought.

    ``meter`` counts within the pile; ``seconds`` are of the civil clock.
    """

    millilitres: NDArray[np.int64]
    seconds: NDArray[np.int64]
    line: NDArray[np.uint32]
    meter: NDArray[np.int32]
    guess: NDArray[np.uint8]

    def some(self, numbers: NDArray[np.int64]) -> "Pile":
        """Return some of the readings."""
        return Pile(**{name: getattr(self, name)[numbers] for name in _COLUMNS})

    def after(self, earlier: "Pile") -> "Pile":
        """Return these readings after others."""
        if not earlier.line.size:
            return self
        both = {name: (getattr(earlier, name), getattr(self, name)) for name in _COLUMNS}
        return Pile(**{name: np.concatenate(pair) for name, pair in both.items()})

    def __len__(self) -> int:
        """Return how many readings there are."""
        return int(self.line.size)


def _readings(source: Path, mapping: Mapping) -> int:
    """Return about how many readings a file has."""
    if is_parquet(source, mapping):
        with suppress(pa.ArrowInvalid):
            return int(pq.read_metadata(source).num_rows)
    return source.stat().st_size // _BYTES_OF_A_LINE


def pile_of(**columns: Any) -> Pile:
    """Return a pile of columns; those not given are zero."""
    size = max((len(column) for column in columns.values()), default=0)
    return Pile(
        **{
            name: np.asarray(columns[name], kind) if name in columns else np.zeros(size, kind)
            for name, kind in _COLUMNS.items()
        }
    )


class Staging:
    """The piles of one import. ``meters`` are the names in the order in which they came."""

    def __init__(self, folder: Path, source: Path, mapping: Mapping) -> None:
        stat = source.stat()
        told = repr((source.name, stat.st_size, stat.st_mtime_ns, mapping))
        self.key = hashlib.sha256(told.encode()).hexdigest()[:16]
        self.folder = folder / self.key
        self._manifest, self._names = self.folder / "manifest.json", self.folder / "meters.json"
        self.piles = min(512, 1 + _readings(source, mapping) // _PILE)
        self.after = self.lines = self.not_admitted = 0
        self.complete = False
        self.meters: list[str] = []
        self.districts: list[str] = []
        self._codes: dict[str, int] = {}
        self._named: dict[str, int] = {}
        #: For each pile how many readings every block brought; at the end, the lines refused.
        self._counts: list[list[int]] = [[] for _ in range(self.piles + 1)]
        self._renamed = True
        self.resumed = self._resume()

    def _resume(self) -> bool:
        if not self._manifest.exists():
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.mkdir(parents=True)
            return False
        known = json.loads(self._manifest.read_text())
        self.after, self.lines, self.complete = known["after"], known["lines"], known["complete"]
        self.not_admitted = known["refused"]
        names = json.loads(self._names.read_text())
        # Names may be of a later block than the manifest's: they are met again.
        self.meters, self.districts = names["meters"], names["districts"]
        self._named = {name: code for code, name in enumerate(self.meters)}
        self._counts = known["counts"]
        for pile, counts in enumerate(self._counts):
            path = self._path(pile)
            if path.exists():
                os.truncate(path, sum(counts) * (_BYTES if pile < self.piles else LISTED.itemsize))
        return True

    def _path(self, pile: int) -> Path:
        return self.folder / (f"pile-{pile:03d}" if pile < self.piles else "listed")

    def add(self, block: Block, naming: Naming | None) -> None:
        """Sort a block into the piles, and note that it is there."""
        codes = self._code(block, naming)
        listed = [(block.unreadable, Verdict.UNREADABLE)]
        if (refused := codes < 0).any():
            listed.append((block.lines[refused], Verdict.NOT_ADMITTED))
            self.not_admitted += int(refused.sum())
        kept = np.flatnonzero(~refused)
        columns: dict[str, NDArray[Any]] = {
            "millilitres": block.millilitres, "seconds": block.seconds, "line": block.lines,
            "meter": codes, "guess": block.guess,
        }  # fmt: skip
        cuts = np.array([0, kept.size])
        order = kept
        if self.piles > 1:
            pile = (codes[kept] % self.piles).astype(np.uint16)
            order = kept[np.argsort(pile, kind="stable")]
            cuts = np.concatenate([[0], np.cumsum(np.bincount(pile, minlength=self.piles))])
        every = order.size == codes.size and self.piles == 1
        sorted_columns = [
            (column if every else column[order]).astype(_COLUMNS[name], copy=False)
            for name, column in columns.items()
        ]
        for number in range(self.piles):
            start, end = cuts[number], cuts[number + 1]
            if start < end:
                self._append(number, [column[start:end] for column in sorted_columns], int(end - start))
        for lines, verdict in listed:
            if lines.size:
                made = np.zeros(lines.size, LISTED)
                made["line"], made["verdict"] = lines, verdict
                self._append(self.piles, [made], lines.size)
        self.after, self.lines = block.after, block.lines_after
        self._note()

    def _append(self, pile: int, columns: list[NDArray[Any]], count: int) -> None:
        with self._path(pile).open("ab") as file:
            for column in columns:
                column.tofile(file)
        self._counts[pile].append(count)

    def _code(self, block: Block, naming: Naming | None) -> NDArray[np.int64]:
        serials = block.meters.dictionary.to_pylist()
        new = [serial for serial in serials if serial not in self._codes]
        for serial, name in zip(new, naming(new) if naming else new, strict=True):
            if name is None:
                self._codes[serial] = -1
                continue
            if name not in self._named:
                self._named[name] = len(self.meters)
                self.meters.append(name)
                self.districts.append("")
                self._renamed = True
            self._codes[serial] = self._named[name]
        table = np.array([self._codes[serial] for serial in serials], np.int64)
        index = block.meters.indices.to_numpy(zero_copy_only=False)
        codes = table[index] if table.size else np.zeros(0, np.int64)
        if block.districts is not None:
            places = block.districts.dictionary.to_pylist()
            last = np.full(len(self.meters) + 1, -1, np.int64)
            last[codes] = block.districts.indices.to_numpy(zero_copy_only=False)
            for code in np.flatnonzero(last[:-1] >= 0):
                self._renamed |= self.districts[code] != places[last[code]]
                self.districts[code] = places[last[code]]
        return codes

    def done(self) -> None:
        """Note that the file has been read to its end."""
        self.complete = True
        self._note()

    def _note(self) -> None:
        if self._renamed:
            _replace(self._names, {"meters": self.meters, "districts": self.districts})
            self._renamed = False
        _replace(
            self._manifest,
            {
                "after": self.after,
                "lines": self.lines,
                "complete": self.complete,
                "refused": self.not_admitted,
                "counts": self._counts,
            },
        )

    def pile(self, number: int) -> Pile:
        """Return the readings of a pile."""
        pieces: dict[str, list[NDArray[Any]]] = {name: [] for name in _COLUMNS}
        path = self._path(number)
        if path.exists():
            with path.open("rb") as file:
                for count in self._counts[number]:
                    for name, kind in _COLUMNS.items():
                        pieces[name].append(np.fromfile(file, kind, count))
        found = pile_of(**{name: np.concatenate(some) for name, some in pieces.items() if some})
        if self.piles > 1:
            np.floor_divide(found.meter, self.piles, out=found.meter)
        return found

    def codes(self, number: int) -> range:
        """Return the numbers of the meters of a pile."""
        return range(number, len(self.meters), self.piles)

    def listed(self) -> NDArray[np.void]:
        """Return the lines that were refused before they reached a pile."""
        path = self._path(self.piles)
        return np.fromfile(path, LISTED) if path.exists() else np.zeros(0, LISTED)

    def forget(self) -> None:
        """Delete the piles: the import is over."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _replace(path: Path, content: dict[str, object]) -> None:
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps(content))
    beside.replace(path)
