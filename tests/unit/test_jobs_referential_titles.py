"""Both forms of a title, and the format that leads from the ROME to families of occupations."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bacasable.services.job_advice.engine.referential import forms
from bacasable.services.job_advice.engine.referential.cleaning import cleaned
from bacasable.services.job_advice.engine.referential.crosswalks import sas_format

PAIRS = [
    ("Conducteur", "Conductrice"),
    ("Agent", "Agente"),
    ("Chauffeur-livreur", "Chauffeuse-livreuse"),
    ("Chef adjoint", "Cheffe adjointe"),
    ("Ouvrier forestier", "Ouvrière forestière"),
    ("Maçon-carreleur", "Maçonne-carreleuse"),
    ("Éleveur", "Éleveuse"),
]
RESTS = ["", "d'engins agricoles", "en prêt-à-porter", "export", "de la route", "- jeux vidéo", "(H/F)"]


@given(st.sampled_from(PAIRS), st.sampled_from(RESTS))
@settings(max_examples=30)
def test_what_follows_belongs_to_both_forms(pair: tuple[str, str], rest: str) -> None:
    masculine, feminine = pair
    assert forms(f"{masculine} / {feminine} {rest}") == (
        f"{masculine} {rest}".strip(),
        f"{feminine} {rest}".strip(),
    )


@given(st.text(max_size=40))
@settings(max_examples=60)
def test_every_title_has_two_forms_and_one_without_a_bar_is_itself(title: str) -> None:
    masculine, feminine = forms(title)
    if " / " not in title:
        assert masculine == feminine == " ".join(title.split())
    else:
        words = set(title.split())
        assert set(masculine.split()) <= words and set(feminine.split()) <= words


@pytest.mark.parametrize(
    ("title", "masculine", "feminine"),
    [
        ("Responsable commercial / commerciale export", "Responsable commercial export", None),
        ("Rédacteur en chef adjoint / Rédactrice en chef adjointe", "Rédacteur en chef adjoint", None),
        ("Steward / Hôtesse de l'air", "Steward de l'air", "Hôtesse de l'air"),
        ("Layout man / Layout woman", "Layout man", "Layout woman"),
        ("Comptable", "Comptable", "Comptable"),
        ("Responsable plate-forme expédition / Livraison", None, None),
    ],
)
def test_titles_as_they_are_written(title: str, masculine: str | None, feminine: str | None) -> None:
    made = forms(title)
    assert made[0] == (masculine or title)
    if feminine:
        assert made[1] == feminine
    elif masculine is None:
        assert made[0] == made[1]
    else:
        assert made[1] == masculine.replace("commercial", "commerciale").replace(
            "Rédacteur", "Rédactrice"
        ).replace("adjoint", "adjointe")


occupation = st.from_regex(r"[A-N][1-5]\d{3}", fullmatch=True)
family = st.from_regex(r"[A-X]\d[A-Z]\d{2}", fullmatch=True)


@given(
    st.lists(
        st.tuples(
            st.lists(st.tuples(occupation, st.sampled_from(["", "0", "7"])), min_size=1, max_size=6), family
        ),
        max_size=8,
    ),
    st.sampled_from(["\t", " ", "      "]),
)
@settings(max_examples=40)
def test_a_sas_format_is_read_back_as_it_was_written(
    lines: list[tuple[list[tuple[str, str]], str]], space: str
) -> None:
    body = "\n".join(
        ",".join(f'"{code}{qualification}"' for code, qualification in values)
        + f'{space}={space}"{becomes}"'
        + (";" if at == len(lines) - 1 else "")
        for at, (values, becomes) in enumerate(lines)
    )
    before = '/* a comment, "A1101" = "not read" */\nproc format ;\nvalue $FAP9RSQ'
    text = f'{before}\n{body}\n Other = "ZZZZZ";\nrun;'
    pairs, wrong = sas_format(text)
    assert pairs == [(*value, becomes) for values, becomes in lines for value in values]
    assert wrong == []


def test_a_line_that_is_no_line_of_the_format_is_refused_by_its_number() -> None:
    pairs, wrong = sas_format('"A1101" = "A0Z43"\n"A11" = "A0Z43"\n"A1102" "A0Z43"\n"A1103" = "rien"\n')
    assert pairs == [("A1101", "", "A0Z43")]
    assert wrong == [2, 3, 4]


def test_control_characters_of_the_archives_are_read_as_what_they_stood_for() -> None:
    told = [
        "METIERS DE LA MODE-V\xca\x8aTEMENT FLOU (CAP)",
        "BOULANGER-P\xc2\x82TISSIER (BAC PRO)",
        "MANAGEMENT DU SYST\x88ME D'INFORMATION",
        "CAP gros \x9cuvre",
        "en France et à l\x92'étranger",
        "Master \nDomaine : SCIENCES\tet SANTE\x00",
        "Élève\xa0: inchangé",
        None,
    ]
    assert cleaned(pl.Series(told)).to_list() == [
        "METIERS DE LA MODE-VÊTEMENT FLOU (CAP)",
        "BOULANGER-PÂTISSIER (BAC PRO)",
        "MANAGEMENT DU SYSTÈME D'INFORMATION",
        "CAP gros œuvre",
        "en France et à l'étranger",
        "Master Domaine : SCIENCES et SANTE",
        "Élève\xa0: inchangé",
        None,
    ]
