"""Give dossiers to experts: never in conflict, never over capacity, complete whenever that is possible.

Places (a dossier and a skill) go to experts along the paths of a bipartite flow: a place takes an expert with
room, else the one who holds it moves on to another place's expert, and so on. An expert holds one place of a
dossier at most. Then loads are evened and sectors brought together by moves and exchanges that keep it all.
The result depends only on the keys: the same input in another order gives the same pairs. No Django here.
"""

from collections import deque
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

#: What a dossier of an unfamiliar sector costs, in dossiers of load.
SECTOR_WORTH = 1.0
_EPSILON = 1e-9


@dataclass(frozen=True)
class Expert:
    """``load`` counts the dossiers that the expert already holds; ``capacity`` bounds both together."""

    key: str
    skills: frozenset[str]
    sectors: frozenset[str] = frozenset()
    capacity: int = 8
    load: int = 0


@dataclass(frozen=True)
class Dossier:
    """``wanted`` lists the skills that still need an expert; ``held_by`` those who assess it already."""

    key: str
    wanted: tuple[str, ...]
    sector: str = ""
    held_by: frozenset[str] = frozenset()


@dataclass(frozen=True, order=True)
class Pair:
    """A dossier given to an expert for one skill, all three by their keys."""

    dossier: str
    skill: str
    expert: str


@dataclass(frozen=True, order=True)
class Gap:
    """A skill that nobody can be found for.

    ``reason``: ``no_expert`` (nobody has the skill), ``holds_it`` (who has it already assesses the dossier),
    ``conflict`` (who has it is in conflict), ``undeclared`` (who has it has not declared yet), ``full``
    (everyone who could has all the dossiers that they take).
    """

    dossier: str
    skill: str
    reason: str


@dataclass(frozen=True)
class Plan:
    """The pairs and gaps, in the order of their keys; ``loads``: what each expert would hold in all."""

    pairs: tuple[Pair, ...]
    gaps: tuple[Gap, ...]
    loads: dict[str, int]


def match(
    dossiers: Iterable[Dossier],
    experts: Iterable[Expert],
    conflicts: Collection[tuple[str, str]] = frozenset(),
    undeclared: Collection[tuple[str, str]] = frozenset(),
) -> Plan:
    """Return who assesses what.

    Args:
        conflicts: ``(dossier key, expert key)`` of each conflict of interests.
        undeclared: the pairs on which the expert has said nothing yet: never given either.
    """
    work = _Matching(
        sorted(dossiers, key=lambda d: d.key),
        sorted(experts, key=lambda e: e.key),
        frozenset(conflicts),
        frozenset(undeclared),
    )
    work.fill()
    work.improve()
    return work.plan()


class _Matching:
    """Places are numbered ``0..n``: one for each skill that a dossier wants; experts are numbered too."""

    def __init__(
        self,
        dossiers: Sequence[Dossier],
        experts: Sequence[Expert],
        conflicts: frozenset[tuple[str, str]],
        undeclared: frozenset[tuple[str, str]],
    ) -> None:
        self.experts, self.conflicts, self.undeclared = experts, conflicts, undeclared
        self.places = [(dossier, skill) for dossier in dossiers for skill in dossier.wanted]
        self.siblings: list[list[int]] = [[] for _ in self.places]
        first: dict[str, list[int]] = {}
        for place, (dossier, _skill) in enumerate(self.places):
            first.setdefault(dossier.key, []).append(place)
        for group in first.values():
            for place in group:
                self.siblings[place] = [other for other in group if other != place]
        barred = conflicts | undeclared
        self.allowed = [
            [
                number
                for number, expert in enumerate(experts)
                if skill in expert.skills
                and expert.key not in dossier.held_by
                and (dossier.key, expert.key) not in barred
            ]
            for dossier, skill in self.places
        ]
        self.may = [frozenset(numbers) for numbers in self.allowed]
        self.holder: list[int | None] = [None] * len(self.places)
        self.held: list[set[int]] = [set() for _ in experts]
        self.load = [expert.load for expert in experts]

    def fill(self) -> None:
        """Give every place that can be given: the scarcest first, each by a shortest augmenting path.

        A search that fails has seen all that its place could ever reach: later ones need not go there again.
        """
        dead: set[int] = set()
        order = sorted(range(len(self.places)), key=lambda place: (len(self.allowed[place]), place))
        for place in order:
            if not self._give(place):
                self._augment(place, dead)

    def _give(self, place: int) -> bool:
        """Give the place to the allowed expert with room whom it costs least, if there is one."""
        free = [
            number
            for number in self.allowed[place]
            if self.load[number] < self.experts[number].capacity and self._beside(place, number) is None
        ]
        if not free:
            return False
        self._put(place, min(free, key=lambda number: (self._cost(place, number, +1), number)))
        return True

    def _augment(self, start: int, dead: set[int]) -> bool:
        before: dict[int, tuple[int, int]] = {}
        seen, visited = {start}, set(dead)
        queue = deque([start])
        while queue:
            place = queue.popleft()
            for number in self.allowed[place]:
                if number == self.holder[place]:
                    continue
                beside = self._beside(place, number)
                if beside is not None:
                    reached: Iterable[int] = (beside,)
                elif number in visited:
                    continue
                else:
                    visited.add(number)
                    if self.load[number] < self.experts[number].capacity:
                        self._shift(place, number, before)
                        return True
                    reached = sorted(self.held[number])
                for other in reached:
                    if other not in seen:
                        seen.add(other)
                        before[other] = (place, number)
                        queue.append(other)
        dead |= visited
        return False

    def _shift(self, place: int, number: int, before: dict[int, tuple[int, int]]) -> None:
        """Walk the path back to its start: each place takes the expert whom the next one leaves."""
        moves = [(place, number)]
        while place in before:
            place, number = before[place]
            moves.append((place, number))
        for moved, _number in moves:
            self._take(moved)
        for moved, taken in moves:
            self._put(moved, taken)

    def improve(self) -> None:
        """Even the loads and bring sectors together, while a move or an exchange makes the whole better."""
        better = True
        while better:
            better = False
            for place, holder in enumerate(self.holder):
                if holder is not None and self._move(place, holder):
                    better = True
            for place, holder in enumerate(self.holder):
                if holder is not None and self._stranger(place, holder) and self._exchange(place, holder):
                    better = True

    def _move(self, place: int, holder: int) -> bool:
        saved = self._cost(place, holder, 0)
        best, gain = None, _EPSILON
        for number in self.allowed[place]:
            if number == holder or self.load[number] >= self.experts[number].capacity:
                continue
            won = saved - self._cost(place, number, +1)
            if won > gain and self._beside(place, number) is None:
                best, gain = number, won
        if best is None:
            return False
        self._take(place)
        self._put(place, best)
        return True

    def _exchange(self, place: int, holder: int) -> bool:
        """Exchange experts with a place whose expert knows this sector, if no sector is lost by it."""
        for other, theirs in enumerate(self.holder):
            if theirs is None or theirs == holder or theirs not in self.may[place]:
                continue
            if holder not in self.may[other] or self._stranger(place, theirs):
                continue
            if self._stranger(other, holder) and not self._stranger(other, theirs):
                continue
            if self._beside(place, theirs) is not None or self._beside(other, holder) is not None:
                continue
            self._take(place)
            self._take(other)
            self._put(place, theirs)
            self._put(other, holder)
            return True
        return False

    def _beside(self, place: int, number: int) -> int | None:
        """Return the other place of the same dossier that the expert holds, if any."""
        return next((other for other in self.siblings[place] if self.holder[other] == number), None)

    def _stranger(self, place: int, number: int) -> bool:
        sector = self.places[place][0].sector
        return bool(sector) and sector not in self.experts[number].sectors

    def _cost(self, place: int, number: int, more: int) -> float:
        """Return what holding the place costs: the share of the capacity used, then the unknown sector."""
        used = self.load[number] + more + SECTOR_WORTH * self._stranger(place, number)
        return used / max(self.experts[number].capacity, 1)

    def _put(self, place: int, number: int) -> None:
        self.holder[place] = number
        self.held[number].add(place)
        self.load[number] += 1

    def _take(self, place: int) -> None:
        number = self.holder[place]
        if number is not None:
            self.holder[place] = None
            self.held[number].discard(place)
            self.load[number] -= 1

    def plan(self) -> Plan:
        pairs, gaps = [], []
        for place, (dossier, skill) in enumerate(self.places):
            number = self.holder[place]
            if number is None:
                gaps.append(Gap(dossier.key, skill, self._why(place)))
            else:
                pairs.append(Pair(dossier.key, skill, self.experts[number].key))
        loads = {expert.key: self.load[number] for number, expert in enumerate(self.experts)}
        return Plan(tuple(sorted(pairs)), tuple(sorted(gaps)), loads)

    def _why(self, place: int) -> str:
        dossier, skill = self.places[place]
        able = [expert.key for expert in self.experts if skill in expert.skills]
        if not able:
            return "no_expert"
        others = [key for key in able if key not in dossier.held_by]
        if not others:
            return "holds_it"
        clear = [key for key in others if (dossier.key, key) not in self.conflicts]
        if not clear:
            return "conflict"
        if all((dossier.key, key) in self.undeclared for key in clear):
            return "undeclared"
        if all(self._beside(place, number) is not None for number in self.allowed[place]):
            return "holds_it"
        return "full"
