"""A title that somebody typed to the occupations it may name: candidates with how sure each is, or none.

Design and figures: docs/decisions/0028-titles-to-occupations.md.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Self
from zipfile import BadZipFile

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from bacasable.privacy.messages import N_, Refused

from . import grams, linear, meaning
from .nearest import code_all
from .neutral import forms, key_of, key_of_typed
from .spelling import Spelling

#: What a file of a trained coder must say to be read.
FORMAT = 1
_MODEL, _CARD = "titles.npz", "titles.json"
#: What counts beside the logarithm of a group's chance: a cosine of grams to the group's nearest title, a
#: cosine of meanings; and what a code of the group loses, per unit of those, for being further than the
#: nearest.
COUNTS = (2.0, 3.0, 3.0)
#: The length of a title's meaning beside that of its grams (1), where the softmax reads both.
MEANT = 0.5
#: How many groups, of those that the softmax ranks first, are looked into.
TRIED = 10
#: Titles that a later version adds are harder than titles left out: by how much, measured on the seen half of
#: those that ROME 4.60 added (a factor on the spread of scores, and what "none of them" gains).
HOTTER, DOUBT = 1.29, 1.0
#: Candidates among which chances are shared, however few are asked for.
LOOKED_AT = 8
#: The score of what the referential names by the very words typed.
CERTAIN = 8.0
#: Below this chance that any of five is right, the text is not taken for a title; below that one for the
#: first of them, it is too vague to take the first without asking.
NO_TITLE, VAGUE = 0.45, 0.3
#: A text without any word that a title begins with ("pizza", "football") tells a topic, not a job, unless its
#: first candidate is this sure.
PLAIN = 0.9


@dataclass(frozen=True, slots=True)
class Titled:
    """A title and the occupations it names: what a coder learns from.

    ``groups`` are codes of the coarser level (of ROME version 3 where the referential is ROME 4); several
    where the source is only sure of a set. ``code`` is the occupation itself, None where the source knows the
    group only. ``weight`` is what the title counts beside one of the referential (1).
    """

    text: str
    groups: tuple[str, ...]
    code: str | None = None
    weight: float = 1.0


def _of_new_words(held: Sequence[Titled], seed: int) -> list[Titled]:
    """Return titles to leave out, and with each all that it is about: a new job's title is as new.

    Titles whose rarest word is the same go together; a seventh of those words is drawn.
    """
    keys = [set(key_of(title.text).split()) for title in held]
    used = Counter(stem for key in keys for stem in key)
    rarest = [min(key, key=lambda stem: (used[stem], stem), default="") for key in keys]
    names = sorted(set(rarest))
    drawn = np.random.default_rng(seed).random(len(names)) < 1 / 7
    out = {name for name, is_drawn in zip(names, drawn, strict=True) if is_drawn}
    return [title for title, name in zip(held, rarest, strict=True) if name in out]


@dataclass(frozen=True, slots=True)
class Coded:
    """Candidates of each title, best first: ``codes`` [n][k], ``scores`` (n, k), ``abstains`` (n,).

    A score is the chance (0 to 1) that the code is the right one, as measured on titles left out of learning.
    ``abstains`` where no candidate should be taken without asking: not the words of a title, or too vague;
    the candidates are still there, to choose from. ``why`` says which ("", "no_title", "vague").
    """

    codes: list[list[str]]
    scores: NDArray[np.float32]
    abstains: NDArray[np.bool_]
    why: list[str] = field(default_factory=list)


class TitleCoder:
    """Codes titles into the occupations of one referential.

    Two levels: a softmax over groups from hashed grams of characters and words (what a new wording looks
    like), and the nearest title of the referential in the groups that it ranks first (what is already named,
    and which occupation of the group). Titles are read without gender, number or accents: both forms of a
    title are one and the same input.
    """

    def __init__(self, card: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> None:
        self._card, self._arrays = card, arrays
        self.codes: list[str] = card["codes"]
        self.groups: list[str] = card["groups"]
        #: How many titles it learnt from: ``titles`` of the referential, ``other`` wordings.
        self.sources: dict[str, int] = card["sources"]
        self._calibration: tuple[float, float] = tuple(card["calibration"])
        self._words: dict[str, int] = card["words"]
        self._spelling = Spelling(self._words)
        named = [key.split() for key in card["keys"].split("\n")]
        self._used = frozenset(stem for key in named for stem in key)
        self._heads = frozenset(key[0] for key in named if key)
        self._near_val = arrays["near_val"].astype(np.float32)
        self._meant = meaning.shipped()
        self._title_meant = self._meant.of(card["keys"].split("\n"))
        of_group = arrays["code_group"][arrays["title_code"]]
        self._group_first = np.searchsorted(of_group, np.arange(len(self.groups) + 1)).astype(np.int64)
        self._exact: dict[str, list[int]] = {}
        for leaf, key in zip(arrays["title_code"].tolist(), card["keys"].split("\n"), strict=True):
            found = self._exact.setdefault(key, [])
            if leaf not in found:
                found.append(leaf)
        #: Keys of feminine forms that no ending brings to the masculine one ("Serveuse", "Garçon de café").
        self._same: dict[str, str] = card.get("same", {})

    @classmethod
    def train(
        cls,
        titles: Iterable[Titled],
        *,
        settings: linear.Settings = linear.SETTINGS,
        seed: int = 0,
        calibrate: bool = True,
        version: str = "",
    ) -> Self:
        """Learn from the titles of a referential (those with a ``code``) and other wordings of its groups.

        ``version`` names the tables learnt from, for :meth:`load` to hold against those in use. ``calibrate``
        learns a second time without a part of the titles, to measure on them how sure a score is.

        Raises:
            Refused: no title has a code.
        """
        learnt = [title for title in titles if title.groups]
        held = [title for title in learnt if title.code is not None]
        if not held:
            raise Refused(
                N_("no title of the referential has an occupation: import its table of titles first")
            )
        made = cls._fit(learnt, settings, seed)
        if calibrate and len(held) >= 200:
            left_out = {id(title) for title in _of_new_words(held, seed)}
            once = settings._replace(times=1)  # two numbers are fitted on it
            rest = cls._fit([title for title in learnt if id(title) not in left_out], once, seed)
            heat, none = rest._calibrate_on([title for title in held if id(title) in left_out])
            made._calibration = (heat * HOTTER, none + DOUBT)
        made._card["version"] = version
        return made

    @classmethod
    def _fit(cls, learnt: Sequence[Titled], settings: linear.Settings, seed: int) -> Self:
        groups = sorted({group for title in learnt for group in title.groups})
        number = {group: at for at, group in enumerate(groups)}
        home = {title.code: title.groups[0] for title in learnt if title.code is not None}
        codes = sorted(home, key=lambda code: (number[home[code]], code))
        leaf = {code: at for at, code in enumerate(codes)}
        keys = [key_of(title.text) for title in learnt]
        ptr, slots = grams.slots_of(keys, meaning.SLOTS)
        seen = np.bincount(slots, minlength=meaning.SLOTS)
        rows = np.flatnonzero(seen >= (2 if len(learnt) > 2000 else 1))
        table = np.full(meaning.SLOTS, -1, np.int32)
        table[rows] = np.arange(len(rows), dtype=np.int32)
        idf = (np.log((1 + len(learnt)) / (1 + seen[rows])) + 1).astype(np.float32)
        features = grams.weighed(ptr, slots, table, idf)
        label_rows = [at for at, title in enumerate(learnt) for _ in title.groups]
        label_of = [number[group] for title in learnt for group in title.groups]
        share = [1 / len(title.groups) for title in learnt for _ in title.groups]
        labels = sp.csr_matrix((share, (label_rows, label_of)), (len(learnt), len(groups)), dtype=np.float32)
        weights = np.array([title.weight for title in learnt], np.float32)
        meant = MEANT * meaning.shipped().of(keys)
        W, bias = linear.learn(
            sp.hstack([features, sp.csr_matrix(meant)], format="csr"), labels, weights, settings, seed
        )
        held = [at for at, title in enumerate(learnt) if title.code is not None]
        held.sort(key=lambda at: leaf[learnt[at].code])  # type: ignore[index]
        near = features[held]
        title_code = np.array([leaf[learnt[at].code] for at in held], np.int32)  # type: ignore[index]
        code_group = np.array([number[home[code]] for code in codes], np.int32)
        in_bytes, scale = linear.in_bytes(W[: len(idf)])
        arrays: dict[str, NDArray[Any]] = {
            "table": table, "idf": idf, "weights": in_bytes, "scale": scale, "bias": bias,
            "meant_weights": MEANT * W[len(idf) :],
            "near_ptr": near.indptr.astype(np.int64), "near_idx": near.indices.astype(np.int32),
            "near_val": near.data.astype(np.float16), "title_code": title_code, "code_group": code_group,
        }  # fmt: skip
        sources: dict[str, int] = {"titles": len(held), "other": len(learnt) - len(held)}
        card: dict[str, Any] = {
            "format": FORMAT, "codes": codes, "groups": groups, "seed": seed, "sources": sources,
            "keys": "\n".join(keys[at] for at in held), "calibration": (1.0, -4.0),
            "words": Counter(stem for key in keys for stem in set(key.split())),
            "same": _same_titles([learnt[at].text for at in held]),
        }  # fmt: skip
        return cls(card, arrays)

    def code(self, titles: Sequence[str], k: int = 5) -> Coded:
        """Return the ``k`` best occupations of each title; where no word is known, none, and abstains."""
        return self._coded(titles, k, by_group=False)

    def code_groups(self, titles: Sequence[str], k: int = 5) -> Coded:
        """Return the ``k`` best groups of each title (ROME version 3, where the referential is ROME 4)."""
        return self._coded(titles, k, by_group=True)

    def group_chances(self, titles: Sequence[str]) -> NDArray[np.float32]:
        """Return the softmax over all groups ``(titles, groups)``, without the nearest titles."""
        keys = [key_of(title) for title in titles]
        ptr, slots = grams.slots_of(keys, meaning.SLOTS)
        a = self._arrays
        weights = a["weights"].astype(np.float32) * a["scale"][:, None]
        z = np.asarray(grams.weighed(ptr, slots, a["table"], a["idf"]) @ weights, np.float32)
        z += self._meant.of(keys) @ a["meant_weights"] + a["bias"]
        grown = np.exp(z - z.max(axis=1, keepdims=True))
        return np.asarray(grown / grown.sum(axis=1, keepdims=True), np.float32)

    def groups_named(self, title: str) -> list[int]:
        """Return the places of the groups in which the referential has this very title."""
        leaves = self._exact.get(key_of(title), [])
        return sorted({int(self._arrays["code_group"][leaf]) for leaf in leaves})

    def _coded(self, titles: Sequence[str], k: int, by_group: bool) -> Coded:
        keys = [self._key(title) for title in titles]
        found, scores = self._candidates(keys, max(k, LOOKED_AT), by_group)
        names = self.groups if by_group else self.codes
        for row, key in enumerate(keys):
            if key in self._exact:
                self._put_first(found[row], scores[row], self._exact[key], by_group)
        chances = self._chances(scores)
        first, all_of_them = chances[:, 0], chances[:, :5].sum(axis=1)
        headless = np.array([self._heads.isdisjoint(key.split()) for key in keys], bool)
        no_title = (all_of_them < NO_TITLE) | (found[:, 0] < 0) | (headless & (first < PLAIN))
        abstains = no_title | (first < VAGUE)
        return Coded(
            codes=[[names[at] for at in row[:k] if at >= 0] for row in found.tolist()],
            scores=chances[:, :k],
            abstains=abstains,
            why=[
                "no_title" if none else "vague" if vague else ""
                for none, vague in zip(no_title, abstains, strict=True)
            ],
        )

    def _key(self, title: str) -> str:
        """Return the key of a title: that of the referential's own, in either form, before what was meant."""
        own = key_of(title)
        own = self._same.get(own, own)
        return own if own in self._exact else key_of_typed(title, self._used, self._spelling.corrected)

    def _put_first(
        self, found: NDArray[np.int32], scores: NDArray[np.float32], leaves: Sequence[int], by_group: bool
    ) -> None:
        """Put what the referential itself calls by this very title before what only looks like it."""
        named = list(dict.fromkeys(int(self._arrays["code_group"][at]) if by_group else at for at in leaves))
        others = [
            (at, score) for at, score in zip(found.tolist(), scores.tolist(), strict=True) if at not in named
        ]
        best = float(scores[0]) if found[0] >= 0 else 0.0
        merged = [(at, max(best, CERTAIN)) for at in named] + others
        for place, (at, score) in enumerate(merged[: len(found)]):
            found[place], scores[place] = at, score

    def _candidates(
        self, keys: Sequence[str], k: int, by_group: bool
    ) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        data, starts = grams.packed(keys)
        a, meant = self._arrays, self._meant
        return code_all(
            data, starts, a["table"], a["idf"], a["weights"], a["scale"], a["meant_weights"], a["bias"],
            a["near_ptr"], a["near_idx"],
            self._near_val, meant.table, meant.vectors, meant.scale, self._title_meant, a["title_code"],
            self._group_first, len(self.codes), np.array(COUNTS, np.float32), min(TRIED, len(self.groups)),
            k, by_group,
        )  # fmt: skip

    def _chances(self, scores: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return how likely each candidate is the right one, beside each other and beside "none of them"."""
        heat, none = self._calibration
        grown = np.exp(np.minimum((scores - none) / heat, 60.0))
        return (grown / (1.0 + grown.sum(axis=1, keepdims=True))).astype(np.float32)

    def _calibrate_on(self, titles: Sequence[Titled]) -> tuple[float, float]:
        """Return the two numbers of :meth:`_chances` that make what was left out the least surprising."""
        found, scores = self._candidates([key_of(title.text) for title in titles], LOOKED_AT, by_group=False)
        number = {code: at for at, code in enumerate(self.codes)}
        right = found == np.array([[number.get(title.code or "", -2)] for title in titles])
        best, kept = -np.inf, (1.0, -4.0)
        for heat in np.geomspace(0.4, 4.0, 19):
            for none in np.linspace(-14.0, 6.0, 41):
                self._calibration = (float(heat), float(none))
                chances = self._chances(scores)
                true = np.where(right.any(axis=1), (chances * right).sum(axis=1), 1 - chances.sum(axis=1))
                likely = float(np.log(np.maximum(true, 1e-6)).mean())
                if likely > best:
                    best, kept = likely, (float(heat), float(none))
        return kept

    def save(self, folder: Path) -> None:
        """Write the coder to ``folder`` (two files, each replaced at once)."""
        folder.mkdir(parents=True, exist_ok=True)
        card = {**self._card, "calibration": list(self._calibration)}
        with NamedTemporaryFile(dir=folder, delete=False) as written:
            np.savez(written, **self._arrays)  # type: ignore[arg-type]
        Path(written.name).replace(folder / _MODEL)
        with NamedTemporaryFile("w", dir=folder, delete=False, encoding="utf-8") as text:
            json.dump(card, text, ensure_ascii=False)
        Path(text.name).replace(folder / _CARD)

    @classmethod
    def load(cls, folder: Path, version: str = "") -> Self:
        """Read the coder that :meth:`save` wrote.

        Raises:
            Refused: there is none, one of another version of the product, or (with ``version``) one that was
                learnt from other tables.
        """
        try:
            card = json.loads((folder / _CARD).read_text(encoding="utf-8"))
            with np.load(folder / _MODEL, allow_pickle=False) as read:
                arrays = {name: read[name] for name in read.files}
        except (OSError, ValueError, EOFError, KeyError, BadZipFile) as error:
            raise Refused(
                N_("no trained coder of titles in {folder} ({why}): import the referential again"),
                folder=folder,
                why=type(error).__name__,
            ) from None
        if card.get("format") != FORMAT or (version and card.get("version") != version):
            raise Refused(
                N_("{folder}: the coder of titles was learnt from other tables: import the archives again"),
                folder=folder,
            )
        return cls(card, arrays)


def _same_titles(titles: Sequence[str]) -> dict[str, str]:
    """Return the key of the masculine form by that of the feminine one, where they differ.

    A feminine form that is another title of its own keeps its key.
    """
    named = {key_of(title) for title in titles}
    pairs = ((key_of(woman), key_of(man)) for man, woman in map(forms, titles))
    return {woman: man for woman, man in pairs if woman != man and woman not in named}
