"""Django behind ASGI on a few threads that stay: a rush waits in line instead of fighting over the database.

Django's own handler starts a thread for each request and hops to it for each middleware. Three hundred
deposits at once then mean three hundred threads, as many connections, and writers that starve one another.
Here a request whose body has arrived waits for a thread of a small pool, first come first served, and runs
whole on it, with the connection that this thread keeps. Measured in docs/decisions/0009-threads.md.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial

from django.core.handlers.asgi import ASGIHandler
from django.db import close_old_connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from bacasable.compliance import clock


class PooledHandler(ASGIHandler):
    """The ASGI handler; ``threads`` is how many requests are worked on at once in this process.

    ``request.received_at`` is the instant at which the last byte of the request had arrived, before any
    waiting: deadlines are judged by it.
    """

    def __init__(self, threads: int) -> None:
        super().__init__()
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="request")

    def load_middleware(self, is_async: bool = False) -> None:
        """Load every middleware as synchronous, whatever is asked: one hop to a thread serves them all."""
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        request.received_at = clock.now()  # type: ignore[attr-defined]
        work = partial(copy_context().run, self._respond, request)
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    def _respond(self, request: HttpRequest) -> HttpResponseBase:
        close_old_connections()
        try:
            return self.get_response(request)
        finally:
            close_old_connections()
