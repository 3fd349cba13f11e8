"""Refuse a request body that is too large or that stops arriving, before anything buffers it.

Stands in front of Django, which would first write the whole body to disk. The refusal is a page of the site:
the request is handed on as a GET of that page, so that it speaks the person's language and wears the shell.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

TOO_LARGE_PATH = "/refused/too-large/"
TOO_SLOW_PATH = "/refused/too-slow/"
#: Where the request's scope tells the page of the refusal ``(path asked for, most bytes accepted there)``.
REFUSED = "bacasable.refused"
#: How long what a refused sender still sends is read and dropped, so that it sees the page and not a reset.
LINGER_SECONDS = 5.0
_BODY_HEADERS = {b"content-length", b"content-type", b"transfer-encoding", b"expect", b"range"}


class _TooLarge(Exception):
    """More bytes arrived than are accepted."""


class _TooSlow(Exception):
    """Nothing arrived for too long."""


class BodyLimit:
    """The ASGI layer; see the module.

    ``limit`` in bytes; ``idle_seconds`` the longest silence accepted and ``total_seconds`` the longest body.
    A request without the cookie ``session`` may hold ``strangers_limit`` bytes only: nobody who has not
    signed in sends a file.
    """

    def __init__(
        self,
        application: Application,
        *,
        limit: int,
        idle_seconds: float,
        total_seconds: float = 600,
        session: str = "",
        strangers_limit: int | None = None,
    ) -> None:
        self.application = application
        self.limit = limit
        self.idle_seconds = idle_seconds
        self.total_seconds = total_seconds
        self.session = f"{session}=".encode()
        self.strangers_limit = limit if strangers_limit is None else min(limit, strangers_limit)

    def _limit_of(self, scope: Scope) -> int:
        cookies = b"; ".join(value for name, value in scope["headers"] if name.lower() == b"cookie")
        known = any(cookie.strip().startswith(self.session) for cookie in cookies.split(b";"))
        return self.limit if known else self.strangers_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return
        limit = self._limit_of(scope)
        if _stated_length(scope) > limit:
            await self._refuse(scope, receive, send, TOO_LARGE_PATH, limit)
            return
        started = False

        async def watched_send(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.application(scope, self._watch(receive, limit), watched_send)
        except _TooLarge:
            if started:
                raise
            await self._refuse(scope, receive, send, TOO_LARGE_PATH, limit)
        except _TooSlow:
            if started:
                raise
            await self._refuse(scope, receive, send, TOO_SLOW_PATH, limit)

    def _watch(self, receive: Receive, limit: int) -> Receive:
        """Return ``receive`` counting bytes and silences until the body is complete."""
        total = 0
        complete = False
        give_up = asyncio.get_running_loop().time() + self.total_seconds

        async def watched() -> Message:
            nonlocal total, complete
            if complete:
                return await receive()
            try:
                left = give_up - asyncio.get_running_loop().time()
                message = await asyncio.wait_for(receive(), min(self.idle_seconds, max(0.0, left)))
            except TimeoutError:
                raise _TooSlow from None
            total += len(message.get("body", b""))
            complete = message["type"] != "http.request" or not message.get("more_body", False)
            if total > limit:
                raise _TooLarge
            return message

        return watched

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, path: str, limit: int) -> None:
        headers = [(name, value) for name, value in scope["headers"] if name.lower() not in _BODY_HEADERS]
        page = {**scope, "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b""}
        page["headers"], page[REFUSED] = headers, (scope["path"], limit)
        asked = False

        async def empty() -> Message:
            nonlocal asked
            if asked:
                await asyncio.Event().wait()  # the framework listens for a disconnection meanwhile
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}

        async def closing_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", []), (b"connection", b"close")]}
            elif not message.get("more_body", False):
                await send({**message, "more_body": True})
                await _drop_the_rest(receive)
                message = {"type": "http.response.body", "body": b"", "more_body": False}
            await send(message)

        await self.application(page, empty, closing_send)


def _stated_length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name.lower() == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0


async def _drop_the_rest(receive: Receive) -> None:
    """Read and forget what still arrives, for at most :data:`LINGER_SECONDS`."""

    async def drop() -> None:
        while True:
            message = await receive()
            if message["type"] != "http.request" or not message.get("more_body", False):
                return

    try:
        await asyncio.wait_for(drop(), LINGER_SECONDS)
    except TimeoutError:
        return
