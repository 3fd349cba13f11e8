"""Documents that people hand in, and what is damaged, hostile or half downloaded."""

import io
import random
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bacasable.privacy.messages import Refused
from bacasable.services.assistant.engine.corpus import Unreadable, read
from bacasable.services.assistant.engine.corpus.composing import Composer
from bacasable.services.assistant.engine.corpus.plain import paragraphs
from bacasable.services.assistant.engine.sheets import Sheet
from tests.unit.test_assistant_corpus import only, publication


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def zipped(path: Path, **parts: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "."), content)
    return path


def lines(sheet: Sheet) -> list[tuple[str, str, str]]:
    return [(" > ".join(one.path), one.kind, sheet.text[one.start : one.end]) for one in sheet.blocks]


def test_markdown_has_headings_lists_and_tables(tmp_path: Path) -> None:
    said = "# Aide\n\nBonjour **vous**.\n\n## Pièces\n\n- un\n- deux\n"
    said += "\n| A | B |\n|---|---|\n| 1 | 2 |\n\n<b>x</b>"
    found = only(written(tmp_path / "aide.md", said))
    assert found.title == "Aide"
    assert lines(found) == [
        ("", "paragraph", "Bonjour vous."),
        ("Pièces", "item", "un"),
        ("Pièces", "item", "deux"),
        ("Pièces", "row", "A\u00a0: 1\u00a0; B\u00a0: 2"),
        ("Pièces", "paragraph", "<b>x</b>"),
    ]


def test_a_page_gives_its_main_part_in_the_encoding_that_it_declares(tmp_path: Path) -> None:
    page = """<html><head><meta charset="iso-8859-15"><title>Taxes - Ville</title></head><body><nav>Menu</nav>
    <main><h1>Taxe de séjour</h1><p>Elle coûte 2&nbsp;€.</p><h2>Qui&nbsp;?</h2><ul><li>Tous</ul>
    </main></body>"""
    found = only(written(tmp_path / "taxe.html", page.encode("iso-8859-15")))
    assert found.title == "Taxe de séjour"
    assert lines(found) == [("", "paragraph", "Elle coûte 2\u00a0€."), ("Qui\u00a0?", "item", "Tous")]


def test_word_and_opendocument_keep_their_structure(tmp_path: Path) -> None:
    import docx
    from odf import opendocument, table, text

    word = docx.Document()
    word.add_heading("Règlement", 0)
    word.add_heading("Horaires", 1)
    word.add_paragraph("De 9 h à 17 h.")
    grid = word.add_table(2, 2)
    for cell, said in zip(
        (cell for row in grid.rows for cell in row.cells), ("Jour", "Heure", "lundi", "9 h"), strict=True
    ):
        cell.text = said
    word.save(str(tmp_path / "r.docx"))
    odt = opendocument.OpenDocumentText()
    odt.text.addElement(text.H(outlinelevel=1, text="Horaires"))
    odt.text.addElement(text.P(text="De 9 h à 17 h."))
    grid = table.Table()
    for said in (("Jour", "Heure"), ("lundi", "9 h")):
        row = table.TableRow()
        for word_ in said:
            cell = table.TableCell()
            cell.addElement(text.P(text=word_))
            row.addElement(cell)
        grid.addElement(row)
    odt.text.addElement(grid)
    odt.save(str(tmp_path / "r.odt"))
    wanted = [
        ("Horaires", "paragraph", "De 9 h à 17 h."),
        ("Horaires", "row", "Jour\u00a0: lundi\u00a0; Heure\u00a0: 9 h"),
    ]
    assert lines(only(tmp_path / "r.docx")) == wanted
    assert only(tmp_path / "r.docx").title == "Règlement"
    assert lines(only(tmp_path / "r.odt")) == wanted


def test_a_pdf_gives_paragraphs_and_one_without_text_is_refused(tmp_path: Path) -> None:
    import pypdf
    import typst

    source = written(tmp_path / "a.typ", "Une première ligne.\n\nUne seconde, plus longue que la première.")
    typst.compile(source, output=tmp_path / "a.pdf")
    assert [said for _, _, said in lines(only(tmp_path / "a.pdf"))] == [
        "Une première ligne.",
        "Une seconde, plus longue que la première.",
    ]
    blank = pypdf.PdfWriter()
    blank.add_blank_page(200, 200)
    blank.write(tmp_path / "scan.pdf")
    with pytest.raises(Refused, match=r"scan\.pdf: .*no text"):
        list(read(tmp_path / "scan.pdf", "c"))


def test_wrapped_lines_are_joined_and_what_nobody_sees_is_dropped() -> None:
    composer = Composer()
    paragraphs(
        "Le docu\u00admentaliste reçoit les docu-\nments tous les jours de la semaine\nsauf le lundi.\n"
        "\n1. une pièce\n   jointe\n2) deux\r\n\r\nFin\u200b.",
        composer,
    )
    sheet = composer.sheet("a", "c", "t")
    assert [said for _, _, said in lines(sheet)] == [
        "Le documentaliste reçoit les documents tous les jours de la semaine sauf le lundi.",
        *("une pièce jointe", "deux", "Fin."),
    ]


def test_a_number_that_a_line_breaks_keeps_its_last_digits() -> None:
    composer = Composer()
    paragraphs("On le rappelle au 07 69 87 44\n17. Il est né en 1952\n\n1. en 2024\n2. plus tard", composer)
    assert [said for _, _, said in lines(composer.sheet("a", "c", "t"))] == [
        "On le rappelle au 07 69 87 44 17. Il est né en 1952",
        *("en 2024", "plus tard"),
    ]


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=300))
def test_any_text_becomes_blocks_that_are_its_lines(said: str) -> None:
    composer = Composer()
    paragraphs(said, composer)
    sheet = composer.sheet("a", "c", said)
    assert [sheet.text[one.start : one.end] for one in sheet.blocks] == (
        sheet.text.split("\n") if sheet.text else []
    )
    assert sheet.text.isprintable() or set(sheet.text) - {"\n"}
    sheet.text.encode()  # nothing that cannot be written


BOMB = b"""<?xml version="1.0"?><!DOCTYPE p [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY x SYSTEM "file:///etc/passwd">]><Publication ID="F3" type="Fiche">&b;&x;</Publication>"""


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("F1.xml", publication()[:700], "not well-formed"),
        ("F1.xml", BOMB, "document type"),
        ("F1.xml", b"", "empty"),
        ("F1.xml", b"<a>" * 240 + b"</a>" * 240, "nested"),
        ("F1.xml", b"<html/>", "no sheet of service-public"),
        ("F1.xml", b"<Publication type='Fiche'/>", "no identifier"),
        ("F1.json", b'{"id": "F1", "children": [{"type": "element"}]}', "not a sheet"),
        ("F1.json", b'{"id": "F1"', "not as its format says"),
        ("F1.json", b"[" * 90_000, "not as its format says"),
        ("x.json", b'{"a": 1}', "no kind that is known"),
        ("x.csv", b"a;b\n1;2\n", "no documents"),
        ("x.txt", b"", "empty"),
        ("x.txt", b" \n\n ", "no text"),
        ("x.txt", random.Random(7).randbytes(4_000), "not text"),
        ("x.docx", b"PK\x03\x04" + b"\0" * 60, "damaged"),
        ("x.html", b"<div>" * 5_000 + b"a", "nested"),
        ("x.png", b"\x89PNG\r\n\x1a\n0000", "picture"),
        ("x.jsonl", b"a" * (5 << 20), "longer than"),
    ],
)
def test_a_bad_file_is_refused_alone_and_told_in_a_folder(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    written(tmp_path / name, content)
    with pytest.raises(Refused) as refused:
        list(read(tmp_path / name, "c"))
    assert name in str(refused.value)
    assert said in str(refused.value)
    written(tmp_path / "good.md", "Une aide.")
    done: list[tuple[int, int]] = []
    found = list(read(tmp_path, "c", progress=lambda *told: done.append(told)))
    assert [one.id for one in found if isinstance(one, Sheet)] == ["good.md"]
    if not name.endswith(".png"):  # a picture in a folder is not meant to be read
        assert [one.path for one in found if isinstance(one, Unreadable)] == [name]
    assert done[-1] == (2, 2)


def test_an_archive_gives_its_sheets_and_tells_its_bombs(tmp_path: Path) -> None:
    path = zipped(
        tmp_path / "v.zip", F1__xml=publication(), F2__xml=b" " * (40 << 20), lisez__md=b"Une aide."
    )
    found = list(read(path, "c"))
    assert [one.id for one in found if isinstance(one, Sheet)] == ["F1", "lisez.md"]
    assert [(one.path, "more room" in one.why) for one in found if isinstance(one, Unreadable)] == [
        ("F2.xml", True)
    ]


@pytest.mark.parametrize("kept", [0.5, 0.97])
def test_an_archive_half_downloaded_is_refused_whole_so_that_nothing_is_taken_for_deleted(
    tmp_path: Path, kept: float
) -> None:
    path = zipped(
        tmp_path / "v.zip", **{f"F{number}__xml": publication(f"F{number}") for number in range(30)}
    )
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * kept)])
    with pytest.raises(Refused, match="downloaded only in part"):
        list(read(path, "c"))


def test_an_entry_whose_bytes_changed_is_told(tmp_path: Path) -> None:
    path = zipped(tmp_path / "v.zip", F1__xml=publication("F1"), F2__xml=publication("F2"))
    content = bytearray(path.read_bytes())
    at = content.index(b"F1.xml") + 200
    content[at : at + 20] = bytes(20)
    found = list(read(written(path, bytes(content)), "c"))
    assert [one.id for one in found if isinstance(one, Sheet)] == ["F2"]
    assert [one.path for one in found if isinstance(one, Unreadable)] == ["F1.xml"]


def test_links_and_hidden_files_are_left_alone(tmp_path: Path) -> None:
    secret = written(tmp_path / "secret.txt", "Un secret.")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "link.txt").symlink_to(secret)
    written(folder / ".hidden.txt", "Caché.")
    written(folder / "a.txt", "Visible.")
    assert only(folder).text == "Visible."
    with pytest.raises(Refused, match="no such file"):
        list(read(tmp_path / "absent", "c"))


def test_a_large_text_is_refused_without_being_read(tmp_path: Path) -> None:
    with (tmp_path / "large.txt").open("wb") as file:
        file.write(b"Un texte.\n")
        file.seek(200 << 20)
        file.write(b"\n")
    with pytest.raises(Refused):
        list(read(tmp_path / "large.txt", "c"))


def test_json_lines_of_any_size_are_read_line_by_line() -> None:
    from bacasable.services.assistant.engine.corpus import json_lines

    class Endless(io.BytesIO):
        def readline(self, size: int | None = -1) -> bytes:
            self.read_lines = getattr(self, "read_lines", 0) + 1
            return b'{"id": %d, "title": "t", "text": "x"}\n' % self.read_lines

    found = json_lines.read(Endless(), "e.jsonl", "c")
    assert [next(found).id for _ in range(3)] == ["1", "2", "3"]  # type: ignore[union-attr]
