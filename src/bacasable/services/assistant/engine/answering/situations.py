"""Which case applies: asked before anything is said, where the answer depends on it."""

from collections.abc import Collection, Iterable, Sequence

from bacasable.services.assistant.engine.answering.sections import Section
from bacasable.services.assistant.engine.retrieval.french import stems
from bacasable.services.assistant.engine.sheets import Case, Choice, Sheet

#: The option of an agent who does not know: every branch is then quoted under its name.
UNKNOWN = -1


def fits(cases: Iterable[Case], chosen: Collection[Case]) -> bool:
    """Whether what holds in ``cases`` can hold for somebody whose situation is ``chosen``."""
    options = {case.choice: case.option for case in chosen}
    return all(options.get(case.choice, case.option) in {case.option, UNKNOWN} for case in cases)


def open_choice(sheet: Sheet, section: Section, chosen: Collection[Case]) -> Choice | None:
    """Return the first choice that ``section`` depends on and that nobody answered, the outermost first."""
    answered = {case.choice for case in chosen}
    unknown = {case.choice for case in chosen if case.option == UNKNOWN}
    choices = {choice.key: choice for choice in sheet.choices}
    for case in section.cases:
        choice = choices.get(case.choice)
        if choice is None or choice.key in answered or len(choice.options) < 2:
            continue
        # Who does not know the case outside is not asked those inside of it.
        return None if choice.within is not None and choice.within.choice in unknown else choice
    return None


def told(sheet: Sheet, question: str) -> tuple[Case, ...]:
    """Return the cases that the question tells by itself: it has all words of one option and of no other.

    *à l'étranger* in the question answers the choice between *demande en France* and *à l'étranger*. Words of
    the title and of the choice's question tell nothing.
    """
    asked = set(stems(question))
    titled = set(stems(sheet.title))
    found: list[Case] = []
    for choice in sheet.choices:
        options = [set(stems(option)) for option in choice.options]
        shared = set.intersection(*options) if options else set()
        said = titled | set(stems(choice.question)) | shared
        options = [words - said or words - shared for words in options]
        met = [
            number
            for number, words in enumerate(options)
            if words and words <= asked and fits((choice.within,) if choice.within else (), found)
        ]
        if len(met) == 1:
            found.append(Case(choice.key, met[0]))
    return tuple(found)


def names(sheet: Sheet, chosen: Sequence[Case]) -> str:
    """Return the options chosen, in words."""
    choices = {choice.key: choice.options for choice in sheet.choices}
    return " ; ".join(
        choices[case.choice][case.option]
        for case in chosen
        if case.choice in choices and 0 <= case.option < len(choices[case.choice])
    )
