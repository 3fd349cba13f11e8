"""Words: is what is said of an opinion what it rests on, and is a model asked by templates alone?"""

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from random import Random
from typing import TYPE_CHECKING, Any

from bacasable.compliance.control import Control, DependsOn, Measurement, Probe
from bacasable.compliance.service import N_
from bacasable.services.job_advice.controls.subject import ENGINE, Subject, counted, shipped

if TYPE_CHECKING:
    from bacasable.services.job_advice.engine.trace import Advice, Suggestion

#: Trials of each control: no failure in 480 is below 0.8 % at 95 %.
TRIALS = 480
#: People whose opinions are said; each has some five suggestions.
PEOPLE = 50


def _suggestions(probe: Probe, seed: int) -> list[tuple["Advice", "Suggestion"]]:
    from bacasable.services.job_advice.engine.trials.people import trial

    subject: Subject = probe.engine
    told = trial(subject.referential, subject.advise, PEOPLE, seed)
    return [(advice, one) for advice in told.advices for one in advice.suggestions]


def _faithful(probe: Probe, seed: int) -> Measurement:
    """Plant in what is said what the trace does not say; look at what the check lets through."""
    from bacasable.services.job_advice.engine.trials.words import planted
    from bacasable.services.job_advice.engine.wording import LANGUAGES, sentences, speaker, survives

    subject: Subject = probe.engine
    check: Callable[..., Any] = subject.check or survives
    dice = Random(seed)  # noqa: S311 (a sample that can be drawn again)
    pairs = _suggestions(probe, seed)
    passed: dict[str, int] = {}
    seen, lost = sha256(), 0
    for number in range(TRIALS):
        advice, one = pairs[dice.randrange(len(pairs))]
        language = LANGUAGES[number % len(LANGUAGES)]
        lines = [speaker(language)(line.said) for line in sentences(advice, one, "jobseeker")]
        kind, sentence = planted(number, lines, dice, language)
        seen.update(sentence.encode())
        lost += not check(" ".join(lines), lines).whole
        if sentence in check(" ".join((*lines, sentence)), lines).text:
            passed[kind] = passed.get(kind, 0) + 1
    made = counted(
        sum(passed.values()),
        TRIALS,
        seed,
        "plants numbers, codes, addresses, titles and towns that the trace does not have",
        seen.hexdigest(),
        opinions="synthetic",
        languages=", ".join(LANGUAGES),
        **{f"{kind} that passed": found for kind, found in passed.items()},
    )
    return replace(made, counterexamples=(f"{lost} renderings struck by their own check",) if lost else ())


def _templates(probe: Probe, seed: int) -> Measurement:
    """Ask for a rephrasing of each suggestion, a model that records standing at the end."""
    from bacasable.services.job_advice.engine.wording import LANGUAGES, prompt, sentences, speaker
    from bacasable.services.job_advice.engine.wording.rephrasing import is_from_template

    subject: Subject = probe.engine
    asks: Callable[..., Any] = subject.prompt or prompt
    dice = Random(seed)  # noqa: S311 (a sample that can be drawn again)
    pairs = _suggestions(probe, seed)
    seen, free = sha256(), 0
    for number in range(TRIALS):
        advice, one = pairs[dice.randrange(len(pairs))]
        language = LANGUAGES[number % len(LANGUAGES)]
        spoken = speaker(language)
        made: Sequence[Mapping[str, str]] = asks(advice, one, language=language, spoken=spoken).messages
        seen.update(made[-1]["content"].encode())
        said = [spoken(line.said) for line in sentences(advice, one, "jobseeker")]
        free += not is_from_template(made, said)
    return counted(
        free,
        TRIALS,
        seed,
        "reads what a model would be asked, word by word",
        seen.hexdigest(),
        opinions="synthetic",
        languages=", ".join(LANGUAGES),
    )


@contextlib.contextmanager
def _unchecked(probe: Probe) -> Iterator[Probe]:
    from bacasable.services.job_advice.engine.wording import Checked

    yield replace(probe, engine=replace(probe.engine, check=lambda text, said: Checked(text, ())))


@contextlib.contextmanager
def _with_a_note(probe: Probe) -> Iterator[Probe]:
    from bacasable.services.job_advice.engine.trials.words import with_a_note
    from bacasable.services.job_advice.engine.wording import prompt

    asks = probe.engine.prompt or prompt
    yield replace(probe, engine=replace(probe.engine, prompt=with_a_note(asks)))


_SAID = (
    *(f"{ENGINE}.wording.{part}" for part in ("rendering", "reasons", "obstacles", "speaking")),
    f"{ENGINE}.trials.words",
)

CONTROLS = (
    Control(
        key="explanation_faithful",
        title=N_("Nothing that the reasons do not say survives in a text that a model rephrased"),
        unit=N_("share of planted claims that the check lets through"),
        direction="at_most",
        threshold=0.01,
        maximum_age=timedelta(days=180),
        measure=_faithful,
        sabotage=_unchecked,
        depends_on=DependsOn(
            modules=(*_SAID, f"{ENGINE}.wording.checking"), releases=shipped("wording/plain.toml")
        ),
        description=N_(
            "Numbers, codes, addresses, titles and towns. A false sentence made only of words of the reasons "
            "is not tried, and may pass."
        ),
    ),
    Control(
        key="prompts_from_templates_only",
        title=N_("A model is asked by shipped templates alone, filled with sentences of the reasons"),
        unit=N_("share of requests with anything else in them"),
        direction="at_most",
        threshold=0.01,
        maximum_age=timedelta(days=180),
        measure=_templates,
        sabotage=_with_a_note,
        depends_on=DependsOn(
            modules=(*_SAID, f"{ENGINE}.wording.rephrasing"),
            releases=shipped("wording/prompts/rephrase-fr.toml", "wording/prompts/rephrase-en.toml"),
        ),
    ),
)
