"""What benchmarks put into their installation by hand: an open call, and sessions of people."""

from datetime import timedelta
from typing import Any


def open_call() -> Any:
    """Publish the demo's fictional call, open since yesterday and for ten more days; return it."""
    from bacasable.compliance import clock
    from bacasable.demo.load import read
    from bacasable.people.models import User
    from bacasable.programme.call import actions as calls
    from bacasable.programme.call.models import Call

    officer = User.objects.create_user("officer@bench.example", name="Officer")
    told = read("fictional-call")
    keys = ("slug", "title", "theme", "keywords", "summary", "text", "language", "regime", "time_zone")
    fields = {key: told["call"][key] for key in keys} | {
        "opens_at": clock.now() - timedelta(days=1),
        "closes_at": clock.now() + timedelta(days=10),
        "grace_minutes": 10,
        "places_planned": 3,
        "contact_address": "bench@bench.example",
        "contact_is_live": True,
        "eligibility": told["eligibility"],
        "criteria_are_published": True,
    }
    call = calls.create(fields=fields, criteria=told["criteria"], phases=told["phases"], by=officer)
    calls.publish(call=Call.objects.get(pk=call.pk), by=officer)
    return Call.objects.get(pk=call.pk)


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
