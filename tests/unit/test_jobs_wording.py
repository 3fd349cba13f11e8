"""What is said of an opinion comes from its trace, for every reader, and nothing else survives."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files

import pytest

from bacasable.privacy.messages import N_, Refused
from bacasable.services.job_advice.controls.subject import Subject
from bacasable.services.job_advice.engine import counselling, scoring
from bacasable.services.job_advice.engine.trace import Advice
from bacasable.services.job_advice.engine.trials.people import trial
from bacasable.services.job_advice.engine.wording import (
    READERS,
    Reader,
    diagnosis,
    notes,
    rephrase,
    sentences,
    survives,
)
from bacasable.services.job_advice.engine.wording.obstacles import RULES
from bacasable.services.job_advice.engine.wording.reasons import REASONS
from bacasable.services.job_advice.engine.wording.rephrasing import is_from_template


@cache
def advices() -> tuple[Advice, ...]:
    subject = Subject()
    return trial(subject.referential, subject.advise, 60, 3).advices


def said(advice: Advice) -> list[str]:
    return [str(one.said) for one in sentences(advice, advice.suggestions[0], "jobseeker")]


def test_every_factor_and_rule_has_words_that_need_no_value_for_each_reader() -> None:
    weights = tomllib.loads(files(scoring).joinpath("weights.toml").read_text("utf-8"))
    rules = tomllib.loads(files(counselling).joinpath("diagnosis.toml").read_text("utf-8"))["rules"]
    factors = {name for part, values in weights.items() if part != "settings" for name in values}
    assert factors <= REASONS.keys()
    assert {rule["name"] for rule in rules} <= RULES.keys()
    for name in ("regulated", "expired", "covers_gap"):
        assert "{" not in REASONS[name].plain[-1]


@pytest.mark.parametrize("reader", READERS)
def test_every_opinion_can_be_said(reader: Reader) -> None:
    for advice in advices():
        assert all(str(one.said) for one in (*notes(advice), *diagnosis(advice, reader)))
        for one in advice.suggestions:
            told = sentences(advice, one, reader)
            if reader == "adviser":
                assert sorted(line.name for line in told) == sorted(factor.name for factor in one.factors)
                cited = [str(cite) for line in told for cite in line.cites()]
                assert all(
                    any(f"row {row.key}, version {row.version} of {row.date}" in cite for cite in cited)
                    for factor in one.factors
                    for row in factor.rows
                )
            else:
                assert 3 <= len(told) <= 5


@pytest.mark.parametrize(
    ("sentence", "why"),
    [
        ("It pays 9,999 euros.", "number"),
        ("Become an astronaut.", "word"),
        ("Look at X9999.", "number"),
        ("See www.emplois.example.fr for more.", "address"),
    ],
)
def test_what_the_trace_does_not_say_is_struck(sentence: str, why: str) -> None:
    lines = said(advices()[0])
    assert survives(" ".join(lines), lines).whole
    assert survives(f"{lines[0]} {sentence}", lines).struck == ((sentence, why),)


class Answering:
    """A model that answers what it is told to, and keeps what it was asked."""

    def __init__(self, answer: str | None) -> None:
        self.answer, self.asked = answer, list[Mapping[str, str]]()

    def chat(self, messages: Sequence[Mapping[str, str]], *, longest: int = 1024) -> Iterator[str]:
        self.asked += messages
        if self.answer is None:
            raise Refused(N_("no answer"))
        yield self.answer


def test_a_rephrasing_stands_only_if_all_of_it_was_said() -> None:
    advice = advices()[0]
    lines = said(advice)
    same, more, none = Answering(f"{lines[0]} {lines[-1]}"), Answering("Call Martin."), Answering(None)
    assert rephrase(advice, advice.suggestions[0], same, language="en").is_rephrased
    for model in (more, none):
        told = rephrase(advice, advice.suggestions[0], model, language="en")
        assert (told.text, told.is_rephrased) == (" ".join(lines), False)
    assert is_from_template(same.asked, lines)
    free = [same.asked[0], {**same.asked[1], "content": same.asked[1]["content"] + "\nMadame X est malade"}]
    assert not is_from_template(free, lines)
