"""An answer as it comes: events of a server for a script; the plain form gives the same page without one.

``answer`` carries the answer as a piece of page, ``sentence`` each sentence of the model that its quotation
carries, ``done`` the address of the conversation, ``form`` that the form is to be sent plainly (it holds an
error, or something to confirm).
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from django.db import connections
from django.http import StreamingHttpResponse
from django.template.loader import render_to_string
from django.utils import translation

from bacasable.people.models import User
from bacasable.privacy.messages import Refused
from bacasable.services.assistant.web import readings
from bacasable.services.assistant.web.actions.conversations import Alerted, Step

#: Answers worded at once in this process; others wait their turn.
_THREADS = ThreadPoolExecutor(8, thread_name_prefix="answer")
_END = None


def answered_by_stream(steps: Callable[[], Iterator[Step]], person: User) -> StreamingHttpResponse:
    """Return the events of an answer. It is finished and kept even where nobody listens any more."""
    made = StreamingHttpResponse(
        _events(steps, person, translation.get_language()), content_type="text/event-stream; charset=utf-8"
    )
    made["Cache-Control"] = "no-store"
    made["X-Accel-Buffering"] = "no"
    return made


async def _events(
    steps: Callable[[], Iterator[Step]], person: User, language: str | None
) -> AsyncIterator[str]:
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[str | None] = asyncio.Queue()

    def say(event: str | None) -> None:
        loop.call_soon_threadsafe(queue.put_nowait, event)

    def work() -> None:
        try:
            with translation.override(language):
                for event in _said(steps(), person):
                    say(event)
        except (Refused, Alerted):
            say(_event("form", ""))
        finally:
            connections.close_all()
            say(_END)

    working = loop.run_in_executor(_THREADS, work)
    while (event := await queue.get()) is not _END:
        yield event
    await working


def _said(steps: Iterator[Step], person: User) -> Iterator[str]:
    was_shown = False
    for step in steps:
        if step.spoken is not None:
            yield _event("sentence", step.spoken.text)
        elif step.is_last:
            yield _event("done", readings.address_of(step.turn))
        elif not was_shown:
            was_shown = True
            shown = readings.shown(step.turn, person)
            yield _event("answer", render_to_string("assistant/_answer.html", {"shown": shown}))


def _event(name: str, text: str) -> str:
    return f"event: {name}\ndata: {json.dumps(text, ensure_ascii=False)}\n\n"
