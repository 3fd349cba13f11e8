"""DOCX and ODT: all that a person could read is searched, hostile files are refused."""

import io
import zipfile
from pathlib import Path

import docx
import pytest
from odf import dc, draw, meta, office, text
from odf.opendocument import OpenDocumentText, load

from bacasable.privacy.messages import Refused
from bacasable.privacy.pseudonyms import KeyStore
from bacasable.privacy.redaction.files import (
    Reading,
    Writing,
    count_file,
    redact_file,
    restore_file,
)
from bacasable.privacy.redaction.finding import Finder

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
READING = Reading(Finder(types=["EMAIL", "PHONE", "PERSON", "ADDRESS"]))
TAGS = Writing("tag")
#: one address for each place where a document may hold one
PLACES = [f"place{number:02}@example.fr" for number in range(30)]


def _word(path: Path, parts: dict[str, bytes], body: str = "", types: bytes = b"") -> Path:
    """Write a DOCX with more XML at the end of its body, and more parts."""
    made = io.BytesIO()
    document = docx.Document()
    document.core_properties.author = "Zébulon Quidam"
    document.core_properties.last_modified_by = "Zébulon Quidam"
    document.core_properties.title = f"Dossier {PLACES[0]}"
    paragraph = document.add_paragraph("Joindre ")
    for piece in ("pla", "ce01@exam", "ple", ".fr"):
        paragraph.add_run(piece).bold = piece == "ple"
    document.add_table(1, 1).cell(0, 0).text = PLACES[2]
    document.sections[0].header.paragraphs[0].text = PLACES[3]
    document.sections[0].footer.paragraphs[0].text = PLACES[4]
    document.add_comment(paragraph.runs[0], text=PLACES[5], author="Zébulon Quidam", initials="ZQ")
    document.save(made)
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == "word/document.xml":
                content = content.replace(b"</w:body>", body.encode() + b"</w:body>")
            if entry.filename == "[Content_Types].xml" and types:
                content = content.replace(b"</Types>", types + b"</Types>")
            if entry.filename not in parts:
                target.writestr(entry.filename, content)
        for name, content in parts.items():
            target.writestr(name, content)
    return path


def _run(inside: str, kind: str = "t") -> str:
    return f'<w:r><w:{kind} xml:space="preserve">{inside}</w:{kind}></w:r>'


BODY = f"""
<w:p><w:del w:id="1" w:author="Zébulon Quidam">{_run(PLACES[6], "delText")}</w:del>
  <w:ins w:id="2" w:author="Zébulon Quidam">{_run("Suite " + PLACES[7])}</w:ins></w:p>
<w:p><w:moveFrom w:id="3" w:author="Zébulon Quidam">{_run(PLACES[8])}</w:moveFrom></w:p>
<w:p>{_run("Avant")}<w:r><w:pict xmlns:v="urn:schemas-microsoft-com:vml"><v:shape alt="vu par {PLACES[9]}">
  <v:textbox><w:txbxContent><w:p>{_run("Encadré " + PLACES[10][:6])}{_run(PLACES[10][6:])}</w:p>
  </w:txbxContent>  </v:textbox></v:shape></w:pict></w:r>{_run(" après")}</w:p>
<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>{_run(' HYPERLINK "mailto:pla', "instrText")}
  {_run('ce11@example.fr"', "instrText")}<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>
<w:sdt><w:sdtPr><w:alias w:val="{PLACES[12]}"/><w:date w:fullDate="1980-03-12T00:00:00Z"/></w:sdtPr>
  <w:sdtContent><w:p>{_run(PLACES[13])}</w:p></w:sdtContent></w:sdt>
<!-- {PLACES[14]} -->
"""
MORE = {
    "word/footnotes.xml": (
        f"<w:footnotes {W}><w:footnote><w:p>{_run(PLACES[15])}</w:p></w:footnote></w:footnotes>"
    ).encode(),
    "customXml/item9.xml": (
        f'<f xmlns="urn:f"><g who="{PLACES[16]}">x {PLACES[17]}<h/>{PLACES[18]}</g></f>'
    ).encode(),
    "docProps/thumbnail.jpeg": b"\xff\xd8" + PLACES[19].encode(),
    "docProps/custom.xml": (
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
        'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"><property>'
        f"<vt:lpwstr>{PLACES[20]}</vt:lpwstr></property></Properties>"
    ).encode(),
    "word/people.xml": (
        '<w15:people xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"><w15:person '
        f'w15:author="Zébulon Quidam"><w15:presenceInfo w15:userId="{PLACES[21]}"/></w15:person></w15:people>'
    ).encode(),
    "word/_rels/footnotes.xml.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" TargetMode="External" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" '
        f'Target="mailto:{PLACES[22]}"/><Relationship Id="r2" TargetMode="External" Type="t" '
        'Target="file:///C:\\Users\\zquidam\\Normal.dotm"/></Relationships>'
    ).encode(),
    "word/charts/chart1.xml": (
        '<c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><c:strCache><c:pt><c:v>'
        f"{PLACES[23]}</c:v></c:pt></c:strCache><a:p><a:r><a:t>{PLACES[24][:4]}</a:t></a:r><a:r><a:t>"
        f"{PLACES[24][4:]}</a:t></a:r></a:p></c:chart>"
    ).encode(),
}


def _all_of(path: Path) -> bytes:
    """Return all that an archive holds, unpacked, with every run of text joined."""
    with zipfile.ZipFile(path) as archive:
        return b"\n".join(archive.read(name) for name in archive.namelist())


def test_no_place_of_a_word_document_keeps_what_is_found(tmp_path: Path) -> None:
    path, out = _word(tmp_path / "a.docx", MORE, BODY), tmp_path / "b.docx"
    report = redact_file(path, out, READING, TAGS)
    left = _all_of(out)
    assert [place for place in PLACES if place.encode() in left] == []
    assert b"Quidam" not in left and b"zquidam" not in left and b"1980-03-12" not in left
    said = " ".join(paragraph.text for paragraph in docx.Document(str(out)).paragraphs)
    assert "Joindre [EMAIL]" in said and b"Suite [EMAIL]" in left
    assert "Encadré [EMAIL]".encode() in left and b'HYPERLINK "mailto:[EMAIL]' in left
    assert b"mailto:%5BEMAIL%5D" in left
    assert "tracked deletions were taken out: 2" in report.notes


def test_a_scan_of_a_word_document_counts_deletions_too(tmp_path: Path) -> None:
    report = count_file(_word(tmp_path / "a.docx", MORE, BODY), READING)
    assert (
        report.tally.counts["EMAIL"].count == 23
    )  # all but the comment, the thumbnail and the account of an author


def test_an_address_over_three_paragraphs_is_one(tmp_path: Path) -> None:
    body = "".join(
        f"<w:p>{_run(line)}</w:p>" for line in ("Mairie", "12 rue des Lilas", "75011 Paris", "Objet")
    )
    out = tmp_path / "b.docx"
    redact_file(_word(tmp_path / "a.docx", {}, body), out, READING, TAGS)
    said = [paragraph.text for paragraph in docx.Document(str(out)).paragraphs]
    assert said[-4:] == ["Mairie", "[ADDRESS]", "", "Objet"]


def test_a_strict_document_is_read_like_another(tmp_path: Path) -> None:
    body = f"<w:document {W}><w:body><w:p>{_run('pla')}{_run('ce01@example.fr')}</w:p></w:body></w:document>"
    strict = body.replace(
        "schemas.openxmlformats.org/wordprocessingml/2006", "purl.oclc.org/ooxml/wordprocessingml"
    )
    out = tmp_path / "b.docx"
    redact_file(_word(tmp_path / "a.docx", {"word/document.xml": strict.encode()}), out, READING, TAGS)
    assert b"[EMAIL]</w:t>" in _all_of(out)


def test_pictures_and_objects_are_kept_and_named(tmp_path: Path) -> None:
    parts = {"word/media/image1.png": b"\x89PNG", "word/embeddings/oleObject1.bin": b"\xd0\xcf"}
    report = redact_file(_word(tmp_path / "a.docx", parts), tmp_path / "b.docx", READING, TAGS)
    assert any("word/media/image1.png, word/embeddings/oleObject1.bin" in note for note in report.notes)


def test_a_document_is_restored_to_its_very_bytes(tmp_path: Path) -> None:
    path, out, seal = _word(tmp_path / "a.docx", MORE, BODY), tmp_path / "b.docx", tmp_path / "b.seal"
    keys = KeyStore.from_file(tmp_path / "keys")
    keys.create("essai")
    redact_file(path, out, READING, Writing("mask", keys=keys, scope="essai"), seal=seal)
    restore_file(out, seal, tmp_path / "c.docx", keys, "essai")
    assert (tmp_path / "c.docx").read_bytes() == path.read_bytes()


_ENTITY = (
    '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    f"<w:document {W}><w:body>&x;</w:body></w:document>"
)
_LAUGHS = (
    '<!DOCTYPE d [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + f"]><w:document {W}><w:body>&i;</w:body></w:document>"
)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("word/document.xml", _ENTITY.encode(), "document type"),
        ("word/document.xml", _LAUGHS.encode(), "document type|well-formed"),
        ("customXml/bomb.xml", bytes(200 << 20), "far more room"),
        ("../../etc/passwd", b"x", "damaged"),
        ("word/document.xml", b"<w:p>", "word/document.xml: .* not well-formed"),
        ("word/document.xml", b"<a>" * 5_000 + b"</a>" * 5_000, "not well-formed"),
    ],
)
def test_hostile_archives_are_refused(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    path = _word(tmp_path / "a.docx", {name: content})
    with pytest.raises(Refused, match=said):
        redact_file(path, tmp_path / "b.docx", READING, TAGS)
    assert [one.name for one in tmp_path.iterdir()] == ["a.docx"]


def test_an_archive_that_lies_about_its_sizes_is_refused(tmp_path: Path) -> None:
    path = _word(tmp_path / "a.docx", {"customXml/bomb.xml": bytes(80 << 20)})
    content = path.read_bytes()
    path.write_bytes(content.replace((80 << 20).to_bytes(4, "little"), (1_000).to_bytes(4, "little")))
    with pytest.raises(Refused):
        redact_file(path, tmp_path / "b.docx", READING, TAGS)


@pytest.mark.parametrize("cut", [10, 1_000, -30])
def test_a_document_cut_short_is_refused(tmp_path: Path, cut: int) -> None:
    path = _word(tmp_path / "a.docx", {})
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(Refused, match="damaged"):
        redact_file(path, tmp_path / "b.docx", READING, TAGS)


# OpenDocument


def _open_document(path: Path) -> Path:
    document = OpenDocumentText()
    document.meta.addElement(dc.Creator(text="Zébulon Quidam"))
    document.meta.addElement(meta.InitialCreator(text="Zébulon Quidam"))
    document.meta.addElement(dc.Title(text=f"Dossier {PLACES[0]}"))
    paragraph = text.P(text="Joindre pla")
    span = text.Span(text="ce01@exam")
    span.addText("ple")
    paragraph.addElement(span)
    paragraph.addText(".fr au")
    paragraph.addElement(text.S(c=2))
    paragraph.addText("06 12 34")
    paragraph.addElement(text.S())
    paragraph.addText("56 78.")
    paragraph.addElement(text.A(href=f"mailto:{PLACES[2]}", text=" ici"))
    note = office.Annotation()
    note.addElement(dc.Creator(text="Zébulon Quidam"))
    note.addElement(text.P(text=PLACES[3]))
    paragraph.addElement(note)
    paragraph.addText(" fin")
    document.text.addElement(paragraph)
    frame = draw.Frame(width="1cm", height="1cm")
    box = draw.TextBox()
    box.addElement(text.P(text=f"Encadré {PLACES[4]}"))
    frame.addElement(box)
    paragraph = text.P(text="Avant ")
    paragraph.addElement(frame)
    document.text.addElement(paragraph)
    document.addThumbnail(b"\x89PNG" + PLACES[5].encode())
    document.save(str(path))
    return path


_TRACKED = (
    '<text:tracked-changes xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><text:changed-region '
    f'text:id="c1"><text:deletion><text:p>{PLACES[6]}</text:p></text:deletion></text:changed-region>'
    '</text:tracked-changes><text:p xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">Reste'
    '<text:change text:change-id="c1"/> ici</text:p></office:text>'
)


def _with_tracked(path: Path) -> Path:
    with zipfile.ZipFile(path) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    parts["content.xml"] = parts["content.xml"].replace(b"</office:text>", _TRACKED.encode())
    with zipfile.ZipFile(path, "w") as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return path


def test_no_place_of_an_open_document_keeps_what_is_found(tmp_path: Path) -> None:
    path, out = _with_tracked(_open_document(tmp_path / "a.odt")), tmp_path / "b.odt"
    report = redact_file(path, out, READING, TAGS)
    left = _all_of(out)
    assert [place for place in PLACES if place.encode() in left] == []
    assert b"Quidam" not in left and b"Thumbnails" not in left and b"06 12" not in left
    assert report.tally.counts["PHONE"].count == 1
    said = " ".join(str(paragraph) for paragraph in load(str(out)).getElementsByType(text.P))
    assert "Joindre [EMAIL] au" in said and "Encadré [EMAIL]" in said and "Reste ici" in said
    assert "tracked deletions were taken out: 1" in report.notes
    assert zipfile.ZipFile(out).infolist()[0].filename == "mimetype"
    assert zipfile.ZipFile(out).infolist()[0].compress_type == zipfile.ZIP_STORED


def test_a_protected_open_document_is_refused(tmp_path: Path) -> None:
    path = _open_document(tmp_path / "a.odt")
    with zipfile.ZipFile(path) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    manifest = parts["META-INF/manifest.xml"]
    parts["META-INF/manifest.xml"] = manifest.replace(
        b"</manifest:manifest>",
        b'<manifest:file-entry manifest:full-path="x"><manifest:encryption-data/></manifest:file-entry>'
        b"</manifest:manifest>",
    )
    with zipfile.ZipFile(path, "w") as target:
        for name, content in parts.items():
            target.writestr(name, content)
    with pytest.raises(Refused, match="password"):
        redact_file(path, tmp_path / "b.odt", READING, TAGS)
