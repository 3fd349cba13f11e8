"""Scores on a small folder shaped like the official archives: what is measured, and what is refused."""

import gzip
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("numba")

from bacasable.privacy.messages import Refused
from bacasable.services.job_advice.engine.coding import TitleCoder, Titled, code_skills
from bacasable.services.job_advice.engine.coding.labels import LabelRanker
from bacasable.services.job_advice.engine.coding.skills import passages_of
from bacasable.services.job_advice.engine.evaluation import evaluate, melo, titles
from bacasable.services.job_advice.engine.evaluation.splits import bucket, half
from bacasable.services.job_advice.engine.evaluation.titles import calibration_error
from bacasable.services.job_advice.engine.referential import Referential

JOBS = [
    ("Boulanger / Boulangère", "D1102"), ("Pâtissier / Pâtissière", "D1104"), ("Barman / Barmaid", "G1801"),
    ("Serveur / Serveuse", "G1803"), ("Conducteur / Conductrice de bus", "N4103"), ("Maçonne", "F1703"),
    ("Infirmier / Infirmière", "J1506"), ("Aide-soignant / Aide-soignante", "J1501"), ("Comptable", "M1203"),
    ("Caissier / Caissière", "D1505"), ("Plombier / Plombière", "F1603"), ("Notaire", "K1901"),
]  # fmt: skip
ADDED = [
    ("Boulanger / Boulangère bio", "D1102"), ("Infirmier / Infirmière scolaire", "J1506"),
    ("Conducteur / Conductrice de bus électrique", "N4103"), ("Assistant / Assistante comptable", "M1203"),
]  # fmt: skip


def _write(folder: Path, name: str, lines: list[str]) -> None:
    (folder / name).write_bytes(gzip.compress("\n".join(lines).encode()))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    old = [f'"{100 + at}","{text}","{text}","{code}"' for at, (text, code) in enumerate(JOBS)]
    header = "code_ogr,libelle_appellation_long,libelle_appellation_court,code_rome"
    _write(tmp_path, "rome347__unix_referentiel_appellation_v347_utf8.csv.gz", [header, *old])
    both = [f'"{100 + at}","{text}","{text}","{code}","{code}","N"' for at, (text, code) in enumerate(JOBS)]
    both += [f'"{500 + at}","{text}","{text}","{code}","{code}","N"' for at, (text, code) in enumerate(ADDED)]
    _write(
        tmp_path,
        "rome460__unix_referentiel_appellation_v460_utf8.csv.gz",
        [f"{header},code_rome_parent,peu_usite", *both],
    )
    rows = [
        (f"RNCP{at}", f"CAP {text.split(' /')[0]} {at % 7}", code) for at, (text, code) in enumerate(JOBS * 8)
    ]
    info = "CodeRNCP;intituleDiplome;date_fin_validite_enregistrement;ActiveInactive;EtatFiche;NiveauEurope;CodeTypeCertif;TypeCertif;AncienneFiche;NouvelleFiche;TypeEnregistrement"  # noqa: E501
    _write(
        tmp_path,
        "rncp__rncp_info.v1.4.csv.gz",
        [info, *(f"{rncp};{title};;ACTIVE;Publiée;niveau3;CAP;CAP;;;droit" for rncp, title, _ in rows)],
    )
    _write(
        tmp_path,
        "rncp__rncp_rome.v1.4.csv.gz",
        ["CodeRNCP;EtatFiche;Rome;libelle;;", *(f"{rncp};Publiée;{code};x;;" for rncp, _, code in rows)],
    )
    return tmp_path


def _with_melo(folder: Path) -> Path:
    _write(folder, "melo__fra__queries.tsv.gz", [f"Q{at}\t{text}" for at, (text, _) in enumerate(JOBS)])
    labels = [text.split(" /")[0].lower() for text, _ in JOBS] + ["chimiste", "astronome"]
    _write(folder, "melo__fra__corpus_elements.tsv.gz", [f"C{at}\t{text}" for at, text in enumerate(labels)])
    _write(folder, "melo__fra__annotations.tsv.gz", [f"Q{at}\t0\tC{at}\t1" for at in range(len(JOBS))])
    _write(folder, "melo__fra__concept_mapping.tsv.gz", [f"C{at}\turi:{at}" for at in range(len(labels))])
    return folder


def test_added_titles_are_coded_by_what_was_there_before(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(titles, "TIMED", 100)
    told = evaluate("titles", folder)
    assert told["intervals"]["top1"]["n"] == len(ADDED)
    assert told["top1"] == 1.0
    assert told["gender_disagreement"] == 0.0
    assert told["learnt_from"]["titles"] == len(JOBS)
    assert any("esco" in note for note in told["notes"])
    assert told["unseen"]["top1"]["n"] + told["seen"]["top1"]["n"] == len(ADDED)


def test_one_version_of_the_titles_is_not_enough(folder: Path) -> None:
    (folder / "rome347__unix_referentiel_appellation_v347_utf8.csv.gz").unlink()
    with pytest.raises(Refused, match="two versions"):
        evaluate("titles", folder)


def test_certifications_of_a_title_are_never_learnt_from_their_twin(folder: Path) -> None:
    told = evaluate("rncp", folder)
    assert told["hit@5"] > 0.8
    assert told["hit@1"] <= told["hit@5"]
    assert told["intervals"]["hit@5"]["n"] + told["learnt_from"]["certifications"] == 8 * len(JOBS)
    assert bucket("rncp:cap boulanger", 10) == bucket("rncp:cap boulanger", 10)


def test_labels_are_ranked_without_the_ties_asked_for(folder: Path) -> None:
    told = melo.evaluate(_with_melo(folder), embedder=None)
    assert told["mrr"] == 1.0
    assert told["embedder"] == "distilled"


def test_labels_that_score_alike_stand_in_a_random_order() -> None:
    assert melo.reciprocal_rank(np.array([1, 1, 1, 0], np.float32), np.array([0])) == 1 / 2
    assert melo.reciprocal_rank(np.array([1, 1, 1, 0], np.float32), np.array([0, 1, 2])) == 1
    assert melo.reciprocal_rank(np.array([3, 2, 1, 0], np.float32), np.array([2])) == 1 / 3


def test_embedded_meaning_counts_where_an_embedder_is_given() -> None:
    coder = TitleCoder.train([Titled(text, (code,), code) for text, code in JOBS])
    words = ["mitron", "pain"]

    def embedder(texts: list[str]) -> np.ndarray:
        return np.array(
            [[any(one in text for one in words), "chimie" in text, 0.1] for text in texts], np.float32
        )

    ranker = LabelRanker(coder, ["métier de la chimie", "métier du pain"], embedder=embedder)
    assert ranker.scores(["mitron"])[0].argmax() == 1


def test_an_unknown_task_and_a_missing_file_are_refused_by_name(folder: Path) -> None:
    with pytest.raises(Refused, match="titles, mobility, rncp, melo"):
        evaluate("guess", folder)
    with pytest.raises(Refused, match="queries"):
        evaluate("melo", folder)


def test_a_line_of_another_shape_is_refused(folder: Path) -> None:
    _write(_with_melo(folder), "melo__fra__queries.tsv.gz", ["Q1\tBoulanger\tone too many"])
    with pytest.raises(Refused, match="2 values a line"):
        melo.evaluate(folder, embedder=None)


def test_halves_are_those_that_were_fixed() -> None:
    assert [half(f"title:{ogr}") for ogr in (404168, 404169, 404170)] == [
        half(f"title:{ogr}") for ogr in (404168, 404169, 404170)
    ]
    share = np.mean([half(f"title:{ogr}") == "unseen" for ogr in range(4000)])
    assert 0.46 < share < 0.54


def test_an_error_of_calibration_is_how_far_said_is_from_right() -> None:
    assert calibration_error(np.array([0.95, 0.95]), np.array([1.0, 1.0])) == pytest.approx(0.05)
    assert calibration_error(np.array([0.9, 0.1]), np.array([0.0, 0.0])) == pytest.approx(0.5)


def test_skills_are_found_with_the_words_that_say_them() -> None:
    referential = Referential.synthetic()
    label = referential.skills.filter(referential.skills["kind"] == "know_how")["label"][0]
    text = f"Pendant trois ans :\n- {label.lower()} ;\n- promenade du dimanche."
    found = code_skills(referential, text)
    assert found[0].label == label
    assert text[found[0].start : found[0].end].lower() == label.lower()
    assert all("promenade" not in text[one.start : one.end] for one in found)
    assert code_skills(referential, "") == []


def test_passages_stand_where_they_say() -> None:
    text = "Tenir une caisse, accueillir des clients et gérer les stocks.\nAnglais courant"
    assert [text[start:end] for start, end in passages_of(text)] == [
        "Tenir une caisse, accueillir des clients et gérer les stocks",
        "Tenir une caisse",
        "accueillir des clients",
        "gérer les stocks",
        "Anglais courant",
    ]
