"""OpenAI's own client, and the Model Context Protocol's, against a running installation."""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import openai
import pytest

from tests.installation import Installation, answers, eventually, free_port, installed

PASSPORT = """# Passeport : première demande

La demande de passeport se fait en mairie, quel que soit le lieu de résidence.

Le passeport d'un majeur coûte 86 euros en timbres fiscaux.

Le passeport est valable 10 ans pour un majeur et 5 ans pour un mineur.
"""
PARKING = """# Carte de stationnement pour personnes handicapées

La carte mobilité inclusion mention stationnement se demande à la maison départementale.
"""
RESERVED = """# Fiche interne : régularisation des dossiers zéphyr

Un dossier zéphyr se régularise par le formulaire interne Z-12.
"""
NOBODY_ASKS = [{"role": "user", "content": "Mme Hélène Lefèbvre"}]
QUESTION = "Combien coûte un passeport pour un majeur ?"

MAKE_KEYS = """
import json
from bacasable.people.actions import create_staff
from bacasable.people.models import User
from bacasable.services.assistant.web.actions import collections, keys
from bacasable.services.assistant.web.models import Collection
from bacasable.services.assistant.web import running
made = {}
for name, role in (("agent", "counter_agent"), ("member", "counter_agent"), ("keeper", "documentalist")):
    user = create_staff(email=f"{name}@combelune.example", name=name, roles=[role], by="system").user
    user.session_is_verified = True
    made[name] = keys.make_key(label=name, by=user)[1]
group = collections.make_group(title="Instructeurs", by="system")
member = User.objects.get(email="member@combelune.example")
collections.add_member(group=group, person=member.public_id, by="system")
reserved = Collection.objects.get(key="reserved")
collections.open_to(collection=reserved, is_open=False, readers=[group], by="system")
running.readers_changed(reserved)
print(json.dumps(made))
"""


@dataclass
class Running:
    """A running assistant: its address and the keys of three people."""

    here: Installation
    url: str
    keys: dict[str, str]

    def client(self, who: str) -> openai.OpenAI:
        return openai.OpenAI(base_url=f"{self.url}/v1", api_key=self.keys[who], max_retries=0)

    def call(self, who: str, path: str, body: dict | None = None, method: str | None = None):
        request = urllib.request.Request(
            f"{self.url}/v1/{path}",
            data=json.dumps(body).encode() if body is not None else None,
            headers={"Authorization": f"Bearer {self.keys[who]}", "Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=60) as response:
            content = response.read()
            return json.loads(content) if content else None


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("assistant")
    with installed(folder, BACASABLE_DEPLOYMENT="demo", BACASABLE_ASSISTANT_CALLS_PER_MINUTE="600") as here:
        for name, texts in (("sheets", (PASSPORT, PARKING)), ("reserved", (RESERVED,))):
            source = folder / name
            source.mkdir()
            for number, text in enumerate(texts):
                (source / f"{number}.md").write_text(text)
            arguments = ("--collection", name, *(("--open",) if name == "sheets" else ()))
            here.run("assistant", "import", str(source), *arguments)
        keys = json.loads(here.python(MAKE_KEYS).splitlines()[-1])
        port = free_port()
        with here.started("web", "--port", str(port)):
            eventually(lambda: answers(f"http://127.0.0.1:{port}/healthz"), "the server answers")
            yield Running(here, f"http://127.0.0.1:{port}/services/assistant", keys)


def test_openai_s_client_gets_an_answer_that_quotes_its_sheet(running: Running) -> None:
    client = running.client("agent")
    assert "bacasable-extractive" in [model.id for model in client.models.list()]
    answer = client.chat.completions.create(
        model="bacasable-extractive", messages=[{"role": "user", "content": QUESTION}]
    )
    said = answer.choices[0].message.content
    assert "86 euros" in said and "[1]" in said
    told = answer.model_dump()["bacasable"]
    document = told["quotations"][0]["document_id"]
    chunks = running.call("agent", f"chunks/{document}")["data"]
    for quotation in told["quotations"]:
        assert any(quotation["text"] in chunk["content"] for chunk in chunks), "not the words of the sheet"


def test_a_streamed_answer_is_the_whole_answer(running: Running) -> None:
    client = running.client("agent")
    messages = [{"role": "user", "content": QUESTION}]
    whole = client.chat.completions.create(model="bacasable-extractive", messages=messages)
    pieces = list(
        client.chat.completions.create(model="bacasable-extractive", messages=messages, stream=True)
    )
    streamed = "".join(piece.choices[0].delta.content or "" for piece in pieces)
    assert streamed == whole.choices[0].message.content
    assert pieces[-1].choices[0].finish_reason == "stop"


def test_a_follow_up_is_asked_of_what_the_messages_are_about(running: Running) -> None:
    said = [
        {"role": "user", "content": QUESTION},
        {"role": "assistant", "content": "86 euros."},
        {"role": "user", "content": "Et quelle durée de validité ?"},
    ]
    answer = running.client("agent").chat.completions.create(model="bacasable-extractive", messages=said)
    assert "10 ans" in (answer.choices[0].message.content or "")


def test_a_person_is_hidden_before_the_search_and_counted(running: Running) -> None:
    asked = "Mme Hélène Lefèbvre, 06 12 34 56 78 : combien coûte un passeport pour un majeur ?"
    answer = running.client("agent").chat.completions.create(
        model="bacasable-extractive", messages=[{"role": "user", "content": asked}]
    )
    assert answer.model_dump()["bacasable"]["hidden"] == 2
    log = running.here.home.with_suffix(".log").read_text()
    assert "Lefèbvre" not in log and "06 12" not in log


def test_what_a_group_reads_nobody_else_finds(running: Running) -> None:
    body = {"prompt": "régulariser un dossier zéphyr formulaire Z-12", "limit": 50}
    for method in ("hybrid", "lexical", "semantic"):
        seen = running.call("agent", "search", body | {"method": method})["data"]
        assert not any("zéphyr" in found["chunk"]["content"] for found in seen)
        found = running.call("member", "search", body | {"method": method})["data"]
        assert "Z-12" in found[0]["chunk"]["content"]
    mine = {row["name"]: row["id"] for row in running.call("member", "collections")["data"]}
    assert [row["name"] for row in running.call("agent", "collections")["data"]] == ["sheets"]
    for path in (f"collections/{mine['reserved']}", f"documents?collection={mine['reserved']}"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            running.call("agent", path)
        assert refused.value.code == 404


def test_vectors_are_those_of_the_embedder_in_both_forms(running: Running) -> None:
    client = running.client("agent")
    name = next(model.id for model in client.models.list() if "e5" in model.id)
    texts = ["le passeport", "la carte de stationnement"]
    floats = client.embeddings.create(model=name, input=texts, encoding_format="float")
    packed = client.embeddings.create(model=name, input=texts)
    assert len(floats.data) == 2 and abs(sum(x * x for x in floats.data[0].embedding) - 1) < 0.01
    assert floats.data[1].embedding == pytest.approx(packed.data[1].embedding, abs=1e-6)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (openai.NotFoundError, {"model": "gpt-4o", "messages": [{"role": "user", "content": "?"}]}),
        (openai.UnprocessableEntityError, {"model": "bacasable-extractive", "messages": []}),
        (
            openai.UnprocessableEntityError,
            {"model": "bacasable-extractive", "messages": [{"role": "user", "content": "  "}]},
        ),
        (
            openai.BadRequestError,
            {
                "model": "bacasable-extractive",
                "messages": [{"role": "user", "content": "Mme Hélène Lefèbvre"}],
            },
        ),
    ],
)
def test_a_refusal_has_openai_s_shape_and_repeats_nothing(running: Running, kind, body) -> None:
    with pytest.raises(kind) as refused:
        running.client("agent").chat.completions.create(**body)
    assert refused.value.body["message"]
    assert "Lefèbvre" not in str(refused.value)


def test_a_key_that_is_none_is_refused(running: Running) -> None:
    with pytest.raises(openai.AuthenticationError):
        openai.OpenAI(base_url=f"{running.url}/v1", api_key="bacasable-no", max_retries=0).models.list()


def test_documents_come_and_go_by_the_interface(running: Running) -> None:
    made = running.call("keeper", "collections", {"name": "Notes de service", "visibility": "public"})
    boundary = "b0undary"
    note = "# Horaires\n\nLe guichet bleu ouvre le mardi à 8 heures 15."
    body = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="collection"\r\n\r\n{made["id"]}\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="horaires.md"\r\n'
        f"Content-Type: text/markdown\r\n\r\n{note}\r\n--{boundary}--\r\n"
    )
    request = urllib.request.Request(
        f"{running.url}/v1/documents",
        data=body.encode(),
        headers={
            "Authorization": f"Bearer {running.keys['keeper']}",
            "Content-Type": f"multipart/form-data; boundary={boundary}",
        },
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        assert response.status == 202
        state = json.loads(response.read())
    with running.here.started("worker"):
        eventually(
            lambda: running.call("keeper", f"imports/{state['id']}")["state"] in ("done", "failed"),
            "the worker imports the document",
        )
    asked = {"prompt": "quand ouvre le guichet bleu", "collections": [made["id"]]}
    found = running.call("agent", "search", asked)["data"]
    assert "8 heures 15" in found[0]["chunk"]["content"]
    running.call("keeper", f"documents/{found[0]['chunk']['document_id']}", method="DELETE")
    assert running.call("agent", "search", asked)["data"] == []
    assert running.call("agent", "usage")["total_requests"] >= 2


def test_a_client_of_the_model_context_protocol_searches_and_fetches(running: Running) -> None:
    script = """
import asyncio, json, sys
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

async def main():
    async with stdio_client(StdioServerParameters(command=sys.argv[1], args=sys.argv[2:])) as streams:
        async with ClientSession(*streams) as session:
            await session.initialize()
            tools = sorted(tool.name for tool in (await session.list_tools()).tools)
            found = await session.call_tool("search", {"query": "prix du passeport"})
            first = json.loads(found.content[0].text)["results"][0]
            sheet = json.loads((await session.call_tool("fetch", {"id": first["id"]})).content[0].text)
            print(json.dumps([tools, first, sheet]))

asyncio.run(main())
"""
    command = running.here.command("assistant", "mcp")
    done = subprocess.run(
        [sys.executable, "-c", script, *command],
        env={**os.environ, **running.here.environ()},
        capture_output=True,
        text=True,
        timeout=120,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr
    tools, first, sheet = json.loads(done.stdout.splitlines()[-1])
    assert tools == ["fetch", "search"]
    assert sheet["text"][first["start"] : first["end"]] == first["text"]
