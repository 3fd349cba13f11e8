"""What the assistant's controls plant, and when it counts as found again."""

import logging
import logging.handlers
import math
import threading
from pathlib import Path

import pytest

from bacasable.compliance.control import Measurement, Probe
from bacasable.privacy.redaction.identifiers import checks
from bacasable.services.assistant.controls import silence
from bacasable.services.assistant.controls.subject import Subject
from bacasable.services.assistant.engine.answering import Abstention
from bacasable.services.assistant.engine.trials import silence as silence_trial
from bacasable.services.assistant.engine.trials.files import read_back
from bacasable.services.assistant.engine.trials.logs import overheard
from bacasable.services.assistant.engine.trials.plants import Planted, Text, normal_form, planted
from bacasable.services.assistant.processing import PROCESSING


def test_letters_that_the_question_has_by_itself_are_no_trace_of_an_address():
    typed = "Sa page : https://pages.example/annick.lallement.28 - Comment faire un renouvellement ?"
    value = Planted("URL", "https://pages.example/annick.lallement.28")
    text = Text(typed, (value,))
    hidden = normal_form(typed.replace(value.value, "[URL_1]"))
    assert value.stands_in(hidden)
    assert not value.stands_in(hidden, beside=text.beside)
    assert value.stands_in(normal_form(typed), beside=text.beside)
    assert value.stands_in(normal_form("voir annick.lall"), beside=text.beside), "a piece is a trace"


def test_each_planted_number_of_social_security_is_of_a_month():
    numbers = [
        value.value.replace(" ", "")
        for seed in range(20)
        for text in planted(200, seed)
        for value in text.planted
        if value.type == "NIR"
    ]
    assert len(numbers) > 200
    assert not [one for one in numbers if not 1 <= int(one[3:5]) <= 12 or one[5:7] == "20"]
    assert all(f"{checks.nir_key(one[:13]):02}" == one[13:] for one in numbers)


def test_who_is_always_silent_fails_and_who_never_is_answers_every_other_theme(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setattr(silence_trial, "_QUESTIONS", 12)
    (control,) = silence.CONTROLS

    def measured(abstention: Abstention) -> Measurement:
        subject = Subject(abstention=lambda index: abstention)
        return control.measure(Probe(PROCESSING, tmp_path, engine=subject), 5)

    silent = measured(Abstention(topic=math.inf))
    assert silent.counterexamples and silent.n == 0
    probe = Probe(PROCESSING, tmp_path, engine=Subject())
    with control.sabotage(probe) as talkative:
        found = control.measure(talkative, 5)
    assert not found.counterexamples
    assert found.details["answered_of_other_themes"] == 1.0
    assert found.value >= 0.5
    assert found.details["right_sheet_first"] > 0.7


@pytest.mark.parametrize("kind", ["docx", "pdf"])
def test_a_planted_file_is_read_as_uploads_are_and_keeps_what_is_planted(kind):
    for text in planted(60, 3):
        read = read_back(text.text, kind)
        assert all(value.stands_in(normal_form(read)) for value in text.planted)
    assert read_back("Éloïse (dite \\ l'Œil) : 12 €", kind) == "Éloïse (dite \\ l'Œil) : 12 €"


def test_what_a_trial_overhears_still_goes_where_it_went():
    root, kept = logging.getLogger(), logging.handlers.MemoryHandler(1000, flushLevel=100)
    level, handlers = root.level, list(root.handlers)
    root.addHandler(kept)
    root.setLevel(logging.INFO)
    try:
        with overheard(but="trial") as heard:
            worker = threading.Thread(target=logging.getLogger("worker").warning, args=("a task failed",))
            worker.start()
            worker.join()
            logging.getLogger("engine").debug("a detail")
            logging.getLogger("trial").debug("what was typed")
        logging.getLogger("worker").warning("afterwards")
        said = [record.getMessage() for record in kept.buffer]
    finally:
        root.removeHandler(kept)
        root.setLevel(level)
    assert said == ["a task failed", "afterwards"]
    assert all(line in heard.getvalue() for line in ("a task failed", "a detail", "what was typed"))
    assert root.handlers == handlers
    assert not any(handler.filters for handler in [kept])
