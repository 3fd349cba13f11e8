"""PDF files give their text, redacted: what has none, is damaged or is a bomb is refused."""

from pathlib import Path

import pypdf
import pytest
import typst
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from bacasable.privacy.messages import Refused
from bacasable.privacy.redaction.files import Reading, Writing, count_file, pdf, redact_file
from bacasable.privacy.redaction.files.pdf import DRAWING, PIECES
from bacasable.privacy.redaction.finding import Finder

READING = Reading(Finder(types=["EMAIL", "PHONE", "PERSON", "ADDRESS"]))
TAGS = Writing("tag")


def _pdf(path: Path, *pages: str) -> Path:
    source = path.with_suffix(".typ")
    source.write_text("\n#pagebreak()\n".join(pages))
    path.write_bytes(typst.compile(str(source), format="pdf"))
    source.unlink()
    return path


def test_a_pdf_gives_its_text_redacted(tmp_path: Path) -> None:
    path, out = (
        _pdf(tmp_path / "a.pdf", "Écrire à Paul\\@example.fr", "tél. 06 12 34 56 78", "#rect()"),
        tmp_path / "a.txt",
    )
    report = redact_file(path, out, READING, TAGS)
    assert out.read_text() == "Écrire à [EMAIL]\n\ftél. [PHONE]\n\f\n\f"
    assert report.tally.counts["PHONE"].places == [2]
    assert any(
        "1 of 3 pages have no text (pictures?) and were not searched: 3" in note for note in report.notes
    )


def test_links_and_notes_of_a_pdf_are_searched(tmp_path: Path) -> None:
    path = _pdf(tmp_path / "a.pdf", '#link("mailto:place01@example.fr")[ici]')
    assert count_file(path, READING).tally.counts["EMAIL"].count >= 1


def test_a_scanned_pdf_says_that_it_has_no_text(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="has no text"):
        redact_file(_pdf(tmp_path / "a.pdf", "#rect()"), tmp_path / "b.txt", READING, TAGS)
    assert not (tmp_path / "b.txt").exists()


def test_an_encrypted_pdf_is_refused_unless_it_opens_for_all(tmp_path: Path) -> None:
    plain = _pdf(tmp_path / "a.pdf", "tél. 06 12 34 56 78")
    for name, user in (("closed.pdf", "secret"), ("open.pdf", "")):
        writer = pypdf.PdfWriter(clone_from=str(plain))
        writer.encrypt(user, "owner", algorithm="AES-256")
        writer.write(str(tmp_path / name))
    with pytest.raises(Refused, match="password"):
        count_file(tmp_path / "closed.pdf", READING)
    assert count_file(tmp_path / "open.pdf", READING).tally.counts["PHONE"].count == 1


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", b"%PDF-1.7\n" + b"\x00\xff" * 500])
def test_a_damaged_pdf_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(content)
    with pytest.raises(Refused, match=r"damaged|no text"):
        count_file(path, READING)


def _drawn(path: Path, content: bytes, *, in_form: bool = False, pages: int = 1) -> Path:
    """Write a PDF whose pages draw ``content``, themselves or by a form that they use."""
    writer = pypdf.PdfWriter()
    kind = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    font = DictionaryObject({NameObject(name): NameObject(value) for name, value in kind.items()})
    resources = DictionaryObject({NameObject("/Font"): DictionaryObject({NameObject("/F"): font})})
    stream = DecodedStreamObject()
    stream.set_data(content)
    drawing = stream.flate_encode()
    if in_form:
        drawing.update({NameObject("/Subtype"): NameObject("/Form"), NameObject("/Resources"): resources})
        forms = DictionaryObject({NameObject("/X"): writer._add_object(drawing)})
        resources = DictionaryObject({NameObject("/XObject"): forms})
        drawing = DecodedStreamObject()
        drawing.set_data(b"/X Do")
    reference = writer._add_object(drawing)
    for _ in range(pages):
        page = writer.add_blank_page(99, 99)
        page[NameObject("/Resources")] = resources
        page[NameObject("/Contents")] = reference
    writer.write(path)
    return path


@pytest.mark.parametrize("in_form", [False, True])
def test_a_page_of_far_too_many_pieces_is_refused_before_it_is_read_whole(
    tmp_path: Path, in_form: bool
) -> None:
    path = _drawn(tmp_path / "a.pdf", b"BT /F 1 Tf " + b"(x) Tj " * (PIECES + 1) + b"ET", in_form=in_form)
    with pytest.raises(Refused, match=r"page 1: more than 50,000 pieces"):
        count_file(path, READING)


@pytest.mark.parametrize("in_form", [False, True])
def test_a_drawing_that_unpacks_to_far_too_much_is_refused(tmp_path: Path, in_form: bool) -> None:
    path = _drawn(tmp_path / "a.pdf", b"q Q " * (DRAWING // 4 + 1), in_form=in_form)
    with pytest.raises(Refused, match=r"page 1: its drawing is larger than 16 MiB.*export it as text"):
        count_file(path, READING)


def test_text_in_a_form_is_searched(tmp_path: Path) -> None:
    path = _drawn(tmp_path / "a.pdf", b"BT /F 9 Tf (06 12 34 56 78) Tj ET", in_form=True)
    assert count_file(path, READING).tally.counts["PHONE"].count == 1


@pytest.mark.parametrize(
    ("limit", "value", "said"),
    [
        ("TEXT", 50, "million characters is not read; split it"),
        ("SECONDS", 0, "more than 0 s of processor.*split it"),
        ("PAGES", 19, "more than 19 pages is not read; split it"),
    ],
)
def test_a_pdf_whose_pages_are_too_much_together_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int, said: str
) -> None:
    path = _drawn(tmp_path / "a.pdf", b"BT /F 9 Tf (06 12 34 56 78) Tj ET", pages=20)
    monkeypatch.setattr(pdf, limit, value)
    with pytest.raises(Refused, match=said):
        redact_file(path, tmp_path / "b.txt", READING, TAGS)
    assert not (tmp_path / "b.txt").exists()
