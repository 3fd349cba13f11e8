"""Reasons in other words, by a model: the request is shown, kept, journalled; loose answers are dropped."""

import contextlib
import json
import re
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.test import Client

from bacasable.people.models import JournalEntry
from bacasable.services.job_advice.web import running, sealed
from bacasable.services.job_advice.web.actions import interviews
from bacasable.services.job_advice.web.models import Item, Prompt
from tests.factories.people import sign_in, staff, verified
from tests.services.jobs_rooms import NAME, ROOT, advised, assessed

__all__ = ["assessed"]
pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.usefixtures("assessed")]


class Model:
    """A server that says the reasons as it read them, and ``adds``; it notes what it was sent.

    ``raw`` is what it answers instead, ``status`` its code, ``cut`` how many bytes it keeps to itself.
    """

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.adds, self.status, self.cut, self.waits = "", 200, 0, 0.0
        self.raw: bytes | None = None

    def answer(self, body: dict[str, Any]) -> bytes:
        self.bodies.append(body)
        time.sleep(self.waits)
        if self.raw is not None:
            return self.raw
        told = body["messages"][-1]["content"].partition(">")[2].rpartition("<")[0].strip()
        said = {"choices": [{"message": {"content": f"{told} {self.adds}".strip()}, "finish_reason": "stop"}]}
        return json.dumps(said).encode()


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Iterator[Model]:
    made = Model()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer = made.answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(made.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            with contextlib.suppress(ConnectionError):  # who asked has hung up
                self.wfile.write(answer[: len(answer) - made.cut])

        def log_message(self, *given: object) -> None:
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setattr(running.settings(), "endpoint", f"http://127.0.0.1:{server.server_port}/v1")
    monkeypatch.setattr(running.settings(), "endpoint_model", "trial")
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def item(client: Client) -> Item:
    by = staff("job_adviser")
    sign_in(client, by)
    held, advice = advised(verified(by))
    interviews.write_note(interview=held, text="Viendra avec sa voisine Zoraya.", by=verified(by))
    return advice.items.first()


def test_what_is_sent_is_on_the_page_before_and_kept_after_and_nothing_else_is_sent(
    client: Client, item: Item, model: Model
) -> None:
    at = f"{ROOT}suggestions/{item.public_id}/"
    before = client.get(at).content.decode()
    assert f"{ROOT}suggestions/{item.public_id}/words/" in before and not model.bodies
    page = client.post(f"{at}words/", follow=True).content.decode()
    (body,) = model.bodies
    sent = [one["content"] for one in body["messages"]]
    kept = Prompt.objects.get()
    words = sealed.words_of(kept.file, kept)
    assert kept.outcome == "kept" and words["asked"] == "\n\n".join(sent)
    assert words["answer"] and words["answer"].split(".")[0] in page
    assert NAME not in str(body) and "Zoraya" not in str(body)
    entry = JournalEntry.objects.filter(action="job_advice.model_asked").get()
    assert entry.facts["template"] == "rephrase-fr"


def test_an_answer_that_says_more_is_dropped_and_the_words_of_the_product_stand(
    client: Client, item: Item, model: Model
) -> None:
    model.adds = "Il gagnera 4812 euros à Zanzibar."
    page = client.post(f"{ROOT}suggestions/{item.public_id}/words/", follow=True).content.decode()
    kept = Prompt.objects.get()
    assert kept.outcome == "dropped" and "answer" not in sealed.words_of(kept.file, kept)
    assert "Zanzibar" not in page


def test_without_an_answer_the_request_is_kept_and_the_page_goes_on(
    client: Client, item: Item, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running.settings(), "endpoint", "http://127.0.0.1:9/v1")
    monkeypatch.setattr(running.settings(), "endpoint_seconds", 0.2)
    page = client.post(f"{ROOT}suggestions/{item.public_id}/words/", follow=True)
    assert page.status_code == 200 and Prompt.objects.get().outcome == "failed"


def _said(text: str) -> bytes:
    return json.dumps({"choices": [{"message": {"content": text}, "finish_reason": "stop"}]}).encode()


@pytest.mark.parametrize(
    ("goes_wrong", "outcome"),
    [
        ({"raw": b"<html><h1>Bad gateway</h1></html>"}, "failed"),
        ({"raw": b'{"choices": [{"mess'}, "failed"),
        ({"raw": b"[]"}, "failed"),
        ({"raw": _said("")}, "dropped"),
        ({"raw": _said("The job suits you well, go for it.")}, "dropped"),
        ({"raw": _said("mot " * 2_600_000)}, "failed"),
        ({"raw": b"", "status": 500}, "failed"),
        ({"cut": 40}, "failed"),
        ({"waits": 1.5}, "failed"),
    ],
    ids=["page", "half", "list", "empty", "english", "10 MB", "500", "cut", "slow"],
)
def test_whatever_a_model_answers_the_words_of_the_product_stand(
    client: Client,
    item: Item,
    model: Model,
    monkeypatch: pytest.MonkeyPatch,
    goes_wrong: dict[str, Any],
    outcome: str,
) -> None:
    vars(model).update(goes_wrong)
    monkeypatch.setattr(running.settings(), "endpoint_seconds", 1)
    at = f"{ROOT}suggestions/{item.public_id}/"
    before = client.get(at).content.decode()
    page = client.post(f"{at}words/", follow=True)
    assert page.status_code == 200
    assert Prompt.objects.get().outcome == outcome
    reasons = [one for one in re.findall(r"<li>(.{30,}?)</li>", before, re.S) if "<form" not in one]
    assert len(reasons) > 3 and all(one in page.content.decode() for one in reasons)


def test_where_no_model_is_configured_none_is_offered_and_none_is_asked(client: Client, item: Item) -> None:
    at = f"{ROOT}suggestions/{item.public_id}/"
    assert "/words/" not in client.get(at).content.decode()
    assert client.post(f"{at}words/", follow=True).status_code == 200 and not Prompt.objects.exists()
    other = sign_in(Client(), staff("job_adviser"))
    assert other.post(f"{at}words/").status_code == 404
