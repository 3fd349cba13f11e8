"""What every index promises, in memory and on disk."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bacasable.privacy.messages import Refused
from bacasable.services.assistant.engine.retrieval import Embedded, Index, Plain, best_sheets
from bacasable.services.assistant.engine.retrieval.french import words
from bacasable.services.assistant.engine.sheets import EVERYBODY, Access, Block, Filters, Sheet

ALL = frozenset({EVERYBODY})
ANYBODY = Access()


class Bag:
    """An embedder of the tests: a text is the sum of random vectors of its words."""

    name = "bag"
    dimensions = 48

    def queries(self, texts: Sequence[str]) -> np.ndarray:
        return np.array([self._one(text) for text in texts], np.float32).reshape(-1, self.dimensions)

    passages = queries

    def _one(self, text: str) -> np.ndarray:
        total = np.full(self.dimensions, 0.01)
        for word in words(text):
            seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big")
            total += np.random.default_rng(seed).standard_normal(self.dimensions)
        return total / np.linalg.norm(total)


def sheet(id: str, title: str, *paragraphs: str, collection: str = "droit", **more: object) -> Sheet:
    text = "\n".join(paragraphs)
    blocks, start = [], 0
    for at, paragraph in enumerate(paragraphs):
        blocks.append(Block(start, start + len(paragraph), path=(f"Partie {at}",)))
        start += len(paragraph) + 1
    return Sheet(id, collection, title, text, tuple(blocks), **more)  # type: ignore[arg-type]


ACCES = sheet("1", "Le droit d'accès, c'est quoi ?", "Vous pouvez demander une copie de vos données.")
CHEQUE = sheet(
    "2",
    "Fichier des chèques",
    "Le fichier central des chèques (FCC) recense les interdits bancaires.",
    "La levée de l'interdiction prend cinq ans.",
)
CAMERA = sheet(
    "3", "Caméras dans un immeuble", "Le syndic pose des caméras après un vote des copropriétaires."
)
SHEETS = [ACCES, CHEQUE, CAMERA]

Made = Callable[[], Index]


@pytest.fixture(params=["plain", "on disk"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Index:
    return Plain(Bag()) if request.param == "plain" else Embedded(tmp_path, Bag())


def found(index: Index, query: str, access: Access = ANYBODY, **more: object) -> list[str]:
    hits = index.search(query, access=access, **more)  # type: ignore[arg-type]
    return [hit.sheet.id for hit in best_sheets(hits)]


@pytest.mark.parametrize("method", ["hybrid", "lexical", "semantic"])
def test_finds_the_sheet_and_the_passage_that_say_it(index: Index, method: str) -> None:
    index.put(SHEETS, readers=ALL)
    index.embed()
    first = index.search("durée de l'interdiction : levée", access=ANYBODY, method=method)[0]  # type: ignore[arg-type]
    assert first.sheet == CHEQUE
    assert first.text == "La levée de l'interdiction prend cinq ans."


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("c'est quoi le fcc", "2"),
        ("FCC", "2"),
        ("camera de l'imeuble", "3"),
        ("DROIT D'ACCES", "1"),
        ("copropriétaire vote", "3"),
    ],
)
def test_acronyms_accents_case_endings_and_slips_do_not_matter(
    index: Index, query: str, expected: str
) -> None:
    index.put(SHEETS, readers=ALL)
    assert found(index, query, method="lexical")[0] == expected


def test_sheets_are_found_by_words_before_they_have_vectors(index: Index) -> None:
    index.put(SHEETS, readers=ALL)
    assert found(index, "caméras")[0] == "3"
    assert index.embed(1) == 2
    assert index.embed() == 0
    assert index.search("caméras", access=ANYBODY)[0].similarity is not None


def test_vectors_known_beforehand_are_completed_not_computed_again(index: Index) -> None:
    bag = Bag()
    known = {"1": bag.queries(["droit"]), "2": None, "3": bag.queries([""] * 7)}
    index.put(SHEETS, readers=ALL, vectors=lambda one: known[one.id])
    found(index, "droit")
    assert index.embed() == 0
    assert set(found(index, "droit d'accès", method="semantic")) == {"1", "2", "3"}


@pytest.mark.parametrize("method", ["hybrid", "lexical", "semantic"])
def test_nobody_finds_what_another_group_reads(index: Index, method: str) -> None:
    secret = sheet("9", "Barème secret des chèques", "Le barème secret des chèques.", collection="interne")
    index.put(SHEETS, readers=ALL)
    index.put([secret], readers=frozenset({"agents"}))
    index.embed()
    for access in (ANYBODY, Access(frozenset({"autres"}))):
        assert "9" not in found(index, "barème secret chèques", access, method=method)
        assert index.sheet("interne", "9", access) is None
        assert not found(index, "barème", access, filters=Filters(frozenset({"interne"})), method=method)
    agents = Access(frozenset({"agents"}))
    assert found(index, "barème secret chèques", agents, method=method)[0] == "9"
    assert index.sheet("interne", "9", agents) == secret
    index.admit("interne", frozenset())
    assert "9" not in found(index, "barème secret chèques", agents, method=method)


def test_a_few_readable_sheets_are_found_among_many_that_are_not(index: Index) -> None:
    crowd = [
        sheet(str(at), f"Chèques {at}", "Les chèques, encore.", collection="interne") for at in range(150)
    ]
    index.put(crowd, readers=frozenset({"agents"}))
    index.put([CHEQUE], readers=ALL)
    index.embed()
    assert found(index, "chèques") == ["2"]
    assert found(index, "chèques", method="semantic") == ["2"]


def test_filters_narrow_by_collection_audience_and_day(index: Index) -> None:
    both = [
        sheet("a", "Aide au vélo", "Une aide au vélo.", audience=("particuliers",), dated=date(2020, 5, 1)),
        sheet("b", "Aide au vélo", "Une aide au vélo.", audience=("professionnels",), dated=date(2024, 5, 1)),
        sheet("c", "Aide au vélo", "Une aide au vélo.", collection="autre"),
    ]
    index.put(both, readers=ALL)
    index.embed()
    for method in ("hybrid", "lexical", "semantic"):
        narrowed = {
            Filters(frozenset({"autre"})): {"c"},
            Filters(audience=frozenset({"particuliers"})): {"a", "c"},
            Filters(since=date(2024, 5, 1)): {"b"},
            Filters(since=date(2025, 1, 1)): set(),
        }
        for filters, expected in narrowed.items():
            assert set(found(index, "aide vélo", filters=filters, method=method)) == expected


def test_an_import_tells_what_changed_and_what_is_gone_is_not_found(index: Index) -> None:
    assert index.put(SHEETS, readers=ALL)[:3] == (3, 0, 0)
    assert index.put(SHEETS, readers=ALL)[:3] == (0, 0, 3)
    index.embed()
    changed = sheet("3", "Portiers", "Un portier surveille la porte.")
    done = index.replace("droit", [ACCES, changed], ALL)
    assert (done.added, done.changed, done.unchanged, done.removed) == (0, 1, 1, 1)
    assert found(index, "caméras syndic copropriétaires", method="lexical") == []
    assert found(index, "portier")[0] == "3"
    assert index.sheet("droit", "2", ANYBODY) is None
    assert index.remove("droit", ["1", "absent"]) == 1
    assert [(one.name, one.sheets) for one in index.collections()] == [("droit", 1)]
    assert index.remove("droit") == 1
    assert index.collections() == [] and found(index, "portier") == []


@pytest.mark.parametrize(
    "query", ["", "   ", "?", "de la", "\0", '") OR 1=1 --', "é" * 5000, "title:(a AND", "🙂"]
)
def test_any_text_is_a_question(index: Index, query: str) -> None:
    index.put(SHEETS, readers=ALL)
    index.embed()
    index.search(query, access=ANYBODY)


WORDS = ["droit", "accès", "chèque", "banque", "caméra", "immeuble", "syndic", "vote", "copie"]


@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=6),
    st.sets(st.sampled_from(["g1", "g2"])),
)
def test_the_index_on_disk_finds_what_the_plain_one_finds(
    tmp_path_factory: pytest.TempPathFactory, said: list[str], groups: set[str]
) -> None:
    on_disk, plain = Embedded(tmp_path_factory.mktemp("index"), Bag()), Plain(Bag())
    for index in (on_disk, plain):
        index.put(SHEETS, readers=frozenset({"g1"}))
        index.put([sheet("x", "Vote du syndic", "Le vote.", collection="b")], readers=frozenset({"g2"}))
        index.embed()
    for method in ("hybrid", "semantic"):
        ours, theirs = (
            one.search(" ".join(said), access=Access(frozenset(groups)), method=method)
            for one in (on_disk, plain)
        )
        assert {(hit.sheet.id, hit.passage.number) for hit in ours} == {
            (hit.sheet.id, hit.passage.number) for hit in theirs
        }
        assert [hit.score for hit in ours] == pytest.approx([hit.score for hit in theirs], abs=0.35)


def test_an_index_without_a_model_refuses_to_compute_vectors() -> None:
    with pytest.raises(Refused, match="without a model"):
        Plain().embed()


@pytest.mark.parametrize("title", ["", "F1", "--"])
def test_a_sheet_without_a_title_is_found_by_how_it_begins(index: Index, title: str) -> None:
    begins = sheet("F1", title, "La carte grise se demande en ligne.", *["Le prix dépend de la région."] * 12)
    speaks = sheet("F2", "", *["Le prix dépend de la région."] * 12, "La carte grise et la carte bancaire.")
    others = [sheet(f"G{at}", "", f"Le sujet {at} est autre, ou presque.") for at in range(8)]
    index.put([speaks, begins, *others], readers=ALL)
    assert found(index, "carte grise", method="lexical", limit=40)[:2] == ["F1", "F2"]


def test_the_summary_of_a_sheet_without_a_title_is_searched(index: Index) -> None:
    told = sheet("F1", "", "Le prix dépend de la région.", summary="Carte grise")
    index.put([told, CAMERA], readers=ALL)
    assert found(index, "carte grise", method="lexical") == ["F1"]
