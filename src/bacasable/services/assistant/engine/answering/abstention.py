"""When to say "je ne sais pas": how well the best sheet is found, calibrated on the corpus itself.

One number decides, the score of the best sheet: its words and its meaning in spreads of the corpus, so that
scores of two questions compare (see :mod:`..retrieval.ranking`). How far it stands above the next sheets, the
plain cosine, the length of the question and a logistic of all were no better on questions whose sheet had
been taken away (``benchmarks/assistant_abstention.py`` prints the curve). Two thresholds on it:

- below ``topic``, the question is outside of what the sheets cover. It is set where 19 in 20 of questions on
  other matters fall below (those shipped here, and any that are given).
- below ``sure``, sheets on this matter exist and none is near enough. It is set on the titles of the corpus,
  each asked while its own sheet and its twins are left out: a share ``missed`` of those stays above.

What separates a question that has its sheet from one whose sheet is missing is little: at a threshold that
answers 90 % of the former, about half of the latter are answered too, from a sheet on a matter close by. That
is why every sentence shows its source.
"""

import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from bacasable.privacy.messages import N_, Refused
from bacasable.services.assistant.engine.retrieval.index import Index
from bacasable.services.assistant.engine.sheets import Access, Hit, Sheet

#: A sheet whose title is this near to another's says the same: it cannot stand for a sheet that is missing.
TWIN = 0.97
#: Share of titles whose sheet is missing that may be answered: that answers 90 % of real questions on the
#: CNIL's sheets.
MISSED = 0.76
#: Titles asked for a calibration: enough for a quantile, quick on a large corpus.
_TITLES = 100
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
    """Thresholds, and how what they are on reads as a confidence.

    ``on`` says what is compared: the ``score``, once :func:`calibrated` on a corpus, or the plain ``cosine``
    where there are too few sheets for that: spreads of a handful of sheets mean nothing. The defaults are for
    the cosine of the shipped embedder. Without vectors (search by words alone) only an empty result abstains.
    """

    topic: float = 0.84
    sure: float = 0.88
    spread: float = 0.02
    on: str = "cosine"

    def judge(self, question: str, hits: Sequence[Hit]) -> Verdict:
        """Say whether ``hits``, best first, answer ``question``."""
        if not hits:
            return Verdict("no_source", 0.0)
        best = score(hits) if self.on == "score" else cosine(hits)
        if best is None:
            return Verdict("", 0.5)
        confidence = 1 / (1 + math.exp(-(best - self.sure) / self.spread))
        if best < self.topic:
            return Verdict("off_topic", confidence)
        return Verdict("unsure" if best < self.sure else "", confidence)

    def write(self, path: Path) -> None:
        """Keep the thresholds, in place of those that were there."""
        path.write_text(json.dumps(asdict(self)) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> "Abstention":
        """Return the thresholds kept, the defaults where there are none.

        Raises:
            Refused: the file is damaged.
        """
        if not path.exists():
            return cls()
        try:
            said = json.loads(path.read_text(encoding="utf-8"))
            return cls(float(said["topic"]), float(said["sure"]), float(said["spread"]), str(said["on"]))
        except (ValueError, KeyError, TypeError):
            raise Refused(N_("{file} is damaged: calibrate again"), file=path.name) from None


def score(hits: Iterable[Hit]) -> float | None:
    """Return what thresholds are on: the best score found by meaning too, None without vectors."""
    return max((hit.score for hit in hits if hit.similarity is not None), default=None)


def cosine(hits: Iterable[Hit]) -> float | None:
    """Return the best cosine, None without vectors."""
    return max((hit.similarity for hit in hits if hit.similarity is not None), default=None)


def of_index(index: Index, *, missed: float = MISSED) -> Abstention:
    """Return the thresholds for all that an index holds, whoever reads it: some 160 searches."""
    everyone = Access(frozenset(group for one in index.collections() for group in one.readers))
    named = [(one.name, id) for one in index.collections() for id in index.ids(one.name, everyone)]
    step = max(1, len(named) // _TITLES)
    sheets = [index.sheet(*name, everyone) for name in named[::step]]
    return calibrated(
        lambda question: index.search(question, access=everyone, limit=20),
        [sheet for sheet in sheets if sheet is not None],
        missed=missed,
    )


def calibrated(
    ask: Callable[[str], Sequence[Hit]],
    sheets: Sequence[Sheet],
    *,
    missed: float = MISSED,
    elsewhere: Sequence[str] = (),
    off_topic: float = 0.05,
) -> Abstention:
    """Return the thresholds for a corpus.

    Args:
        ask: searches the index (20 passages or more). sheets: the corpus, or a sample of it. missed: share of
            titles whose sheet is missing that may be answered all the same. elsewhere: questions on other
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
        found for sheet in sheets[::step] if (found := score(_without(sheet, ask(sheet.title)))) is not None
    ]
    others = [found for question in (*shipped(), *elsewhere) if (found := score(ask(question))) is not None]
    if not absent or not others:
        return Abstention()
    sure = _quantile(absent, 1 - missed)
    # a broad corpus answers questions that are off topic elsewhere: they must not silence it
    topic = min(_quantile(others, 1 - off_topic), sure)
    middle = sorted(absent)
    spread = max(0.5, (middle[(3 * len(middle)) // 4] - middle[len(middle) // 4]) / 2)
    return Abstention(topic=topic, sure=sure, spread=spread, on="score")


@cache
def shipped() -> tuple[str, ...]:
    """Return questions that no sheet of an administration answers."""
    return tuple(json.loads(files(__package__).joinpath("off_topic.json").read_text(encoding="utf-8")))


def _without(sheet: Sheet, hits: Sequence[Hit]) -> list[Hit]:
    """Return the hits of ``sheet``'s title that are neither of it nor of a twin."""
    return [
        hit
        for hit in hits
        if (hit.sheet.collection, hit.sheet.id) != (sheet.collection, sheet.id)
        and (hit.similarity is None or hit.similarity < TWIN)
    ]


def _quantile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)))]
