"""Send what is made piece by piece, without making it whole first."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor

from django.core.handlers.asgi import ASGIRequest
from django.db import connections
from django.http import HttpRequest, StreamingHttpResponse


async def flowing(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Yield ``pieces`` as the reader takes them, made on a thread of their own: never more than one is held.

    Under ASGI the framework would otherwise make the whole archive before it sends the first byte.
    """
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1, thread_name_prefix="export") as thread:
        try:
            while (piece := await loop.run_in_executor(thread, next, pieces, None)) is not None:
                yield piece
        finally:
            await loop.run_in_executor(thread, connections.close_all)


def archive_response(request: HttpRequest, pieces: Iterator[bytes], name: str) -> StreamingHttpResponse:
    """Return the answer that sends the ZIP ``pieces`` as the file ``name`` (our own name, ASCII)."""
    return StreamingHttpResponse(
        flowing(pieces) if isinstance(request, ASGIRequest) else pieces,
        content_type="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )
