"""The assistant before a real server that answers well, badly, slowly, halfway, or as documents say."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bacasable.exchange.models import Endpoint
from bacasable.privacy.messages import Refused
from bacasable.services.assistant.engine.answering import Assistant, Ready, Settings, Spoken
from bacasable.services.assistant.engine.generation import Checks, injections
from bacasable.services.assistant.engine.minimisation import Corrections, Shield
from bacasable.services.assistant.engine.sheets import Access, Answer
from tests.assistant_sheets import LOST_CARD, index, sheet

QUESTION = "Combien coûte le renouvellement d'une carte d'identité perdue ?"
COST = "Le renouvellement est payant : 25 € en timbres fiscaux."


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    record = tmp_path_factory.mktemp("model") / "read.jsonl"
    record.touch()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.model_server", str(record)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    port = process.stdout.readline().strip()
    yield f"http://127.0.0.1:{port}/v1", record
    process.kill()
    process.wait()


@pytest.fixture
def model(server: tuple[str, Path]) -> Callable[..., Endpoint]:
    return lambda name, **options: Endpoint(server[0], name, **options)


def answer(endpoint: Endpoint, question: str = QUESTION, **options: Corrections) -> Answer:
    assistant = Assistant(index(), endpoint=endpoint, settings=Settings(searches_here=True))
    return assistant.ask(question, access=Access(), **options)


MESSAGES = [
    {"role": "system", "content": "s"},
    {"role": "user", "content": '<source-a n="1">\nT\nUn.\n</source-a>'},
]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("cut", "cut before its end"),
        ("cut-clean", "cut before its end"),
        ("not-json", "does not answer as an OpenAI-compatible server"),
        ("not-sse", "does not answer as an OpenAI-compatible server"),
        ("error-event", "failed while answering"),
        ("huge", "larger than 4,194,304 bytes"),
        ("down", "answers 503"),
        ("echoes", "does not take the request (400)"),
        ("elsewhere", "redirects elsewhere"),
    ],
)
def test_a_server_that_fails_is_said_and_the_words_of_the_sheets_are_there(
    model: Callable[..., Endpoint], name: str, said: str
) -> None:
    with pytest.raises(Refused) as refused:
        list(model(name).chat(MESSAGES))
    assert said in str(refused.value)
    assert "Un." not in str(refused.value)
    given = answer(model(name))
    assert not given.generated
    assert said in given.fallback
    assert [sentence.text for sentence in given.sentences] == [COST]


def test_a_slow_server_is_left_after_the_time_given(model: Callable[..., Endpoint]) -> None:
    began = time.monotonic()
    with pytest.raises(Refused, match="no whole answer within 1 seconds"):
        list(model("slow", timeout=0.8).chat(MESSAGES))
    assert time.monotonic() - began < 10


def test_nobody_there(server: tuple[str, Path]) -> None:
    with pytest.raises(Refused, match="cannot be reached"):
        list(Endpoint("http://127.0.0.1:9/v1", "honest", timeout=0.4).chat(MESSAGES))


def test_a_busy_server_is_asked_again_and_one_that_does_not_stream_is_read(
    model: Callable[..., Endpoint],
) -> None:
    assert '"extrait": "Un."' in "".join(model("busy").chat(MESSAGES))
    assert '"extrait": "Un."' in "".join(model("whole").chat(MESSAGES))
    assert model("any").models() == ["honest", "embedder"]


def test_vectors_come_in_the_order_of_the_texts_or_not_at_all(model: Callable[..., Endpoint]) -> None:
    texts = ["a" * length for length in range(1, 131)]
    assert [vector[0] for vector in model("embedder").embed(texts)] == list(map(float, range(1, 131)))
    with pytest.raises(Refused, match="gave 2 vectors for 3 texts"):
        model("one-short").embed(texts[:3])
    with pytest.raises(Refused, match="OpenAI-compatible"):
        model("nan").embed(texts[:3])


def test_a_model_that_quotes_is_shown_with_the_words_that_carry_it(model: Callable[..., Endpoint]) -> None:
    given = answer(model("honest"))
    assert given.generated
    assert given.sentences[0].text == COST
    for sentence in given.sentences:
        for number in sentence.quotations:
            quotation = given.quotations[number]
            assert quotation.text == quotation.sheet.text[quotation.start : quotation.end]


@pytest.mark.parametrize("name", ["number", "name", "opposite", "invents", "cites-7"])
def test_what_no_source_carries_is_withheld(model: Callable[..., Endpoint], name: str) -> None:
    given = answer(model(name))
    assert given.withheld
    for sentence in given.sentences:
        assert sentence.text in LOST_CARD.text
    if not given.generated:
        assert "nothing that the model wrote" in given.fallback


def test_a_model_that_finds_nothing_or_talks_leaves_the_sheets(model: Callable[..., Endpoint]) -> None:
    for name in ("silent", "prose"):
        given = answer(model(name))
        assert not given.generated
        assert "found no answer" in given.fallback
        assert given.sentences


def test_sentences_come_as_they_are_verified(model: Callable[..., Endpoint]) -> None:
    assistant = Assistant(index(), endpoint=model("honest"), settings=Settings(searches_here=True))
    kinds = [type(event) for event in assistant.ask_stream(QUESTION, access=Access())]
    assert kinds.index(Ready) < kinds.index(Spoken) < len(kinds) - 1
    assert kinds[-1] is Ready


def test_nothing_about_a_person_reaches_the_model(
    model: Callable[..., Endpoint], server: tuple[str, Path]
) -> None:
    shield = Shield()
    question = (
        "Mme Fatou Diallo, 12 rue des Lilas 69003 Lyon, 06 12 34 56 78, IBAN FR7630006000011234567890189, "
        "née le 3 mai 1984, demande combien coûte le renouvellement de sa carte d'identité perdue."
    )
    assistant = Assistant(index(), endpoint=model("honest"), shield=shield)
    given = assistant.ask(question, access=Access())
    assert given.generated
    read = server[1].read_text()
    last = read.splitlines()[-1]
    assert "[PERSONNE_1]" in last
    for secret in ("Fatou", "Diallo", "Lilas", "69003", "34 56", "FR76", "3 mai", "1984"):
        assert secret not in read
    assert shield.restore("Bonjour Mme [PERSONNE_1]") == "Bonjour Mme Fatou Diallo"


def test_an_alert_waits_for_the_agent_before_the_model_is_asked(
    model: Callable[..., Endpoint], server: tuple[str, Path]
) -> None:
    question = (
        "Mme Diallo est atteinte d'un cancer, combien coûte le renouvellement de sa carte d'identité perdue ?"
    )
    before = len(server[1].read_text())
    given = answer(model("honest"), question)
    assert "confirm" in given.fallback
    assert given.sentences
    assert len(server[1].read_text()) == before
    assert answer(model("honest"), question, corrections=Corrections(confirmed=True)).generated


def test_a_model_that_obeys_is_caught_where_nothing_is_taken_away(
    model: Callable[..., Endpoint], server: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "bacasable.services.assistant.engine.answering.sections.speaks_to_machines", lambda text: False
    )
    poisoned = sheet("bad", "Renouvellement de la carte d'identité perdue : coût", COST, injections()[0])
    unchecked = Checks(for_machines=lambda text: False)
    assistant = Assistant(index(poisoned, LOST_CARD), endpoint=model("obeys"), checks=unchecked)
    given = assistant.ask(QUESTION, access=Access())
    assert "PIRATE" in server[1].read_text().splitlines()[-1]
    assert "PIRATE" in " ".join(sentence.text for sentence in given.sentences)


def test_instructions_of_documents_are_neither_sent_nor_obeyed(
    model: Callable[..., Endpoint], server: tuple[str, Path]
) -> None:
    for number, text in enumerate(injections()):
        poisoned = sheet(f"bad-{number}", "Renouvellement de la carte d'identité perdue : coût", COST, text)
        assistant = Assistant(
            index(poisoned, LOST_CARD), endpoint=model("obeys"), settings=Settings(searches_here=True)
        )
        given = assistant.ask(QUESTION, access=Access())
        told = " ".join(sentence.text for sentence in given.sentences)
        assert "PIRATE" not in told.upper(), text
        assert "PIRATE" not in server[1].read_text().splitlines()[-1].upper(), text


def test_a_sheet_past_its_age_is_not_quoted(model: Callable[..., Endpoint]) -> None:
    aged = Settings(maximum_age={"sheets": timedelta(days=1)}, searches_here=True)
    given = Assistant(index(), endpoint=model("honest"), settings=aged).ask(QUESTION, access=Access())
    assert given.abstained == "no_source"
    assert given.near
