"""The title of a certification to the groups of occupations that it leads to."""

from dataclasses import replace
from typing import Self

from .linear import Settings
from .titles import Coded, TitleCoder
from .wordings import Wordings

#: Here certifications are the model and titles of jobs the help.
TITLE, SETTINGS = 0.3, Settings(rounds=5, step=8.0)


class CertificationCoder:
    """Ranks groups of occupations for titles of certifications; learnt from declared ones."""

    def __init__(self, coder: TitleCoder) -> None:
        self._coder = coder

    @classmethod
    def train(cls, wordings: Wordings, *, seed: int = 0) -> Self:
        """Learn from ``wordings.certifications``, and from titles of jobs at a lower weight."""
        learnt = []
        for title in Wordings(wordings.titles, wordings.labels, (), wordings.certifications).titled():
            weight = TITLE if title.code is not None else 1.0
            learnt.append(replace(title, weight=weight))
        return cls(TitleCoder.train(learnt, settings=SETTINGS, seed=seed, calibrate=False))

    def code(self, titles: list[str], k: int = 5) -> Coded:
        """Return the ``k`` groups that each certification most likely leads to, best first."""
        return self._coder.code_groups(titles, k)
