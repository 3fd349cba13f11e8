"""When to say "je ne sais pas": how near the best passage must be, calibrated on the corpus itself.

One score, the cosine of the question with the best passage: adding how far it stands above the next sheets,
the share of the question's words that it has and whether words and meaning agree gave no better separation
(``benchmarks/assistant_abstention.py`` prints the curve). Two thresholds on it:

- below ``topic``, the question is outside of what the sheets cover. It is set where 19 in 20 of questions on
  other matters fall below (those shipped here, and any that are given).
- below ``sure``, sheets on this matter exist and none is near enough. It is set on the titles of the corpus,
  each asked while its own sheet and its twins are left out: a share ``missed`` of those stays above.

What separates a question that has its sheet from one whose sheet is missing is little: at a threshold that
answers 90 % of the former, most of the latter are answered too. That is why every sentence shows its source.
"""

import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from bacasable.privacy.messages import N_, Refused
from bacasable.services.assistant.engine.sheets import Hit, Sheet

#: Two titles whose best passages are this near say the same: neither can stand for a missing sheet.
TWIN = 0.97
#: Titles asked for a calibration: enough for a quantile, quick on a large corpus.
_TITLES = 300
_SAMPLE_LEAST = 20


@dataclass(frozen=True)
class Verdict:
    """``why`` is "" (answer), "no_source", "off_topic" or "unsure"; ``confidence`` goes from 0 to 1."""

    why: str
    confidence: float

    @property
    def abstains(self) -> bool:
        return bool(self.why)


@dataclass(frozen=True)
class Abstention:
    """Thresholds on the score, and how it reads as a confidence.

    The defaults are those of service-public.fr with the shipped embedder; another corpus or embedder wants
    :func:`calibrated`. Without vectors (lexical search alone) only an empty result abstains.
    """

    topic: float = 0.84
    sure: float = 0.86
    spread: float = 0.02

    def judge(self, question: str, hits: Sequence[Hit]) -> Verdict:
        """Say whether ``hits``, best first, answer ``question``."""
        if not hits:
            return Verdict("no_source", 0.0)
        best = score(hits)
        if best is None:
            return Verdict("", 0.5)
        confidence = 1 / (1 + math.exp(-(best - self.sure) / self.spread))
        if best < self.topic:
            return Verdict("off_topic", confidence)
        return Verdict("unsure" if best < self.sure else "", confidence)


def score(hits: Iterable[Hit]) -> float | None:
    """Return what thresholds are on: the cosine of the nearest passage, None without vectors."""
    return max((hit.similarity for hit in hits if hit.similarity is not None), default=None)


def calibrated(
    ask: Callable[[str], Sequence[Hit]],
    sheets: Sequence[Sheet],
    *,
    missed: float = 0.75,
    elsewhere: Sequence[str] = (),
    off_topic: float = 0.05,
) -> Abstention:
    """Return the thresholds for a corpus.

    Args:
        ask: searches the index (20 passages or more). sheets: the corpus, or a sample of it. missed: share of
            questions whose sheet is missing that may be answered all the same. elsewhere: questions on other
            matters, beside those that are shipped. off_topic: share of those that may pass for a question on
            this matter.

    Raises:
        Refused: too few sheets for a quantile.
    """
    if len(sheets) < _SAMPLE_LEAST:
        raise Refused(
            N_("calibration wants {least} sheets at least, here are {count}: keep the default thresholds"),
            least=_SAMPLE_LEAST,
            count=len(sheets),
        )
    step = max(1, len(sheets) // _TITLES)
    absent = [
        found
        for sheet in sheets[::step]
        if (found := score(_without(sheet, ask(sheet.title)))) is not None and found < TWIN
    ]
    others = [found for question in (*shipped(), *elsewhere) if (found := score(ask(question))) is not None]
    if not absent or not others:
        return Abstention()
    topic = _quantile(others, 1 - off_topic)
    sure = max(topic, _quantile(absent, 1 - missed))
    middle = sorted(absent)
    spread = max(0.005, (middle[(3 * len(middle)) // 4] - middle[len(middle) // 4]) / 2)
    return Abstention(topic=topic, sure=sure, spread=spread)


@cache
def shipped() -> tuple[str, ...]:
    """Return questions that no sheet of an administration answers."""
    return tuple(json.loads(files(__package__).joinpath("off_topic.json").read_text(encoding="utf-8")))


def _without(sheet: Sheet, hits: Sequence[Hit]) -> list[Hit]:
    """Return the hits of other sheets than ``sheet``, and than those of the same title."""
    return [
        hit
        for hit in hits
        if (hit.sheet.collection, hit.sheet.id) != (sheet.collection, sheet.id)
        and hit.sheet.title.casefold() != sheet.title.casefold()
    ]


def _quantile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)))]
