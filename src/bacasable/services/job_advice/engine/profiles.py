"""What the scorer may see of a person: what they have done, can do, want and cannot do. Nothing else.

A :class:`Profile` has no field for a name, sex, age, origin, address, health or family, and no free text: the
scorer cannot use what its input cannot hold. Limits are functional ("no heavy loads"), chosen by the person
from a list; a diagnosis has no place to be written.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

#: What a person may say they cannot or will not do at work; the engine matches them to contexts of work.
Limit = Literal[
    "no_heavy_loads",
    "no_long_standing",
    "no_repeated_gestures",
    "no_height",
    "no_noise",
    "no_outdoor_work",
    "no_screen_work",
    "no_driving",
    "no_chemicals",
    "no_crowd",
]
#: Hours that a person does not work.
Hours = Literal["night", "weekend", "evening", "shifts", "split_days", "on_call"]
#: What a person found hard, in their own view: an answer to a question of the interview, never inferred.
Difficulty = Literal[
    "no_clear_project",
    "several_projects",
    "few_applications",
    "no_answers",
    "no_interviews",
    "interviews_without_offer",
    "no_transport",
    "no_childcare",
    "no_computer",
    "few_offers",
]
#: Levels of diplomas in the French framework: 3 (CAP) to 8 (doctorate).
LOWEST_LEVEL, HIGHEST_LEVEL = 3, 8
_DEPARTMENT = re.compile(r"(0[1-9]|1\d|2[1-9AB]|[3-8]\d|9[0-5]|97[1-46])")


@dataclass(frozen=True, slots=True)
class Held:
    """A job held: its occupation (code of the referential), for how long, and how long ago it ended."""

    occupation: str
    months: int = 0
    ended_months_ago: int = 0


@dataclass(frozen=True, slots=True)
class Diploma:
    """A diploma: its level (3 to 8) and its certification in the referential; None where not known."""

    level: int | None = None
    certification: str | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """One person, as the scorer sees them.

    ``targets`` are occupations that the person wants, best first. ``skills`` are numbers of skills and
    knowledge of the referential. ``department`` is where they look for work (INSEE code), ``mobility_km`` how
    far they go from home, None where not said. ``weekly_hours`` is the most they want to work or
    train. ``months_searching`` counts since when they look.

    Raises:
        ValueError: a value that no profile can have, naming the field and the remedy.
    """

    targets: tuple[str, ...] = ()
    held: tuple[Held, ...] = ()
    skills: frozenset[int] = frozenset()
    diplomas: tuple[Diploma, ...] = ()
    interests: tuple[str, ...] = ()
    department: str | None = None
    mobility_km: int | None = None
    moves_house: bool | None = None
    licence_b: bool | None = None
    weekly_hours: int | None = None
    refused_hours: frozenset[Hours] = frozenset()
    limits: frozenset[Limit] = frozenset()
    difficulties: frozenset[Difficulty] = frozenset()
    training_months: int | None = None
    months_searching: int | None = None
    applications_a_month: int | None = None
    interviews: int | None = None

    def __post_init__(self) -> None:
        """Refuse what no profile can hold."""
        for name, kind in (("refused_hours", Hours), ("limits", Limit), ("difficulties", Difficulty)):
            unknown = set(getattr(self, name)) - set(get_args(kind))
            if unknown:
                raise ValueError(f"{name}: {sorted(unknown)[0]!r} is not one of {', '.join(get_args(kind))}")
        if self.department is not None and not _DEPARTMENT.fullmatch(self.department):
            raise ValueError(
                "department: give the INSEE code of a department: 01 to 95, 2A, 2B, 971 to 974 or 976"
            )
        for name, least, most in (
            ("mobility_km", 0, 1000),
            ("weekly_hours", 1, 60),
            ("training_months", 0, 60),
            ("months_searching", 0, 600),
            ("applications_a_month", 0, 1000),
            ("interviews", 0, 1000),
        ):
            value = getattr(self, name)
            if value is not None and not least <= value <= most:
                raise ValueError(f"{name}: {value} is not between {least} and {most}")
        for job in self.held:
            if not (0 <= job.months <= 720 and 0 <= job.ended_months_ago <= 720):
                raise ValueError("held: months are between 0 and 720")
        for diploma in self.diplomas:
            if diploma.level is not None and not LOWEST_LEVEL <= diploma.level <= HIGHEST_LEVEL:
                raise ValueError(f"diplomas: level {diploma.level} is not between 3 and 8")

    def is_empty(self) -> bool:
        """Return whether nothing is said from which an occupation could be proposed."""
        return not (self.targets or self.held or self.skills or self.diplomas or self.interests)

    def told(self) -> frozenset[str]:
        """Return the fields in which something was said; a diploma of which nothing is known says nothing."""
        said = {one.name for one in fields(self) if getattr(self, one.name) not in (None, (), frozenset())}
        if all(one == Diploma() for one in self.diplomas):
            said.discard("diplomas")
        return frozenset(said)

    def as_json(self) -> dict[str, Any]:
        """Return the profile as values of JSON: sets sorted, so that equal profiles read alike."""
        made = {}
        for one in fields(self):
            value = getattr(self, one.name)
            if isinstance(value, frozenset):
                value = sorted(value)
            elif one.name in ("held", "diplomas"):
                value = [asdict(item) for item in value]
            elif isinstance(value, tuple):
                value = list(value)
            made[one.name] = value
        return made

    @classmethod
    def from_json(cls, read: Mapping[str, Any]) -> "Profile":
        """Return the profile that ``as_json`` wrote.

        Raises:
            ValueError: a field that a profile does not have, or a value that none can have.
        """
        known = {one.name for one in fields(cls)}
        unknown = set(read) - known
        if unknown:
            raise ValueError(
                f"{sorted(unknown)[0]!r} is no field of a profile: one of {', '.join(sorted(known))}"
            )
        values = dict(read)
        for name, (kind, shape) in _LISTS.items():
            if name in values:
                values[name] = shape(_listed(name, values[name], kind))
        for name, kind in _SINGLE.items():
            if values.get(name) is not None and type(values[name]) is not kind:
                raise ValueError(f"{name}: {_shown(values[name])} is no {_CALLED[kind]}")
        for name, made in (("held", Held), ("diplomas", Diploma)):
            if name in values:
                values[name] = tuple(_row(name, one, made) for one in _listed(name, values[name], dict))
        return cls(**values)


#: Fields of a profile that a person can act on, and a counterfactual may change.
ACTIONABLE = (
    "skills",
    "mobility_km",
    "moves_house",
    "licence_b",
    "weekly_hours",
    "refused_hours",
    "training_months",
)

#: What JSON holds in each field: the kind of each value of a list and what the list becomes; single values.
_LISTS: dict[str, tuple[type, type]] = {
    "skills": (int, frozenset),
    "refused_hours": (str, frozenset),
    "limits": (str, frozenset),
    "difficulties": (str, frozenset),
    "targets": (str, tuple),
    "interests": (str, tuple),
}
_SINGLE: dict[str, type] = {
    "department": str,
    "mobility_km": int,
    "moves_house": bool,
    "licence_b": bool,
    "weekly_hours": int,
    "training_months": int,
    "months_searching": int,
    "applications_a_month": int,
    "interviews": int,
}
_ROWS: dict[type, dict[str, type]] = {
    Held: {"occupation": str, "months": int, "ended_months_ago": int},
    Diploma: {"level": int, "certification": str},
}
_CALLED = {int: "whole number", str: "text", bool: "true or false", dict: "object"}


def _listed(name: str, value: Any, kind: type) -> list[Any]:
    """Return a list of JSON, each of its values of a kind.

    Raises:
        ValueError: it is none.
    """
    if not isinstance(value, (list, tuple)):
        raise ValueError(f"{name}: {_shown(value)} is no list: write [...]")
    wrong = [one for one in value if type(one) is not kind]
    if wrong:
        raise ValueError(f"{name}: {_shown(wrong[0])} is no {_CALLED[kind]}")
    return list(value)


def _row(name: str, read: Mapping[str, Any], made: Any) -> Any:
    """Return a job held or a diploma.

    Raises:
        ValueError: a field that it does not have, or of another kind; a job without its occupation.
    """
    kinds = _ROWS[made]
    for field, value in read.items():
        if field not in kinds:
            raise ValueError(f"{name}: {field!r} is none of {', '.join(kinds)}")
        if type(value) is not kinds[field] and not (value is None and made is Diploma):
            raise ValueError(f"{name}: {field}: {_shown(value)} is no {_CALLED[kinds[field]]}")
    if made is Held and "occupation" not in read:
        raise ValueError(f"{name}: a job needs its occupation, a code of the tables")
    return made(**read)


def _shown(value: Any) -> str:
    """Return the kind of what was given, and not the value: an error must not tell what somebody wrote."""
    return {dict: "an object", list: "a list", str: "a text", bool: "true or false"}.get(
        type(value), "nothing" if value is None else "a number"
    )
