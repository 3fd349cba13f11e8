"""What the model looks at, as keys: the same for training and for the tables of the recogniser.

The score of a label for a word is a sum of parts that look at one or two things each, so that every part
can be a
table: the word itself, the word before, the one before that, the word after, and the pairs (class of a
neighbour, separator, class of the word).
"""

import tomllib
from functools import cache
from importlib.resources import files

from bacasable.privacy.redaction import lexicon

#: Labels: outside, first word of a person, other word of a person, first and other word of a place.
LABELS = ("O", "B-PERSON", "I-PERSON", "B-LOCATION", "I-LOCATION")

LOWER, CAPITAL, UPPER, INITIAL, MIXED = range(5)
KINDS = 10
_SHAPES = 5
#: Classes of words: the lexical ones of words.toml come after the shapes crossed with kinds of the
#: gazetteers.
PLACE_FIRST = KINDS * _SHAPES
PLACE_INNER = PLACE_FIRST + 1
NOTHING = PLACE_FIRST + 2
_LEXICAL = PLACE_FIRST + 3


#: Bits of a code that say that the form is known as a first name, a surname or a place.
A_NAME = 0b111111111
#: After a hyphen, these close a verb: ``Vérifiez-le``, ``Peut-on``.
_PRONOUNS = frozenset(
    [
        "le",
        "la",
        "les",
        "en",
        "y",
        "lui",
        "leur",
        "moi",
        "toi",
        "nous",
        "vous",
        "ci",
        "il",
        "elle",
        "on",
        "ils",
        "elles",
        "ce",
        "je",
        "tu",
        "meme",
        "memes",
        "eux",
        "vous-en",
        "nous-en",
    ]
)


@cache
def lexical() -> dict[str, int]:
    """Return the class of each word of words.toml (folded)."""
    listed = tomllib.loads(files(__package__).joinpath("words.toml").read_text(encoding="utf-8"))
    kept = [words for name, words in listed.items() if name != "never"]
    return {word: _LEXICAL + i for i, words in enumerate(kept) for word in words}


@cache
def classes() -> int:
    """Return how many classes of words there are."""
    return max(lexical().values()) + 1


def shape(word: str) -> int:
    """Return the class of the case of ``word``."""
    if word.islower():
        return LOWER
    if len(word) == 1:
        return INITIAL
    if word.isupper():
        return UPPER
    return CAPITAL if word[0].isupper() and (word[1:].islower() or "-" in word or "'" in word) else MIXED


def kind(code: int) -> int:
    """Return the coarse class of a form of the lexicon: first name, surname, place, word, and their
    mixtures."""
    first, last, place, word, _ = lexicon.unpack(code)
    if place >= 2 and first + last < 6:
        return 4 if first + last < 4 else 5
    if first >= 2 and last >= 3:
        return 3 if word < 4 else 8
    if first >= 2:
        return 1 if word < 4 else 8
    if last >= 2:
        return 2 if word < 3 else 7
    if place:
        return 9
    if word >= 2:
        return 6
    return 2 if last else 1 if first else 0


def word_class(word: str, code: int) -> int:
    """Return the class of ``word``, whose form has ``code`` in the lexicon."""
    found = lexical().get(lexicon.fold(word))
    if found is not None:
        return found
    return shape(word) * KINDS + kind(code)


def form_keys(code: int, form: int, group: int) -> list[str]:
    """Return the keys of a word that depend on its buckets, its shape and its class only."""
    first, last, place, common, _ = lexicon.unpack(code)
    return [
        f"c{group}",
        f"s{form}",
        f"f{first}.{form}",
        f"l{last}.{form}",
        f"p{place}.{form}",
        f"w{common}.{form}",
        f"fl{first}{last}",
        f"lp{last}{place}",
        f"fw{first}{common}",
        f"lw{last}{common}",
        f"pw{place}{common}",
        f"g{first}{last}{place}{common}.{form}",
    ]


def letter_keys(word: str, folded: str, code: int, form: int, vocabulary: bool = True) -> list[str]:
    """Return the keys of a word that depend on its letters; ``vocabulary`` says whether it is one of
    them whole."""
    keys = []
    if vocabulary:
        keys.append("v" + word.lower() + str(form))
    if len(word) <= 3:
        keys.append(f"n{len(word)}.{form}")
    if not code & A_NAME:
        keys += [
            f"x2{folded[-2:]}",
            f"x3{folded[-3:]}",
            f"x4{folded[-4:]}",
            f"y3{folded[:3]}",
            f"y2{folded[:2]}",
        ]
        keys.append(f"n{min(len(word), 9)}")
    if "-" in folded:
        known = lexicon.forms().get
        parts = folded.split("-")
        keys.append(f"h{kind(known(parts[0], 0))}.{kind(known(parts[-1], 0))}.{form}")
        keys.append(f"hn{min(len(parts), 4)}")
        keys += [f"hi{part}" for part in parts[1:-1]]
        if len(parts[-1]) < 5:
            keys.append(f"hl{parts[-1]}")
        keys.append(
            f"hf{parts[0]}" if parts[0] in ("saint", "sainte", "st", "ste", "la", "le", "les") else "hf"
        )
    return keys


def is_plain(code: int, group: int, folded: str) -> bool:
    """Say whether a capitalised word that stands alone is never a name: a tool word, or a word of the
    dictionary."""
    if group >= _LEXICAL:
        return True
    first, last, place, common, _ = lexicon.unpack(code)
    if common >= 3 and not first and last < 3 and not place:
        return True
    return not code and folded.rpartition("-")[2] in _PRONOUNS


def place_keys(begins: bool, place: int) -> list[str]:
    """Return the keys of a word that stands in a place of several words found in the lexicon."""
    return [f"m{int(begins)}", f"m{int(begins)}.{place}"]


def has_ending(word: str, group: int) -> bool:
    """Say whether a neighbour is known by its ending too: a word in lower case of no class of its own."""
    return group < KINDS and len(word) > 4


def beside_keys(side: str, word: str, group: int, vocabulary: bool = True) -> list[str]:
    """Return the keys of a neighbour: ``side`` is ``a`` (before), ``aa`` (two before) or ``z`` (after)."""
    keys = [f"{side}c{group}"]
    if vocabulary:
        keys.append(f"{side}v{word.lower()}")
    if has_ending(word, group):
        keys.append(f"{side}x{word[-3:].lower()}")
    return keys


def pair_keys(side: str, neighbour: int, between: int, group: int) -> list[str]:
    """Return the keys of a neighbour's class, the separator and the word's class together."""
    return [
        f"{side}p{neighbour}.{between}.{group}",
        f"{side}q{between}.{group}",
        f"{side}r{neighbour}.{between}",
    ]


def island_key(line: int, length: int, upper: bool) -> str:
    """Return the key of an island: does it fill its line, how many words, all in capitals."""
    return f"i{line}.{min(length, 5)}.{int(upper)}"
