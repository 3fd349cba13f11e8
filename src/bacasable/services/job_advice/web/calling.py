"""How often an account calls the interface: counted for a minute, in this process."""

import time
from collections import deque
from threading import Lock

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from bacasable.compliance.service import N_
from bacasable.privacy.messages import Refused
from bacasable.services.job_advice.web import running

_LOCK = Lock()
_CALLS: dict[int, deque[float]] = {}


class TooMany(Refused):
    """One call too many in a minute; ``wait`` seconds are left."""

    def __init__(self, wait: int) -> None:
        super().__init__(N_("Too many calls in a minute: wait {wait} seconds."), wait=wait)
        self.wait = wait


def count(request: HttpRequest) -> None:
    """Count a call of whoever is signed in.

    Raises:
        PermissionDenied: the call does not say that it is JSON, as one that a page of another site makes.
        TooMany: it is one too many.
    """
    if request.content_type != "application/json":
        raise PermissionDenied(request.content_type)
    most, now = running.settings().calls_per_minute, time.monotonic()
    with _LOCK:
        calls = _CALLS.setdefault(request.user.pk or 0, deque())
        while calls and calls[0] <= now - 60:
            calls.popleft()
        if len(calls) >= most:
            raise TooMany(max(1, int(calls[0] + 61 - now)))
        calls.append(now)
