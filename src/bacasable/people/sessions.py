"""How long a person stays signed in, and how strongly they proved who they are.

The age of a session is a matter of security: it is counted in real time, not by the platform's clock, so
that moving the demo's clock neither signs anybody out nor keeps a session alive.
"""

import time
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import login, update_session_auth_hash
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from bacasable.people.models import User

#: How a person can have signed in; ``LINK`` proves an address only and gives no granted role.
LINK = "link"
TOTP = "totp"
RECOVERY_CODE = "recovery_code"
OIDC = "oidc"
DEMO = "demo"
STRONG = frozenset({TOTP, RECOVERY_CODE, OIDC, DEMO})

_HOW = "people.signed_in_by"
_SIGNED_IN_AT = "people.signed_in_at"
_SEEN_AT = "people.seen_at"
_PROVED_AT = "people.proved_at"

_MINUTE = 60.0
_HOUR = 60 * _MINUTE


@dataclass(frozen=True)
class Limits:
    """Seconds without a request, and seconds in all, after which a session ends."""

    idle_seconds: float
    absolute_seconds: float


STAFF_LIMITS = Limits(idle_seconds=30 * _MINUTE, absolute_seconds=12 * _HOUR)
#: A candidate writes for hours; the draft is saved as they type.
CANDIDATE_LIMITS = Limits(idle_seconds=8 * _HOUR, absolute_seconds=7 * 24 * _HOUR)


def begin(request: HttpRequest, user: User, how: str) -> None:
    """Sign ``user`` in under a new session key and note how they proved who they are.

    ``how`` is one of the constants above. A session of somebody else is emptied first, and the key changes in
    every case, so that a key planted in a browser before the sign-in is worth nothing after it.
    """
    if how not in STRONG | {LINK}:
        raise ValueError(f"sessions: '{how}' is not a way to sign in; use one of {sorted(STRONG | {LINK})}")
    if how == DEMO and settings.BACASABLE.deployment != "demo":
        raise ValueError(
            "sessions: signing in without a proof belongs to the demo; this installation is none"
        )
    login(request, user, backend=backend_of(how))
    request.session[_HOW] = how
    request.session[_PROVED_AT] = time.time() if how in STRONG else 0.0
    mark(request, user)


@receiver(user_logged_in)
def start_counting(request: HttpRequest, **_: Any) -> None:
    """Give every new session its age, and the weakest proof: :func:`begin` raises it."""
    now = time.time()
    request.session[_HOW] = LINK
    request.session[_SIGNED_IN_AT] = now
    request.session[_SEEN_AT] = now
    request.session[_PROVED_AT] = 0.0


def backend_of(how: str) -> str:
    """Return the dotted path of the backend that loads a person signed in this way."""
    if how == OIDC:
        return "bacasable.people.oidc.Backend"
    return "bacasable.people.backends.PasswordBackend"


def how(request: HttpRequest) -> str:
    """Return how the person of this session signed in, or an empty string."""
    return str(request.session.get(_HOW, ""))


def is_strong(request: HttpRequest) -> bool:
    """Say whether the person of this session proved more than an e-mail address."""
    return how(request) in STRONG


def keep_this_one(request: HttpRequest, user: User) -> None:
    """Keep the present session after an act that ended every session of ``user``."""
    update_session_auth_hash(request, user)


def mark(request: HttpRequest, user: Any) -> Any:
    """Put on the user of a request whether its session proved more than an e-mail address.

    ``roles_of`` reads it: without it a granted role gives nothing.
    """
    user.session_is_verified = is_strong(request)
    return user


def prove_again(request: HttpRequest) -> None:
    """Note that the person has just proved again who they are; the session's key changes."""
    request.session[_PROVED_AT] = time.time()
    request.session.cycle_key()


def seconds_since_proof(request: HttpRequest) -> float:
    """Return the seconds since the person last proved who they are; infinite for a link's session."""
    if how(request) == DEMO:
        return 0.0
    proved_at = float(request.session.get(_PROVED_AT, 0.0))
    return time.time() - proved_at if proved_at else float("inf")


def is_over(request: HttpRequest) -> bool:
    """Say whether the signed-in session of this request has run out; notes that it was seen otherwise.

    The strength of the sign-in chooses the limits. A session without its marks is over.
    """
    session = request.session
    try:
        signed_in_at, seen_at = float(session[_SIGNED_IN_AT]), float(session[_SEEN_AT])
    except (KeyError, TypeError, ValueError):
        return True
    limits = STAFF_LIMITS if is_strong(request) else CANDIDATE_LIMITS
    now = time.time()
    if now - seen_at > limits.idle_seconds or now - signed_in_at > limits.absolute_seconds:
        return True
    if now - seen_at > _MINUTE:  # one write a minute is enough to know that somebody is there
        session[_SEEN_AT] = now
    return False
