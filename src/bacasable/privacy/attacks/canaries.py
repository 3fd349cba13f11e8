"""Canaries for text pipelines: plant fictional personal data, run the pipeline, search what comes out.

A canary is a name, a NIR with a right key, or a sentence with a secret of random words; each text that
carries one says that it is fictional. Outputs are searched for each canary as it is (exact), regardless of
case, accents and spacing (folded), within an edit distance of a fifth of its length (fuzzy), and for half of
it in one piece (partial). Decoys drawn alike and never planted say what chance alone finds. Exposure: Carlini
et al., "The secret sharer" (2019)."""

import os
import random
import subprocess
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from bacasable.privacy.attacks.measured import Measured, Progress, check_level
from bacasable.privacy.intervals import clopper_pearson
from bacasable.privacy.messages import N_, Refused

METHOD = N_("Canaries found in the output")

Kind = Literal["name", "nir", "sentence"]
Level = Literal["exact", "folded", "fuzzy", "partial"]

KINDS: tuple[Kind, ...] = ("name", "nir", "sentence")

#: From the plainest leak to the faintest.
LEVELS: tuple[Level, ...] = ("exact", "folded", "fuzzy", "partial")

#: What a pipeline is passed of the environment, and the settings of language (LC_*).
PASSED_ON = frozenset(
    ("PATH", "HOME", "USER", "LOGNAME", "SHELL", "TERM", "LANG", "LANGUAGE", "TZ", "TMPDIR", "VIRTUAL_ENV")
)
_OURS = "BACASABLE_"

#: Edits allowed to a fuzzy hit, as a share of the canary's folded length.
_EDITS = 0.2

#: Shortest piece that counts as partial: a piece shorter than that turns up by chance.
_PIECE = 7


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_FIRST = _words(
    "Aliénor Barnabé Capucine Donatien Eulalie Fabrice Gwenaëlle Hippolyte Ismérie Jérémie Léopoldine "
    "Mickaël Noémie Octave Pélagie Quentin Rosalie Siméon Thaïs Ulysse Violaine Wandrille Yaëlle "
    "Zéphyrin Amadou Bintou Driss Fatoumata Ioana Kenza Linh Mehdi Nguyet Paweł Samira Tomasz"
)
_ONSETS = _words("b br c ch cl d dr f g gr j l m n p pl qu r s t tr v")
_VOWELS = _words("a e i o u ai au eau oi ou é")
_ENDS = _words("bert din gnac lec mont nel quin rard tier val vec zac")
_WORDS = _words(
    "ancre bouleau cerise dragon écluse falaise genêt hibou ivoire jonquille kayak lanterne merisier "
    "noisette ombrage pivoine quartz roseau sorbier tonnerre urne verger wagon xylophone yourte zinc "
    "abricot brume cobalt dune ébène fougère granit houle îlot jasmin"
)
_CARRIERS: dict[Kind, tuple[str, ...]] = {
    "name": (
        "Exemple fictif. Le dossier a été déposé par {} le mois dernier.",
        "Exemple fictif. Contact pris avec {}, qui attend une réponse.",
        "Exemple fictif. Je soussigné(e) {} demande la révision de mes droits.",
    ),
    "nir": (
        "Exemple fictif. Numéro de sécurité sociale : {}.",
        "Exemple fictif. L'assuré est connu sous le NIR {} depuis son embauche.",
    ),
    "sentence": ("Exemple fictif. {}",),
}


@dataclass(frozen=True)
class Canary:
    """Something fictional to look for, and the text that carries it."""

    kind: Kind
    value: str
    text: str


def canaries(n: int, seed: int, kinds: Sequence[Kind] = KINDS) -> list[Canary]:
    """Draw ``n`` different canaries, the kinds in turn; the same seed draws the same.

    Raises:
        Refused: n below 1, an unknown kind.
    """
    if n < 1:
        raise Refused("the number of canaries must be at least 1")
    for kind in kinds:
        if kind not in KINDS:
            raise Refused(f"kind '{kind}': give some of {', '.join(KINDS)}")
    if not kinds:
        raise Refused(f"no kind of canary; give some of {', '.join(KINDS)}")
    rng = random.Random(seed)  # noqa: S311
    made: dict[str, Canary] = {}
    while len(made) < n:
        kind = kinds[len(made) % len(kinds)]
        value = {"name": _name, "nir": _nir, "sentence": _sentence}[kind](rng)
        made.setdefault(folded(value), Canary(kind, value, rng.choice(_CARRIERS[kind]).format(value)))
    return list(made.values())


def _name(rng: random.Random) -> str:
    syllables = "".join(rng.choice(_ONSETS) + rng.choice(_VOWELS) for _ in range(rng.choice((2, 2, 3))))
    return f"{rng.choice(_FIRST)} {(syllables + rng.choice(_ENDS)).capitalize()}"


def _nir(rng: random.Random) -> str:
    """Return a NIR with a right key: sex, year, month, department, commune, order (decree 82-103), key."""
    digits = (
        f"{rng.choice('12')}{rng.randrange(100):02}{rng.randrange(1, 13):02}{rng.randrange(1, 20):02}"
        f"{rng.randrange(1, 900):03}{rng.randrange(1, 999):03}"
    )
    number = f"{digits}{97 - int(digits) % 97:02}"
    if rng.random() < 0.5:
        return number
    cuts = (0, 1, 3, 5, 7, 10, 13, 15)
    return " ".join(number[low:high] for low, high in pairwise(cuts))


def _sentence(rng: random.Random) -> str:
    words = rng.sample(_WORDS, 6)
    return f"Le code du coffre est {' '.join(words[:3])} {rng.randrange(1000, 10000)} {' '.join(words[3:])}."


def secret_part(canary: Canary) -> str:
    """Return what is searched: a sentence without the words that all sentences share."""
    return canary.value.removeprefix("Le code du coffre est ")


def folded(text: str) -> str:
    """Return letters and digits only, without case or accents: what survives a change of spacing."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(sign for sign in decomposed if sign.isalnum())


def level_of(canary: Canary, output: str, folded_output: str) -> Level | None:
    """Return how plainly the output holds the canary, or ``None``; ``folded_output`` is
    ``folded(output)``.
    """
    secret = secret_part(canary)
    if secret in output:
        return "exact"
    pattern = folded(secret)
    if pattern in folded_output:
        return "folded"
    if _within(pattern, folded_output, int(_EDITS * len(pattern))):
        return "fuzzy"
    # Of a name the surname counts: the first name alone is anybody's.
    core = folded(secret.split()[-1]) if canary.kind == "name" else pattern
    size = min(len(core), max(_PIECE, (len(core) + 1) // 2))
    pieces = (core[at : at + size] for at in range(len(core) - size + 1))
    return "partial" if any(piece in folded_output for piece in pieces) else None


def _within(pattern: str, text: str, edits: int) -> bool:
    """Say whether a part of ``text`` lies within ``edits`` insertions, deletions and changes of ``pattern``.

    One of edits + 1 pieces of the pattern must be there unchanged: only around those is the distance
    computed."""
    cuts = [len(pattern) * part // (edits + 1) for part in range(edits + 2)]
    windows = []
    for low, high in pairwise(cuts):
        at = text.find(pattern[low:high])
        while at >= 0:
            windows.append((max(0, at - low - edits), at + len(pattern) - low + edits))
            at = text.find(pattern[low:high], at + 1)
    done = 0
    for start, end in sorted(windows):
        # What the window before covered needs no second look but for a match that straddles its end.
        start = max(start, done - len(pattern) - edits)
        if end > done and edit_distance(pattern, text[start:end]) <= edits:
            return True
        done = max(done, end)
    return False


def edit_distance(pattern: str, text: str) -> int:
    """Return the least edit distance of ``pattern`` to any part of ``text``: Myers' bit vectors (1999)."""
    full, last = (1 << len(pattern)) - 1, 1 << (len(pattern) - 1)
    at: dict[str, int] = {}
    for place, sign in enumerate(pattern):
        at[sign] = at.get(sign, 0) | 1 << place
    up, down, score = full, 0, len(pattern)
    best = score
    for sign in text:
        same = at.get(sign, 0)
        vertical = same | down
        horizontal = (((same & up) + up) ^ up) | same
        rises = (down | ~(horizontal | up)) & full
        falls = up & horizontal
        if rises & last:
            score += 1
        elif falls & last:
            score -= 1
            best = min(best, score)
        rises, falls = rises << 1, falls << 1
        up = (falls | ~(vertical | rises)) & full
        down = rises & vertical
    return best


def found(
    looked_for: Sequence[Canary], outputs: Iterable[str], progress: Progress | None = None
) -> list[Level | None]:
    """Return for each canary the plainest level at which any of the outputs holds it."""
    texts = list(outputs)
    # One text to search, whose parts no canary spans: a private sign stands between them.
    whole = "\ue000".join(texts)
    whole_folded = "\ue000".join(folded(text) for text in texts)
    levels: list[Level | None] = []
    for at, canary in enumerate(looked_for):
        if progress is not None and at % 20 == 0:
            progress("searching the outputs", at, len(looked_for))
        levels.append(level_of(canary, whole, whole_folded))
    if progress is not None:
        progress("searching the outputs", len(looked_for), len(looked_for))
    return levels


def yielded(
    planted: Sequence[Canary],
    outputs: Iterable[str],
    *,
    seed: int,
    at_least: Level = "partial",
    level: float = 0.95,
    progress: Progress | None = None,
) -> Measured:
    """Measure the share of ``planted`` canaries that the ``outputs`` of a pipeline hold.

    ``at_least``: the faintest level that counts. Interval of Clopper and Pearson, one-sided where none is
    found. ``baseline``: the share found of as many decoys, drawn from ``seed`` alike and never planted. The
    sabotage is the pipeline that changes nothing: all must be found, or the result is void.

    Raises:
        Refused: nothing planted, a level that is not one.
    """
    check_level(level)
    if not planted:
        raise Refused("no canary was planted; draw some with canaries(n, seed)")
    if at_least not in LEVELS:
        raise Refused(f"level '{at_least}': give one of {', '.join(LEVELS)}")
    texts = list(outputs)
    measured = _measure(planted, texts, seed, at_least, level, progress)
    sabotage = _measure(planted, [canary.text for canary in planted], seed, at_least, level, progress)
    return measured.judged_by(sabotage, sabotage.value == 1 and sabotage.interval.low > sabotage.baseline)


def _measure(
    planted: Sequence[Canary],
    texts: list[str],
    seed: int,
    at_least: Level,
    level: float,
    progress: Progress | None,
) -> Measured:
    counted = LEVELS[: LEVELS.index(at_least) + 1]
    levels = found(planted, texts, progress)
    hits = sum(one in counted for one in levels)
    chance = found(_decoys(planted, seed), texts, progress)
    by_kind = {
        kind: {
            "planted": sum(canary.kind == kind for canary in planted),
            "found": sum(c.kind == kind and one in counted for c, one in zip(planted, levels, strict=True)),
        }
        for kind in sorted({canary.kind for canary in planted})
    }
    return Measured(
        hits / len(planted),
        clopper_pearson(hits, len(planted), level),
        len(planted),
        METHOD,
        sum(one in counted for one in chance) / len(chance),
        seed,
        f"search, {at_least} hits count",
        details={
            "successes": hits,
            "levels": dict(Counter(one or "none" for one in levels)),
            "kinds": by_kind,
        },
    )


def _decoys(planted: Sequence[Canary], seed: int) -> list[Canary]:
    """Draw as many canaries as were planted, of the same kinds, none of them planted."""
    kinds = sorted({canary.kind for canary in planted}, key=KINDS.index)
    there = {folded(canary.value) for canary in planted}
    # Another stream than the one that planted, whatever its seed.
    drawn = canaries(2 * len(planted), -1 - abs(seed) - 2**32, kinds)
    return [canary for canary in drawn if folded(canary.value) not in there][: len(planted)]


def run_pipeline(
    planted: Sequence[Canary], pipeline: Callable[[str], str], progress: Progress | None = None
) -> list[str]:
    """Return what ``pipeline`` makes of each planted text."""
    outputs = []
    for at, canary in enumerate(planted):
        if progress is not None and at % 20 == 0:
            progress("running the pipeline", at, len(planted))
        outputs.append(pipeline(canary.text))
    if progress is not None:
        progress("running the pipeline", len(planted), len(planted))
    return outputs


def run_command(
    planted: Sequence[Canary], command: Sequence[str], timeout: float = 600, pass_on: Sequence[str] = ()
) -> list[str]:
    """Return the lines that ``command`` prints, given the planted texts on its input, one a line.

    Of the environment it is given what any command needs (:data:`PASSED_ON`) and the variables named in
    ``pass_on``, never one of ours, which may hold keys.

    Raises: Refused: the command is not there, fails, prints other than UTF-8, takes longer than ``timeout``
    seconds, or is to be passed one of our variables."""
    for name in pass_on:
        if name.upper().startswith(_OURS):
            raise Refused(f"{name[:60]}: variables {_OURS}... may hold keys and are passed to no pipeline")
        if name not in os.environ:
            raise Refused(f"{name[:60]}: there is no such variable in the environment; set it, or drop it")
    given = {
        name: value
        for name, value in os.environ.items()
        if name in PASSED_ON or name.startswith("LC_") or name in pass_on
    }
    texts = "\n".join(canary.text for canary in planted) + "\n"
    try:
        done = subprocess.run(
            list(command),
            input=texts.encode(),
            stdout=subprocess.PIPE,
            timeout=timeout,
            check=False,
            env=given,
        )
    except OSError as error:
        raise Refused(f"the command does not start ({error.strerror}); check its name") from error
    except subprocess.TimeoutExpired as error:
        raise Refused(f"the command took longer than {timeout:g} s; plant fewer canaries") from error
    if done.returncode:
        raise Refused(f"the command failed with code {done.returncode}; run it by hand on one line")
    try:
        return done.stdout.decode().splitlines()
    except UnicodeDecodeError as error:
        raise Refused("the command prints something else than UTF-8; make it print UTF-8") from error
