"""Sheets of service-public.fr, labour sheets and codes: what they say, where, in which case."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bacasable.services.assistant.engine.corpus import Unreadable, read
from bacasable.services.assistant.engine.corpus.grids import Cell, rows
from bacasable.services.assistant.engine.sheets import Case, Sheet

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<Publication xmlns:dc="http://purl.org/dc/elements/1.1/" ID="{id}" type="Fiche d'information" {more}>
<dc:title>Carte d'identité</dc:title><dc:date>modified 2020-03-12</dc:date>
<dc:description>Comment la demander.</dc:description><Audience>{audience}</Audience>
<FilDAriane><Niveau ID="P">Accueil</Niveau><Niveau ID="N1">Papiers</Niveau><Niveau ID="N2">Identité</Niveau>
<Niveau ID="F1">Carte d'identité</Niveau></FilDAriane>"""
_BODY = """
<DossierPere ID="N2"><Titre>Identité</Titre><Fiche ID="F9">Passeport</Fiche></DossierPere>
<Introduction><Texte><Paragraphe>La carte  est
  <MiseEnEvidence>gratuite</MiseEnEvidence> au 1<Exposant>er</Exposant> janvier.</Paragraphe></Texte>
</Introduction>
<ListeSituations affichage="onglet">
 <Situation><Titre>Majeur</Titre><Texte><Chapitre><Titre><Paragraphe>Pièces</Paragraphe></Titre>
  <Paragraphe>Il faut :</Paragraphe>
  <Liste type="puce"><Item><Paragraphe>une photo</Paragraphe></Item>
   <Item><Paragraphe>et l'un de :</Paragraphe><Liste type="puce"><Item><Paragraphe>un bail</Paragraphe></Item>
   </Liste></Item></Liste>
  <BlocCas affichage="radio"><Cas><Titre>Perte</Titre><Paragraphe>25 €.</Paragraphe></Cas>
   <Cas><Titre>Vol</Titre><Paragraphe>Une plainte.</Paragraphe></Cas></BlocCas>
  <ASavoir><Titre>À savoir</Titre><Paragraphe>elle vaut 10 ans.</Paragraphe></ASavoir>
  <OuSAdresser ID="R1" type="Local"><Titre>Mairie</Titre><RessourceWeb URL="https://mairie.example"/></OuSAdresser>
  </Chapitre></Texte></Situation>
 <Situation><Titre>Mineur</Titre><Texte><Paragraphe>Un parent vient.</Paragraphe></Texte></Situation>
</ListeSituations>
<ServiceEnLigne ID="R2" URL="https://ants.example" type="Téléservice"><Titre>Pré-demande</Titre>
</ServiceEnLigne>
<Reference ID="R3" type="Texte de référence" URL="https://loi.example"><Titre>Décret 55-1397</Titre>
</Reference>
<QuestionReponse ID="F7" audience="Particuliers">Et à l'étranger ?</QuestionReponse>
<Definition ID="R4"><Titre>Bail</Titre><Texte><Paragraphe>Contrat de location.</Paragraphe></Texte>
</Definition>
<Abreviation ID="R5" type="Sigle"><Titre>CNI</Titre><Texte><Paragraphe>Carte nationale d'identité</Paragraphe>
</Texte></Abreviation></Publication>"""


def publication(id: str = "F1", audience: str = "Particuliers", more: str = "", body: str = _BODY) -> bytes:
    return (_HEAD.format(id=id, audience=audience, more=more) + body).encode()


def only(path: Path) -> Sheet:
    (found,) = read(path, "c")
    assert isinstance(found, Sheet)
    return found


def block(sheet: Sheet, words: str) -> Any:
    return next(one for one in sheet.blocks if words in sheet.text[one.start : one.end])


@pytest.fixture
def card(tmp_path: Path) -> Sheet:
    (tmp_path / "F1.xml").write_bytes(publication())
    return only(tmp_path / "F1.xml")


def test_a_sheet_says_where_it_comes_from(card: Sheet) -> None:
    assert (card.id, card.title, card.dated) == ("F1", "Carte d'identité", date(2020, 3, 12))
    assert card.url == "https://www.service-public.fr/particuliers/vosdroits/F1"
    assert (card.audience, card.theme) == (("particuliers",), ("Papiers", "Identité"))
    assert (card.licence, card.summary) == ("Licence Ouverte 2.0", "Comment la demander.")
    assert card.acronyms == (("CNI", "Carte nationale d'identité"),)
    assert card.offices == (("Mairie", "https://mairie.example"),)
    assert card.services == (("Pré-demande", "https://ants.example"),)
    assert card.references == (("Décret 55-1397", "https://loi.example"),)
    assert card.related == ("F7",)


def test_the_text_is_whole_and_blocks_are_slices_of_it(card: Sheet) -> None:
    assert [card.text[one.start : one.end] for one in card.blocks] == card.text.split("\n")
    assert card.text.split("\n") == [
        "La carte est gratuite au 1er janvier.",
        *("Il faut :", "une photo", "et l'un de :", "un bail", "25 €.", "Une plainte."),
        "À savoir\u00a0: elle vaut 10 ans.",
        *("Mairie", "Un parent vient.", "Bail\u00a0: Contrat de location."),
    ]
    assert [one.kind for one in card.blocks][2:8] == [*["item"] * 3, *["paragraph"] * 2, "note"]


def test_each_case_says_when_it_holds_and_is_asked_inside_of_its_situation(card: Sheet) -> None:
    situation, case = card.choices
    assert (situation.key, situation.options) == ("situation-1", ("Majeur", "Mineur"))
    assert (case.question, case.options, case.within) == ("Pièces", ("Perte", "Vol"), Case("situation-1", 0))
    assert block(card, "plainte").cases == (Case("situation-1", 0), Case("case-1", 1))
    assert block(card, "plainte").path == ("Majeur", "Pièces", "Vol")
    assert block(card, "parent").cases == (Case("situation-1", 1),)
    assert block(card, "gratuite").cases == ()


def test_the_json_of_the_package_gives_the_same_sheet_as_the_xml(tmp_path: Path, card: Sheet) -> None:
    from lxml import etree

    def element(node: Any) -> dict[str, Any]:
        children: list[Any] = [{"type": "text", "text": node.text}] if node.text else []
        for child in node:
            children.append(element(child))
            if child.tail:
                children.append({"type": "text", "text": child.tail})
        name = node.tag.replace("{http://purl.org/dc/elements/1.1/}", "dc:")
        return {"type": "element", "name": name, "attributes": dict(node.attrib), "children": children}

    made = {"id": "F1", "children": [element(etree.fromstring(publication()))]}
    (tmp_path / "F1.json").write_text(json.dumps(made))
    assert only(tmp_path / "F1.json") == card


def test_a_sheet_for_two_audiences_is_one_sheet(tmp_path: Path) -> None:
    for folder, audience in (("pro", "Professionnels"), ("particuliers", "Particuliers")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "F1.xml").write_bytes(publication(audience=audience))
    (tmp_path / "pro" / "N4.xml").write_bytes(b"<Publication type='Dossier'/>")
    assert only(tmp_path).audience == ("particuliers", "professionnels")


def test_a_row_of_a_table_can_be_quoted_alone() -> None:
    table = [
        [Cell("Âge", header=True), Cell("Montant", 2, header=True)],
        [Cell("", header=True), Cell("seul", header=True), Cell("en couple", header=True)],
        [Cell("Île-de-France", 3)],
        [Cell("moins de 25 ans", 1, 2), Cell("10 €"), Cell("20 €")],
        [Cell("11 €", 2)],
        [Cell("plus de 25 ans"), Cell(""), Cell("30 €")],
    ]
    said = [line.replace("\u00a0", "") for line in rows(table)]
    assert said == [
        "Île-de-France - Âge: moins de 25 ans; Montant seul: 10 €; Montant en couple: 20 €",
        "Île-de-France - Âge: moins de 25 ans; Montant seul: 11 €; Montant en couple: 11 €",
        "Île-de-France - Âge: plus de 25 ans; Montant en couple: 30 €",
    ]
    assert list(rows([[Cell("Tarif"), Cell("5 €")]])) == ["Tarif\u00a0: 5 €"]
    assert list(rows([[Cell("a", header=True)], [Cell("seul titre", 2), Cell("seul titre")]])) == [
        "seul titre"
    ]


def test_an_article_in_force_is_a_sheet_under_its_sections(tmp_path: Path) -> None:
    def article(number: str, state: str) -> dict[str, Any]:
        about = {"cid": f"C{number}", "id": f"I{number}", "num": number, "etat": state}
        about |= {
            "dateDebut": 1451606400000,
            "texteHtml": "<p>Nul n'est censé.<br/>Sauf urgence.</p>",
            "nota": "Nota.",
        }
        return {"type": "article", "data": about}

    section = {"type": "section", "data": {"title": "Livre I", "etat": "VIGUEUR"}}
    section["children"] = [article("L1-1", "VIGUEUR"), article("L1-2", "ABROGE")]
    data = {"type": "code", "data": {"title": "Code du travail"}, "children": [section]}
    (tmp_path / "code.json").write_text(json.dumps(data))
    found = only(tmp_path / "code.json")
    assert (found.id, found.title) == ("CL1-1", "Code du travail, article L1-1")
    assert (found.theme, found.dated) == (("Code du travail", "Livre I"), date(2016, 1, 1))
    assert found.text == "Nul n'est censé.\nSauf urgence.\nNota."
    assert found.url.endswith("/IL1-1")


def test_labour_sheets_keep_sections_notes_and_tables(tmp_path: Path) -> None:
    html = """<div class="fr-highlight"><h3>À savoir !</h3><p>Le mandat se cumule.</p></div><p>Suite.</p>
    <h3>Durée</h3><table><thead><tr><th>Effectif</th><th>Heures</th></tr></thead>
    <tr><td>50</td><td>12</td></tr></table><script>evil()</script>"""
    sections = [{"title": "Délégués", "html": "<p>Un délégué.</p>"}, {"title": "Crédit", "html": html}]
    one = {
        "pubId": "a1",
        "title": "Délégués",
        "date": "13/11/2025",
        "url": "https://t.example",
        "sections": sections,
    }
    (tmp_path / "fiches.json").write_text(json.dumps([one]))
    found = only(tmp_path / "fiches.json")
    assert found.dated == date(2025, 11, 13)
    assert found.text.replace("\u00a0", "").split("\n") == [
        *("Un délégué.", "À savoir: Le mandat se cumule.", "Suite.", "Effectif: 50; Heures: 12"),
    ]
    assert [one.path for one in found.blocks][1:] == [("Crédit",), ("Crédit",), ("Crédit", "Durée")]


def test_answers_by_collective_agreement_are_cases(tmp_path: Path) -> None:
    answers = {
        "generic": {"markdown": "**Deux** jours."},
        "conventions": [{"idcc": "0016", "markdown": "Trois."}],
    }
    (tmp_path / "c.json").write_text(json.dumps([{"id": "x", "title": "Combien ?", "answers": answers}]))
    found = only(tmp_path / "c.json")
    assert found.text == "Deux jours.\nTrois."
    assert found.choices[0].options == ("Code du travail", "Convention collective n° 0016")
    assert block(found, "Trois").cases == (Case("agreement-1", 1),)


def test_json_lines_give_a_sheet_a_line_and_tell_the_bad_ones(tmp_path: Path) -> None:
    lines = [
        {
            "id": 7,
            "title": "Spam",
            "theme": "Internet",
            "link": "https://c.example",
            "text": "Un.\n\n- deux\n- trois",
        },
        {"id": "8", "title": "Vide", "text": "  "},
        {"id": "7", "title": "Encore", "text": "Doublon."},
    ]
    content = "\n".join(json.dumps(line) for line in lines) + "\n{oops\n[1]\n"
    (tmp_path / "faq.jsonl").write_text(content)
    sheet, *bad = read(tmp_path / "faq.jsonl", "faq")
    assert isinstance(sheet, Sheet)
    assert (sheet.id, sheet.theme, sheet.url) == ("7", ("Internet",), "https://c.example")
    assert [one.kind for one in sheet.blocks] == ["paragraph", "item", "item"]
    assert [one.path for one in bad if isinstance(one, Unreadable)] == [
        f"faq.jsonl:{line}" for line in (2, 3, 4, 5)
    ]


def test_a_json_line_without_a_title_is_a_sheet_that_goes_by_its_id(tmp_path: Path) -> None:
    (tmp_path / "faq.jsonl").write_text(
        '{"id": "F12", "text": "Un."}\n{"id": "F13", "title": "", "text": "Deux."}\n'
    )
    assert [one.title for one in read(tmp_path / "faq.jsonl", "faq") if isinstance(one, Sheet)] == [
        "F12",
        "F13",
    ]
