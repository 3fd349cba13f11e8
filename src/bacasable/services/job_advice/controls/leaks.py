"""What is typed or handed in about a person: does it reach a model, the scorer, a trace, a journal, a log?"""

import contextlib
import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING, Any

from bacasable.compliance.control import Control, DependsOn, Measurement, Probe
from bacasable.compliance.service import N_
from bacasable.services.job_advice.controls.subject import DAY, ENGINE, Subject, counted, shipped

if TYPE_CHECKING:
    from bacasable.services.job_advice.engine.profiles import Profile

#: Values planted in CVs and in notes; none found of 2,000 bounds the share by 0.15 % at 95 %.
IN_CVS, IN_NOTES = 1500, 500
#: How often a CV is a file of each kind.
_KINDS = ("txt", "docx", "txt", "pdf")


class _Outlets:
    """What goes on from a CV: the text that is read, the scorer's input, the trace, requests to a model."""

    def __init__(self, subject: Subject) -> None:
        from bacasable.services.job_advice.engine.curriculum import cut

        self._subject, self._tables = subject, subject.referential()
        self._cut = subject.cv or cut
        self._told = cache(self._opinion)

    def of_cv(self, text: str, kind: Any) -> list[str]:
        """Return all that goes on from a CV that is a file of ``kind``."""
        from bacasable.services.job_advice.engine.curriculum import read_cv
        from bacasable.services.job_advice.engine.trials.papers import paper

        read: list[str] = []

        def cutting(whole: str) -> tuple[str, tuple[tuple[str, int], ...]]:
            kept, taken = self._cut(whole)
            read.append(kept)
            return kept, taken

        with heard() as lines:
            found = read_cv(
                BytesIO(paper(text, kind)), f"cv.{kind}", self._tables, today=DAY, cutting=cutting
            )
            told = self._told(found.profile())
        return [*read, *told, *lines]

    def _opinion(self, profile: "Profile") -> list[str]:
        """Return the scorer's input, the trace, and what a model is asked of it, whole."""
        from bacasable.services.job_advice.engine.wording import rephrase

        advice, asked = self._subject.advise(self._tables, profile), _Recording()
        for one in advice.suggestions:
            rephrase(advice, one, asked)
        return [json.dumps(profile.as_json()), json.dumps(advice.as_json(), ensure_ascii=False), *asked.read]


class _Recording:
    """Stands where a model would, and notes all that it is asked."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def chat(self, messages: Any, *, longest: int = 1024) -> Iterator[str]:
        """Answer nothing that could be taken for the reasons."""
        self.read += [message["content"] for message in messages]
        yield ""


@contextlib.contextmanager
def heard() -> Iterator[list[str]]:
    """Read every log line of this process, with all that its record carries, while the body runs."""
    lines: list[str] = []

    class Reader(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(f"{record.getMessage()} {record.exc_text or ''} {record.__dict__}")

    reader, root = Reader(logging.DEBUG), logging.getLogger()
    root.addHandler(reader)
    try:
        yield lines
    finally:
        root.removeHandler(reader)


def _reaching(probe: Probe, seed: int) -> Measurement:
    """Hand in CVs and write notes with planted values; look for them in all that goes on from there."""
    from bacasable.services.job_advice.engine.trials.canaries import curricula, notes, passed

    subject: Subject = probe.engine
    outlets, seen, found = _Outlets(subject), sha256(), dict[str, int]()
    beside = cache(lambda text: "\n".join(outlets.of_cv(text, "txt")))
    missed: list[str] = []
    for number, text in enumerate(curricula(IN_CVS, seed)):
        seen.update(text.text.encode())
        told = outlets.of_cv(text.text, _KINDS[number % len(_KINDS)])
        missed += passed(text, told, beside(text.beside))
    texts = notes(IN_NOTES, seed) if subject.noted else []
    for text, told in zip(
        texts, subject.noted([one.text for one in texts]) if subject.noted else (), strict=True
    ):
        seen.update(text.text.encode())
        missed += passed(text, told, "")
    for kind in missed:
        found[kind] = found.get(kind, 0) + 1
    decoys = curricula(200, seed + 1)
    chance = [len(passed(one, [beside(one.beside)], "")) for one in decoys]
    made = counted(
        len(missed),
        IN_CVS + len(texts),
        seed,
        "reads what a CV is read as, the scorer's input, traces, requests to a model, the journal and logs",
        seen.hexdigest(),
        in_notes=len(texts),
        notes="kept as pages keep them" if texts else "no page here: notes were not tried",
        **{f"{kind} that passed": count for kind, count in sorted(found.items())},
    )
    return replace(made, chance=sum(chance) / sum(len(one.planted) for one in decoys))


@contextlib.contextmanager
def _uncut(probe: Probe) -> Iterator[Probe]:
    """Read CVs whole, and send what an adviser wrote along with the reasons."""
    subject: Subject = probe.engine
    noted = subject.noted
    sent = (
        None
        if noted is None
        else lambda texts: [[*told, text] for told, text in zip(noted(texts), texts, strict=True)]
    )
    yield replace(probe, engine=replace(subject, cv=lambda text: (text, ()), noted=sent))


CONTROLS = (
    Control(
        key="canaries_reaching_the_model",
        title=N_("Nothing that a note or a CV says of who somebody is reaches a model, the scorer or a log"),
        unit=N_("share of planted values that are found where they should not be"),
        direction="at_most",
        threshold=0.003,
        maximum_age=timedelta(days=90),
        measure=_reaching,
        sabotage=_uncut,
        depends_on=DependsOn(
            modules=(
                f"{ENGINE}.curriculum.cutting",
                f"{ENGINE}.curriculum.reading",
                f"{ENGINE}.notes",
                f"{ENGINE}.profiles",
                f"{ENGINE}.wording.rephrasing",
                f"{ENGINE}.trials.canaries",
                f"{ENGINE}.trials.sensitive",
                "bacasable.privacy.redaction.finding",
            ),
            releases=shipped(
                "private_life.toml", "wording/prompts/rephrase-fr.toml", "wording/prompts/rephrase-en.toml"
            ),
        ),
        description=N_(
            "Fictional values of all types of the redaction engine but dates, and words of private life, in "
            "CVs (text, Word, PDF) and in notes kept as pages keep them. The bound holds for values of these "
            "types, written as these are."
        ),
    ),
)
