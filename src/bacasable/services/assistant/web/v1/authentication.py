"""Who calls: a key, whose holder must still be allowed, and not too often."""

import time
from collections import deque
from threading import Lock
from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer

from bacasable.people import instance, lockout
from bacasable.people.models import User
from bacasable.people.permissions import may
from bacasable.services.assistant.web.actions import keys
from bacasable.services.assistant.web.models import ApiKey
from bacasable.services.assistant.web.v1.refusals import ApiRefused

#: What wrong keys from one address are counted under; it is nobody's account.
COUNTED_AS = "assistant"
PERMISSION = "assistant.call"


class Pace:
    """Calls of each key in the last minute, in this process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._calls: dict[int, deque[float]] = {}

    def wait(self, key: int, most: int) -> int:
        """Count a call and return 0, or the seconds to wait, at least one, where it is one too many."""
        now = time.monotonic()
        with self._lock:
            calls = self._calls.setdefault(key, deque())
            while calls and calls[0] <= now - 60:
                calls.popleft()
            if len(calls) >= most:
                return max(1, int(calls[0] + 60 - now) + 1)
            calls.append(now)
            return 0


PACE = Pace()


class BearerKey(HttpBearer):
    """``Authorization: Bearer bacasable-...``; ``request.auth`` is the key, ``request.user`` its holder."""

    def __call__(self, request: HttpRequest) -> Any:
        found = super().__call__(request)
        if found is None:
            raise ApiRefused(401, "invalid_api_key")
        return found

    def authenticate(self, request: HttpRequest, token: str) -> ApiKey:
        key = keys.holder(token)
        if key is None:
            locked = lockout.is_locked(request, COUNTED_AS)
            if not locked:
                lockout.count_failure(request, COUNTED_AS)
            request.axes_locked_out = False  # type: ignore[attr-defined]  # the answer is ours, in JSON
            if locked:
                wait = int(lockout.COOL_OFF.total_seconds())
                raise ApiRefused(429, "rate_limit_exceeded", retry_after=wait)
            raise ApiRefused(401, "invalid_api_key")
        holder = User.objects.filter(public_id=key.person, is_active=True).first()
        if holder is not None:
            # the key was made in a session that proved a second factor, and cannot be guessed
            holder.session_is_verified = True  # type: ignore[attr-defined]
        if holder is None or not may(holder, "assistant.keys"):
            raise ApiRefused(403, "permission_denied")
        if wait := PACE.wait(key.pk, instance.settings_of("assistant").calls_per_minute):
            raise ApiRefused(429, "rate_limit_exceeded", retry_after=wait)
        request.user = holder
        return key


def key_of(request: HttpRequest) -> ApiKey:
    """Return the key of an authenticated call."""
    key: ApiKey = request.auth  # type: ignore[attr-defined]
    return key


def holder_of(request: HttpRequest) -> User:
    """Return whose key it is."""
    holder: User = request.user  # type: ignore[assignment]
    return holder


def require_manager(request: HttpRequest) -> User:
    """Return the holder, who must manage collections.

    Raises:
        ApiRefused: 403.
    """
    holder = holder_of(request)
    if not may(holder, "assistant.manage"):
        raise ApiRefused(403, "permission_denied")
    return holder
