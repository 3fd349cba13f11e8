"""Whether "I do not know" is said where no sheet answers, and the right sheet is quoted where one does."""

import contextlib
import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from bacasable.compliance.control import Control, DependsOn, Measurement, Probe
from bacasable.compliance.service import N_
from bacasable.services.assistant.controls.subject import ANSWER, ENGINE, Subject, measured
from bacasable.services.assistant.engine.answering import Abstention, Assistant, Settings
from bacasable.services.assistant.engine.sheets import Access, Sheet
from bacasable.services.assistant.engine.trials.silence import questions

#: Share of the questions that have their sheet that must be answered: who is always silent is never wrong.
_COVERED = 0.5


def _wrong(probe: Probe, seed: int) -> Measurement:
    """Ask one theme's sheets what they say and what other themes say; count answers of no right sheet."""
    subject: Subject = probe.engine
    seen = sha256()
    with questions(seed) as asked:
        assistant = Assistant(
            asked.index,
            settings=Settings(quotes_stale=True, searches_here=True),
            abstention=subject.abstention(asked.index),
        )
        answered = [(quoted, sheet) for text, sheet in asked.answered if (quoted := _quoted(assistant, text))]
        right = sum(quoted.id == sheet.id for quoted, sheet in answered)
        elsewhere = sum(_quoted(assistant, text) is not None for text in asked.elsewhere)
        missing = sum(_quoted(assistant, text) is not None for text in asked.missing)
        for text in (*(text for text, _ in asked.answered), *asked.missing, *asked.elsewhere):
            seen.update(text.encode())
    covered = len(answered) / len(asked.answered)
    found = measured(
        len(answered) - right + elsewhere,
        len(answered) + elsewhere,
        seed,
        "asks as many questions of other themes as of the sheets' own",
        seen,
        theme=asked.theme,
        answered_with_their_sheet=round(covered, 3),
        right_sheet_first=round(right / max(1, len(answered)), 3),
        answered_of_other_themes=round(elsewhere / len(asked.elsewhere), 3),
        answered_of_near_misses=round(missing / len(asked.missing), 3),
    )
    if covered < _COVERED:
        silent = f"{covered:.0%} of the questions that have their sheet are answered, {_COVERED:.0%} are due"
        return replace(found, counterexamples=(silent,))
    return found


def _quoted(assistant: Assistant, question: str) -> Sheet | None:
    """Return the sheet that the answer is made of, or that it asks a situation of; None for a silence."""
    answer = assistant.ask(question, access=Access())
    if answer.abstained == "situation":
        return answer.choice_sheet
    return answer.quotations[0].sheet if answer.quotations and not answer.abstained else None


@contextlib.contextmanager
def _never_silent(probe: Probe) -> Iterator[Probe]:
    talks = Abstention(topic=-math.inf, sure=-math.inf)
    yield replace(probe, engine=replace(probe.engine, abstention=lambda index: talks))


CONTROLS = (
    Control(
        key="wrong_answers",
        title=N_("What no sheet answers is left unsaid, and what one answers is said from that sheet"),
        unit=N_("share of answers made of a sheet that does not answer the question"),
        direction="at_most",
        threshold=0.4,
        maximum_age=timedelta(days=90),
        measure=_wrong,
        sabotage=_never_silent,
        depends_on=DependsOn(
            modules=(*ANSWER[:1], f"{ENGINE}.answering.abstention", f"{ENGINE}.retrieval.ranking")
        ),
        description=N_(
            "Shipped sheets of one theme, asked by their first sentences and by titles of other themes, half "
            "and half. Near misses (a sheet on the very matter is missing) are counted beside, and promised "
            "nothing: about half of them and more are answered from a sheet close by."
        ),
    ),
)
