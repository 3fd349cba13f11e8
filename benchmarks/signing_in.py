"""Sign a person in for a benchmark, as a spent link or a password and a code would have."""

from typing import Any


def session_of(user: Any) -> str:
    """Return the cookie of a new session of ``user``; staff sessions count as verified."""
    from django.conf import settings
    from django.contrib.auth.models import AnonymousUser
    from django.contrib.sessions.backends.db import SessionStore
    from django.http import HttpRequest

    from bacasable.people import sessions

    request = HttpRequest()
    request.session = SessionStore()
    request.user = AnonymousUser()
    how = sessions.TOTP if user.grants.exists() else sessions.LINK
    sessions.begin(request, user, how)
    request.session.save()
    return f"{settings.SESSION_COOKIE_NAME}={request.session.session_key}"
