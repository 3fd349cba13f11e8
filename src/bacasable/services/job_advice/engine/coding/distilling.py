"""How ``meaning.npz`` is made: a linear model of grams learns to say what a sentence embedder says of a text.

    python -m bacasable.services.job_advice.engine.coding.distilling DIR meaning.npz

reads the open archives in ``DIR`` (titles of ROME 3.47, labels of ESCO, titles of certifications, skills) and
embeds them, which takes an hour of one core. The titles that ROME 4.60 added, and the queries of MELO, are
left out, so that no text of an evaluation was learnt from.
"""

import gzip
import random
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from bacasable.services.job_advice.engine.referential import forms
from bacasable.services.job_advice.engine.referential.reading import Reader, entries_in

from . import grams
from .labels import embedded
from .linear import in_bytes
from .meaning import SLOTS
from .neutral import key_of

Floats = NDArray[np.float32]
#: Slots seen in fewer texts are not learnt; how strongly vectors are drawn to zero; steps of the solver.
LEAST_TEXTS, RIDGE, STEPS = 3, 0.2, 30
#: Length of the vectors; certifications and skills that are learnt from.
DIMENSIONS, OTHERS = 96, 19_216
_COLUMNS = {
    "titles": "libelle_appellation_long",
    "certifications": "intituleDiplome",
    "skills": "libelle_competence",
}
_LONGEST = 160


def distil(keys: Sequence[str], embeddings: Floats, dimensions: int) -> tuple[NDArray[np.int32], Floats]:
    """Return the slots that are kept and their vectors ``(slots, dimensions)``, weights of rarity included.

    ``embeddings`` ``(len(keys), any)`` are what the teacher says of each text; their mean is taken away, and
    their ``dimensions`` directions of most variance are learnt.
    """
    taught = embeddings - embeddings.mean(axis=0)
    taught /= np.linalg.norm(taught, axis=1, keepdims=True) + 1e-9
    _, directions = np.linalg.eigh(taught.T @ taught)
    taught = taught @ directions[:, ::-1][:, :dimensions]
    ptr, slots = grams.slots_of(keys, SLOTS)
    seen = np.bincount(slots, minlength=SLOTS)
    kept = np.flatnonzero(seen >= LEAST_TEXTS).astype(np.int32)
    table = np.full(SLOTS, -1, np.int32)
    table[kept] = np.arange(len(kept), dtype=np.int32)
    idf = (np.log((1 + len(keys)) / (1 + seen[kept])) + 1).astype(np.float32)
    features = grams.weighed(ptr, slots, table, idf)
    return kept, _ridge(features, taught.astype(np.float32)) * idf[:, None]


def texts_of(folder: Path) -> list[str]:
    """Return the texts to learn from in ``folder``, without those that an evaluation asks about.

    Titles of the oldest ROME in their masculine form, labels of ESCO (files of MELO), and ``OTHERS`` titles
    of certifications and skills drawn with a seed. Left out: queries of MELO, and titles of newer versions.
    """
    frames: dict[str, list[str]] = {}
    for entry in sorted(entries_in(folder)[0], key=lambda entry: entry.version):
        column = _COLUMNS.get(entry.archive.key)
        if column and entry.archive.key not in frames:
            frames[entry.archive.key] = Reader().frame(entry)[column].drop_nulls().to_list()
    asked = set(_lines(folder, "queries"))
    titles = sorted({forms(title)[0] for title in frames.get("titles", ()) if title not in asked})
    labels = _lines(folder, "corpus_elements")
    labels = sorted(({label.split("/")[0] for label in labels} | set(labels)) - asked)
    others = sorted(set(frames.get("certifications", ()))) + sorted(set(frames.get("skills", ())))
    random.Random(0).shuffle(others)  # noqa: S311 (a sample that can be drawn again)
    return titles + labels + [text[:_LONGEST] for text in others[:OTHERS]]


def _lines(folder: Path, name: str) -> list[str]:
    made = []
    for path in sorted(folder.rglob(f"*{name}.tsv*")):
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        made += [line.split("\t")[1] for line in data.decode().splitlines() if "\t" in line]
    return made


def main() -> None:
    """Make the file of vectors: the folder of the archives, then where to write."""
    texts = texts_of(Path(sys.argv[1]))
    slots, vectors = distil([key_of(text.split("/")[0]) for text in texts], embedded(texts), DIMENSIONS)
    small, scale = in_bytes(vectors)
    np.savez_compressed(sys.argv[2], slots=slots, vectors=small, scale=scale)


def _ridge(features: sp.csr_matrix, taught: Floats) -> Floats:
    """Return the least squares of ``features @ W = taught`` with a ridge, by conjugate gradients."""
    turned = features.T.tocsr()
    left = turned @ taught
    W = np.zeros_like(left)
    way = left.copy()
    size = (left * left).sum(axis=0)
    for _ in range(STEPS):
        moved = turned @ (features @ way) + RIDGE * way
        step = size / ((way * moved).sum(axis=0) + 1e-12)
        W += step * way
        left -= step * moved
        again = (left * left).sum(axis=0)
        way = left + (again / (size + 1e-12)) * way
        size = again
    return W


if __name__ == "__main__":
    main()
