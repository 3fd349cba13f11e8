"""What is said of an opinion comes from its trace, for every reader, and nothing else survives."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files

import pytest

from bacasable.privacy.messages import N_, Refused, Said
from bacasable.services.job_advice.controls.subject import DAY, Subject
from bacasable.services.job_advice.engine import counselling, scoring
from bacasable.services.job_advice.engine.counselling import Settings, advise
from bacasable.services.job_advice.engine.counterfactuals import again
from bacasable.services.job_advice.engine.profiles import Profile
from bacasable.services.job_advice.engine.scoring.weights import Weights
from bacasable.services.job_advice.engine.trace import Advice, Factor, Suggestion
from bacasable.services.job_advice.engine.trials.people import trial
from bacasable.services.job_advice.engine.wording import (
    READERS,
    Reader,
    Sentence,
    diagnosis,
    notes,
    rephrase,
    sentences,
    speaker,
    survives,
)
from bacasable.services.job_advice.engine.wording.obstacles import RULES
from bacasable.services.job_advice.engine.wording.reasons import REASONS
from bacasable.services.job_advice.engine.wording.rephrasing import is_from_template


@cache
def advices() -> tuple[Advice, ...]:
    subject = Subject()
    return trial(subject.referential, subject.advise, 60, 3).advices


def said(advice: Advice, language: str = "en", reader: Reader = "jobseeker") -> list[str]:
    return [speaker(language)(one.said) for one in sentences(advice, advice.suggestions[0], reader)]


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
                    any(f"row {row.key}, version {row.version} of " in cite for cite in cited)
                    for factor in one.factors
                    for row in factor.rows
                )
            else:
                assert 3 <= len(told) <= 5


def test_everything_is_said_in_french_with_french_dates_and_numbers() -> None:
    english, french = speaker("en"), speaker("fr")
    labels = {one.label for advice in advices() for one in advice.suggestions}
    for advice in advices():
        told = [*notes(advice), *(line for reader in READERS for line in diagnosis(advice, reader))]
        told += [line for one in advice.suggestions for line in sentences(advice, one, "adviser")]
        for line in told:
            assert french(line.said) != english(line.said) or line.said in labels, line.said
    dated = " ".join(french(one.said) for advice in advices() for one in _all(advice, "adviser"))
    assert re.search(r"le (1er|[0-9]+) (janvier|mars|octobre|novembre|décembre) 20[0-9]{2}", dated)
    assert re.search(r"[0-9],[0-9] sur 5", dated) and not re.search(r"[0-9]\.[0-9] sur 5", dated)
    assert not re.search(r"\b(January|December|among|skills|ask)\b", dated)


def test_nothing_is_said_to_be_no_kilometres_away() -> None:
    told = [speaker("fr")(one.said) for advice in advices() for one in _all(advice, "adviser")]
    assert any(" km" in line for line in told)
    assert not any(re.search(r"\b0\s+km", line) for line in told)


def test_answers_that_contradict_each_other_are_named() -> None:
    profile = Profile(moves_house=True, mobility_km=0, interviews=2, applications_a_month=0)
    told = [speaker("fr")(one.said) for one in notes(advise(Subject().referential(), profile))]
    against = [line for line in told if "se contredisent" in line]
    assert len(against) == 2
    assert "la distance" in against[0] and "les candidatures" in against[1]


def _all(advice: Advice, reader: Reader) -> list[Sentence]:
    return [line for one in advice.suggestions for line in sentences(advice, one, reader)]


@pytest.mark.parametrize(("missing", "said"), [(1, "il en reste une à acquérir"), (2, "il en reste 2 à")])
def test_one_thing_is_told_otherwise_than_several(missing: int, said: str) -> None:
    facts = {"missing": missing, "asked": 4, "first": "Souder"}
    lacks = Factor("core_missing", 1.0, -1.0, -1.0, ("skills",), (), facts)
    made = Suggestion("occupation", "X0204", "Soudeur", 1, -1.0, (lacks,))
    (line,) = sentences(replace(advices()[0], suggestions=(made,)), made)
    told = speaker("fr")(line.said)
    assert said in told and told.endswith(": «\N{NO-BREAK SPACE}Souder\N{NO-BREAK SPACE}».")


def test_easy_sentences_are_short_and_have_no_abbreviation() -> None:
    """FALC (Inclusion Europe): one idea a sentence, usual words; what a table calls things is not ours."""
    for told in (*REASONS.values(), *RULES.values()):
        for entry in told.easy:
            for message in (entry,) if isinstance(entry, str) else (entry.one, entry.more):
                for sentence in re.split(r"(?<=[.:]) ", speaker("fr")(Said(message))):
                    words = [one for one in sentence.split() if not one.startswith("{")]
                    assert len(words) <= 15, sentence
                    assert ";" not in sentence and not re.search(r"\b[A-Z]{2,}\b", sentence)


def test_taking_a_reason_away_moves_the_score_by_what_it_is_said_to_count_and_ends_its_sentence() -> None:
    """The ablation: the factor's weight set to nothing, the opinion worked out anew."""
    referential, taken = Subject().referential(), 0
    shipped = tomllib.loads(files(scoring).joinpath("weights.toml").read_text("utf-8"))
    people = trial(Subject().referential, Subject().advise, 60, 3).people.profiles
    for profile, advice in zip(people, advices(), strict=False):
        first = advice.suggestions[0] if advice.suggestions else None
        if first is None or first.kind != "occupation" or taken >= 12:
            continue
        taken += 1
        for line in sentences(advice, first, "jobseeker"):
            if line.sign not in ("for", "against"):
                continue
            part = "mobility" if line.name in shipped["mobility"] else "occupation"
            weights = Weights.read(f"[{part}]\n{line.name} = 0".encode(), "without")
            after = again(advise(referential, profile, Settings(weights=weights, day=DAY)), first)
            if after is None:
                continue
            assert after.score == pytest.approx(first.score - line.contribution, abs=1e-9)
            assert line.name not in [one.name for one in after.factors if one.contribution]
    assert taken >= 10


@pytest.mark.parametrize(
    ("language", "sentence", "why"),
    [
        ("en", "It pays 9,999 euros.", "number"),
        ("en", "Become an astronaut.", "word"),
        ("en", "Look at X9999.", "number"),
        ("en", "See www.emplois.example.fr for more.", "address"),
        ("fr", "Il paie 9 999 euros.", "number"),
        ("fr", "Devenez astronaute.", "word"),
        ("fr", "Regardez X9999.", "number"),
        ("fr", "Voyez www.emplois.example.fr pour la suite.", "address"),
    ],
)
def test_what_the_trace_does_not_say_is_struck(language: str, sentence: str, why: str) -> None:
    lines = said(advices()[0], language)
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
