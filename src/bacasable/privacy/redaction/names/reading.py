"""Read the islands of a text as sequences for the model: classes of words, places of several words,
neighbours."""

from typing import Protocol

from bacasable.privacy.redaction import lexicon
from bacasable.privacy.redaction.names import features
from bacasable.privacy.redaction.names.scanning import APOSTROPHE, EDGE, LINE, Words, separator

_MAX_PLACE_WORDS = 6


def line_of(words: Words, first: int, end: int) -> int:
    """Say how an island stands: 0 inside a line, 1 begins a line, 2 ends one, 3 fills it, 4 fills the
    last one."""
    before = first == 0 or "\n" in words.separators[first]
    tail = words.separators[end]
    last = end == len(words.words)
    after = last or "\n" in tail
    if before and after:
        return 4 if last and len(tail) < 3 else 3
    return int(before) + 2 * int(after)


def places_in(words: Words, first: int, end: int) -> dict[int, tuple[bool, int]]:
    """Return, by index, the words of places written in several words: does it begin one, and its bucket."""
    known = lexicon.forms().get
    found: dict[int, tuple[bool, int]] = {}
    i = first
    while i < end - 1:
        key = lexicon.fold(words.words[i])
        if not known(key, 0) >> 12:
            i += 1
            continue
        best = 0
        for j in range(i + 1, min(end, i + _MAX_PLACE_WORDS)):
            between = separator(words.separators[j])
            if between >= LINE:
                break
            key += ("'" if between == APOSTROPHE else "-") + lexicon.fold(words.words[j])
            place = known(key, 0) >> 6 & 7
            if place:
                best = j
                bucket = place
        if best:
            for j in range(i, best + 1):
                found[j] = (j == i, bucket)
            i = best
        i += 1
    return found


class Drop(Protocol):
    """What training hides; the recogniser hides nothing."""

    def places(self) -> bool:
        """Say whether places of several words are hidden in this island."""
        ...

    def code(self, word: str, code: int) -> int:
        """Return the code to use for ``word``, whose form has ``code``."""
        ...

    def vocabulary(self, word: str) -> bool:
        """Say whether ``word`` is seen by its class only."""
        ...


def keys_of(
    words: Words, first: int, end: int, codes: dict[str, int], drop: Drop | None = None
) -> list[list[str]]:
    """Return the keys of each word of the island ``[first, end)``; ``drop`` hides things at random in
    training."""
    texts, _, separators = words
    matched = places_in(words, first, end) if drop is None or not drop.places() else {}

    def code(i: int) -> int:
        found = codes.get(lexicon.fold(texts[i]), 0)
        return found if drop is None else drop.code(texts[i], found)

    def seen(word: str) -> bool:
        return drop is None or not drop.vocabulary(word)

    low, high = max(0, first - 2), min(len(texts), end + 1)
    known = {i: code(i) for i in range(low, high)}
    alone = {i: features.word_class(texts[i], known[i]) for i in known}
    groups = dict(alone)
    for i, (begins, _) in matched.items():
        groups[i] = features.PLACE_FIRST if begins else features.PLACE_INNER
    upper = all(texts[i].isupper() for i in range(first, end))
    island = features.island_key(line_of(words, first, end), end - first, upper)
    rows = []
    for i in range(first, end):
        form = features.shape(texts[i])
        keys = features.form_keys(known[i], form, alone[i])
        keys += features.letter_keys(texts[i], lexicon.fold(texts[i]), known[i], form, seen(texts[i]))
        if i in matched:
            keys += features.place_keys(*matched[i])
        before = separator(separators[i]) if i else EDGE
        after = separator(separators[i + 1]) if i + 1 < len(texts) else EDGE
        if i:
            keys += features.beside_keys("a", texts[i - 1], alone[i - 1], seen(texts[i - 1]))
            keys += features.pair_keys("a", groups[i - 1], before, groups[i])
        else:
            keys += features.pair_keys("a", features.NOTHING, EDGE, groups[i])
        if i > 1:
            keys += features.beside_keys("aa", texts[i - 2], alone[i - 2], seen(texts[i - 2]))
        if i + 1 < len(texts):
            keys += features.beside_keys("z", texts[i + 1], alone[i + 1], seen(texts[i + 1]))
            keys += features.pair_keys("z", groups[i + 1], after, groups[i])
        else:
            keys += features.pair_keys("z", features.NOTHING, EDGE, groups[i])
        keys.append(island)
        rows.append(keys)
    return rows
