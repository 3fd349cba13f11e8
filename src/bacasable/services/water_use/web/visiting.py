"""Who is looking, kept in the session: the home that a paper code opened, the identity that was proven.

The two are apart on purpose. A code opens the state of leaks and totals; an identity opens the homes that are
linked to it; both together link one to the other. In the demonstration the person who is played stands for an
identity.
"""

import time
import uuid
from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest

from bacasable.compliance import clock
from bacasable.people import sessions
from bacasable.services.water_use.web import linkage
from bacasable.services.water_use.web.actions.access import runs
from bacasable.services.water_use.web.models import Contract

_IDENTITY, _CODE = "water_use.identity", "water_use.code"
#: Seconds without a page, and in all, after which who is looking is forgotten.
IDLE_SECONDS, LONGEST_SECONDS = 30 * 60.0, 8 * 3600.0


def begin(request: HttpRequest, identity: uuid.UUID, names: Iterable[str], id_token: str = "") -> None:
    """Note a proven identity, with digests of its names, under a new session key."""
    request.session.cycle_key()
    request.session[_IDENTITY] = _now({"id": str(identity), "names": sorted(names), "token": id_token})


def opened(request: HttpRequest, contract: Contract) -> None:
    """Note the home that a code has just opened, under a new session key."""
    request.session.cycle_key()
    request.session[_CODE] = _now({"contract": str(contract.public_id)})


def end(request: HttpRequest) -> str:
    """Forget who is looking; return the token by which the identity provider forgets too."""
    request.session.pop(_CODE, None)
    return str((request.session.pop(_IDENTITY, None) or {}).get("token", ""))


def digests_of(names: Iterable[str]) -> frozenset[str]:
    """Return digests of the words of somebody's names."""
    return linkage.word_digests(*names)


def identity_of(request: HttpRequest) -> uuid.UUID | None:
    """Return the identity that was proven, None where none was."""
    if told := _held(request, _IDENTITY):
        return uuid.UUID(told["id"])
    if sessions.how(request) == sessions.DEMO and request.user.is_authenticated:
        return request.user.public_id
    return None


def names_of(request: HttpRequest) -> tuple[str, ...]:
    """Return digests of the words of the identity's names."""
    if told := _held(request, _IDENTITY):
        return tuple(told["names"])
    if identity_of(request):
        return tuple(linkage.word_digests(request.user.name))  # type: ignore[union-attr]
    return ()


def by_code(request: HttpRequest) -> Contract | None:
    """Return the home that a code opened in this session, while its household lives there."""
    told = _held(request, _CODE)
    if not told:
        return None
    found = Contract.objects.filter(public_id=told["contract"]).first()
    return found if found and runs(found, clock.now().date()) else None


def homes_of(request: HttpRequest) -> list[Contract]:
    """Return the homes that the identity of this session opens today."""
    identity = identity_of(request)
    if identity is None:
        return []
    today = clock.now().date()
    linked = Contract.objects.filter(accesses__identity=identity, accesses__ended_at=None).distinct()
    return [contract for contract in linked if runs(contract, today)]


def own(request: HttpRequest, public_id: uuid.UUID) -> Contract:
    """Return a home that the identity of this session opens.

    Raises:
        Http404: it does not, or the household moved out: somebody else's home does not exist.
    """
    for contract in homes_of(request):
        if contract.public_id == public_id:
            return contract
    raise Http404


def _now(told: dict[str, Any]) -> dict[str, Any]:
    now = time.time()
    return {**told, "since": now, "seen": now}


def _held(request: HttpRequest, key: str) -> dict[str, Any]:
    """Return what the session holds, unless its time is over; ages are of real time, as of every session."""
    told: dict[str, Any] | None = request.session.get(key)
    if not told:
        return {}
    now = time.time()
    if now - told["seen"] > IDLE_SECONDS or now - told["since"] > LONGEST_SECONDS:
        del request.session[key]
        return {}
    if now - told["seen"] > 60:  # one write a minute is enough
        request.session[key] = {**told, "seen": now}
    return told
