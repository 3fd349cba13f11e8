"""The model of names: scores per word in tables, and the best labels of an island.

The weights of all keys of :mod:`features` are summed once per word and once per pair of classes, then kept; the
score of a label for a word is then the sum of seven entries of tables. Scores are relative to the label O.
"""

import json
import zlib
from array import array
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from bacasable.privacy.redaction import lexicon
from bacasable.privacy.redaction.names import features
from bacasable.privacy.redaction.names.reading import line_of, places_in
from bacasable.privacy.redaction.names.scanning import EDGE, SEPARATORS, Words, separator

Scores = tuple[float, float, float, float]
_ZERO: Scores = (0.0, 0.0, 0.0, 0.0)
_IMPOSSIBLE = -1e4
#: Words kept with their scores: the memory of the tables stays flat on any text.
_KEPT_WORDS = 40_000


def _add(one: Scores, other: Scores | None) -> Scores:
    """Return the sum of two entries, of which the second may be missing."""
    if other is None:
        return one
    return one[0] + other[0], one[1] + other[1], one[2] + other[2], one[3] + other[3]


class Entry(NamedTuple):
    """What is known of a word: its class, its scores, those that it gives to its neighbours, can it be skipped."""

    group: int
    own: Scores
    before: Scores
    two_before: Scores
    after: Scores
    plain: bool
    opens: bool


class Model:
    """The weights and the tables made of them."""

    def __init__(self, raw: bytes) -> None:
        raw = zlib.decompress(raw)
        size = int.from_bytes(raw[:4], "little")
        head = json.loads(raw[4 : 4 + size])
        if tuple(head["labels"]) != features.LABELS:
            raise ValueError("model.bin has other labels: run training/redaction/train.py")
        self._moves: list[list[float]] = head["moves"]
        table = array("h", raw[4 + size :])
        listed = [value / 1000 for value in table]
        quads = zip(*[iter(listed)] * 4, strict=True)
        self._weights: dict[str, Scores] = dict(zip(head["keys"], quads, strict=True))  # type: ignore[arg-type]
        self._lexical = features.lexical()
        self._bases: dict[int, tuple[Scores, Scores, Scores, Scores]] = {}
        self._classes = features.classes()
        self._forms = lexicon.forms()
        self._entries: dict[str, Entry] = {}
        self._pairs_before: dict[int, Scores] = {}
        self._pairs_after: dict[int, Scores] = {}
        self._islands: dict[tuple[int, int, bool], Scores] = {}

    def _sum(self, keys: list[str]) -> Scores:
        """Return the sum of the weights of ``keys``."""
        get = self._weights.get
        a = b = c = d = 0.0
        for key in keys:
            found = get(key)
            if found is not None:
                w, x, y, z = found
                a += w
                b += x
                c += y
                d += z
        return a, b, c, d

    def entry(self, word: str) -> Entry:
        """Return what is known of ``word``, computed at its first sight."""
        folded = lexicon.fold(word)
        code = self._forms.get(folded, 0)
        form = features.shape(word)
        group = self._lexical.get(folded) or form * features.KINDS + features.kind(code)
        number = (code << 3 | form) * self._classes + group
        base = self._bases.get(number)
        if base is None:
            base = self._base(number, code, form, group)
        of_form, before, two_before, after = base
        get = self._weights.get
        lower = word.lower()
        ending = word[-3:].lower() if features.has_ending(word, group) else ""
        found = Entry(
            group,
            _add(of_form, self._sum(features.letter_keys(word, folded, code, form))),
            _add(_add(before, get("av" + lower)), get("ax" + ending)),
            _add(_add(two_before, get("aav" + lower)), get("aax" + ending)),
            _add(_add(after, get("zv" + lower)), get("zx" + ending)),
            features.is_plain(code, group, folded),
            code >> 12 == 1,
        )
        if len(self._entries) >= _KEPT_WORDS:
            self._entries.clear()
        self._entries[word] = found
        return found

    def _base(self, number: int, code: int, form: int, group: int) -> tuple[Scores, Scores, Scores, Scores]:
        """Return the scores that all words of one code, shape and class share: their own, and as neighbours."""
        found = (
            self._sum(features.form_keys(code, form, group)),
            self._sum([f"ac{group}"]),
            self._sum([f"aac{group}"]),
            self._sum([f"zc{group}"]),
        )
        self._bases[number] = found
        return found

    def _pair(self, side: str, number: int) -> Scores:
        """Return the scores of a pair, numbered ``(neighbour * SEPARATORS + separator) * classes + class``."""
        rest, group = divmod(number, self._classes)
        neighbour, between = divmod(rest, SEPARATORS)
        found = self._sum(features.pair_keys(side, neighbour, between, group))
        (self._pairs_before if side == "a" else self._pairs_after)[number] = found
        return found

    def _island(self, key: tuple[int, int, bool]) -> Scores:
        """Return the scores that every word of an island gets."""
        found = self._islands[key] = self._sum([features.island_key(*key)])
        return found

    def labels(self, words: Words, first: int, end: int) -> tuple[list[int], list[float]] | None:
        """Return the best labels of the island ``[first, end)`` and by how much each beats O; None if all are O."""
        texts, _, separators = words
        entries = self._entries
        size = len(texts)
        low, high = max(0, first - 2), min(size, end + 1)
        known = [entries.get(text) or self.entry(text) for text in texts[low:high]]
        shift = first - low
        if end - first == 1 and known[shift].plain:
            return None
        groups = [entry.group for entry in known]
        owns = [entry.own for entry in known]
        if end - first > 1 and any(entry.opens for entry in known[shift : shift + end - first]):
            for i, (begins, place) in places_in(words, first, end).items():
                groups[i - low] = features.PLACE_FIRST if begins else features.PLACE_INNER
                more = self._sum(features.place_keys(begins, place))
                owns[i - low] = _add(owns[i - low], more)
        line = line_of(words, first, end)
        length = end - first
        key = (line, length if length < 5 else 5, all(map(str.isupper, texts[first:end])))
        whole = self._islands.get(key) or self._island(key)
        kinds = [separator(between) for between in separators[first : end + 1]]
        scale = self._classes
        before_table, after_table = self._pairs_before, self._pairs_after
        emissions = []
        for i in range(shift, shift + length):
            group = groups[i]
            a1, a2, a3, a4 = owns[i]
            b1, b2, b3, b4 = whole
            at = low + i
            if at:
                number = (groups[i - 1] * SEPARATORS + kinds[i - shift]) * scale + group
                c1, c2, c3, c4 = known[i - 1].before
            else:
                number = (features.NOTHING * SEPARATORS + EDGE) * scale + group
                c1 = c2 = c3 = c4 = 0.0
            d1, d2, d3, d4 = before_table.get(number) or self._pair("a", number)
            e1, e2, e3, e4 = known[i - 2].two_before if at > 1 else _ZERO
            if at + 1 < size:
                number = (groups[i + 1] * SEPARATORS + kinds[i - shift + 1]) * scale + group
                f1, f2, f3, f4 = known[i + 1].after
            else:
                number = (features.NOTHING * SEPARATORS + EDGE) * scale + group
                f1 = f2 = f3 = f4 = 0.0
            g1, g2, g3, g4 = after_table.get(number) or self._pair("z", number)
            emissions.append(
                (
                    a1 + b1 + c1 + d1 + e1 + f1 + g1,
                    a2 + b2 + c2 + d2 + e2 + f2 + g2,
                    a3 + b3 + c3 + d3 + e3 + f3 + g3,
                    a4 + b4 + c4 + d4 + e4 + f4 + g4,
                )
            )
        path = self._best(emissions)
        if not any(path):
            return None
        return path, [
            emission[label - 1] if label else 0.0 for emission, label in zip(emissions, path, strict=True)
        ]

    def _best(self, emissions: list[Scores]) -> list[int]:
        """Return the best sequence of labels (Viterbi)."""
        moves = self._moves
        start = moves[5]
        p, q, r, s = emissions[0]
        scores = [start[0], start[1] + p, _IMPOSSIBLE, start[3] + r, _IMPOSSIBLE]
        if len(emissions) == 1:
            best = max(scores)
            return [scores.index(best)]
        (t00, t01, _, t03, _), (t10, t11, t12, t13, _), (t20, t21, t22, t23, _), *others = moves
        (t30, t31, _, t33, t34), (t40, t41, _, t43, t44), _ = others
        s0, s1, s2, s3, s4 = scores
        back = []
        for p, q, r, s in emissions[1:]:
            to_o = (s0 + t00, s1 + t10, s2 + t20, s3 + t30, s4 + t40)
            to_p = (s0 + t01, s1 + t11, s2 + t21, s3 + t31, s4 + t41)
            to_l = (s0 + t03, s1 + t13, s2 + t23, s3 + t33, s4 + t43)
            best_o, best_p, best_l = max(to_o), max(to_p), max(to_l)
            in_p, in_q = s1 + t12, s2 + t22
            in_l, in_m = s3 + t34, s4 + t44
            back.append(
                (
                    to_o.index(best_o),
                    to_p.index(best_p),
                    1 if in_p > in_q else 2,
                    to_l.index(best_l),
                    3 if in_l > in_m else 4,
                )
            )
            s0 = best_o
            s1 = best_p + p
            s2 = (in_p if in_p > in_q else in_q) + q
            s3 = best_l + r
            s4 = (in_l if in_l > in_m else in_m) + s
        scores = [s0, s1, s2, s3, s4]
        label = scores.index(max(scores))
        path = [label]
        for pointers in reversed(back):
            label = pointers[label]
            path.append(label)
        path.reverse()
        return path


@cache
def model() -> Model:
    """Return the model, read once."""
    return Model(files(__package__).joinpath("model.bin").read_bytes())
