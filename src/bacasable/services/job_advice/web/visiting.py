"""Whose page is open, kept in the session: the file that a code opened, for as long as pages are turned."""

import time
from typing import Any

from django.http import HttpRequest

from bacasable.services.job_advice.web.models import AccessLink, File

_FILE = "job_advice.file"
#: Seconds without a page, and in all, after which the page is closed.
IDLE_SECONDS, LONGEST_SECONDS = 30 * 60.0, 4 * 3600.0


def opened(request: HttpRequest, link: AccessLink) -> None:
    """Note the file that a code or link has just opened, under a new session key."""
    request.session.cycle_key()
    now = time.time()
    request.session[_FILE] = {"link": str(link.public_id), "since": now, "seen": now}


def end(request: HttpRequest) -> None:
    """Forget whose page was open."""
    request.session.pop(_FILE, None)


def file_of(request: HttpRequest) -> File | None:
    """Return the file that this session has open, None where there is none or its time is over.

    A paper code that ended, because it was lost or replaced, closes the page wherever it had opened it.
    Ages are of real time, as those of every session.
    """
    told: dict[str, Any] | None = request.session.get(_FILE)
    if not told or "link" not in told:
        return None
    now = time.time()
    if now - told["seen"] > IDLE_SECONDS or now - told["since"] > LONGEST_SECONDS:
        del request.session[_FILE]
        return None
    if now - told["seen"] > 60:  # one write a minute is enough
        request.session[_FILE] = {**told, "seen": now}
    rows = AccessLink.objects.select_related("file__person").filter(file__state="open")
    link = rows.filter(public_id=told["link"]).first()
    return link.file if link and (link.kind == "link" or link.ended_at is None) else None
