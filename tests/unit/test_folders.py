"""Files at the gate, and a folder as a store of the duties."""

import contextlib
import os
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bacasable.compliance.gate import Gate
from bacasable.compliance.store import Person, Store
from bacasable.exchange.folders import FolderStore, RecordsFile
from bacasable.privacy.messages import Refused
from tests.factories.stores import ADA, DUE, RECEIVED, ZOE, Final, StoreSuite, declared, writer

LETTERS = {"note": ("HOME/letters",)}


class FolderKit:
    all_or_nothing = False

    def __init__(self, root: Path) -> None:
        self.root = root
        self.count = 0
        root.mkdir()

    def add(self, address: str, note: str, received: datetime = RECEIVED) -> str:
        self.count += 1
        path = self.root / address / f"{self.count}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(note)
        os.utime(path, (received.timestamp(), received.timestamp()))
        store = self.store()
        return next(one for one in store.find(writer(address=address)) if store.path_of(one) == path)

    def store(
        self, *, keeps: Mapping[str, str] | None = None, final: Final = "destroy", visa: bool = False
    ) -> FolderStore:
        return FolderStore(
            self.root,
            declared(LETTERS, final=final, visa=visa),
            "HOME/letters",
            persons={"writer": {"address": "{address}/*"}},
            keeps=keeps,
        )

    def notes(self) -> list[str]:
        return sorted(path.read_text() for path in self.root.rglob("*.txt"))

    @contextlib.contextmanager
    def breaking(self) -> Iterator[None]:
        unlink, seen = Path.unlink, []

        def fail(path: Path, missing_ok: bool = False) -> None:
            seen.append(path)
            if len(seen) == 2:
                raise OSError(28, "No space left on device", str(path))
            unlink(path, missing_ok=missing_ok)

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(Path, "unlink", fail)
            yield


class TestFolderStore(StoreSuite):
    @pytest.fixture
    def kit(self, tmp_path: Path) -> FolderKit:
        return FolderKit(tmp_path / "letters")

    def test_names_that_tell_who_are_in_no_reference_and_go_with_the_files(self, kit: Any) -> None:
        reference = kit.add(ADA, "first")
        store: Store = kit.store()
        assert "ada" not in reference
        assert list(store.search(ADA)) == [reference]
        store.erase(writer(address=ADA), by="dpo", reason="request")
        assert not list(kit.root.iterdir())

    def test_a_link_out_of_the_folder_is_not_followed(self, kit: Any, tmp_path: Path) -> None:
        kit.add(ADA, "hers")
        (tmp_path / "other").mkdir()
        (tmp_path / "other" / "secret.txt").write_text("secret")
        (kit.root / ADA / "link.txt").symlink_to(tmp_path / "other" / "secret.txt")
        (kit.root / ZOE).symlink_to(tmp_path / "other")
        store = kit.store()
        assert not list(store.search("secret"))
        assert not list(store.find(writer(address=ZOE)))
        store.erase(writer(address=ADA), by="dpo", reason="request")
        store.purge(now=DUE)
        assert (tmp_path / "other" / "secret.txt").exists()

    def test_a_link_to_the_folder_of_somebody_else_is_not_followed(self, kit: Any) -> None:
        kit.add(ZOE, "hers")
        (kit.root / ADA).symlink_to(kit.root / ZOE)
        store = kit.store()
        assert list(store.find(Person("writer", {"address": ADA}))) == []
        assert not store.erase(Person("writer", {"address": ADA}), by="test", reason="test").erased
        assert kit.notes() == ["hers"]

    def test_what_is_no_text_is_exported_as_bytes(self, kit: Any) -> None:
        kit.add(ADA, "x")
        (kit.root / ADA / "1.txt").write_bytes(b"\xff\x00")
        (record,) = kit.store().export(writer(address=ADA))
        assert record.values == {"note": b"\xff\x00"}


@pytest.mark.parametrize("pattern", ["{address}-*", "*", "../{address}/*", "/{address}/*", "{name}/*"])
def test_a_pattern_that_could_reach_somebody_else_is_refused(tmp_path: Path, pattern: str) -> None:
    with pytest.raises(Refused, match="could reach the files of another"):
        FolderStore(tmp_path, declared(LETTERS), "HOME/letters", persons={"writer": {"address": pattern}})


def test_files_are_not_made_anonymous(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="declare final='destroy'"):
        FolderStore(tmp_path, declared(LETTERS, final="anonymise"), "HOME/letters", persons={})


def admitted(data_set: str, stored: dict[str, tuple[str, ...]], *fields: str, **gate: Any) -> Any:
    return Gate(declared(stored), **gate).admit(purpose="answer", data_set=data_set, fields=fields)


def test_a_csv_file_passes_record_after_record(tmp_path: Path) -> None:
    path = tmp_path / "letters.csv"
    path.write_text('address,secret,note\na@b.fr,s,"two\nlines"\n\nc@d.fr,s,é\n')
    asked = admitted("letters.csv", {"note": ("letters.csv.note",)}, "note")
    assert list(asked.rows(RecordsFile(path))) == [{"note": "two\nlines"}, {"note": "é"}]


def test_json_lines_pass_record_after_record(tmp_path: Path) -> None:
    path = tmp_path / "letters.jsonl"
    path.write_text('{"note": "a", "secret": 1}\n\n{"note": {"deep": 2}}\n')
    asked = admitted("letters", {"note": ("letters.note",)}, "note")
    assert list(asked.rows(RecordsFile(path, "letters"))) == [{"note": "a"}, {"note": {"deep": 2}}]


@pytest.mark.parametrize(
    ("name", "content", "match"),
    [
        ("letters.csv", "a,note\n1\n", "record 2: 1 values for 2 columns"),
        ("letters.csv", "note,note\n1,2\n", "names no column, or one twice"),
        ("letters.csv", "", "names no column"),
        ("letters.jsonl", '{"note": 1}\n[3]\n', "line 2: not a JSON object with note"),
        ("letters.jsonl", '{"note": 1}\n{"other": "Ada"}\n', "line 2: not a JSON object with note"),
    ],
)
def test_a_damaged_file_is_told_with_its_line(tmp_path: Path, name: str, content: str, match: str) -> None:
    path = tmp_path / name
    path.write_text(content)
    asked = admitted("letters", {"note": ("letters.note",)}, "note")
    with pytest.raises(Refused, match=match):
        list(asked.rows(RecordsFile(path, "letters")))


def test_a_document_passes_as_text_with_what_was_hidden_beside(tmp_path: Path) -> None:
    kit = FolderKit(tmp_path / "letters")
    kit.add(ADA, "Appelez Mme Élodie Martin au 06 12 34 56 78.")
    asked = admitted("HOME/letters", LETTERS, "note", stores={"HOME/letters": kit.store()})
    passed = asked.file(kit.root / ADA / "1.txt")
    assert passed.text == "Appelez Mme [PERSON] au [PHONE]."
    assert [hidden.original for hidden in passed.replacements] == ["Élodie Martin", "06 12 34 56 78"]


def test_a_document_out_of_the_folder_does_not_pass(tmp_path: Path) -> None:
    kit = FolderKit(tmp_path / "letters")
    (tmp_path / "other.txt").write_text("secret")
    asked = admitted("HOME/letters", LETTERS, "note", stores={"HOME/letters": kit.store()})
    (kit.root / "link.txt").symlink_to(tmp_path / "other.txt")
    for path in (tmp_path / "other.txt", kit.root / ".." / "other.txt", kit.root / "link.txt"):
        with pytest.raises(Refused, match="outside of the data set's folder"):
            asked.file(path)


def test_a_table_is_not_read_as_a_document(tmp_path: Path) -> None:
    (tmp_path / "letters.csv").write_text("address,note\na,b\n")
    with pytest.raises(Refused, match=r"holds records, not one text; read it by rows\(\)"):
        admitted("HOME/letters", LETTERS, "note").file(tmp_path / "letters.csv")


@pytest.mark.parametrize("name", ["letter.docx", "letter.odt"])
def test_the_text_of_an_office_document_passes(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name.endswith("docx"):
        from docx import Document

        document = Document()
        document.add_paragraph("Écrire à ada@example.org")
        document.save(str(path))
    else:
        from odf.opendocument import OpenDocumentText
        from odf.text import P

        written = OpenDocumentText()
        written.text.addElement(P(text="Écrire à ada@example.org"))
        written.save(str(path))
    text = admitted("HOME/letters", LETTERS, "note").file(path).text
    assert text.startswith("Écrire à [EMAIL]")
    assert "ada" not in text
