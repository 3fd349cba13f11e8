"""What the demo's banner shows on every page."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from bacasable.compliance import clock
from bacasable.demo.accounts import PLAYERS
from bacasable.demo.clock import offset


def demo(request: HttpRequest) -> dict[str, Any]:
    """Return the banner's role switch and clock."""
    email = getattr(request.user, "email", "")
    return {
        "phase_banner_template": "demo/phase_banner.html",
        "demo": {
            "now": clock.now(),
            "is_moved": bool(offset()),
            "players": [
                {"role": person.role, "label": _(person.label), "current": person.email == email}
                for person in PLAYERS
            ],
            "is_public": not email,
        },
    }
