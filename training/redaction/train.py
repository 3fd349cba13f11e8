"""Train the model of names: ``python training/redaction/train.py WORKDIR [--texts N] [--seed S] [--out
FILE]``.

A linear-chain CRF, trained by AdaGrad on texts of the generator; same seed and packages, same weights.
``--leave-out`` trains without one tenth of the families of templates at a time, and measures on them.
"""

import argparse
import json
import random
import re
import tempfile
import tomllib
import zlib
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import numba
import numpy as np
from generate import CIVILITIES, Text, write
from grammar import CORPUS
from measure import scores

from bacasable.privacy.redaction import lexicon
from bacasable.privacy.redaction.names.features import LABELS
from bacasable.privacy.redaction.names.model import Model
from bacasable.privacy.redaction.names.reading import keys_of
from bacasable.privacy.redaction.names.scanning import Words, islands, split

OUT = Path(__file__).parents[2] / "src/bacasable/privacy/redaction/names/model.bin"
HIDDEN_FORMS = 0.12
IMPOSSIBLE = -1e4


class RandomDrop:
    """Hides forms of the lexicon (some always, some at times), words and places of several words."""

    def __init__(self, rng: random.Random, vocabulary: frozenset[str]) -> None:
        self.rng = rng
        self.known = vocabulary

    def places(self) -> bool:
        return self.rng.random() < 0.1

    def code(self, word: str, code: int) -> int:
        if lexicon.unpack(code).word >= 2 or not code:
            return code
        hidden = zlib.crc32(lexicon.fold(word).encode()) % 1000 < HIDDEN_FORMS * 1000
        if hidden or self.rng.random() < 0.08:
            return 0
        return code

    def vocabulary(self, word: str) -> bool:
        return word.lower() not in self.known or self.rng.random() < 0.25


class Data(NamedTuple):
    """Islands as arrays: the keys of each word, where each island begins, the labels."""

    keys: np.ndarray
    key_starts: np.ndarray
    island_starts: np.ndarray
    labels: np.ndarray


def labels_of(words: Words, spans: list[tuple[int, int, str]], first: int, end: int) -> list[int]:
    """Return the label of each word of an island."""
    found = []
    for i in range(first, end):
        begin = words.starts[i]
        stop = begin + len(words.words[i])
        label = 0
        for start, finish, kind in spans:
            if start < stop and begin < finish and kind != "ADDRESS":
                label = 1 if kind == "PERSON" else 3
                previous = words.starts[i - 1] if i > first else -1
                label += previous >= start
                break
        found.append(label)
    return found


def vocabulary() -> frozenset[str]:
    """Return the words of the corpus outside of its slots: those that the model may know one by one."""
    counts: Counter[str] = Counter()
    for path in CORPUS.rglob("*.txt"):
        text = re.sub(r"\{\w+\}", " ", path.read_text(encoding="utf-8"))
        counts.update(word.lower() for word in split(text).words)
    for name in ("jobs", "acronyms", "organisations", "ways", "eponyms", "drugs"):
        listed = tomllib.loads((CORPUS / "lists.toml").read_text(encoding="utf-8"))[name]
        for entry in listed:
            counts.update(word.lower() for word in split(re.sub(r"\{\w+\}", " ", entry)).words)
    for entry in CIVILITIES:
        counts.update(word.lower() for word in split(entry).words)
    return frozenset(counts)


def encode(texts: list[Text], index: dict[str, int], grow: bool, seed: int) -> Data:
    """Return the islands of ``texts`` as arrays."""
    rng = random.Random(seed)  # noqa: S311
    drop = RandomDrop(rng, vocabulary())
    codes = lexicon.forms()
    keys: list[int] = []
    key_starts, island_starts, labels = [0], [0], []
    for text in texts:
        words = split(text.text)
        taken: frozenset[int] = frozenset()
        if rng.random() < 0.6:
            taken = frozenset(
                i
                for i, start in enumerate(words.starts)
                if any(kind == "ADDRESS" and a <= start < b for a, b, kind in text.spans)
            )
        for first, end in islands(words, taken):
            gold = labels_of(words, text.spans, first, end)
            for row, label in zip(keys_of(words, first, end, codes, drop), gold, strict=True):
                for key in row:
                    number = index.setdefault(key, len(index)) if grow else index.get(key, -1)
                    if number >= 0:
                        keys.append(number)
                key_starts.append(len(keys))
                labels.append(label)
            island_starts.append(len(labels))
    return Data(
        np.array(keys, np.int32),
        np.array(key_starts, np.int64),
        np.array(island_starts, np.int64),
        np.array(labels, np.int8),
    )


def allowed() -> np.ndarray:
    """Return which label may follow which: an inner word only its own kind; row 5 is the beginning.

    Learnt weights of moves brought nothing where the class of the neighbour is seen (F1 .9285 with, .9293
    without, on the first part of families left out) and made the search for the best labels twice as long.
    """
    found = np.zeros((6, 5))
    for before in range(6):
        if before not in (1, 2):
            found[before, 2] = IMPOSSIBLE
        if before not in (3, 4):
            found[before, 4] = IMPOSSIBLE
    return found


@numba.njit(cache=True)
def _logsum(values):
    top = values.max()
    return top + np.log(np.exp(values - top).sum())


@numba.njit(cache=True)
def epoch(keys, key_starts, island_starts, labels, order, weights, squares, moving, rate, decay):
    """One pass of AdaGrad over the islands; return the mean loss of an island."""
    total = 0.0
    for island in order:
        a, b = island_starts[island], island_starts[island + 1]
        n = b - a
        scores = np.zeros((n, 5))
        for t in range(n):
            for k in range(key_starts[a + t], key_starts[a + t + 1]):
                scores[t] += weights[keys[k]]
        forward = np.zeros((n, 5))
        backward = np.zeros((n, 5))
        forward[0] = scores[0] + moving[5]
        for t in range(1, n):
            for y in range(5):
                forward[t, y] = scores[t, y] + _logsum(forward[t - 1] + moving[:5, y])
        for t in range(n - 2, -1, -1):
            for y in range(5):
                backward[t, y] = _logsum(moving[y] + scores[t + 1] + backward[t + 1])
        z = _logsum(forward[n - 1])
        gold = 0.0
        for t in range(n):
            y = labels[a + t]
            gold += scores[t, y] + moving[5 if t == 0 else labels[a + t - 1], y]
        total += z - gold
        for t in range(n):
            gradient = np.exp(forward[t] + backward[t] - z)
            gradient[labels[a + t]] -= 1.0
            for k in range(key_starts[a + t], key_starts[a + t + 1]):
                f = keys[k]
                for y in range(5):
                    g = gradient[y] + decay * weights[f, y]
                    squares[f, y] += g * g
                    weights[f, y] -= rate * g / np.sqrt(squares[f, y])
    return total / len(order)


def train(data: Data, features: int, passes: int, seed: int, rate: float, decay: float) -> np.ndarray:
    """Return the weights of the keys."""
    rng = np.random.default_rng(seed)
    weights = np.zeros((features, 5))
    squares = np.full((features, 5), 1.0)
    for number in range(passes):
        order = rng.permutation(len(data.island_starts) - 1)
        step = rate if number < passes - 1 else rate / 3
        loss = epoch(*data, order, weights, squares, allowed(), step, decay)
        print(f"pass {number + 1}: loss {loss:.4f}", flush=True)  # noqa: T201
    return weights


def prune(data: Data, index: dict[str, int], least: int) -> tuple[Data, dict[str, int]]:
    """Return the data and the index without the keys seen fewer than ``least`` times."""
    counts = np.bincount(data.keys, minlength=len(index))
    kept = counts >= least
    renumbered = np.cumsum(kept) - 1
    mask = kept[data.keys]
    lengths = np.add.reduceat(mask, data.key_starts[:-1]) if len(data.labels) else np.zeros(0)
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    keys = renumbered[data.keys[mask]].astype(np.int32)
    fresh = {key: int(renumbered[number]) for key, number in index.items() if kept[number]}
    return data._replace(keys=keys, key_starts=starts), fresh


def save(path: Path, index: dict[str, int], weights: np.ndarray, small: float = 0.03) -> None:
    """Write the model: the weights relative to those of the label O, in thousandths."""
    relative = weights[:, 1:] - weights[:, :1]
    listed = sorted(key for key, number in index.items() if np.abs(relative[number]).max() >= small)
    table = np.clip(np.round(relative[[index[key] for key in listed]] * 1000), -32000, 32000).astype("<i2")
    head = json.dumps({"labels": LABELS, "keys": listed}, ensure_ascii=False)
    body = head.encode()
    path.write_bytes(zlib.compress(len(body).to_bytes(4, "little") + body + table.tobytes(), 9))
    print(f"{len(listed)} keys, {path.stat().st_size} bytes")  # noqa: T201


def learn(texts: list[Text], chosen: argparse.Namespace, path: Path) -> None:
    """Train on ``texts`` and write the model to ``path``."""
    index: dict[str, int] = {}
    data = encode(texts, index, True, chosen.seed)
    print(f"{len(texts)} texts, {len(data.labels)} words, {len(index)} keys, {len(data.keys)} in all")  # noqa: T201
    data, index = prune(data, index, 3)
    weights = train(data, len(index), chosen.passes, chosen.seed, chosen.rate, chosen.decay)
    save(path, index, weights)


def leave_out(texts: list[Text], fresh: list[Text], chosen: argparse.Namespace) -> None:
    """Train without one part of the families of templates at a time and print the scores on that part."""
    total: Counter[str] = Counter()
    misses: Counter[str] = Counter()
    for part in range(chosen.folds):

        def inside(text: Text, part: int = part) -> bool:
            return zlib.crc32(text.family.encode()) % chosen.folds == part

        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.bin"
            learn([text for text in texts if not inside(text)], chosen, path)
            held = [text for text in fresh if inside(text)]
            found = scores(Model(path.read_bytes()), held, misses)
        total.update(found)
        print(f"part {part + 1}: {len(held)} texts", {k: round(v, 4) for k, v in found.items()}, flush=True)  # noqa: T201
    print("mean", {k: round(v / chosen.folds, 4) for k, v in total.items()})  # noqa: T201
    if chosen.misses:
        for miss, number in random.Random(1).sample(sorted(misses.items()), chosen.misses):  # noqa: S311
            print(number, miss)  # noqa: T201


def main() -> None:
    """Generate, train, write; or measure by leaving families of templates out."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("work", type=Path)
    options.add_argument("--texts", type=int, default=12000)
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--passes", type=int, default=5)
    options.add_argument("--rate", type=float, default=0.12)
    options.add_argument("--decay", type=float, default=3e-5)
    options.add_argument("--leave-out", action="store_true")
    options.add_argument("--folds", type=int, default=4)
    options.add_argument("--misses", type=int, default=0, help="print so many errors")
    options.add_argument("--out", type=Path, default=OUT)
    chosen = options.parse_args()
    texts = write(chosen.work, chosen.texts, chosen.seed)
    if chosen.leave_out:
        leave_out(texts, write(chosen.work, chosen.texts // 4, chosen.seed + 1), chosen)
    else:
        learn(texts, chosen, chosen.out)


if __name__ == "__main__":
    main()
