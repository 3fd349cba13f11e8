"""Requests to machines that an installation was told of: no redirection, so that no token goes elsewhere."""

import ipaddress
from typing import Any
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, build_opener


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def opener(host: str) -> OpenerDirector:
    """Return what opens addresses of ``host``: by the proxy of the environment, unless it is this machine."""
    return build_opener(_NoRedirect, *([ProxyHandler({})] if is_this_machine(host) else []))


def is_this_machine(host: str) -> bool:
    """Whether what is sent to ``host`` stays on this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
