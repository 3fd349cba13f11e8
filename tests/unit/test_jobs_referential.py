"""Importing the archives of trades: what is read, refused, missing, and left as it was."""

import gzip
import json
import zipfile
from pathlib import Path

import pytest

from bacasable.privacy.messages import Refused
from bacasable.services.job_advice.engine.referential import Referential, import_archives, importing, reading

V4 = {
    "unix_referentiel_code_rome_v460_utf8.csv": """\
"code_rome","libelle_rome","transition_eco","emploi_cadre","code_rome_parent"
"Q1101","Jardinier / Jardinière","Emploi Vert","N","Q1100"
"Q1102","Semeur / Semeuse","Emploi Blanc","","Q1100"
"Q2","Trop court","","","Q1100"
"Q1101","Encore / Encore","","","Q1100"
""",
    "unix_referentiel_appellation_v460_utf8.csv": """\
"code_ogr","libelle_appellation_long","libelle_appellation_court","code_rome","classification","peu_usite"
"1","Jardinier / Jardinière de parc","Jardinier / Jardinière","Q1101","PRINCIPALE","N"
"2","Semeur / Semeuse à la volée","Semeur / Semeuse","Q1102","SYNONYME","O"
"3","Perdu / Perdue","Perdu / Perdue","Q9999","SYNONYME","N"
"x","Sans numéro","Sans numéro","Q1101","SYNONYME","N"
"4","Une valeur","de trop","Q1101","SYNONYME","N","en plus","et encore"
""",
    "unix_referentiel_competence_v460_utf8.csv": """\
"code_ogr","nature","libelle_competence","cat_comp"
"10","Compétence","Tailler une haie","Savoir-faire"
"11","Macro-compétence","Travailler en équipe","Savoir-être professionnel"
""",
    "unix_liens_rome_referentiels_v460_utf8.csv": """\
"code_rome","code_compo_bloc","code_rubrique","code_ogr"
"Q1101","5","1","10"
"Q1102","5","2","11"
"Q1102","5","1","77"
"Q1101","6","","20"
""",
    "unix_coherence_item_v460_utf8.csv": """\
"code_rome","code_ogr","coeur_metier"
"Q1101","10","Principale"
""",
    "unix_referentiel_contexte_travail_v460_utf8.csv": """\
"code_ogr","libelle_cont_travail","code_type_cont_trav","libelle_type_cont_trav"
"20","Travail de nuit","2","Horaires et durée du travail"
""",
    "unix_rubrique_mobilite_v460_utf8.csv": """\
"code_rome","code_rome_cible","numero_ordre"
"Q1101","Q1102","1"
"Q1101","Q1101","2"
""",
}
V3 = {
    "unix_referentiel_code_rome_v347_utf8.csv": '"code_rome","libelle_rome"\n"Q1100","Jardins et semis"\n',
    "unix_referentiel_appellation_v347_utf8.csv": (
        '"code_ogr","libelle_appellation_long","libelle_appellation_court","code_rome"\n'
        '"1","Jardinier / Jardinière de parc","Jardinier / Jardinière","Q1100"\n'
    ),
}
RNCP = {
    "rncp_info.v1.4.csv": (
        "CodeRNCP;intituleDiplome;date_fin_validite_enregistrement;ActiveInactive;NiveauEurope;NouvelleFiche\n"
        "RNCP1;Métiers de l''arbre;8/31/16;INACTIVE;niveau4;RNCP2\n"
        "RNCP2;Métiers de l'arbre;;ACTIVE;niveau4;\n"
    ),
    "rncp_rome.v1.4.csv": "CodeRNCP;EtatFiche;Rome;libelle;;\nRNCP1;;Q1100;Jardins;;\nRNCP1;;Q5555;Rien;;\n",
    "rncp_blocs_competences.v1.4.csv": "CodeRNCP;numero_bloc;intitule;;\nRNCP2;RNCP2BC01;Tailler;;\n",
}


def _folder(at: Path, *sets: dict[str, str], prefix: str = "") -> Path:
    at.mkdir(exist_ok=True)
    for files in sets:
        for name, text in files.items():
            encoding = "cp1252" if name.startswith("rncp") else "utf-8-sig"
            (at / f"{prefix}{name}.gz").write_bytes(gzip.compress(text.encode(encoding)))
    return at


@pytest.fixture
def base(tmp_path: Path) -> Path:
    import_archives(_folder(tmp_path / "in", V4, RNCP), tmp_path / "base")
    return tmp_path / "base"


def test_the_tables_of_rome_4_are_read_with_their_version_and_date(base: Path) -> None:
    told = Referential.open(base)
    assert told.occupations.select("code", "parent", "green", "managerial").rows() == [
        ("Q1101", "Q1100", True, False),
        ("Q1102", "Q1100", False, None),
    ]
    titles = told.titles.select("ogr", "masculine", "feminine", "rarely_used", "is_main")
    assert titles.row(0) == (1, "Jardinier de parc", "Jardinière de parc", False, True)
    assert titles.row(1)[3:] == (True, False)
    assert told.skills["kind"].to_list() == ["know_how", "soft"]
    assert told.occupation_skills.toarray().tolist() == [[1, 0], [0, 1]]
    assert told.core_skills.toarray().tolist() == [[1, 0], [0, 0]]
    assert told.contexts.toarray().tolist() == [[1], [0]]
    assert told.context_labels["hours"].to_list() == ["night"]
    assert told.mobilities.select("code", "target").rows() == [("Q1101", "Q1102")]
    cited = told.row("mobilities", "Q1101 Q1102")
    assert (cited.version, cited.date) == ("4.60", "2025-09-18")
    assert told.label_of("Q1101") == "Jardinier / Jardinière"
    assert not told.is_synthetic


def test_what_is_refused_is_told_by_line_and_what_is_missing_by_what_it_switches_off(tmp_path: Path) -> None:
    report = import_archives(_folder(tmp_path / "in", V4), tmp_path / "base")
    first = {(one.file.split("_v460")[0], tuple(one.first)) for one in report.refused}
    assert first == {
        ("unix_referentiel_code_rome", (4,)),
        ("unix_referentiel_code_rome", (5,)),
        ("unix_referentiel_appellation", (6,)),
        ("unix_referentiel_appellation", (5,)),
        ("unix_referentiel_appellation", (4,)),
        ("unix_liens_rome_referentiels", (4,)),
        ("unix_rubrique_mobilite", (3,)),
    }
    assert all(one.count == 1 for one in report.refused)
    absences = {one.key: one.absence for one in report.missing}
    assert "tension" in absences["tensions"] and "training" in absences["certifications"]
    assert {"skills", "titles"}.isdisjoint(absences)
    json.dumps(report.as_json())


def test_certifications_join_rome_4_through_the_parent_and_follow_what_replaces_them(base: Path) -> None:
    told = Referential.open(base)
    leads = told.certification_occupations.select("rncp", "parent", "code").rows()
    assert leads == [(rncp, "Q1100", code) for rncp in ("RNCP1", "RNCP2") for code in ("Q1101", "Q1102")]
    certifications = told.certifications.select("title", "level", "active", "until").rows()
    assert certifications[0][:3] == ("Métiers de l'arbre", 4, False)
    assert certifications[0][3].isoformat() == "2016-08-31"
    assert told.blocks["title"].to_list() == ["Tailler"]


def test_the_rncp_of_each_day_is_read_from_its_zip_and_an_older_kit_only_adds(tmp_path: Path) -> None:
    daily = {
        "Standard": (
            "Id_Fiche;Numero_Fiche;Intitule;Abrege_Libelle;Abrege_Intitule;Nomenclature_Europe_Niveau;"
            "Date_Fin_Enregistrement;Actif\n"
            "1;RNCP7;Jardinier;TP;Titre professionnel;NIV3;31/12/2028;ACTIVE\n"
            "2;RNCP8;Semeur;TP;Titre professionnel;NIV4;;ACTIVE\n"
        ),
        "Rome": "Numero_Fiche;Codes_Rome_Code;Codes_Rome_Libelle\nRNCP7;Q1100;x\nRNCP8;Q1102;x\n",
        "Blocs_De_Comp\u0102\u0160tences": (
            "Numero_Fiche;Bloc_Competences_Code;Bloc_Competences_Libelle\nRNCP7;RNCP7BC01;Tailler\n"
        ),
        "VoixdAccès": "Numero_Fiche;Si_Jury\nRNCP7;Par expérience\n",
    }
    source = _folder(tmp_path / "in", V4, RNCP)
    with zipfile.ZipFile(source / "export-fiches-csv-2026-07-10.zip", "w") as archive:
        for name, text in daily.items():
            archive.writestr(f"export_fiches_CSV_{name}_2026_07_09.csv", text)
    (source / "Kit_apprentissage_20231218.csv").write_text(
        "Code_Diplome;Intitulé diplôme (DEPP);Code_RNCP;Niveau fiche RNCP;Date d'échéance de la fiche RNCP;"
        "Fiche ACTIVE/INACTIVE\n"
        "1;JARDINIER;RNCP7;Niveau 3;01/01/2024;INACTIVE\n2;AUTRE;RNCP6;Niveau 3;01/01/2024;INACTIVE\n",
        encoding="utf-8-sig",
    )
    report = import_archives(source, tmp_path / "base")
    told = Referential.open(tmp_path / "base")
    assert told.certifications.select("rncp", "level", "active").rows() == [
        ("RNCP6", 3, False),
        ("RNCP7", 3, True),
        ("RNCP8", 4, True),
    ]
    assert told.row("certifications", "RNCP7").date == "2026-07-09"
    assert told.row("certifications", "RNCP6").date == "2023-12-18"
    # A parent in ROME v3 leads to all of its occupations, an occupation of ROME 4.0 to itself.
    assert told.certification_occupations.select("rncp", "code").rows() == [
        ("RNCP7", "Q1101"),
        ("RNCP7", "Q1102"),
        ("RNCP8", "Q1102"),
    ]
    assert told.blocks["title"].to_list() == ["Tailler"]
    assert told.ways_in.rows() == [("RNCP7", "Par expérience", "Par expérience")]
    assert {"certifications", "blocks", "ways_in"}.isdisjoint({one.key for one in report.missing})


@pytest.mark.parametrize("shape", ["prefixed", "zip", "plain"])
def test_a_folder_a_zip_and_prefixed_names_give_the_same_tables(
    tmp_path: Path, base: Path, shape: str
) -> None:
    source = _folder(tmp_path / "other", V4, RNCP, prefix="rome460__" if shape == "prefixed" else "")
    if shape == "zip":
        with zipfile.ZipFile(tmp_path / "RefRomeCsv.zip", "w") as archive:
            for name, text in V4.items():
                archive.writestr(f"dossier/{name}", text.encode("utf-8-sig"))
            for name, text in RNCP.items():
                archive.writestr(name, text.encode("cp1252"))
        source = tmp_path / "RefRomeCsv.zip"
    if shape == "plain":
        for packed in source.iterdir():
            packed.with_suffix("").write_bytes(gzip.decompress(packed.read_bytes()))
            packed.unlink()
    import_archives(source, tmp_path / "again")
    assert Referential.open(tmp_path / "again").version == Referential.open(base).version


def test_the_newest_whole_version_is_read_and_the_older_ones_are_set_aside(tmp_path: Path) -> None:
    newer = {"unix_referentiel_code_rome_v470_utf8.csv": '"code_rome","libelle_rome"\n"Q1","x"\n'}
    report = import_archives(_folder(tmp_path / "in", V4, V3, newer), tmp_path / "base")
    assert [one.version for one in report.sources] == ["4.60"]
    assert len(report.set_aside) == 3


def test_rome_3_alone_is_accepted_and_said(tmp_path: Path) -> None:
    report = import_archives(_folder(tmp_path / "in", V3), tmp_path / "base")
    told = Referential.open(tmp_path / "base")
    assert any("older ROME" in note for note in told.notes) and report.notes
    assert told.occupations["parent"].to_list() == ["Q1100"]
    assert told.occupation_skills.shape == (1, 0)
    assert {"skills", "contexts", "mobilities"} <= {one.key for one in told.missing}
    labour = told.labour("Q1100", "29")
    assert labour.tension is None and labour.family is None and not labour.rows
    assert told.sessions.height == told.events.height == 0


def test_an_import_that_dies_leaves_the_old_base_whole(
    tmp_path: Path, base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = Referential.open(base).version
    (base / "coding").mkdir()

    def full(*_args: object, **_keywords: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(importing.json, "dumps", full)
    with pytest.raises(Refused, match="untouched"):
        import_archives(_folder(tmp_path / "three", V3), base)
    monkeypatch.undo()
    told = Referential.open(base)
    assert told.version == before and told.occupations.height == 2
    import_archives(_folder(tmp_path / "three", V3), base)
    assert Referential.open(base).occupations.height == 1
    assert not (base / "coding").exists()  # trained on tables that are no longer these
    assert told.skills.height == 2  # what was open before the import can still be read


def test_a_second_import_at_the_same_time_is_refused(tmp_path: Path, base: Path) -> None:
    with importing._alone(base), pytest.raises(Refused, match="under way"):
        import_archives(_folder(tmp_path / "three", V3), base)


def test_what_cannot_be_an_archive_is_refused_before_it_fills_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = _folder(tmp_path / "in", V4)
    name = "unix_referentiel_code_rome_v460_utf8.csv.gz"
    good = (source / name).read_bytes()
    monkeypatch.setattr(reading, "MOST_FILE_BYTES", 100_000)
    (source / name).write_bytes(gzip.compress(b"0" * 1_000_000))
    with pytest.raises(Refused, match="once decompressed"):
        import_archives(source, tmp_path / "base")
    (source / name).write_bytes(good[:-20])
    with pytest.raises(Refused, match="damaged"):
        import_archives(source, tmp_path / "base")
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, gzip.compress(b"0" * 1_000_000))
        archive.write(
            source / name.replace("code_rome", "appellation"), name.replace("code_rome", "appellation")
        )
    with pytest.raises(Refused, match="once decompressed"):
        import_archives(bomb, tmp_path / "base")
    (tmp_path / "no.zip").write_bytes(b"PK not a zip")
    with pytest.raises(Refused, match="no zip archive"):
        import_archives(tmp_path / "no.zip", tmp_path / "base")
    assert not (tmp_path / "base").exists()


def test_a_missing_archive_or_column_is_named(tmp_path: Path) -> None:
    source = _folder(tmp_path / "in", V4)
    (source / "unix_referentiel_appellation_v460_utf8.csv.gz").unlink()
    with pytest.raises(Refused, match=r"unix_referentiel_appellation_v\*_utf8.csv"):
        import_archives(source, tmp_path / "base")
    bad = {"unix_referentiel_appellation_v460_utf8.csv": '"code_ogr","libelle"\n"1","x"\n'}
    with pytest.raises(Refused, match="libelle_appellation_long"):
        import_archives(_folder(tmp_path / "in", bad), tmp_path / "base")
    with pytest.raises(Refused, match="no such folder"):
        import_archives(tmp_path / "nowhere", tmp_path / "base")


def test_a_base_that_was_tampered_with_is_not_read(base: Path) -> None:
    table = next(base.glob("tables-*/titles.parquet"))
    table.write_bytes(table.read_bytes()[:-1] + b"x")
    with pytest.raises(Refused, match="import the archives again"):
        assert Referential.open(base).titles
    (base / "manifest.json").write_text("{}")
    with pytest.raises(Refused, match="manifest"):
        Referential.open(base)
