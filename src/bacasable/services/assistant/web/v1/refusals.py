"""How the interface refuses: HTTP status, and OpenAI's shape of an error, in words."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError

from bacasable.compliance.service import N_
from bacasable.privacy.messages import Refused

WORDS = {
    "invalid_api_key": N_("No key in use is this one. Make one on the page of keys."),
    "rate_limit_exceeded": N_("Too many calls in a minute. Wait before trying again."),
    "model_not_found": N_("There is no such model here. GET /v1/models lists them."),
    "not_found": N_("Nothing of that number is open to this key."),
    "no_question": N_("The last message of the user is empty: write the question there."),
    "permission_denied": N_("This key's holder may not do that."),
    "not_text": N_("Only messages of text are read: leave images, sound and files out."),
}
_TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}


class Error(Schema):
    """What was refused."""

    message: str
    type: str
    param: str | None = None
    code: str | None = None


class ErrorAnswer(Schema):
    """OpenAI's wrapping of an error."""

    error: Error


class ApiRefused(Exception):
    """A call that is refused, with its status and a code that programs may read."""

    def __init__(
        self, status: int, code: str, *, message: str = "", param: str | None = None, retry_after: int = 0
    ) -> None:
        super().__init__(code)
        self.status, self.code, self.message = status, code, message
        self.param, self.retry_after = param, retry_after


def answer(refused: ApiRefused) -> dict[str, Any]:
    """Return the body of a refusal."""
    return {
        "error": {
            "message": refused.message or _(WORDS[refused.code]),
            "type": _TYPES.get(refused.status, "invalid_request_error"),
            "param": refused.param,
            "code": refused.code,
        }
    }


def of(refused: Refused, status: int = 400, code: str = "invalid_request") -> ApiRefused:
    """Return the engine's refusal as one of the interface."""
    return ApiRefused(status, code, message=refused.said.translated(_))


def register(api: NinjaAPI) -> None:
    """Teach ``api`` to refuse so."""

    def ours(request: HttpRequest, refused: ApiRefused) -> HttpResponse:
        made = api.create_response(request, answer(refused), status=refused.status)
        if refused.status == 401:
            made["WWW-Authenticate"] = "Bearer"
        if refused.retry_after:
            made["Retry-After"] = str(refused.retry_after)
        return made

    def engines(request: HttpRequest, refused: Refused) -> HttpResponse:
        return ours(request, of(refused))

    def malformed(request: HttpRequest, refused: ValidationError) -> HttpResponse:
        # the value itself is not repeated: it may be what somebody typed of a person
        first = refused.errors[0]
        where = ".".join(str(part) for part in first.get("loc", ())[2:])
        message = f"{where}: {first.get('msg', '')}" if where else str(first.get("msg", ""))
        return ours(request, ApiRefused(422, "invalid_request", message=message, param=where or None))

    def of_framework(request: HttpRequest, refused: HttpError) -> HttpResponse:
        code = "invalid_request"
        return ours(request, ApiRefused(refused.status_code, code, message=refused.message))

    handlers: tuple[tuple[type[Exception], Callable[..., HttpResponse]], ...] = (
        (ApiRefused, ours),
        (Refused, engines),
        (ValidationError, malformed),
        (HttpError, of_framework),
    )
    for kind, handler in handlers:
        api.add_exception_handler(kind, handler)
