"""How the interface refuses: a status, and the reason in words."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema

from bacasable.compliance.gate import NotYet
from bacasable.compliance.processing import Undeclared
from bacasable.privacy.messages import Refused


class Refusal(Schema):
    """Why a call is refused."""

    reason: str


def register(api: NinjaAPI) -> None:
    """Teach ``api`` to refuse so."""

    def undeclared(request: HttpRequest, refused: Undeclared) -> HttpResponse:
        return api.create_response(request, {"reason": str(refused)}, status=403)

    def not_yet(request: HttpRequest, refused: NotYet) -> HttpResponse:
        return api.create_response(request, {"reason": refused.said.translated(_)}, status=503)

    def engines(request: HttpRequest, refused: Refused) -> HttpResponse:
        return api.create_response(request, {"reason": refused.said.translated(_)}, status=400)

    def missing(request: HttpRequest, refused: Http404) -> HttpResponse:
        return api.create_response(request, {"reason": _("There is none, or it is not yours.")}, status=404)

    handlers: tuple[tuple[type[Exception], Callable[..., HttpResponse]], ...] = (
        (Undeclared, undeclared),
        (NotYet, not_yet),
        (Refused, engines),
        (Http404, missing),
    )
    for kind, handler in handlers:
        api.add_exception_handler(kind, handler)
