"""Is private life that somebody types, or that a CV holds, stopped before it is kept, read or sent?"""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from random import Random
from typing import Any

from bacasable.compliance.control import Control, DependsOn, Measurement, Probe
from bacasable.compliance.service import N_
from bacasable.services.job_advice.controls.subject import ENGINE, Subject, counted, shipped

#: Notes and CVs, in turn; no failure in 600 is below 0.62 % at 95 %.
TRIALS = 600


def _stopped(probe: Probe, seed: int) -> Measurement:
    """Plant private life in notes and CVs; look at what nobody is shown, and what is left of a CV."""
    from bacasable.services.job_advice.engine.curriculum import cut
    from bacasable.services.job_advice.engine.notes import seen
    from bacasable.services.job_advice.engine.trials.sensitive import planted

    subject: Subject = probe.engine
    filtered: Callable[[str], Any] = subject.note or seen
    reading: Callable[[str], tuple[str, Any]] = subject.cv or cut
    dice = Random(seed)  # noqa: S311 (a sample that can be drawn again)
    passed: dict[str, int] = {}
    drawn = sha256()
    for number in range(TRIALS):
        kind, note, secret = planted(number, dice)
        drawn.update(note.encode())
        if number % 2:
            blocked, alerts = filtered(note)
            words = [words.lower() for words, _why in (*blocked, *alerts)]
            through = not any(one in secret or secret in one for one in words)
        else:
            text = f"EXPÉRIENCE\n2018 - 2020 Cuisinier\n{note}\nFORMATION\n2001 CAP cuisine\n"
            through = secret in reading(text)[0].lower()
        if through:
            passed[kind] = passed.get(kind, 0) + 1
    return counted(
        sum(passed.values()),
        TRIALS,
        seed,
        "plants phrases of 8 kinds and social security numbers in notes and CVs",
        drawn.hexdigest(),
        notes="invented",
        **{f"{kind} that passed": found for kind, found in passed.items()},
    )


@contextlib.contextmanager
def _unfiltered(probe: Probe) -> Iterator[Probe]:
    yield replace(probe, engine=replace(probe.engine, note=lambda text: ([], []), cv=lambda text: (text, ())))


CONTROLS = (
    Control(
        key="sensitive_words_stopped",
        title=N_("Private life in a note is stopped or shown to a human; in a CV it is cut before reading"),
        unit=N_("share of planted phrases that pass unseen"),
        direction="at_most",
        threshold=0.01,
        maximum_age=timedelta(days=90),
        measure=_stopped,
        sabotage=_unfiltered,
        depends_on=DependsOn(
            modules=(
                f"{ENGINE}.notes",
                f"{ENGINE}.curriculum.cutting",
                f"{ENGINE}.trials.sensitive",
                "bacasable.privacy.redaction.finding",
            ),
            releases=shipped("private_life.toml"),
        ),
        description=N_(
            "Phrases of the kinds that are planted: other words of private life may pass, and a human reads "
            "every note."
        ),
    ),
)
