"""What the shell of every page needs to know, as the template variable ``shell``."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language, get_language_info

THEME_COOKIE = "bacasable_theme"
THEMES = ("auto", "light", "dark")


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return ``shell``: the office's name, the theme, the languages, and the address to come back to.

    The demo replaces the phase banner by giving ``phase_banner_template`` in a context processor of its own.
    """
    theme = request.COOKIES.get(THEME_COOKIE, "auto")
    current = get_language()
    return {
        "shell": {
            "office_name": settings.BACASABLE.office_name,
            "is_demo": settings.BACASABLE.deployment == "demo",
            "theme": theme if theme in THEMES else "auto",
            "here": request.get_full_path() if request.method in {"GET", "HEAD"} else request.path,
            "languages": [
                {"code": code, "name": get_language_info(code)["name_local"], "current": code == current}
                for code, _name in settings.LANGUAGES
            ],
        }
    }
