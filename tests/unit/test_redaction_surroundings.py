"""Numbers that no key proves and no listed word announces: their form and all the words around tell them."""

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bacasable.privacy.redaction import kernel
from bacasable.privacy.redaction.identifiers import context, recognise, surroundings
from bacasable.privacy.redaction.spans import Span
from bacasable.privacy.redaction.types import registry
from tests.factories.identifier_layouts import cases
from tests.factories.identifier_values import KINDS

TOLD = [
    ("La caisse m'a ouvert un dossier d'allocations, le 1234567 P, en mars.", "1234567 P", "CAF"),
    ("Ma conseillère de l'agence m'a inscrit comme chômeur, le 12345678 est à rappeler.", "12345678", "FT"),
    ("La pièce enregistrée lors de l'inscription est la KGNNBT172.", "KGNNBT172", "ID_CARD"),
    (
        "Elle est guinéenne ; la préfecture confirme, 9912345678 jusqu'en mai.",
        "9912345678",
        "RESIDENCE_PERMIT",
    ),
    ("sur l'étiquette de la box c'est b2745dd64f58", "b2745dd64f58", "MAC"),
    ("Passager : DIALLO Fatou, 24MQ25885, vol de Dakar", "24MQ25885", "PASSPORT"),
    ("Témoin : Léa Morel, 0465713948, douleur au poignet.", "0465713948", "PHONE"),
]


@pytest.mark.parametrize(("text", "value", "kind"), TOLD)
def test_what_surrounds_a_number_tells_its_type(text: str, value: str, kind: str) -> None:
    assert [(text[one.start : one.end], one.type) for one in recognise(text, registry())] == [(value, kind)]


@pytest.mark.parametrize(
    "text",
    [
        "Facture 87654321 du 3 mars, à régler avant le 30.",
        "La ville compte 12345678 habitants",
        "commit 1a2b3c4, voir https://forge.example/12345678/diff",
        "2015 2016 2017",
        "le fichier 12345678.pdf",
        "Compteur d'eau n° 23456789, index 1204",
    ],
)
def test_numbers_of_nobody_are_left(text: str) -> None:
    assert recognise(text, registry()) == []


def test_strict_search_asks_only_for_proofs() -> None:
    assert recognise(TOLD[0][0], registry(), strict=True) == []


def test_a_type_that_is_switched_off_is_not_told(tmp_path) -> None:
    pack = tmp_path / "pack.toml"
    pack.write_text("[types.CAF]\nenabled = false\n", encoding="utf-8")
    assert recognise(TOLD[0][0], registry(pack)) == []


def test_a_word_of_another_type_right_before_is_believed() -> None:
    text = "numéro étudiant : 13788482, inscrite en master"
    assert [one.type for one in recognise(text, registry())] == ["INE"]


def test_weights_of_another_version_are_refused() -> None:
    packed = surroundings.resources.files(surroundings.__package__).joinpath("surroundings.bin").read_bytes()
    with pytest.raises(ValueError, match=r"announced\.py"):
        surroundings.Weights(surroundings.zlib.compress(surroundings.zlib.decompress(packed)[:-9]))


def _both(text: str) -> tuple[list[Span], list[Span]]:
    types = registry()
    contexts = context.contexts_of(types)
    found = recognise(text, types, surrounded=False)
    reading = context.Reading(text)
    return (
        surroundings.with_surroundings(text, context.announcements(contexts, reading), found),
        surroundings.with_surroundings(text, context.Announcements(contexts, reading), found),
    )


@pytest.mark.skipif(kernel.built is None, reason="the kernel was not built: make install")
@settings(max_examples=80, deadline=None)
@given(
    st.integers(0, 2**32),
    st.lists(st.tuples(st.floats(0, 1), st.sampled_from("\n ;|.-/(),_@+%9Ab é’½œ\u00a0\u0301")), max_size=8),
)
def test_kernel_and_python_tell_the_same(seed: int, changes: list[tuple[float, str]]) -> None:
    rng = random.Random(seed)
    kinds = rng.sample(sorted(KINDS), 2)
    text = "\n".join(rng.choice(cases(kind, seed=seed, repeats=1))[1].text for kind in kinds)
    text += " " + rng.choice(TOLD)[0]
    for place, sign in changes:
        at = int(place * len(text))
        text = text[:at] + sign + text[at + rng.randint(0, 2) :]
    compiled, python = _both(text)
    assert compiled == python
    assert python == sorted(python)
    assert all(before.end <= after.start for before, after in pairwise(python))
