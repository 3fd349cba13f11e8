"""How near occupations are to one another: what mobilities are scored with, one named value a pair.

All values run from 0 to 1 and are worked out from the tables alone. Two of them read the mobilities of
*other* occupations (where do experts send those who leave an occupation near this one, and how often do they
name that target at all): the evaluation hides the mobilities of the occupations that it asks about.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh
from scipy.sparse import csr_array, hstack

if TYPE_CHECKING:
    from bacasable.services.job_advice.engine.referential import Referential

Floats = NDArray[np.float32]

#: What nearness is told by, in the order of the first axis of :attr:`Kinship.values`.
KIN = (
    "skills_near",
    "knowledge_near",
    "titles_near",
    "contexts_near",
    "same_field",
    "same_interest",
    "experts_from_near",
    "experts_often",
)
_EXPERTS = KIN.index("experts_from_near")
#: What a family of skills counts beside a skill, in the directions of the skills.
_MACRO_COUNTS = 2.0
#: Mentions of a target, of 1,000 sources, that count as "always named".
_OFTEN = 1000.0
_WORD = re.compile(r"\w{3,}")


@dataclass(frozen=True)
class Kinship:
    """Nearness of occupations: ``values`` f32 [8, n, n], in the order of :data:`KIN`; ``near``: neighbours.

    ``links`` bool [n, n]: the mobilities of the experts, from row to column. The last two tables of
    ``values`` know all of them but those of the row itself.
    """

    values: Floats
    near: Floats
    links: NDArray[np.bool_]
    neighbours: int

    @classmethod
    def of(cls, referential: "Referential", *, directions: int, neighbours: int) -> "Kinship":
        """Work out how near the occupations of ``referential`` are (n = 1,584: about two seconds)."""
        skills = referential.occupation_skills
        kinds = np.array(referential.skills["kind"].to_list(), dtype=object)
        know_how = _rare_first(skills[:, np.flatnonzero(kinds == "know_how")])
        knowledge = _rare_first(skills[:, np.flatnonzero(kinds == "knowledge")])
        families = _rare_first(_families(referential))
        together = hstack([know_how, knowledge, families * _MACRO_COUNTS], format="csr")
        titles_words = words_of(
            (
                (referential.index_of(code), long)
                for code, long in referential.titles.select("code", "long").iter_rows()
            ),
            referential.occupations.height,
        )
        titles = alike(_rare_first(titles_words, damped=True))
        contexts = alike(_rare_first(referential.contexts))
        known = alike(knowledge)
        direct = alike(know_how)
        wide = _directions(alike(together), directions)
        field, riasec = referential.occupations["field"], referential.occupations["riasec"]
        values = np.zeros((len(KIN), *wide.shape), np.float32)
        for place, one in enumerate((wide, known, titles, contexts)):
            values[place] = np.sqrt(np.clip(one, 0, 1))
        values[4], values[5] = _same(field.to_list()), _same(riasec.to_list())
        near = np.maximum(wide, 0) + direct + known + titles
        np.fill_diagonal(near, 0)
        for one in values:
            np.fill_diagonal(one, 0)
        made = cls(values, near, _links(referential), neighbours)
        values[_EXPERTS:] = made.experts(np.ones(len(near), bool))
        return made

    @property
    def tables(self) -> Floats:
        """Return the values that read no mobilities, f32 [6, n, n], symmetric."""
        return self.values[:_EXPERTS]

    def experts(self, known: NDArray[np.bool_]) -> Floats:
        """Return what experts say of other occupations, f32 [2, n, n]: the last two of :data:`KIN`.

        ``known``, bool [n]: the occupations whose mobilities may be read. Those of the source itself never
        are.
        """
        links = self.links & known[:, None]
        sources = max(int(known.sum()), 1)
        asked = np.where(known[None, :], self.near, 0)
        count = min(self.neighbours, asked.shape[1])
        least = -np.partition(-asked, count - 1, axis=1)[:, count - 1 : count]
        asked = np.where(asked >= least, asked, 0)
        total = asked.sum(axis=1, keepdims=True)
        shares = np.divide(asked, total, out=np.zeros_like(asked), where=total > 0)
        from_near = np.sqrt(shares @ links.astype(np.float32))
        named = links.sum(axis=0)[None, :] - links
        often = np.log1p(_OFTEN * named / sources) / np.log1p(_OFTEN)
        made = np.stack([from_near, often.astype(np.float32)])
        for one in made:
            np.fill_diagonal(one, 0)
        return made

    def scores(self, weights: Mapping[str, float], known: NDArray[np.bool_], source: NDArray[Any]) -> Floats:
        """Return the score of every target for each of ``source`` (places), f32 [len(source), n].

        The occupation itself scores minus infinity.
        """
        experts = self.experts(known)
        made = np.zeros((len(source), self.links.shape[1]), np.float32)
        for place, name in enumerate(KIN):
            table = self.tables[place] if place < _EXPERTS else experts[place - _EXPERTS]
            made += np.float32(weights[name]) * table[source]
        made[np.arange(len(source)), source] = -np.inf
        return made


def rarity(links: csr_array) -> NDArray[np.float64]:
    """Return how rare each column is among the rows: the logarithm of one in how many, 0 where nowhere."""
    count = np.asarray(links.sum(axis=0)).ravel()
    return np.where(count > 0, np.log(max(links.shape[0], 1) / np.maximum(count, 1)), 0.0)


def _rare_first(links: csr_array, *, damped: bool = False) -> csr_array:
    made = csr_array(links, dtype=np.float32, copy=True)
    if damped:
        made.data = 1 + np.log(made.data)
    ones = csr_array((np.ones_like(made.data), made.indices, made.indptr), shape=made.shape)
    made.data *= rarity(ones)[made.indices].astype(np.float32)
    return made


def alike(links: csr_array) -> Floats:
    """Return the cosine of every two rows, f32 [n, n]; 0 for an empty row."""
    length = np.sqrt(np.asarray(links.multiply(links).sum(axis=1)).ravel())
    made = csr_array(links, copy=True)
    scale = np.divide(1.0, length, out=np.zeros_like(length), where=length > 0)
    made.data = (made.data * np.repeat(scale, np.diff(made.indptr))).astype(np.float32)
    return cast("Floats", np.asarray((made @ made.T).todense(), dtype=np.float32))


def _directions(cosine: Floats, count: int) -> Floats:
    """Return nearness along the main directions of the skills: skills that go together count as alike."""
    n = len(cosine)
    count = min(count, n)
    values, vectors = eigh(cosine.astype(np.float64), subset_by_index=(n - count, n - 1))
    placed = vectors * np.sqrt(np.maximum(values, 0))
    length = np.linalg.norm(placed, axis=1, keepdims=True)
    placed = np.divide(placed, length, out=np.zeros_like(placed), where=length > 0)
    return cast("Floats", np.clip(placed @ placed.T, -1, 1).astype(np.float32))


def _families(referential: "Referential") -> csr_array:
    """Return how many skills of each family an occupation asks for, damped; [n, families]."""
    macro = referential.skills["macro"].to_list()
    own = referential.skills["ogr"].to_list()
    kinds = referential.skills["kind"].to_list()
    family = [m if m is not None else o for m, o in zip(macro, own, strict=True)]
    wanted = [at for at, kind in enumerate(kinds) if kind == "know_how"]
    places = {one: at for at, one in enumerate(sorted({family[at] for at in wanted}))}
    rows = np.arange(len(wanted))
    columns = np.array([places[family[at]] for at in wanted], dtype=np.int64)
    joined = csr_array((np.ones(len(wanted), np.float32), (rows, columns)), shape=(len(wanted), len(places)))
    made = csr_array(referential.occupation_skills[:, wanted] @ joined)
    made.data = np.log1p(made.data)
    # the weight of a family is its rarity times its count: presence is what rarity is counted on
    made.sort_indices()
    return made


def words_of(texts: Iterable[tuple[int, str]], n: int) -> csr_array:
    """Return how often each word (accents off, three letters or more) is in the texts of a row."""
    places: dict[str, int] = {}
    rows, columns = [], []
    for row, text in texts:
        for word in _WORD.findall(_plain(text)):
            rows.append(row)
            columns.append(places.setdefault(word, len(places)))
    made = csr_array((np.ones(len(rows), np.float32), (rows, columns)), shape=(n, max(len(places), 1)))
    made.sum_duplicates()
    return made


def _plain(text: str) -> str:
    parted = unicodedata.normalize("NFKD", text.lower())
    return "".join(one for one in parted if not unicodedata.combining(one))


def _same(values: list[str | None]) -> Floats:
    places = {one: at for at, one in enumerate(sorted({one for one in values if one}), start=1)}
    codes = np.array([places.get(one or "", 0) for one in values])
    return ((codes[:, None] == codes[None, :]) & (codes[:, None] > 0)).astype(np.float32)


def _links(referential: "Referential") -> NDArray[np.bool_]:
    n = referential.occupations.height
    made = np.zeros((n, n), bool)
    for code, target in referential.mobilities.select("code", "target").iter_rows():
        made[referential.index_of(code), referential.index_of(target)] = True
    return made
