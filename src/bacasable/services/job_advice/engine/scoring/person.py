"""A profile as the scorer reads it: places in the tables, what is taken to be known, what is not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bacasable.services.job_advice.engine.profiles import Profile

if TYPE_CHECKING:
    from bacasable.services.job_advice.engine.scoring.scorer import Scorer

RIASEC = frozenset("RIASEC")
_MONTHS_LEAST = 0.3


@dataclass(frozen=True)
class Start:
    """An occupation to leave from: its place, how much it counts (0 to 1), the field it is told in."""

    place: int
    strength: float
    field: str


@dataclass(frozen=True)
class Person:
    """What a profile says, in the places of one base.

    ``starts`` are occupations to leave from, the strongest first; ``knows`` f32 [skills], 0 to 1;
    ``declared`` are the columns of skills that the person named; ``targets`` places of the occupations
    wanted, best first. ``level`` is that of their highest diploma, None where not said. ``notes`` say what
    could not be read.
    """

    profile: Profile
    starts: tuple[Start, ...]
    knows: NDArray[np.float32]
    declared: frozenset[int]
    targets: tuple[int, ...]
    leads: frozenset[int]
    level: int | None
    interests: frozenset[str]
    department: str | None
    notes: tuple[tuple[str, Mapping[str, Any]], ...] = field(default=())


def read(scorer: "Scorer", profile: Profile) -> Person:
    """Return ``profile`` in the places of the scorer's tables; what they do not know becomes a note."""
    notes: list[tuple[str, Mapping[str, Any]]] = []
    settings = scorer.weights.settings
    places = scorer.places
    found: dict[int, Start] = {}

    def leave(start: Start) -> None:
        if start.place not in found or found[start.place].strength < start.strength:
            found[start.place] = start

    knows = np.zeros(scorer.links.shape[1], np.float32)
    for job in profile.held:
        place = places.get(job.occupation)
        if place is None:
            place = _heir(scorer, notes, "held", job.occupation)
        if place is None:
            continue
        fading = 0.5 ** (job.ended_months_ago / settings["months_to_half"])
        learnt = max(_MONTHS_LEAST, min(1.0, job.months / settings["months_to_know"])) if job.months else 1.0
        strength = fading * learnt
        leave(Start(place, strength, "held"))
        presumed = settings["skills_presumed"] * strength
        columns = scorer.columns_of(place)
        knows[columns] = np.maximum(knows[columns], presumed)
    level: int | None = None
    leads: set[int] = set()
    for diploma in profile.diplomas:
        certification = scorer.certifications.places.get(diploma.certification or "")
        of_it = scorer.certifications.level(certification) if certification is not None else None
        told = diploma.level if diploma.level is not None else of_it
        if told is not None:
            level = max(level or 0, int(told))
        if diploma.certification and certification is None:
            notes.append(("diploma_unknown", {"certification": diploma.certification}))
        elif certification is not None:
            for place in scorer.certifications.occupations_of(certification):
                leads.add(place)
                leave(Start(place, settings["diploma_strength"], "diplomas"))
    targets: list[int] = []
    for code in profile.targets:
        place = places.get(code)
        if place is None:
            place = _heir(scorer, notes, "targets", code)
        if place is not None and place not in targets:
            targets.append(place)
            leave(Start(place, settings["target_strength"], "targets"))
    declared = set()
    lost = 0
    for number in profile.skills:
        column = scorer.skill_places.get(number)
        if column is None:
            lost += 1
        else:
            declared.add(column)
    if declared:
        knows[sorted(declared)] = 1.0
    if lost:
        notes.append(("skills_unknown", {"count": lost}))
    interests = frozenset(profile.interests) & RIASEC
    strange = sorted(set(profile.interests) - RIASEC)
    if strange:
        notes.append(("interests_unknown", {"interest": strange[0], "count": len(strange)}))
    department = profile.department
    if department is not None and department not in scorer.departments:
        notes.append(("territory_unknown", {"department": department}))
        department = None
    elif department is None:
        notes.append(("territory_not_said", {}))
    starts = sorted(found.values(), key=lambda one: (-one.strength, one.place))
    return Person(
        profile,
        tuple(starts),
        knows,
        frozenset(declared),
        tuple(targets),
        frozenset(leads),
        level,
        interests,
        department,
        tuple(notes),
    )


def _heir(scorer: "Scorer", notes: list[tuple[str, Mapping[str, Any]]], name: str, code: str) -> int | None:
    """Note a code that these tables do not have; return the place of what stands for it, None where nothing.

    What stands for a code of an earlier version is the first of the occupations that were made of it.
    """
    heirs = scorer.heirs.get(code, ())
    notes.append(
        ("occupation_unknown", {"field": name, "code": code} | ({"instead": heirs[0]} if heirs else {}))
    )
    return scorer.places[heirs[0]] if heirs else None
