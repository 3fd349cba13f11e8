"""A body that is too large or that stops arriving is refused before it reaches the pages."""

import asyncio
from typing import Any

import pytest

from bacasable.portal.body_limit import TOO_LARGE_PATH, TOO_SLOW_PATH, BodyLimit

LIMIT = 1000


class Site:
    """Reads the whole body, as the framework does, and answers with the path that was asked."""

    def __init__(self) -> None:
        self.read: list[tuple[str, int]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        size = 0
        while True:
            message = await receive()
            size += len(message.get("body", b""))
            if message["type"] != "http.request" or not message.get("more_body"):
                break
        self.read.append((scope["path"], size))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": scope["path"].encode()})


def _ask(
    pieces: list[bytes],
    *,
    stated: int | None = None,
    stops: bool = False,
    cookie: bytes = b"",
    **options: Any,
) -> tuple[Site, bytes, list[Any]]:
    site, sent = Site(), []
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/deposit/",
        "query_string": b"token=x",
        "headers": [(b"content-length", str(stated).encode())] if stated is not None else [],
    }
    if cookie:
        scope["headers"].append((b"cookie", cookie))
    waiting = list(pieces)

    async def receive() -> dict[str, Any]:
        if not waiting:
            if stops:
                await asyncio.Event().wait()
            return {"type": "http.disconnect"}
        body = waiting.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(waiting) or stops}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(BodyLimit(site, limit=LIMIT, **({"idle_seconds": 0.05} | options))(scope, receive, send))
    body = b"".join(message.get("body", b"") for message in sent)
    return site, body, sent


@pytest.mark.parametrize("size", [0, 1, LIMIT])
def test_what_fits_passes_whole(size: int) -> None:
    site, body, _ = _ask([b"x" * size], stated=size)
    assert site.read == [("/deposit/", size)]
    assert body == b"/deposit/"


def test_a_stated_length_is_refused_before_anything_is_read() -> None:
    site, body, sent = _ask([b"x" * LIMIT, b"x"], stated=LIMIT + 1)
    assert site.read == [(TOO_LARGE_PATH, 0)]
    assert body == TOO_LARGE_PATH.encode()
    assert (b"connection", b"close") in sent[0]["headers"]


def test_a_length_that_lies_is_refused_when_it_grows_too_large() -> None:
    site, _, _ = _ask([b"x" * 600, b"x" * 600, b"x" * 600], stated=10)
    assert site.read == [(TOO_LARGE_PATH, 0)]


def test_a_body_that_stops_arriving_is_given_up() -> None:
    site, _, _ = _ask([b"x"], stops=True)
    assert site.read == [(TOO_SLOW_PATH, 0)]


def test_who_has_not_signed_in_sends_little() -> None:
    allowed = {"session": "sessionid", "strangers_limit": 10}
    _site, body, _sent = _ask([b"x" * 11], **allowed)
    assert body == TOO_LARGE_PATH.encode()
    _site, body, _sent = _ask([b"x" * 11], cookie=b"theme=dark; sessionid=abc", **allowed)
    assert body == b"/deposit/"


def test_a_body_that_drips_for_ever_is_given_up() -> None:
    _site, body, _sent = _ask([b"x"], stops=True, idle_seconds=60, total_seconds=0.05)
    assert body == TOO_SLOW_PATH.encode()
