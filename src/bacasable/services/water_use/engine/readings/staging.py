"""Readings on their way: sorted by meter into piles on disk, in a folder that a killed import finds again.

A block of the file is whole in every pile or in none: what the manifest does not know of is cut off when the
import goes on. Piles hold some millions of readings each, so that memory does not grow with the file.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bacasable.services.water_use.engine.readings.blocks import Block
from bacasable.services.water_use.engine.readings.mapping import Mapping
from bacasable.services.water_use.engine.readings.series import Verdict

ROW = np.dtype(
    [("millilitres", "<i8"), ("seconds", "<u4"), ("line", "<u4"), ("meter", "<u4"), ("guess", "u1")]
)
LISTED = np.dtype([("line", "<u4"), ("verdict", "u1"), ("detail", "<i8")])
#: Readings of a pile.
_PILE = 4_000_000
_BYTES_OF_A_READING = {"csv": 40, "parquet": 6}
#: Names a meter for the purpose, or says with None that it may not be read.
Naming = Callable[[Sequence[str]], Sequence[str | None]]


class Staging:
    """The piles of one import. ``meters`` are the names in the order in which they came."""

    def __init__(self, folder: Path, source: Path, mapping: Mapping) -> None:
        stat = source.stat()
        told = repr((source.name, stat.st_size, stat.st_mtime_ns, mapping))
        self.key = hashlib.sha256(told.encode()).hexdigest()[:16]
        self.folder = folder / self.key
        self._manifest, self._names = self.folder / "manifest.json", self.folder / "meters.json"
        kind = "parquet" if source.suffix.lower() in (".parquet", ".pq") else "csv"
        self.piles = min(512, 1 + stat.st_size // (_PILE * _BYTES_OF_A_READING[kind]))
        self.after = self.lines = self.not_admitted = 0
        self.complete = False
        self.meters: list[str] = []
        self.districts: list[str] = []
        self._codes: dict[str, int] = {}
        self._named: dict[str, int] = {}
        self._lengths = [0] * (self.piles + 1)
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
        self._lengths = known["lengths"]
        for pile, length in enumerate(self._lengths):
            path = self._path(pile)
            if path.exists():
                os.truncate(path, length)
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
        rows = np.empty(kept.size, ROW)
        rows["millilitres"], rows["seconds"] = block.millilitres[kept], block.seconds[kept]
        rows["line"], rows["guess"], rows["meter"] = block.lines[kept], block.guess[kept], codes[kept]
        if self.piles > 1:
            pile = (rows["meter"] % self.piles).astype(np.uint16)
            rows = rows[np.argsort(pile, kind="stable")]
            cuts = np.concatenate([[0], np.cumsum(np.bincount(pile, minlength=self.piles))])
        else:
            cuts = np.array([0, rows.size])
        for number in range(self.piles):
            self._append(number, rows[cuts[number] : cuts[number + 1]])
        for lines, verdict in listed:
            refused_rows = np.zeros(lines.size, LISTED)
            refused_rows["line"], refused_rows["verdict"] = lines, verdict
            self._append(self.piles, refused_rows)
        self.after, self.lines = block.after, block.lines_after
        self._note()

    def _append(self, pile: int, rows: NDArray[np.void]) -> None:
        if rows.size:
            with self._path(pile).open("ab") as file:
                rows.tofile(file)
            self._lengths[pile] += rows.nbytes

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
                "lengths": self._lengths,
            },
        )

    def pile(self, number: int) -> NDArray[np.void]:
        """Return the readings of a pile, in the order of the file; ``meter`` counts within the pile."""
        path = self._path(number)
        rows = np.fromfile(path, ROW) if path.exists() else np.zeros(0, ROW)
        rows["meter"] //= self.piles
        return rows

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
