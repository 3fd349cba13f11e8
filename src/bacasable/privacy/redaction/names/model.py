"""The model of names: scores per word in tables, and the best labels of an island.

The weights of all keys of :mod:`features` are summed once per word and once per pair of classes, then
kept; the score of a label for a word is the sum of seven entries of tables. An entry holds four scores,
relative to the label O, in thousandths, in the bits of one integer: one addition adds four scores.
"""

import json
import zlib
from array import array
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from bacasable.privacy.redaction import lexicon
from bacasable.privacy.redaction.names import features
from bacasable.privacy.redaction.names.reading import line_of, places_in
from bacasable.privacy.redaction.names.scanning import CLASS_OF_SEPARATOR, EDGE, SEPARATORS, Words, separator

#: Bits of one score: room for a hundred weights of the largest size.
_BITS = 22
_MASK = (1 << _BITS) - 1
_HALF = 1 << (_BITS - 1)
_SECOND, _THIRD, _FOURTH = _BITS, 2 * _BITS, 3 * _BITS
#: Added to an entry, makes its four scores positive, so that each can be cut out.
_POSITIVE = _HALF | _HALF << _SECOND | _HALF << _THIRD | _HALF << _FOURTH
_AT_EDGE = features.NOTHING * SEPARATORS + EDGE
#: Words kept with their scores: the memory of the tables stays flat on any text.
_KEPT_WORDS = 40_000

#: What is known of a word: its class, its scores, those that it gives as the word before, two before and
#: after,
#: whether it is never a name when alone, whether it may open a place of several words.
Entry = tuple[int, int, int, int, int, bool, bool]
#: The labels of an island, and for each word by how many thousandths its label beats O.
Labelled = tuple[list[int], list[int]]


def unpacked(raw: bytes) -> tuple[list[str], "array[int]"]:
    """Return the keys of features of a file of the model, and four weights for each."""
    raw = zlib.decompress(raw)
    size = int.from_bytes(raw[:4], "little")
    head = json.loads(raw[4 : 4 + size])
    if tuple(head["labels"]) != features.LABELS:
        raise ValueError("model.bin has other labels: run training/redaction/train.py")
    return head["keys"], array("h", raw[4 + size :])


class Model:
    """The weights and the tables made of them."""

    def __init__(self, raw: bytes) -> None:
        keys, weights = unpacked(raw)
        quads = zip(*[iter(weights)] * 4, strict=True)
        packed = (a + (b << _SECOND) + (c << _THIRD) + (d << _FOURTH) for a, b, c, d in quads)
        self._weights: dict[str, int] = dict(zip(keys, packed, strict=True))
        #: Words that have weights of their own for their neighbours.
        self._vocabulary = {
            key.removeprefix(side)
            for key in self._weights
            for side in ("av", "aav", "zv")
            if key.startswith(side)
        }
        self._lexical = features.lexical()
        self._classes = features.classes()
        self._forms = lexicon.forms()
        self._bases: dict[int, tuple[int, int, int, int, int, bool]] = {}
        self._entries: dict[str, Entry] = {}
        self._pairs_before: dict[int, int] = {}
        self._pairs_after: dict[int, int] = {}
        self._islands: dict[tuple[int, int, bool], int] = {}

    def _sum(self, keys: Iterable[str]) -> int:
        """Return the sum of the weights of ``keys``."""
        return sum(filter(None, map(self._weights.get, keys)))

    def entry(self, word: str) -> Entry:
        """Return what is known of ``word``, computed at its first sight."""
        folded = lexicon.fold(word)
        code = self._forms.get(folded, 0)
        form = features.shape(word)
        group = self._lexical.get(folded, 0)
        number = (code << 3 | form) * self._classes + group
        base = self._bases.get(number) or self._base(number, code, form, group)
        group, of_form, before, two_before, after, plain = base
        lower = word.lower()
        get = self._weights.get
        if code & features.A_NAME and "-" not in folded and len(word) > 3:
            of_form += get(f"v{lower}{form}", 0)
        else:
            of_form += self._sum(features.letter_keys(word, folded, code, form))
        if lower in self._vocabulary:
            before += get("av" + lower, 0)
            two_before += get("aav" + lower, 0)
            after += get("zv" + lower, 0)
        if form == features.LOWER and features.has_ending(word, group):
            ending = lower[-3:]
            before += get("ax" + ending, 0)
            two_before += get("aax" + ending, 0)
            after += get("zx" + ending, 0)
        if not code and not plain:
            plain = features.is_plain(code, group, folded)
        if len(self._entries) >= _KEPT_WORDS:
            self._entries.clear()
        found = self._entries[word] = (group, of_form, before, two_before, after, plain, code >> 12 == 1)
        return found

    def _base(self, number: int, code: int, form: int, group: int) -> tuple[int, int, int, int, int, bool]:
        """Return what all words of one code, shape and lexical class (0: none) share.

        Their class, their own scores, those they give to neighbours, and whether they are never names alone.
        """
        group = group or form * features.KINDS + features.kind(code)
        plain = features.is_plain(code, group, "")
        own = self._sum(features.form_keys(code, form, group))
        before, two_before, after = (self._weights.get(f"{side}c{group}", 0) for side in ("a", "aa", "z"))
        found = self._bases[number] = (group, own, before, two_before, after, plain)
        return found

    def _pair(self, side: str, number: int) -> int:
        """Return the scores of a pair: ``(neighbour * SEPARATORS + separator) * classes + class``."""
        rest, group = divmod(number, self._classes)
        neighbour, between = divmod(rest, SEPARATORS)
        found = self._sum(features.pair_keys(side, neighbour, between, group))
        (self._pairs_before if side == "a" else self._pairs_after)[number] = found
        return found

    def _island(self, key: tuple[int, int, bool]) -> int:
        """Return the scores that every word of an island gets, made positive."""
        found = self._islands[key] = self._sum([features.island_key(*key)]) + _POSITIVE
        return found

    def read(
        self, words: Words, stretches: Iterable[tuple[int, int]]
    ) -> list[tuple[int, list[int], list[int]]]:
        """Return the islands that hold a name: first word, labels, and by how much these beat O."""
        texts = words.words
        get = self._entries.get
        found = []
        for first, end in stretches:
            if end - first == 1:
                known = get(texts[first])
                if known is not None and known[5]:
                    continue
                best = self._single(words, first)
            else:
                best = self.labels(words, first, end)
            if best is not None:
                found.append((first, *best))
        return found

    def labels(self, words: Words, first: int, end: int) -> Labelled | None:
        """Return the best labels of the island ``[first, end)`` and by how much each beats O; None if
        all are O."""
        if end - first == 1:
            return self._single(words, first)
        texts, _, separators = words
        get, entry, class_of = self._entries.get, self.entry, CLASS_OF_SEPARATOR.get
        low = first - 2 if first > 1 else 0
        known = [get(text) or entry(text) for text in texts[low : end + 1]]
        groups, owns, befores, two_befores, afters, _, opens = map(list, zip(*known, strict=True))
        if any(opens):
            for i, (begins, place) in places_in(words, first, end).items():
                groups[i - low] = features.PLACE_FIRST if begins else features.PLACE_INNER
                owns[i - low] += self._sum(features.place_keys(begins, place))
        length = end - first
        key = (line_of(words, first, end), length if length < 5 else 5, "".join(texts[first:end]).isupper())
        whole = self._islands.get(key) or self._island(key)
        scale, size = self._classes, len(texts)
        pairs_before, pairs_after = self._pairs_before, self._pairs_after
        kind = class_of(separators[first], -1)
        if kind < 0:
            kind = separator(separators[first])
        emissions = []
        for at in range(first, end):
            i = at - low
            group = groups[i]
            total = owns[i] + whole
            if at:
                number = (groups[i - 1] * SEPARATORS + kind) * scale + group
                total += befores[i - 1]
                if at > 1:
                    total += two_befores[i - 2]
            else:
                number = _AT_EDGE * scale + group
            pair = pairs_before.get(number)
            total += self._pair("a", number) if pair is None else pair
            if at + 1 < size:
                kind = class_of(separators[at + 1], -1)
                if kind < 0:
                    kind = separator(separators[at + 1])
                number = (groups[i + 1] * SEPARATORS + kind) * scale + group
                total += afters[i + 1]
            else:
                number = _AT_EDGE * scale + group
            pair = pairs_after.get(number)
            emissions.append(total + (self._pair("z", number) if pair is None else pair))
        return self._best(emissions)

    def _single(self, words: Words, at: int) -> Labelled | None:
        """Do what :meth:`labels` does for an island of one word, the most frequent by far."""
        texts, _, separators = words
        get, entry, class_of = self._entries.get, self.entry, CLASS_OF_SEPARATOR.get
        group, total, _, _, _, plain, _ = get(texts[at]) or entry(texts[at])
        if plain:
            return None
        if at:
            left, _, more, _, _, _, _ = get(texts[at - 1]) or entry(texts[at - 1])
            total += more
            kind = class_of(separators[at], -1)
            number = left * SEPARATORS + (separator(separators[at]) if kind < 0 else kind)
            if at > 1:
                total += (get(texts[at - 2]) or entry(texts[at - 2]))[3]
        else:
            number = _AT_EDGE
        number = number * self._classes + group
        pair = self._pairs_before.get(number)
        total += self._pair("a", number) if pair is None else pair
        if at + 1 < len(texts):
            right, _, _, _, more, _, _ = get(texts[at + 1]) or entry(texts[at + 1])
            total += more
            kind = class_of(separators[at + 1], -1)
            number = right * SEPARATORS + (separator(separators[at + 1]) if kind < 0 else kind)
        else:
            number = _AT_EDGE
        number = number * self._classes + group
        pair = self._pairs_after.get(number)
        total += self._pair("z", number) if pair is None else pair
        key = (line_of(words, at, at + 1), 1, texts[at].isupper())
        total += self._islands.get(key) or self._island(key)
        person = (total & _MASK) - _HALF
        place = (total >> _THIRD & _MASK) - _HALF
        if person > place:
            return ([1], [person]) if person > 0 else None
        return ([3], [place]) if place > 0 else None

    @staticmethod
    def _best(emissions: list[int]) -> Labelled | None:
        """Return the best sequence of labels (Viterbi), or None if all are O.

        The only rule between labels is that an inner word follows a word of its kind, so what precedes O
        and the first word of a name is simply the best so far.
        """
        best = best_label = 0
        in_person = in_place = -_HALF
        person_label, place_label = 1, 3
        back = []
        for total in emissions:
            back.append((best_label, person_label, place_label))
            begins = best + (total & _MASK) - _HALF
            in_person += (total >> _SECOND & _MASK) - _HALF
            if begins >= in_person:
                in_person, person_label = begins, 1
            else:
                person_label = 2
            begins = best + (total >> _THIRD & _MASK) - _HALF
            in_place += (total >> _FOURTH) - _HALF
            if begins >= in_place:
                in_place, place_label = begins, 3
            else:
                place_label = 4
            best_label = 0
            if in_person > best:
                best, best_label = in_person, person_label
            if in_place > best:
                best, best_label = in_place, place_label
        if not best:
            return None
        label = best_label
        path = []
        for before, person, place in reversed(back):
            path.append(label)
            label = person if label == 2 else place if label == 4 else before
        path.reverse()
        return path, [
            (total >> _BITS * (label - 1) & _MASK) - _HALF if label else 0
            for total, label in zip(emissions, path, strict=True)
        ]


@cache
def model() -> Model:
    """Return the model, read once."""
    return Model(files(__package__).joinpath("model.bin").read_bytes())
