"""Nothing of a demonstration is for search engines."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class NoIndex:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response
