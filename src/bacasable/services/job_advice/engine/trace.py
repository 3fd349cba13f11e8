"""What an opinion rests on, as data: everything that is said of it is rendered from here, and only from here.

A suggestion's ``score`` is the sum of its factors' contributions, exactly: take a factor away and the score
moves by what it says. Each factor names the fields of the profile that it read and the row of the referential
that it read it with.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

Kind = Literal["occupation", "skill", "soft_skill", "training", "event"]
Obstacle = Literal["project", "skills", "market", "search", "constraints"]
KINDS: tuple[Kind, ...] = ("occupation", "skill", "soft_skill", "training", "event")
#: The most suggestions that are shown at once.
MOST = 5


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the referential: table, key within it, the source's version and the date of its data."""

    table: str
    key: str
    version: str
    date: str


@dataclass(frozen=True, slots=True)
class Factor:
    """One reason, for (contribution above zero) or against (below), or missing (zero, and why).

    ``value`` (0 to 1) is what was measured, ``weight`` what a unit of it counts (from the weights' file),
    ``contribution`` what it adds to the score. ``facts`` are the values that a sentence may say (numbers,
    labels, codes), by name. ``missing`` says that the data to judge it are not there: not in the profile
    (``fields``) or not in the referential.
    """

    name: str
    value: float
    weight: float
    contribution: float
    fields: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    facts: Mapping[str, str | int | float] = field(default_factory=dict)
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One item: what is proposed, its rank, its score (the sum of its factors' contributions) and why."""

    kind: Kind
    key: str
    label: str
    rank: int
    score: float
    factors: tuple[Factor, ...]
    towards: str | None = None

    def __post_init__(self) -> None:
        """Refuse a score that is not what its factors add up to.

        Raises:
            ValueError: it is not.
        """
        if abs(self.score - sum(one.contribution for one in self.factors)) > 1e-9:
            raise ValueError(f"{self.kind} {self.key}: the score is not the sum of its factors")


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sign that something is an obstacle: the rule that found it, what it read, how much it counts."""

    rule: str
    strength: float
    fields: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    facts: Mapping[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The main obstacle, with its evidence, what speaks for others, and what is missing to be sure.

    ``obstacle`` is None where nothing points to one. ``sure`` (0 to 1) is the share of the evidence that
    points to it; ``missing`` are fields of the profile that would tell.
    """

    obstacle: Obstacle | None
    sure: float
    evidence: Mapping[Obstacle, tuple[Evidence, ...]] = field(default_factory=dict)
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a path: what to do, by when (weeks from today), and the suggestion that it comes from."""

    order: int
    kind: Kind
    key: str
    label: str
    starts_week: int
    weeks: int
    because: str


@dataclass(frozen=True, slots=True)
class Advice:
    """An opinion: a diagnosis, at most five suggestions, a path, and what all of it was worked out with.

    ``sources`` are (name, version, date) of the tables read; ``weights`` the digest of the weights' file;
    ``notes`` codes of what limits it (an unknown territory, an older archive, a synthetic referential), with
    their values.

    Raises:
        ValueError: more than five suggestions.
    """

    diagnosis: Diagnosis
    suggestions: tuple[Suggestion, ...]
    path: tuple[Step, ...]
    sources: tuple[tuple[str, str, str], ...]
    weights: str
    is_synthetic: bool
    notes: tuple[tuple[str, Mapping[str, Any]], ...] = ()

    def __post_init__(self) -> None:
        """Refuse to bury a person under suggestions."""
        if len(self.suggestions) > MOST:
            raise ValueError(f"{len(self.suggestions)} suggestions: {MOST} at most are shown at once")

    def as_json(self) -> dict[str, Any]:
        """Return the opinion as values of JSON, whole: ``from_json`` gives an equal one back."""
        return {
            "diagnosis": {
                "obstacle": self.diagnosis.obstacle,
                "sure": self.diagnosis.sure,
                "evidence": {
                    obstacle: [_plain(one) for one in found]
                    for obstacle, found in self.diagnosis.evidence.items()
                },
                "missing": list(self.diagnosis.missing),
            },
            "suggestions": [
                {**_plain(one), "factors": [_plain(factor) for factor in one.factors]}
                for one in self.suggestions
            ],
            "path": [_plain(step) for step in self.path],
            "sources": [list(source) for source in self.sources],
            "weights": self.weights,
            "is_synthetic": self.is_synthetic,
            "notes": [[code, dict(values)] for code, values in self.notes],
        }

    @classmethod
    def from_json(cls, read: Mapping[str, Any]) -> "Advice":
        """Return the opinion that ``as_json`` wrote.

        Raises:
            KeyError, TypeError, ValueError: it is not one.
        """
        told = read["diagnosis"]
        return cls(
            diagnosis=Diagnosis(
                told["obstacle"],
                told["sure"],
                {
                    obstacle: tuple(_read(Evidence, one) for one in found)
                    for obstacle, found in told["evidence"].items()
                },
                tuple(told["missing"]),
            ),
            suggestions=tuple(
                Suggestion(**{**one, "factors": tuple(_read(Factor, factor) for factor in one["factors"])})
                for one in read["suggestions"]
            ),
            path=tuple(Step(**one) for one in read["path"]),
            sources=tuple((name, version, date) for name, version, date in read["sources"]),
            weights=read["weights"],
            is_synthetic=read["is_synthetic"],
            notes=tuple((code, values) for code, values in read["notes"]),
        )


def _plain(part: Any) -> dict[str, Any]:
    """Return a part of a trace as values of JSON."""
    made = {one.name: getattr(part, one.name) for one in fields(part)}
    if "facts" in made:
        made["facts"] = dict(made["facts"])
        made["fields"] = list(made["fields"])
        made["rows"] = [_plain(row) for row in made["rows"]]
    return made


def _read(kind: Any, told: Mapping[str, Any]) -> Any:
    """Return the factor or sign that ``_plain`` wrote."""
    rows = tuple(Row(**row) for row in told["rows"])
    return kind(**{**told, "fields": tuple(told["fields"]), "rows": rows})
