"""The corpus that is shipped: sheets of service-public.fr with their vectors, in one file of the package.

    with Snapshot.shipped() as snapshot:
        index.replace("service-public", snapshot.sheets("service-public"), readers, vectors=snapshot.vectors)

It is made by ``training/assistant/snapshot.py``, in a ZIP archive: ``about.json``, the sheets (JSON lines,
LZMA) and the vectors (:mod:`quantised`). Nothing in it is run when it is read.
"""

import hashlib
import io
import json
import lzma
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Self

from bacasable.privacy.messages import N_, Refused
from bacasable.services.assistant.engine.packing import sheet_data, sheet_of
from bacasable.services.assistant.engine.sheets import Sheet

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

_FORMAT = 1
_NAME = "service-public.pack"
_DATE = (1980, 1, 1, 0, 0, 0)
_ARRAYS = ("mean", "axes", "depths", "levels", "codes", "rows")


@dataclass(frozen=True)
class About:
    """What a snapshot holds: how many sheets, from where, changed until when, and whose vectors.

    ``model`` is the embedder's name, empty where there are no vectors; ``longest`` the length of passages
    that they stand for.
    """

    sheets: int
    source: str
    attribution: str
    licence: str
    latest: date
    model: str = ""
    longest: int = 0
    format: int = _FORMAT


class Snapshot:
    """A file of sheets, and vectors where it has some."""

    def __init__(self, file: BinaryIO) -> None:
        """Open.

        Raises:
            Refused: no snapshot, damaged, or of another version.
        """
        try:
            self._archive = zipfile.ZipFile(file)
            said = json.loads(self._archive.read("about.json"))
            if said.get("format") != _FORMAT:
                raise Refused(
                    N_("the snapshot is of another version of bacasable: take the one shipped with it")
                )
            self.about = About(**{**said, "latest": date.fromisoformat(said["latest"])})
        except (zipfile.BadZipFile, KeyError, ValueError, TypeError, OSError, EOFError) as error:
            raise _damaged() from error
        self._rows: dict[str, tuple[int, int]] | None = None
        self._vectors: Vectors | None = None
        self._order: NDArray[np.int64] | None = None

    @classmethod
    def shipped(cls) -> Self:
        """Open the snapshot of this package."""
        return cls(files("bacasable.services.assistant.engine").joinpath("data", _NAME).open("rb"))  # type: ignore[arg-type]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._archive.close()

    def sheets(self, collection: str) -> Iterator[Sheet]:
        """Yield the sheets, put in ``collection``.

        Raises:
            Refused: damaged.
        """
        try:
            with self._archive.open("sheets.jsonl.xz") as packed, lzma.open(packed) as lines:
                for line in lines:
                    data = json.loads(line)
                    data[1] = collection
                    yield sheet_of(data)
        except (zipfile.BadZipFile, lzma.LZMAError, ValueError, TypeError, EOFError, KeyError) as error:
            raise _damaged() from error

    def vectors(self, sheet: Sheet) -> "Vectors | None":
        """Return the vectors of a sheet of this snapshot: of its title, then of each of its passages.

        None where there are none, or where the sheet is not the one that was shipped.
        """
        if not self.about.model:
            return None
        if self._rows is None:
            self._read_vectors()
        found = (self._rows or {}).get(_digest(sheet))
        if found is None or self._vectors is None or self._order is None:
            return None
        start, count = found
        return self._vectors[self._order[start : start + count]]

    def _read_vectors(self) -> None:
        import numpy as np

        from bacasable.services.assistant.engine.corpus.quantised import restored

        try:
            parts = {
                name: np.load(io.BytesIO(self._archive.read(f"{name}.npy")), allow_pickle=False)
                for name in _ARRAYS
            }
            counts = json.loads(self._archive.read("counts.json"))
            self._order = parts["rows"].astype(np.int64)
            self._vectors = restored(parts, int(self._order.max(initial=-1)) + 1)
        except (zipfile.BadZipFile, KeyError, ValueError, TypeError, IndexError, EOFError) as error:
            raise _damaged() from error
        self._rows, start = {}, 0
        for digest, count in counts:
            self._rows[digest] = (start, count)
            start += count


def write(
    out: Path,
    sheets: Sequence[Sheet],
    about: About,
    vectors: "Sequence[Vectors] | None" = None,
    bits: float = 3.0,
) -> None:
    """Write a snapshot of ``sheets``; ``vectors`` has for each its title's and its passages' rows.

    Rows that are equal are kept once. The same sheets and vectors give the same bytes.
    """
    lines = (json.dumps(sheet_data(one), ensure_ascii=False, separators=(",", ":")) for one in sheets)
    content = "\n".join(lines).encode()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        said = {**asdict(about), "latest": about.latest.isoformat()}
        archive.writestr(_entry("about.json"), json.dumps(said, ensure_ascii=False, indent=1))
        archive.writestr(_entry("sheets.jsonl.xz"), lzma.compress(content, preset=9 | lzma.PRESET_EXTREME))
        if vectors is not None:
            _write_vectors(archive, sheets, vectors, bits)


def _write_vectors(
    archive: zipfile.ZipFile, sheets: Sequence[Sheet], vectors: "Sequence[Vectors]", bits: float
) -> None:
    import numpy as np

    from bacasable.services.assistant.engine.corpus.quantised import quantise

    once, order = np.unique(np.concatenate(vectors), axis=0, return_inverse=True)
    parts = quantise(once, bits)
    parts["rows"] = order.reshape(-1).astype(np.uint32)
    for name in _ARRAYS:
        written = io.BytesIO()
        np.save(written, parts[name], allow_pickle=False)
        archive.writestr(_entry(f"{name}.npy"), written.getvalue(), zipfile.ZIP_DEFLATED)
    counts = [(_digest(sheet), len(rows)) for sheet, rows in zip(sheets, vectors, strict=True)]
    archive.writestr(_entry("counts.json"), json.dumps(counts), zipfile.ZIP_DEFLATED)


def _digest(sheet: Sheet) -> str:
    """Return what tells a sheet from another version of it, whatever collection it is in."""
    data = sheet_data(sheet)
    data[1] = ""
    return hashlib.sha256(json.dumps(data, ensure_ascii=False).encode()).hexdigest()[:16]


def _entry(name: str) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(name, _DATE)


def _damaged() -> Refused:
    return Refused(N_("the shipped corpus is damaged: install bacasable again"))
