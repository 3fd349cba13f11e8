"""Titles that people type reach the occupation they mean, in either gender, with a slip, or none at all."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("numba")

from bacasable.privacy.messages import Refused
from bacasable.services.job_advice.engine.coding import TitleCoder, Titled
from bacasable.services.job_advice.engine.coding.neutral import key_of, key_of_typed
from bacasable.services.job_advice.engine.coding.spelling import Spelling
from bacasable.services.job_advice.engine.referential import forms

#: Groups, their occupations, and titles as a referential writes them.
TITLES = [
    ("Boulanger / Boulangère", "Z11", "Z1101"),
    ("Aide boulanger / Aide boulangère", "Z11", "Z1101"),
    ("Pâtissier / Pâtissière", "Z11", "Z1102"),
    ("Chocolatier / Chocolatière", "Z11", "Z1102"),
    ("Conducteur / Conductrice de poids lourd", "Z21", "Z2101"),
    ("Chauffeur / Chauffeuse de semi-remorque", "Z21", "Z2101"),
    ("Conducteur / Conductrice de bus", "Z22", "Z2201"),
    ("Machiniste de bus", "Z22", "Z2201"),
    ("Infirmier / Infirmière diplômé d'État", "Z31", "Z3101"),
    ("Infirmier / Infirmière de bloc opératoire", "Z31", "Z3101"),
    ("Aide-soignant / Aide-soignante", "Z32", "Z3201"),
    ("Vendeur / Vendeuse en prêt-à-porter", "Z41", "Z4101"),
    ("Vendeur / Vendeuse en boulangerie", "Z41", "Z4102"),
    ("Maître / Maîtresse d'hôtel", "Z51", "Z5101"),
    ("Barman / Barmaid", "Z51", "Z5102"),
    ("Développeur / Développeuse informatique", "Z61", "Z6101"),
    ("Directeur / Directrice des ressources humaines", "Z71", "Z7101"),
    ("Chargé / Chargée de recrutement", "Z71", "Z7102"),
]


@pytest.fixture(scope="module")
def coder() -> TitleCoder:
    return TitleCoder.train([Titled(text, (group,), code) for text, group, code in TITLES])


def test_every_title_of_the_referential_is_its_own_occupation_in_both_genders(coder: TitleCoder) -> None:
    for text, _, code in TITLES:
        masculine, feminine = forms(text)
        coded = coder.code([text, masculine, feminine])
        assert [found[0] for found in coded.codes] == [code] * 3, text
        assert coded.scores[0, 0] > 0.9


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("CDI boulangère H/F", "Z1101"),
        ("BOULANGER(ÈRE)", "Z1101"),
        ("patissier·e", "Z1102"),
        ("aide soignante", "Z3201"),
        ("chauffeur PL", "Z2101"),
        ("conductrice SPL", "Z2101"),
        ("IDE", "Z3101"),
        ("dev web", "Z6101"),
        ("DRH", "Z7101"),
        ("boulnager", "Z1101"),
        ("conductrce de bus", "Z2201"),
        ("Infirmière de bloc, temps plein, 3 ans d'expérience", "Z3101"),
        ("vendeuse pret a porter (F/H)", "Z4101"),
    ],
)
def test_what_people_type_reaches_the_occupation(coder: TitleCoder, typed: str, code: str) -> None:
    assert coder.code([typed]).codes[0][0] == code


@pytest.mark.parametrize(
    "typed", ["", "   ", "???", "12/03/2024", "azertyuiop", "bonjour", "\0", "日本語", "🙂"]
)
def test_a_text_that_is_no_title_is_declined(coder: TitleCoder, typed: str) -> None:
    coded = coder.code([typed])
    assert coded.abstains[0]
    assert coded.why[0] == "no_title"


def test_a_vague_title_abstains_with_its_candidates(coder: TitleCoder) -> None:
    coded = coder.code(["conducteur"])
    assert {"Z2101", "Z2201"} <= set(coded.codes[0])
    assert coded.scores[0].sum() <= 1.0001
    assert (np.diff(coded.scores[0]) <= 1e-6).all()


def test_no_more_candidates_than_asked_for_and_none_twice(coder: TitleCoder) -> None:
    coded = coder.code(["vendeuse en boulangerie", "barmaid"], k=3)
    assert coded.scores.shape == (2, 3)
    for found in coded.codes:
        assert len(found) == len(set(found)) <= 3


def test_one_title_named_twice_gives_both_occupations() -> None:
    titles = [
        Titled("Agent / Agente de quai", ("Z1",), "Z11"),
        Titled("Agent / Agente de quai", ("Z2",), "Z21"),
    ]
    coded = TitleCoder.train(titles).code(["agente de quai"])
    assert set(coded.codes[0][:2]) == {"Z11", "Z21"}


def test_other_wordings_lead_to_the_group_without_being_occupations() -> None:
    titles = [Titled(text, (group,), code) for text, group, code in TITLES]
    other = [
        Titled("Roulier de nuit", ("Z21",), None, 1.0),
        Titled("CAP boulangerie viennoiserie", ("Z11",), None, 0.5),
    ]
    coder = TitleCoder.train(titles + other)
    assert coder.code(["roulier"]).codes[0][0] == "Z2101"
    assert coder.sources == {"titles": len(titles), "other": 2}


def test_it_is_the_same_with_the_same_seed_and_after_a_file(coder: TitleCoder, tmp_path: Path) -> None:
    again = TitleCoder.train([Titled(text, (group,), code) for text, group, code in TITLES])
    again.save(tmp_path)
    read = TitleCoder.load(tmp_path)
    asked = ["boulangerie", "serveuse", "chauffeur de bus"]
    for one in (again, read):
        assert one.code(asked).codes == coder.code(asked).codes
        assert np.allclose(one.code(asked).scores, coder.code(asked).scores, atol=1e-6)


def test_a_coder_of_other_tables_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no trained coder"):
        TitleCoder.load(tmp_path)
    TitleCoder.train([Titled("Mime", ("Z1",), "Z11")], version="one").save(tmp_path)
    assert TitleCoder.load(tmp_path, "one").code(["mime"]).codes[0] == ["Z11"]
    with pytest.raises(Refused, match="other tables"):
        TitleCoder.load(tmp_path, "another")
    (tmp_path / "titles.npz").write_bytes(b"PK\3\4 cut")
    with pytest.raises(Refused):
        TitleCoder.load(tmp_path)


def test_nothing_to_learn_from_is_refused() -> None:
    with pytest.raises(Refused, match="import its table"):
        TitleCoder.train([Titled("Mime", ("Z1",))])


_ENDINGS = [
    ("eur", "euse"), ("teur", "trice"), ("ier", "ière"), ("ien", "ienne"), ("é", "ée"), ("ant", "ante"),
    ("if", "ive"), ("eux", "euse"), ("el", "elle"), ("er", "ère"), ("on", "onne"), ("al", "ale"),
    ("ais", "aise"),
]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    st.text("bcdfglmnprtv", min_size=2, max_size=5).filter(lambda root: root[-1] not in "lnst"),
    st.sampled_from(_ENDINGS),
    st.sampled_from(["", " de bus", " en boulangerie", " (H/F)", " CDI"]),
)
def test_both_forms_of_any_title_get_one_code(
    coder: TitleCoder, root: str, endings: tuple[str, str], rest: str
) -> None:
    masculine, feminine = (f"{root}a{root[0]}{ending}{rest}" for ending in endings)
    one = coder.code([masculine, feminine])
    assert one.codes[0] == one.codes[1]
    assert np.allclose(one.scores[0], one.scores[1])


def test_keys_have_neither_gender_nor_number_nor_accents() -> None:
    assert key_of("Chargé / Chargée d'études") == key_of("CHARGEES D’ETUDES") == key_of("Chargé(e) d'étude")
    assert key_of("Responsable commercial / commerciale export") == key_of("Responsable commerciale export")
    assert key_of("Cheffe de chœur") == key_of("chef de choeur")


def test_a_word_that_the_referential_uses_is_not_taken_for_an_abbreviation() -> None:
    assert key_of_typed("tech produit", frozenset(), str) == "technicien produit"
    assert key_of_typed("tech produit", frozenset({"tech", "produit"}), str) == "tech produit"


def test_a_slip_is_undone_and_a_known_word_is_kept() -> None:
    spelling = Spelling({"boulanger": 9, "boucher": 5, "coucher": 1})
    assert [spelling.corrected(one) for one in ("boulnager", "bolanger", "boulangerr", "boulamger")] == [
        "boulanger"
    ] * 4
    assert spelling.corrected("boucher") == "boucher"
    assert spelling.corrected("zoucher") == "boucher"
    assert spelling.corrected("xyz") == "xyz"
