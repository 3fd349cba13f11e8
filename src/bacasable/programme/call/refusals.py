"""What a call refuses, said so that people can mend it; no Django here."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Problem:
    """What is wrong, where, and the remedy: ``message`` and ``remedy`` are message ids for ``values``."""

    place: str
    message: str
    remedy: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.place}: {self.message % self.values}; {self.remedy % self.values}"


class Refused(ValueError):
    """An act on a call that its rules refuse, with one problem or several."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems
