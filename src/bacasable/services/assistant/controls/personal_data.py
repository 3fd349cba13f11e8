"""What is typed about a person: it reaches no model, no log; a model is asked by the templates alone."""

import contextlib
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

from bacasable.compliance.control import Control, DependsOn, Measurement, Probe
from bacasable.compliance.service import N_
from bacasable.privacy.messages import Refused
from bacasable.services.assistant.controls.subject import ANSWER, ENGINE, SHIELD, Subject, measured
from bacasable.services.assistant.engine.generation import prompt
from bacasable.services.assistant.engine.minimisation import Corrections, Shield
from bacasable.services.assistant.engine.sheets import Access
from bacasable.services.assistant.engine.trials import corpus
from bacasable.services.assistant.engine.trials.files import read_back
from bacasable.services.assistant.engine.trials.logs import overheard
from bacasable.services.assistant.engine.trials.plants import Text, normal_form, planted
from bacasable.services.assistant.engine.trials.readers import NoShield, RecordingIndex, RecordingModel

#: Values planted; none found of them bounds the share by 0.15 % at 95 %.
PLANTED = 2000
#: The logger of a sabotaged shield: what it is told is read here and goes nowhere else.
TRIAL = "bacasable.assistant.trial"


def _read_of(subject: Subject, index: Any, text: Text, place: str) -> str:
    """Return all that a model, or an embedder elsewhere, reads when ``text`` is typed at ``place``."""
    shield = subject.shield()
    if place != "question":  # what of a note, or of a file as uploads are read, may ever be sent
        return shield.hide(text.text if place == "note" else read_back(text.text, place)).text
    recorded, model = RecordingIndex(index), RecordingModel()
    assistant = subject.assistant(recorded, model)
    with contextlib.suppress(Refused):
        assistant.ask(text.text, access=Access(), corrections=Corrections(confirmed=True), shield=shield)
    return "\n".join((model.read, *recorded.queries))


def _reaching(probe: Probe, seed: int) -> Measurement:
    subject: Subject = probe.engine
    index, seen = subject.filled(), sha256()
    places = ("question", "question", "note", "docx", "question", "question", "note", "pdf")
    found: dict[str, int] = {}
    asked, sheets = prompt("answer"), corpus.sheets()
    public = (asked.system, asked.user, *(part for sheet in sheets for part in (sheet.title, sheet.text)))
    told = normal_form("\n".join(public))
    for number, text in enumerate(planted(PLANTED, seed)):
        seen.update(text.text.encode())
        read = normal_form(_read_of(subject, index, text, places[number % len(places)]))
        for value in text.planted:
            if value.stands_in(read, beside=told + text.beside):
                found[value.type] = found.get(value.type, 0) + 1
    # decoys, drawn alike and never typed, say what chance alone finds
    other = [value for text in planted(200, seed + 1) for value in text.planted]
    chance = sum(value.stands_in(told) for value in other) / len(other)
    return measured(
        sum(found.values()),
        PLANTED,
        seed,
        "reads all that a model or an embedder elsewhere is sent; looks for each value, or seven signs of it",
        seen,
        chance,
        types=len({value.type for value in other}),
        most_missed=max(found, key=lambda kind: found[kind]) if found else "",
    )


@contextlib.contextmanager
def _without_shield(probe: Probe) -> Iterator[Probe]:
    yield replace(probe, engine=replace(probe.engine, shield=NoShield))


def _off_template(probe: Probe, seed: int) -> Measurement:
    """Each request is the published template, filled with the hidden text and with passages of sheets."""
    subject: Subject = probe.engine
    index, seen, off, count = subject.filled(), sha256(), 0, 0
    known = {
        normal_form(line) for sheet in corpus.sheets() for line in (sheet.title, *sheet.text.split(". "))
    }
    for text in planted(400, seed)[:200]:
        model = RecordingModel()
        with contextlib.suppress(Refused):
            subject.assistant(index, model).ask(
                text.text, access=Access(), corrections=Corrections(confirmed=True), shield=subject.shield()
            )
        seen.update(text.text.encode())
        asked = Shield().hide(text.text).text
        for request in model.requests:
            count += 1
            filled = prompt("answer").values_in(request)
            off += (
                filled is None
                or normal_form(filled["question"]) != normal_form(asked)
                or not all(_is_of_a_sheet(line, known) for line in filled["sources"].splitlines())
            )
    return measured(off, count, seed, "reads what fills the published template in each request", seen)


def _is_of_a_sheet(line: str, known: set[str]) -> bool:
    if line.startswith(("<source-", "</source-")):
        return True
    return any(
        one.strip() in normal_form(line) or normal_form(line).strip() in one for one in known if one.strip()
    )


def _logged(probe: Probe, seed: int) -> Measurement:
    """Ask, and be refused, while all that is logged, printed or said by an error is read."""
    subject: Subject = probe.engine
    index, seen, found, n = subject.filled(), sha256(), 0, 0
    for text in planted(900, seed)[:400]:
        said = ""
        with overheard(but=TRIAL) as heard:
            for question in (text.text, text.text * 30, text.planted[0].value):
                try:
                    subject.assistant(index).ask(question, access=Access(), shield=subject.shield())
                except Refused as refused:
                    said += str(refused)
        written = normal_form(heard.getvalue() + said)
        n += len(text.planted)
        found += sum(value.stands_in(written) for value in text.planted)
        seen.update(text.text.encode())
    return measured(found, n, seed, "reads every log line, standard stream and error of the questions", seen)


class _Talkative(Shield):
    """A shield that logs what it is given."""

    def hide(self, text: str, corrections: Corrections = Corrections()) -> Any:  # noqa: B008 (frozen)
        logging.getLogger(TRIAL).debug("asked: %s", text)
        return super().hide(text, corrections)


@contextlib.contextmanager
def _with_talkative_logs(probe: Probe) -> Iterator[Probe]:
    yield replace(probe, engine=replace(probe.engine, shield=_Talkative))


CONTROLS = (
    Control(
        key="personal_data_reaching_the_model",
        title=N_("No personal data reach the model"),
        unit=N_("share of planted values that a model or an embedder elsewhere is sent"),
        direction="at_most",
        threshold=0.0015,
        maximum_age=timedelta(days=90),
        measure=_reaching,
        sabotage=_without_shield,
        depends_on=DependsOn(
            modules=(*SHIELD, *ANSWER, f"{ENGINE}.corpus.documents", f"{ENGINE}.corpus.plain"),
            settings=("shield",),
        ),
        description=N_(
            "2,000 fictional values of 24 types in questions, notes, Word and PDF files, found again or not "
            "in all that is sent. The bound holds for values of these types, written as these are."
        ),
    ),
    Control(
        key="prompts_from_templates_only",
        title=N_("Nothing is asked of a model outside of the published templates"),
        unit=N_("share of requests that are not a template filled with hidden text and passages"),
        direction="at_most",
        threshold=0.02,
        maximum_age=timedelta(days=90),
        measure=_off_template,
        sabotage=_without_shield,
        depends_on=DependsOn(modules=(*ANSWER, f"{ENGINE}.generation.prompts"), settings=("shield",)),
    ),
    Control(
        key="logs_without_personal_data",
        title=N_("Logs and errors hold nothing that was typed about a person"),
        unit=N_("share of planted values found in a log line or an error"),
        direction="at_most",
        threshold=0.005,
        maximum_age=timedelta(days=90),
        measure=_logged,
        sabotage=_with_talkative_logs,
        depends_on=DependsOn(modules=(*SHIELD, *ANSWER)),
    ),
)
