"""How a project's instance speaks to the office: challenges out, evidence and reports in.

The instance shows the token that it was given when its key was enrolled. Whether a token exists is found by
the digest of it, and a wrong one costs the same as one that never was. A session of the site counts for
nothing here.
"""

import hmac
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Router, Schema, Status
from ninja.security import HttpBearer
from pydantic import Field

from bacasable.compliance import clock
from bacasable.compliance.evidence import LARGEST_ENVELOPE, EvidenceRefused
from bacasable.compliance.service import N_
from bacasable.people import lockout
from bacasable.people.arrival import received_at
from bacasable.people.permissions import allow
from bacasable.programme.evidence import actions, queries
from bacasable.programme.evidence.actions.enrolment import digest_of
from bacasable.programme.evidence.models import Challenge, ProjectKey, StoredEvidence
from bacasable.programme.evidence.rules import MOST_PER_HOUR, MOST_REVOKED_PER_HOUR, REASONS

PERMISSION = "evidence.send"
LONGEST_TOKEN = 200
#: What wrong tokens from one address are counted under; it is nobody's account.
COUNTED_AS = "federation"

WORDS = {
    "token": N_("No key is enrolled with this token. Give the one that was shown when the key was enrolled."),
    "too_many": N_("Too many attempts. Wait before trying again."),
    "oversize": REASONS["oversize"],
    "unconfirmed_key": REASONS["unconfirmed_key"],
    "revoked_key": N_("This key was revoked. Enrol another one."),
}


class ApiRefused(Exception):
    """A request that is refused, with its HTTP status and a code that programs may read."""

    def __init__(self, status: int, code: str, detail: str = "", retry_after: int = 0) -> None:
        super().__init__(code)
        self.status, self.code, self.detail, self.retry_after = status, code, detail, retry_after


class Refusal(Schema):
    """What was refused: ``code`` for programs, ``detail`` in words."""

    code: str
    detail: str


class Asked(Schema):
    """A challenge: run this control with this seed and bind the evidence to this nonce, before ``due_at``."""

    type: str = Field(alias="_type", description="Always `urn:bacasable:challenge:v1`.")
    id: str
    service: str
    control: str
    seed: int
    nonce: str
    issued_at: datetime
    due_at: datetime


class Challenges(Schema):
    items: list[Asked]


class Kept(Schema):
    """Evidence that was verified and kept, failed and void runs included."""

    id: str
    verdict: str
    label: str
    service: str
    control: str
    challenge: str | None
    page: str
    closed: list[str] = Field(description="Recommendations that are closed and rest on this evidence.")


class Reported(Schema):
    changed: int = Field(description="Controls whose dependencies are not those reported before.")


class Standing(Schema):
    """Who this token is to the office."""

    office: str
    file: str
    instance: str
    key: str
    state: str = Field(description="`enrolled`: the office has not confirmed the key; or `confirmed`.")
    now: datetime
    open_challenges: int


class Token(HttpBearer):
    """The token of an enrolled key; see the module."""

    def __call__(self, request: HttpRequest) -> Any:
        found = super().__call__(request)
        if found is None:
            raise ApiRefused(401, "token")
        return found

    def authenticate(self, request: HttpRequest, token: str) -> ProjectKey:
        digest = digest_of(token[:LONGEST_TOKEN])
        key = ProjectKey.objects.select_related("file__dossier__call").filter(token_digest=digest).first()
        if not hmac.compare_digest(key.token_digest if key else "", digest) or key is None:
            locked = lockout.is_locked(request, COUNTED_AS)
            if not locked:
                lockout.count_failure(request, COUNTED_AS)
            request.axes_locked_out = False  # type: ignore[attr-defined]  # the answer is ours, in JSON
            if locked:
                raise ApiRefused(429, "too_many", retry_after=int(lockout.COOL_OFF.total_seconds()))
            raise ApiRefused(401, "token")
        if key.revoked_at is not None:
            if request.method == "POST" and queries.revoked_lately(key.file) < MOST_REVOKED_PER_HOUR:
                actions.refuse_unread(file=key.file, reason="revoked_key", by=_name(key))
            raise ApiRefused(403, "revoked_key")
        actions.seen(key=key)
        return key


def _name(key: ProjectKey) -> str:
    return f"key:{key.key_id[:16]}"


def _key(request: HttpRequest) -> ProjectKey:
    key: ProjectKey = request.auth  # type: ignore[attr-defined]
    return key


def _body(request: HttpRequest) -> bytes:
    """Return the body, refused by its stated length before it is read, and counted."""
    key = _key(request)
    if queries.came_lately(key.file) >= MOST_PER_HOUR:
        raise ApiRefused(429, "too_many", retry_after=3600)
    stated = request.headers.get("Content-Length", "")
    if stated.isdigit() and int(stated) > LARGEST_ENVELOPE:
        return _too_large(key)
    try:
        body = request.body
    except RequestDataTooBig:
        return _too_large(key)
    return body if len(body) <= LARGEST_ENVELOPE else _too_large(key)


def _too_large(key: ProjectKey) -> bytes:
    actions.refuse_unread(file=key.file, reason="oversize", by=_name(key))
    raise ApiRefused(413, "oversize")


def _of_evidence(refused: EvidenceRefused) -> ApiRefused:
    status = {"oversize": 413, "unconfirmed_key": 403, "revoked_key": 403, "replayed": 409}
    return ApiRefused(
        status.get(refused.reason, 422), refused.reason, f"{_(REASONS[refused.reason])} ({refused})"
    )


REFUSALS: dict[int, Any] = dict.fromkeys((401, 403, 409, 413, 422, 429), Refusal)
ENVELOPE = {
    "requestBody": {
        "required": True,
        "description": "A DSSE envelope, byte for byte as it was signed, at most 1 MiB.",
        "content": {"application/vnd.dsse+json": {"schema": {"type": "string", "format": "binary"}}},
    }
}

federation = Router(tags=["federation"], auth=Token())


@federation.get(
    "/status", response={200: Standing, **REFUSALS}, url_name="federation_status", summary="Who am I?"
)
@allow(PERMISSION)
def status(request: HttpRequest) -> dict[str, Any]:
    """Say which key and file the token stands for, and how many challenges are open."""
    key = _key(request)
    return {
        "office": settings.BACASABLE.office_name,
        "file": key.file.dossier.reference,
        "instance": key.label,
        "key": key.key_id,
        "state": key.state,
        "now": clock.now(),
        "open_challenges": len(queries.open_challenges(key.file)) if key.state == "confirmed" else 0,
    }


@federation.get(
    "/challenges",
    response={200: Challenges, **REFUSALS},
    by_alias=True,
    url_name="federation_challenges",
    summary="List the open challenges",
)
@allow(PERMISSION)
def challenges(request: HttpRequest) -> dict[str, Any]:
    """The measurements asked of this key's project that wait for an answer, the first due first."""
    key = _key(request)
    if key.state != "confirmed":
        raise ApiRefused(403, "unconfirmed_key")
    return {"items": [challenge.asked.as_dict() for challenge in queries.open_challenges(key.file)]}


@federation.post(
    "/evidence",
    response={200: Kept, 201: Kept, **REFUSALS},
    url_name="federation_evidence",
    summary="Send evidence",
    openapi_extra=ENVELOPE,
)
@allow(PERMISSION)
def send_evidence(request: HttpRequest) -> Status[dict[str, Any]]:
    """Verify an envelope and keep it: 201; 200 where these very bytes were kept before."""
    key, body = _key(request), _body(request)
    try:
        stored = actions.receive(
            envelope_bytes=body, by=_name(key), key=key, received_at=received_at(request)
        )
    except EvidenceRefused as refused:
        raise _of_evidence(refused) from refused
    return Status(201 if stored.is_new else 200, _kept(request, stored))


def _kept(request: HttpRequest, stored: StoredEvidence) -> dict[str, Any]:
    asked: Challenge | None = stored.challenge
    # The room above says what its contracts rest on; asked through the model, which both know.
    closed = stored.closes.filter(recommendation__state="closed")
    return {
        "id": str(stored.public_id),
        "verdict": stored.verdict,
        "label": stored.label,
        "service": stored.service,
        "control": stored.control,
        "challenge": str(asked.public_id) if asked else None,
        "page": request.build_absolute_uri(reverse("evidence:detail", args=[stored.public_id])),
        "closed": sorted(set(closed.values_list("recommendation__key", flat=True))),
    }


@federation.post(
    "/dependencies",
    response={200: Reported, **REFUSALS},
    url_name="federation_dependencies",
    summary="Report what the controls rest on now",
    openapi_extra=ENVELOPE,
)
@allow(PERMISSION)
def send_dependencies(request: HttpRequest) -> dict[str, Any]:
    """Keep a signed report; a change sends what rests on it back to be measured."""
    key, body = _key(request), _body(request)
    try:
        return {
            "changed": actions.report_dependencies(key=key, envelope_bytes=body, by=_name(key)),
        }
    except EvidenceRefused as refused:
        actions.refuse_unread(file=key.file, reason=refused.reason, by=_name(key))
        raise _of_evidence(refused) from refused


def register(api: NinjaAPI) -> None:
    """Put these operations, and how they refuse, into the API."""
    api.add_router("/federation", federation)

    def refuse(request: HttpRequest, refused: ApiRefused) -> HttpResponse:
        detail = refused.detail or _(WORDS[refused.code])
        answer = api.create_response(request, {"code": refused.code, "detail": detail}, status=refused.status)
        if refused.status == 401:
            answer["WWW-Authenticate"] = "Bearer"
        if refused.retry_after:
            answer["Retry-After"] = str(refused.retry_after)
        return answer

    handler: Callable[..., HttpResponse] = refuse
    api.add_exception_handler(ApiRefused, handler)
