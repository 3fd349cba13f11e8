"""Pages say the very sentences that controls measure: one way of telling reasons, in each language."""

import pytest
from django.test import Client
from django.utils import translation

from bacasable.services.job_advice.controls.subject import Subject
from bacasable.services.job_advice.engine.trace import Advice
from bacasable.services.job_advice.engine.trials.people import trial
from bacasable.services.job_advice.engine.wording import (
    LANGUAGES,
    READERS,
    diagnosis,
    notes,
    sentences,
    speaker,
)
from bacasable.services.job_advice.web.actions.interviews import opinion_of
from bacasable.ui.saying import spoken
from tests.factories.people import sign_in, staff, verified
from tests.services.jobs_rooms import ROOT, advised, assessed, told

__all__ = ["assessed"]
API = f"{ROOT}api/"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_controls_measure_is_what_pages_say(language: str) -> None:
    subject = Subject()
    said = [
        line
        for advice in trial(subject.referential, subject.advise, 30, 3).advices
        for reader in READERS
        for one in advice.suggestions
        for line in (*sentences(advice, one, reader), *diagnosis(advice, reader), *notes(advice))
    ]
    with translation.override(language):
        for line in said:
            for one in (line.said, *line.cites()):
                assert spoken(one) == speaker(language)(one)


@pytest.mark.django_db(databases="__all__")
@pytest.mark.usefixtures("assessed")
def test_the_adviser_reads_each_sentence_of_the_trace_in_french(client: Client) -> None:
    by = staff("job_adviser")
    sign_in(client, by)
    _, advice = advised(verified(by))
    item = advice.items.first()
    opinion = opinion_of(advice)
    suggestion = next(one for one in opinion.suggestions if one.rank == item.rank)
    page = client.get(f"{ROOT}suggestions/{item.public_id}/").content.decode()
    for line in sentences(opinion, suggestion):
        text = speaker("fr")(line.said)
        assert text.replace("&", "&amp;").replace("'", "&#x27;") in page, text


@pytest.mark.django_db(databases="__all__")
@pytest.mark.usefixtures("assessed")
def test_the_interface_gives_the_same_sentences_in_the_language_asked_for(client: Client) -> None:
    sign_in(client, staff("job_adviser"))
    asked = {"profile": told().as_json()}
    for language in LANGUAGES:
        body = asked | {"language": language}
        answer = client.post(f"{API}advice", body, content_type="application/json").json()
        opinion = Advice.from_json({name: part for name, part in answer.items() if name != "said"})
        first = opinion.suggestions[0]
        said = [one["text"] for one in answer["said"]["suggestions"][str(first.rank)]]
        assert said == [speaker(language)(one.said) for one in sentences(opinion, first)]
