"""The tables of a base as arrays, worked out once: what every profile is scored against."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from bacasable.services.job_advice.engine.profiles import Hours, Limit
from bacasable.services.job_advice.engine.scoring.certifications import Certifications
from bacasable.services.job_advice.engine.scoring.kinship import Kinship, rarity
from bacasable.services.job_advice.engine.scoring.market import Market
from bacasable.services.job_advice.engine.scoring.offers import Offers
from bacasable.services.job_advice.engine.scoring.vocabulary import Vocabulary
from bacasable.services.job_advice.engine.scoring.weights import Weights

if TYPE_CHECKING:
    from bacasable.services.job_advice.engine.referential import Labour, Referential

Floats = NDArray[np.float64]
LIMITS: tuple[Limit, ...] = get_args(Limit)
HOURS: tuple[Hours, ...] = get_args(Hours)
_DRIVING = LIMITS.index("no_driving")
#: Marks of :attr:`Scorer.asks`.
CORE, RISING = 2, 3
#: Figures of the labour market that are kept.
_MOST_KEPT = 4096

#: Scorers that are kept: those of the bases in use, whatever was open before.
_MOST_SCORERS = 4
_KEPT: "dict[tuple[int, str], Scorer]" = {}
_LOCK = Lock()


@dataclass(frozen=True)
class Asked:
    """Skills of one sort that occupations ask for, each counting by how rare it is: CSR f64 [n, skills]."""

    links: csr_array
    total: Floats

    @classmethod
    def of(cls, links: csr_array, rare: Floats) -> "Asked":
        """Weigh ``links`` (ones) by ``rare``; a skill that all ask for counts a little."""
        made = csr_array(links, dtype=np.float64, copy=True)
        made.data = made.data * (rare[made.indices] + 0.1)
        return cls(made, np.asarray(made.sum(axis=1)).ravel())

    def share(self, knows: NDArray[np.float32]) -> Floats:
        """Return which share of what each occupation asks ``knows`` covers; NaN where it asks for nothing."""
        return np.divide(
            self.links @ knows.astype(np.float64),
            self.total,
            out=np.full(len(self.total), np.nan),
            where=self.total > 0,
        )


class Scorer:
    """What profiles are scored with: one base, one set of weights. Use :meth:`of`, which keeps them."""

    def __init__(self, referential: "Referential", weights: Weights) -> None:
        self.referential = referential
        self.weights = weights
        occupations = referential.occupations
        self.codes: list[str] = occupations["code"].to_list()
        self.labels: list[str] = occupations["label"].to_list()
        self.parents: list[str] = occupations["parent"].to_list()
        self.fields: list[str] = occupations["field"].to_list()
        self.places = {code: place for place, code in enumerate(self.codes)}
        self.riasec = [one or "" for one in occupations["riasec"].to_list()]
        self.regulated = _flags(occupations["regulated"].to_list())
        self.links = referential.occupation_skills
        self.skill_places = {int(ogr): place for place, ogr in enumerate(referential.skills["ogr"].to_list())}
        self.skill_numbers: list[int] = referential.skills["ogr"].to_list()
        self.skill_labels: list[str] = referential.skills["label"].to_list()
        kinds = np.array(referential.skills["kind"].to_list(), dtype=object)
        self.skill_kinds = kinds
        rare = rarity(self.links)
        self.know_how = Asked.of(_only(self.links, kinds == "know_how"), rare)
        self.knowledge = Asked.of(_only(self.links, kinds == "knowledge"), rare)
        self.soft = _only(self.links, kinds == "soft")
        self.core = Asked.of(_only(referential.core_skills, kinds != "soft"), rare)
        macro = referential.skills["macro"].to_list()
        #: The family of each skill, itself where it has none.
        self.families = [
            m if m is not None else own for m, own in zip(macro, self.skill_numbers, strict=True)
        ]
        self.heirs = _heirs(self.codes, self.parents)
        self.market = Market(referential)
        self.departments = self.market.departments
        self.limits, self.hours = _limits(referential)
        self._labour: dict[tuple[int, str | None], Labour] = {}

    @classmethod
    def of(cls, referential: "Referential", weights: Weights | None = None) -> "Scorer":
        """Return the scorer of a base, made once for each set of weights; the last few asked for are kept."""
        weights = weights or Weights.standard()
        key = (id(referential), weights.digest)  # the scorer holds the base: its id is not given again
        with _LOCK:
            found = _KEPT.pop(key, None) or cls(referential, weights)
            _KEPT[key] = found
            while len(_KEPT) > _MOST_SCORERS:
                del _KEPT[next(iter(_KEPT))]
        return found

    @cached_property
    def kinship(self) -> Kinship:
        """How near occupations are to one another."""
        settings = self.weights.settings
        return Kinship.of(
            self.referential,
            directions=int(settings["directions"]),
            neighbours=int(settings["neighbours"]),
        )

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Words of skills."""
        return Vocabulary(self.skill_labels)

    @cached_property
    def certifications(self) -> Certifications:
        """Certifications."""
        return Certifications(self.referential, self.places, self.vocabulary)

    def labour(self, place: int, department: str | None) -> "Labour":
        """Return all figures of an occupation in a department (None: the country); kept for a while."""
        key = (place, department)
        found = self._labour.get(key)
        if found is None:
            found = self.referential.labour(self.codes[place], department)
            if len(self._labour) >= _MOST_KEPT:
                self._labour = {}
            self._labour[key] = found
        return found

    @cached_property
    def offers(self) -> Offers:
        """Sessions and events."""
        return Offers(self.referential, self.places)

    @cached_property
    def asks(self) -> NDArray[np.uint8]:
        """Which skills an occupation asks for, u8 [n, skills]: 1, 2 at its heart, 3 on the rise."""
        made = np.zeros(self.links.shape, np.uint8)
        for links, mark in (
            (self.links, 1),
            (self.core.links, CORE),
            (self.referential.emerging_skills, RISING),
        ):
            rows, columns = links.nonzero()
            made[rows, columns] = mark
        return made

    def columns_of(self, place: int) -> NDArray[Any]:
        """Return the columns of the skills that an occupation asks for."""
        return self.links.indices[self.links.indptr[place] : self.links.indptr[place + 1]]

    def contexts_of(self, place: int, column: str, wanted: frozenset[str]) -> list[tuple[int, str]]:
        """Return number and label of an occupation's contexts whose ``column`` (limit, hours) is wanted."""
        contexts = self.referential.contexts
        found = contexts.indices[contexts.indptr[place] : contexts.indptr[place + 1]]
        numbers, labels, told = self._contexts
        which = told[column]
        return [(numbers[at], labels[at]) for at in sorted(found) if which[at] in wanted]

    @cached_property
    def _contexts(self) -> tuple[list[int], list[str], dict[str, list[str | None]]]:
        frame = self.referential.context_labels
        told = {name: frame[name].to_list() for name in ("limit", "hours")}
        return frame["ogr"].to_list(), frame["label"].to_list(), told

    @property
    def driving(self) -> NDArray[np.bool_]:
        """Return which occupations may ask to drive."""
        return self.limits[:, _DRIVING]


def _only(links: csr_array, kept: NDArray[np.bool_]) -> csr_array:
    """Return ``links`` with the other columns emptied: the columns keep their places."""
    made = csr_array(links, dtype=np.float64, copy=True)
    made.data = made.data * kept[made.indices]
    made.eliminate_zeros()
    return made


def _flags(values: list[bool | None]) -> NDArray[np.bool_]:
    return np.array([one is True for one in values], dtype=bool)


def _heirs(codes: list[str], parents: list[str]) -> dict[str, tuple[str, ...]]:
    """Return the occupations that an earlier version had under one code, for codes that are gone."""
    found: dict[str, list[str]] = defaultdict(list)
    for code, parent in zip(codes, parents, strict=True):
        if parent:
            found[parent].append(code)
    known = set(codes)
    return {one: tuple(heirs) for one, heirs in found.items() if one not in known}


def _limits(referential: "Referential") -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which limits and hours the contexts of each occupation go against, bool [n, ...]."""
    contexts, labels = referential.contexts, referential.context_labels
    made = []
    for name, known in (("limit", LIMITS), ("hours", HOURS)):
        told = labels[name].to_list()
        table = np.zeros((contexts.shape[0], len(known)), bool)
        for place, one in enumerate(known):
            columns = [at for at, value in enumerate(told) if value == one]
            if columns:
                table[:, place] = np.asarray(contexts[:, columns].sum(axis=1)).ravel() > 0
        made.append(table)
    return made[0], made[1]
