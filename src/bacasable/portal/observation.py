"""One log line and one count for each request, by the name of its route, never by its address."""

import secrets
import time
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponseBase

from bacasable.portal import metrics

log = structlog.get_logger("bacasable.request")
#: Routes that probes read all the time: counted, not logged.
QUIET = {"portal:healthz", "portal:readyz", "portal:metrics"}


class Observation:
    """Time the request, log it, count it. First of the middleware, so that refusals are seen too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        response = self.get_response(request)
        seconds = time.perf_counter() - started
        match = request.resolver_match
        route = (match.view_name or match.route) if match else "unmatched"
        metrics.count_request(route, request.method or "", response.status_code, seconds)
        if route not in QUIET:
            log.info(
                "request",
                route=route,
                method=request.method,
                status=response.status_code,
                milliseconds=round(seconds * 1000, 1),
                id=secrets.token_hex(4),
            )
        return response
