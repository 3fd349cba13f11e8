"""Whose page is open, kept in the session: the file that a code opened, for as long as pages are turned."""

import time
from typing import Any

from django.http import HttpRequest

from bacasable.services.job_advice.web.models import File

_FILE = "job_advice.file"
#: Seconds without a page, and in all, after which the page is closed.
IDLE_SECONDS, LONGEST_SECONDS = 30 * 60.0, 4 * 3600.0


def opened(request: HttpRequest, file: File) -> None:
    """Note the file that a code has just opened, under a new session key."""
    request.session.cycle_key()
    now = time.time()
    request.session[_FILE] = {"file": str(file.public_id), "since": now, "seen": now}


def end(request: HttpRequest) -> None:
    """Forget whose page was open."""
    request.session.pop(_FILE, None)


def file_of(request: HttpRequest) -> File | None:
    """Return the file that this session has open, None where there is none or its time is over.

    Ages are of real time, as those of every session.
    """
    told: dict[str, Any] | None = request.session.get(_FILE)
    if not told:
        return None
    now = time.time()
    if now - told["seen"] > IDLE_SECONDS or now - told["since"] > LONGEST_SECONDS:
        del request.session[_FILE]
        return None
    if now - told["seen"] > 60:  # one write a minute is enough
        request.session[_FILE] = {**told, "seen": now}
    return File.objects.select_related("person").filter(public_id=told["file"], state="open").first()
