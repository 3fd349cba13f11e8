"""How the interface refuses: a status, and the reason in words."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema

from bacasable.compliance.gate import NotYet
from bacasable.compliance.processing import Undeclared
from bacasable.privacy.messages import Refused
from bacasable.services.water_use.processing import PROCESSING, REFUSED_USES


class Refusal(Schema):
    """Why a call is refused."""

    reason: str


def register(api: NinjaAPI) -> None:
    """Teach ``api`` to refuse so."""

    def undeclared(request: HttpRequest, refused: Undeclared) -> HttpResponse:
        return api.create_response(request, {"reason": _why(str(refused))}, status=403)

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


def _why(said: str) -> str:
    """Return the reason of a refused use in the reader's language; the gate speaks to who programs."""
    for word, reason in REFUSED_USES.items():
        if reason in said:
            return _("Readings never serve this (%(word)s): %(reason)s.") % {
                "word": word,
                "reason": _(reason),
            }
    declared = ", ".join(purpose.key for purpose in PROCESSING.purposes)
    return _("This purpose is not declared. Those that are: %(purposes)s.") % {"purposes": declared}
