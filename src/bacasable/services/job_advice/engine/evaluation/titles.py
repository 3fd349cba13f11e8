"""Titles to occupations: learn from an older ROME, be tested on what a newer one adds."""

import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bacasable.services.job_advice.engine.coding.neutral import key_of
from bacasable.services.job_advice.engine.coding.titles import TitleCoder
from bacasable.services.job_advice.engine.referential import forms

from .archives import Archives
from .resampling import mean_with_interval
from .splits import half

#: How many titles the speed is measured on.
TIMED = 20_000
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def with_a_slip(title: str, dice: random.Random) -> str:
    """Return ``title`` with one slip of the keyboard: a letter left out, added, changed, or two swapped."""
    at = dice.randrange(len(title))
    letter = dice.choice(_LETTERS)
    return [
        title[:at] + title[at + 1 :],
        title[:at] + letter + title[at:],
        title[:at] + letter + title[at + 1 :],
        title[:at] + title[at + 1 : at + 2] + title[at] + title[at + 2 :],
    ][dice.randrange(4)]


def evaluate(data: Path, seed: int = 0) -> dict[str, Any]:
    """Return ``top1`` and ``top5`` on the added titles, what gender and slips change, and the speed.

    All on groups: the codes of the older version. ``unseen`` is the half that no design was tuned on.
    ``elsewhere`` counts tested titles whose very wording another source (ESCO, a certification) had: they are
    in the figures; ``top1_not_elsewhere`` leaves them out.
    """
    archives = Archives.of(data)
    before, added = archives.titles_before(), archives.titles_added()
    learnt = archives.wordings(before).titled()
    coder = TitleCoder.train(learnt, seed=seed)
    others = {key_of(title.text) for title in learnt}
    rows = [row for row in added.iter_rows() if row[2] in coder.groups]
    right = [code for _, _, code in rows]
    both = [forms(text) for _, text, _ in rows]
    dice = random.Random(seed)  # noqa: S311 (slips that can be drawn again)
    typed = {
        "masculine": [one for one, _ in both],
        "feminine": [other for _, other in both],
        "slip": [with_a_slip(one, dice) for one, _ in both],
    }
    coded = {name: coder.code_groups(titles) for name, titles in typed.items()}
    first = {name: _hits(one.codes, right, 1) for name, one in coded.items()}
    five = {name: _hits(one.codes, right, 5) for name, one in coded.items()}
    pairs = zip(coded["masculine"].codes, coded["feminine"].codes, strict=True)
    differs = np.array([one[:1] != other[:1] for one, other in pairs])
    two_forms = np.array([one != other for one, other in both])
    unseen = np.array([half(f"title:{ogr}") == "unseen" for ogr, _, _ in rows])
    elsewhere = np.array([key_of(text) in others for _, text, _ in rows])
    sure = coded["masculine"].scores[:, 0]
    order = np.argsort(-sure)
    hit = first["masculine"]
    return {
        "task": "titles",
        "top1": round(float(hit.mean()), 4),
        "top5": round(float(five["masculine"].mean()), 4),
        "gender_disagreement": round(float(differs[two_forms].mean()), 4) if two_forms.any() else 0.0,
        "typo_cost_top1": round(float(hit.mean() - first["slip"].mean()), 4),
        "typo_cost_top5": round(float(five["masculine"].mean() - five["slip"].mean()), 4),
        "titles_per_second": round(titles_per_second(coder, typed["masculine"])),
        "intervals": {
            "top1": mean_with_interval(hit, seed),
            "top5": mean_with_interval(five["masculine"], seed),
            "gender_disagreement": mean_with_interval(differs[two_forms], seed),
            "typo_top1": mean_with_interval(first["slip"], seed),
            "typo_top5": mean_with_interval(five["slip"], seed),
        },
        "unseen": {
            "top1": mean_with_interval(hit[unseen], seed),
            "top5": mean_with_interval(five["masculine"][unseen], seed),
        },
        "seen": {
            "top1": mean_with_interval(hit[~unseen], seed),
            "top5": mean_with_interval(five["masculine"][~unseen], seed),
        },
        "elsewhere": int(elsewhere.sum()),
        "top1_not_elsewhere": mean_with_interval(hit[~elsewhere], seed),
        "top5_not_elsewhere": mean_with_interval(five["masculine"][~elsewhere], seed),
        "top1_at_coverage": {
            str(share): round(float(hit[order[: max(1, int(share * len(order)))]].mean()), 4)
            for share in (0.2, 0.4, 0.6, 0.8)
        },
        "calibration_error": round(calibration_error(sure, hit), 4),
        "abstains": round(float(coded["masculine"].abstains.mean()), 4),
        "learnt_from": coder.sources,
        "groups": len(coder.groups),
        "seed": seed,
        "notes": archives.notes,
    }


def _hits(found: Sequence[Sequence[str]], right: Sequence[str], most: int) -> NDArray[np.bool_]:
    return np.array([code in codes[:most] for codes, code in zip(found, right, strict=True)], bool)


def titles_per_second(coder: TitleCoder, titles: list[str]) -> float:
    """Return how many titles a second of one core's time are coded, five candidates each."""
    many = [titles[at % len(titles)] for at in range(TIMED)]
    coder.code_groups(many[:100])  # compiled before the clock starts
    start = time.process_time()
    coder.code_groups(many)
    return len(many) / (time.process_time() - start)


def calibration_error(said: NDArray[Any], right: NDArray[Any]) -> float:
    """Return how far, on average over ten bands of certainty, what is said is from what is right."""
    band = np.minimum((said * 10).astype(int), 9)
    return float(
        sum(
            abs(said[band == one].mean() - right[band == one].mean()) * (band == one).mean()
            for one in set(band.tolist())
        )
    )
