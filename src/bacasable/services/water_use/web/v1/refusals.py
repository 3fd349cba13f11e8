"""How the interface refuses: a status, and the reason in words."""

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

    api.add_exception_handler(Undeclared, undeclared)
    api.add_exception_handler(NotYet, not_yet)
    api.add_exception_handler(Refused, engines)
    api.add_exception_handler(Http404, missing)
