"""What the index on disk promises beside what every index does: to survive, and to be shared."""

import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from bacasable.privacy.messages import Refused
from bacasable.services.assistant.engine.retrieval import Embedded
from bacasable.services.assistant.engine.retrieval.lexicon import Lexicon
from bacasable.services.assistant.engine.sheets import Sheet
from tests.unit.test_assistant_retrieval import ALL, ANYBODY, CAMERA, CHEQUE, SHEETS, Bag, found, sheet


def test_it_is_found_again_after_the_process_ended(tmp_path: Path) -> None:
    first = Embedded(tmp_path, Bag())
    first.put(SHEETS, readers=ALL)
    first.embed()
    before = first.search("levée de l'interdiction", access=ANYBODY)
    assert Embedded(tmp_path, Bag()).search("levée de l'interdiction", access=ANYBODY) == before


def test_a_reader_sees_what_another_wrote(tmp_path: Path) -> None:
    writer, reader = Embedded(tmp_path, Bag()), Embedded(tmp_path, Bag())
    assert found(reader, "chèques") == []
    writer.put([CHEQUE], readers=ALL)
    assert found(reader, "chèques", method="lexical") == ["2"]
    writer.embed()
    assert reader.search("chèques", access=ANYBODY)[0].similarity is not None
    writer.replace("droit", [CAMERA], ALL)
    assert found(reader, "chèques", method="lexical") == []
    writer.admit("droit", frozenset())
    assert found(reader, "caméras") == []


def test_an_import_that_fails_half_way_changes_nothing(tmp_path: Path) -> None:
    index = Embedded(tmp_path, Bag())
    index.put([CHEQUE], readers=ALL)

    def torn() -> object:
        yield sheet("2", "Autre chose", "Autre chose.")
        raise OSError("the archive ends here")

    with pytest.raises(OSError, match="ends here"):
        index.replace("droit", torn(), ALL)  # type: ignore[arg-type]
    assert index.sheet("droit", "2", ANYBODY) == CHEQUE
    assert found(index, "chèques", method="lexical") == ["2"]


@pytest.mark.parametrize("written", [False, True])
def test_words_catch_up_when_a_process_was_stopped_before_or_after_writing_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: bool
) -> None:
    index = Embedded(tmp_path, Bag())
    index.put([CHEQUE, CAMERA], readers=ALL)
    write = Lexicon.write

    def stopped(self: Lexicon, *given: object) -> None:
        if written:
            write(self, *given)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Lexicon, "write", stopped)
        with pytest.raises(KeyboardInterrupt):
            index.replace("droit", [CAMERA, sheet("4", "Vélo", "Une aide au vélo.")], ALL)
    assert found(index, "chèques", method="lexical") == []  # deleted is deleted, at once
    again = Embedded(tmp_path, Bag())
    assert found(again, "vélo", method="lexical") == ["4"]
    assert len(again.search("aide vélo", access=ANYBODY, method="lexical")) == 1  # not there twice
    assert found(again, "chèques", method="lexical") == []


def test_words_that_were_lost_are_written_again(tmp_path: Path) -> None:
    Embedded(tmp_path, Bag()).put(SHEETS, readers=ALL)
    shutil.rmtree(tmp_path / "words")
    assert found(Embedded(tmp_path, Bag()), "chèques", method="lexical") == ["2"]


def test_a_killed_import_leaves_the_old_state_and_no_lock(tmp_path: Path) -> None:
    Embedded(tmp_path).put([CHEQUE], readers=ALL)
    importing = textwrap.dedent(
        f"""
        import os, signal
        from pathlib import Path
        from bacasable.services.assistant.engine.retrieval import Embedded
        from bacasable.services.assistant.engine.sheets import Sheet

        def sheets():
            for at in range(50):
                yield Sheet(str(at), "droit", "Autre chose", "", ())
            os.kill(os.getpid(), signal.SIGKILL)

        Embedded(Path({str(tmp_path)!r})).replace("droit", sheets(), frozenset())
        """
    )
    assert subprocess.run([sys.executable, "-c", importing], check=False).returncode == -9
    index = Embedded(tmp_path)
    assert found(index, "chèques", method="lexical") == ["2"]
    assert index.put([CAMERA], readers=ALL).added == 1


def test_vectors_of_another_model_are_refused(tmp_path: Path) -> None:
    Embedded(tmp_path).put([CHEQUE], readers=ALL)
    assert Embedded(tmp_path, Bag()).embed() == 0

    class Other(Bag):
        name = "other"

    with pytest.raises(Refused, match=r"bag.*other"):
        Embedded(tmp_path, Other())
    assert found(Embedded(tmp_path), "chèques") == ["2"]  # words need no model


def test_a_sheet_of_another_collection_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="collection droit"):
        Embedded(tmp_path).replace("autre", [CHEQUE], ALL)


def test_a_sheet_without_text_is_kept_and_never_found(tmp_path: Path) -> None:
    index = Embedded(tmp_path, Bag())
    empty = Sheet("0", "droit", "Titre seul", "", ())
    index.put([empty, CHEQUE], readers=ALL)
    index.embed()
    assert index.sheet("droit", "0", ANYBODY) == empty
    assert "0" not in found(index, "titre seul")
