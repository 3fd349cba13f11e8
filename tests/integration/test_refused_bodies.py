"""A body over the wall, through the application that is served: programs get data, people get a page."""

import asyncio
import json
from typing import Any

import pytest

from bacasable.portal.asgi import application

MEGABYTE = 1024 * 1024
EVIDENCE = "/api/v1/federation/evidence"

pytestmark = pytest.mark.django_db(transaction=True)


def post(path: str, size: int, *, accept: bytes = b"", stated: bool = True) -> tuple[int, str, str]:
    """Send ``size`` bytes; return the status, the type and the body of the answer."""
    headers = [(b"host", b"localhost"), (b"content-type", b"application/json")]
    headers += [(b"accept", accept)] if accept else []
    headers += [(b"content-length", str(size).encode())] if stated else []
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "http",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 4321),
        "server": ("localhost", 80),
    }
    left, sent = size, []

    async def receive() -> dict[str, Any]:
        nonlocal left
        piece = min(left, MEGABYTE)
        left -= piece
        return {"type": "http.request", "body": b"x" * piece, "more_body": left > 0}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(application(scope, receive, send))  # type: ignore[arg-type]
    kind = dict(sent[0]["headers"])[b"Content-Type"].decode()
    body = b"".join(message.get("body", b"") for message in sent[1:]).decode()
    return sent[0]["status"], kind, body


@pytest.mark.parametrize("accept", [b"", b"*/*", b"text/html,*/*;q=0.8", b"application/json"])
@pytest.mark.parametrize(
    ("size", "stated"), [(50 * MEGABYTE, True), (3 * MEGABYTE, True), (3 * MEGABYTE, False)]
)
def test_under_the_api_it_is_refused_as_data_with_the_limit(accept: bytes, size: int, stated: bool) -> None:
    status, kind, body = post(EVIDENCE, size, accept=accept, stated=stated)
    assert (status, kind) == (413, "application/json")
    said = json.loads(body)
    assert said["code"] == "oversize"
    assert str(MEGABYTE) in said["detail"]


@pytest.mark.parametrize("path", ["/api/", "/api/v1/nothing-here"])
def test_so_it_is_on_every_path_of_the_api(path: str) -> None:
    assert json.loads(post(path, 3 * MEGABYTE)[2])["code"] == "oversize"


def test_elsewhere_it_is_a_page() -> None:
    status, kind, _body = post("/sign-in/", 3 * MEGABYTE, accept=b"text/html")
    assert (status, kind.partition(";")[0]) == (413, "text/html")
