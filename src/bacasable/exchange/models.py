"""Language models and embedders behind an OpenAI-compatible address: vLLM, the Albert API, llama.cpp...

What is sent is what the caller gives, nothing else: no user, no address, no trace. What comes back is bounded
in time and size, and refusals never repeat it: a server's error may echo the prompt.
"""

import codecs
import json
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request

from bacasable.exchange.outgoing import is_this_machine, opener
from bacasable.privacy.messages import N_, Refused

#: Bytes of a streamed answer, with its wrapping: an answer of 4,000 words is a tenth of it.
LARGEST_CHAT = 4 * 1024 * 1024
#: Bytes of one batch of vectors: 64 of 4,096 numbers written in 25 signs.
LARGEST_VECTORS = 16 * 1024 * 1024
#: Texts sent at once to an embedder.
BATCH = 64
#: Answers that may be other a moment later.
_PASSING = frozenset({429, 500, 502, 503, 504})
#: Seconds before the second and the third try, and the longest that a server may ask us to wait.
_PAUSES = (0.5, 1.5)
_LONGEST_PAUSE = 5.0
_CHUNK = 16 * 1024

_CUT = N_("{host}: the answer was cut before its end; try again")


@dataclass(frozen=True)
class Endpoint:
    """A model at an address.

    Args:
        url: the root of the interface, with its version (``https://albert.example/v1``). Plain HTTP only to
            this very machine, or with ``plain`` on a network that is trusted whole.
        model: the name that the server gives it. key: sent as a bearer token, if any.
        timeout: seconds for a whole answer, tries included. record: told of each body before it is sent
            (what reaches the model, for controls).

    Raises:
        Refused: the address or the key cannot be one.
    """

    url: str
    model: str
    key: str = field(default="", repr=False)
    timeout: float = 60.0
    plain: bool = False
    record: Callable[[Mapping[str, Any]], None] | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.url)
            proper = bool(parts.hostname) and (parts.port is None or parts.port > 0)
        except ValueError:
            proper = False
        if not proper or parts.scheme not in {"https", "http"} or parts.query or parts.username:
            raise Refused(
                N_("the address of the model is not one such as https://models.example/v1; correct it")
            )
        if parts.scheme == "http" and not self.plain and not is_this_machine(parts.hostname or ""):
            raise Refused(
                N_("{host}: over plain HTTP, questions could be read on the way; give the https address"),
                host=self.host,
            )
        if self.key and (not self.key.isascii() or not self.key.isprintable() or " " in self.key):
            raise Refused(
                N_("{host}: the key holds spaces or odd signs; copy it again, alone"), host=self.host
            )

    @property
    def host(self) -> str:
        """The name and port of the server: all that refusals say of the address."""
        parts = urlsplit(self.url)
        return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)

    def chat(self, messages: Sequence[Mapping[str, str]], *, longest: int = 1024) -> Iterator[str]:
        """Yield the answer to ``messages`` as it comes (``longest``: tokens), at temperature 0.

        Raises:
            Refused: no answer, one cut before its end, malformed, too large or too slow. What was yielded
                before stands.
        """
        body = {
            "model": self.model,
            "messages": [dict(message) for message in messages],
            "temperature": 0,
            "max_tokens": longest,
            "stream": True,
        }
        deadline = time.monotonic() + self.timeout
        with self._open("/chat/completions", body, deadline) as response:
            if "event-stream" not in response.headers.get("Content-Type", ""):
                yield self._whole(self._json(response, LARGEST_CHAT, deadline))
                return
            yield from self._streamed(response, deadline)

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Return a vector for each text, all of one length.

        Raises:
            Refused: no answer, or one that is not a vector of finite numbers for each text.
        """
        vectors: list[list[float]] = []
        for start in range(0, len(texts), BATCH):
            batch = list(texts[start : start + BATCH])
            deadline = time.monotonic() + self.timeout
            body = {"model": self.model, "input": batch, "encoding_format": "float"}
            with self._open("/embeddings", body, deadline) as response:
                vectors += self._vectors(self._json(response, LARGEST_VECTORS, deadline), len(batch))
        if len({len(vector) for vector in vectors}) > 1:
            raise Refused(N_("{host}: its vectors have several lengths; is it one model?"), host=self.host)
        return vectors

    def models(self) -> list[str]:
        """Return the names of the models that the server offers, in its order.

        Raises:
            Refused: no answer, or no list.
        """
        deadline = time.monotonic() + self.timeout
        with self._open("/models", None, deadline) as response:
            said = self._json(response, LARGEST_CHAT, deadline)
        try:
            return [str(item["id"]) for item in said["data"]]
        except (KeyError, TypeError):
            raise self._malformed() from None

    def _open(self, path: str, body: Mapping[str, Any] | None, deadline: float) -> HTTPResponse:
        if body is not None and self.record is not None:
            self.record(body)
        request = Request(  # noqa: S310 (the scheme was checked above)
            self.url.rstrip("/") + path,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Accept": "application/json, text/event-stream", "User-Agent": "bacasable"},
        )
        if body is not None:
            request.add_header("Content-Type", "application/json")
        if self.key:
            request.add_unredirected_header("Authorization", f"Bearer {self.key}")
        opens = opener(urlsplit(self.url).hostname or "")
        for pause in (*_PAUSES, None):
            left = deadline - time.monotonic()
            if left <= 0:
                raise self._slow()
            try:
                return opens.open(request, timeout=left)
            except HTTPError as error:
                error.close()
                refusal = self._refusal(error.code)
                if error.code not in _PASSING:
                    raise refusal from None
                pause = _asked_pause(error, pause)
            except TimeoutError:
                raise self._slow() from None
            except (URLError, HTTPException, OSError) as error:
                if isinstance(getattr(error, "reason", None), TimeoutError):
                    raise self._slow() from None
                refusal = Refused(
                    N_("{host} cannot be reached; check the address and that the model is running"),
                    host=self.host,
                )
            if pause is None or time.monotonic() + pause >= deadline:
                raise refusal
            time.sleep(pause)
        raise AssertionError("the last try has no pause")

    def _read(self, response: HTTPResponse, largest: int, deadline: float) -> Iterator[bytes]:
        """Yield what comes, as it comes; a drop now and then does not keep us beyond the deadline."""
        total = 0
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise self._slow()
            _wait_at_most(response, left)
            try:
                chunk = response.read1(_CHUNK)
            except TimeoutError:
                raise self._slow() from None
            except (HTTPException, OSError, ValueError):
                raise Refused(_CUT, host=self.host) from None
            if not chunk:
                # A body shorter than announced ends without an error when read piece by piece.
                if response.length:
                    raise Refused(_CUT, host=self.host)
                return
            total += len(chunk)
            if total > largest:
                raise Refused(
                    N_("{host}: the answer is larger than {most:,} bytes; is it a model?"),
                    host=self.host,
                    most=largest,
                )
            yield chunk

    def _json(self, response: HTTPResponse, largest: int, deadline: float) -> Any:
        content = b"".join(self._read(response, largest, deadline))
        try:
            return json.loads(content)
        except (ValueError, RecursionError):
            raise self._malformed() from None

    def _streamed(self, response: HTTPResponse, deadline: float) -> Iterator[str]:
        """Yield the pieces of a text/event-stream (WHATWG HTML, 9.2) until ``[DONE]``."""
        ended = False
        for data in _events(self._read(response, LARGEST_CHAT, deadline)):
            if data == "[DONE]":
                return
            try:
                said = json.loads(data)
                if said.get("error"):
                    raise Refused(N_("{host}: the model failed while answering; try again"), host=self.host)
                choices = said.get("choices") or []
                piece = (choices[0].get("delta") or {}).get("content") if choices else None
                ended = ended or bool(choices and choices[0].get("finish_reason"))
            except (ValueError, AttributeError, KeyError, IndexError, TypeError, RecursionError):
                raise self._malformed() from None
            if isinstance(piece, str) and piece:
                yield piece
        if not ended:
            raise Refused(_CUT, host=self.host)

    def _whole(self, said: Any) -> str:
        try:
            content = said["choices"][0]["message"]["content"]
        except (KeyError, IndexError, TypeError):
            raise self._malformed() from None
        if not isinstance(content, str):
            raise self._malformed()
        return content

    def _vectors(self, said: Any, count: int) -> list[list[float]]:
        try:
            items = sorted(said["data"], key=lambda item: int(item["index"]))
            vectors = [[float(number) for number in item["embedding"]] for item in items]
            indexes = [int(item["index"]) for item in items]
        except (KeyError, TypeError, ValueError):
            raise self._malformed() from None
        if indexes != list(range(count)) or not all(vectors):
            raise Refused(
                N_("{host} gave {got} vectors for {count} texts; is it an embedder?"),
                host=self.host,
                got=len(vectors),
                count=count,
            )
        if not all(math.isfinite(number) for vector in vectors for number in vector):
            raise self._malformed()
        return vectors

    def _malformed(self) -> Refused:
        return Refused(
            N_("{host} does not answer as an OpenAI-compatible server; check the address, up to /v1"),
            host=self.host,
        )

    def _slow(self) -> Refused:
        return Refused(
            N_("{host}: no whole answer within {seconds:,} seconds; try again, or allow more"),
            host=self.host,
            seconds=round(self.timeout),
        )

    def _refusal(self, status: int) -> Refused:
        if status in {401, 403}:
            return Refused(
                N_("{host} refuses our key ({status}); give a valid one"), host=self.host, status=status
            )
        if status == 404:
            return Refused(
                N_("{host} has no such address or model '{model}' (404); check both"),
                host=self.host,
                model=self.model,
            )
        if status in {400, 413, 422}:
            return Refused(
                N_("{host} does not take the request ({status}): too long for the model '{model}'?"),
                host=self.host,
                status=status,
                model=self.model,
            )
        if 300 <= status < 400:
            return Refused(N_("{host} redirects elsewhere; give its own address"), host=self.host)
        if status == 429:
            return Refused(N_("{host} has too many requests now (429); try again later"), host=self.host)
        return Refused(N_("{host} answers {status}; try again later"), host=self.host, status=status)


def _asked_pause(error: HTTPError, pause: float | None) -> float | None:
    """Return how long to wait before another try: what the server asks (RFC 9110, 10.2.3), within reason."""
    asked = error.headers.get("Retry-After", "") if error.headers else ""
    if pause is not None and asked.isdecimal() and len(asked) < 6:
        return min(max(float(asked), pause), _LONGEST_PAUSE)
    return pause


def _wait_at_most(response: HTTPResponse, seconds: float) -> None:
    """Let the next read of this response take no longer than ``seconds``."""
    raw = getattr(response.fp, "raw", None)
    if (connection := getattr(raw, "_sock", None)) is not None:
        connection.settimeout(seconds)


def _events(chunks: Iterator[bytes]) -> Iterator[str]:
    """Yield the data of each event; bytes that are no UTF-8 become U+FFFD, comments are dropped."""
    decode = codecs.getincrementaldecoder("utf-8")("replace").decode
    rest = ""
    data: list[str] = []
    for chunk in chunks:
        # A line ends with CRLF, LF or CR. A CR at the very end may be half of a CRLF: it waits.
        rest += decode(chunk)
        held = "\r" if rest.endswith("\r") else ""
        lines = (rest[:-1] if held else rest).replace("\r\n", "\n").replace("\r", "\n").split("\n")
        rest = lines.pop() + held
        for line in lines:
            if line.startswith("data:"):
                data.append(line[5:].removeprefix(" "))
            elif not line and data:
                yield "\n".join(data)
                data = []
    if rest.rstrip("\r").startswith("data:"):
        data.append(rest.rstrip("\r")[5:].strip())
    if data:
        yield "\n".join(data)
