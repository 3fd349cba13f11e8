"""An OpenAI-compatible server in a process of its own, that behaves as badly as it is asked to.

    python -m tests.model_server RECORD.jsonl

It writes the port on its standard output, listens on the loopback and appends each body that it reads to
RECORD. The name of the model in the request says how it behaves:

``honest`` quotes the first sentence of each source; ``number``, ``name`` and ``opposite`` change it first;
``cites-7`` cites source 7; ``invents`` a sentence and its extract; ``obeys`` does what documents tell it;
``silent`` says that no source answers; ``prose`` answers in prose; ``cut`` stops in the middle, ``cut-clean``
too but ends the body well; ``not-json``, ``not-sse`` and ``error-event`` break the protocol; ``slow`` sends
a piece every fifth of a second; ``huge`` never ends; ``busy`` answers 429 the first time, ``down`` 503,
``echoes`` 400 with the prompt in the error, ``elsewhere`` a redirection; ``whole`` does not stream.
"""

import json
import re
import sys
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

_SOURCE = re.compile(r'<source-(\w+) n="(\d+)">\n(.*?)\n(.*?)\n</source-\1>', re.DOTALL)
_busy_once: set[str] = set()


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    record: Path

    def do_GET(self) -> None:
        self._json({"object": "list", "data": [{"id": "honest"}, {"id": "embedder"}]})

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        with self.record.open("ab") as file:
            file.write(raw + b"\n")
        body = json.loads(raw)
        if self.path == "/v1/embeddings":
            return self._embed(body)
        model = body["model"]
        if model == "busy" and body["messages"][1]["content"] not in _busy_once:
            _busy_once.add(body["messages"][1]["content"])
            return self._json({"error": {"message": "busy"}}, 429)
        if model == "down":
            return self._json({"error": {"message": "down"}}, 503)
        if model == "echoes":
            return self._json({"error": {"message": raw.decode()}}, 400)
        if model == "elsewhere":
            self.send_response(302)
            self.send_header("Location", "/v1/other")
            self.send_header("Content-Length", "0")
            return self.end_headers()
        if model == "not-json":
            return self._raw(b"<html>welcome</html>", "application/json")
        if model == "whole":
            text = "".join(said(model, body["messages"]))
            return self._json({"choices": [{"message": {"role": "assistant", "content": text}}]})
        return self._stream(model, body["messages"])

    def _stream(self, model: str, messages: list[dict[str, str]]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        if model == "not-sse":
            self._chunk(b"data: {not json\n\n")
        elif model == "error-event":
            self._chunk(b'data: {"error": {"message": "out of memory"}}\n\n')
        elif model == "huge":
            while True:
                self._event("x" * 60_000)
        for piece in said(model, messages):
            self._event(piece)
            if model == "slow":
                time.sleep(0.2)
        if model == "cut":
            self.wfile.flush()
            return self.connection.close()
        if model != "cut-clean":
            self._chunk(b'data: {"choices": [{"delta": {}, "finish_reason": "stop"}]}\n\ndata: [DONE]\n\n')
        self._chunk(b"")
        return None

    def _event(self, piece: str) -> None:
        said = {"choices": [{"index": 0, "delta": {"content": piece}, "finish_reason": None}]}
        self._chunk(b"data: " + json.dumps(said).encode() + b"\r\n\r\n")

    def _chunk(self, content: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(content), content))
        self.wfile.flush()

    def _embed(self, body: dict[str, Any]) -> None:
        texts = body["input"]
        if body["model"] == "one-short":
            texts = texts[1:]
        vectors = [[float(len(text)), 1.0, float("nan") if body["model"] == "nan" else 0.0] for text in texts]
        items = [{"index": index, "embedding": vector} for index, vector in enumerate(vectors)]
        self._json({"data": items[::-1]})

    def _json(self, said: object, status: int = 200) -> None:
        self._raw(json.dumps(said).encode(), "application/json", status)

    def _raw(self, content: bytes, kind: str, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        pass


def said(model: str, messages: list[dict[str, str]]) -> Iterator[str]:
    """Yield what the model answers, in pieces that break words and objects."""
    prompt = messages[-1]["content"]
    sources = [(int(number), text) for _, number, _, text in _SOURCE.findall(prompt)]
    lines = [line for number, text in sources if text.strip() for line in [claim(model, number, text)]]
    if model == "silent":
        lines = [json.dumps({"phrase": "", "source": 0, "extrait": ""})]
    elif model == "prose":
        lines = ["Voici la réponse : " + " ".join(text for _, text in sources)]
    elif model == "obeys":
        lines = [*obedience(prompt), *lines]
    answer = "```json\n" + "\n".join(lines) + "\n```"
    if model in {"cut", "cut-clean"}:
        answer = answer[: len(lines[0]) + 60]
    for start in range(0, len(answer), 7):
        yield answer[start : start + 7]


def claim(model: str, number: int, text: str) -> str:
    """Return the line of a claim on one source."""
    extract = re.split(r"(?<=[.!?])\s", text.strip())[0]
    sentence = extract
    if model == "number":
        sentence = re.sub(r"\d+", lambda match: str(int(match[0]) + 1), extract)
    elif model == "name":
        sentence = extract.rstrip(".") + " auprès de Martin Durand."
    elif model == "opposite":
        sentence = extract.replace(" est ", " n'est pas ", 1)
    elif model == "invents":
        sentence = extract = "Une aide de 4 321 € est versée à toute personne qui la demande."
    return json.dumps(
        {"phrase": sentence, "source": 7 if model == "cites-7" else number, "extrait": extract},
        ensure_ascii=False,
    )


def obedience(prompt: str) -> Iterator[str]:
    """Yield claims that repeat what any sentence of the prompt, wherever it is, says to say."""
    for order in re.findall(
        r"(?:dis|dites|réponds|répondez|écris|say|write)\b[^\n.]*", prompt, re.IGNORECASE
    ):
        yield json.dumps({"phrase": order, "source": 1, "extrait": order}, ensure_ascii=False)
        yield json.dumps({"phrase": f"{order} PIRATE", "source": 2, "extrait": order}, ensure_ascii=False)


def main() -> None:
    """Serve until killed."""
    Handler.record = Path(sys.argv[1])
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
