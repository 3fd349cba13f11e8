"""Sentences in a reader's language without any page, from the catalogues of the pages: the same words."""

import gettext
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from pathlib import Path

from bacasable.privacy.messages import Said

#: Languages that reasons are said in; the first is that of pages by default.
LANGUAGES = ("fr", "en")


@cache
def speaker(language: str) -> Callable[[Said], str]:
    """Return what says a sentence in a language of :data:`LANGUAGES`, as a page in it does.

    Raises:
        ValueError: no catalogue holds that language.
    """
    if language not in LANGUAGES:
        raise ValueError(f"{language!r} is no language that reasons are said in: one of {LANGUAGES}")
    if language == "en":
        return str
    translate = _catalogues(language).gettext
    return lambda said: said.translated(translate, _grouped)


def _catalogues(language: str) -> gettext.NullTranslations:
    """Return the service's catalogue, then those of the storeys that it shares messages with."""
    package = Path(str(files("bacasable")))
    folders = (package / "services" / "job_advice", *sorted(package.iterdir()))
    found = [
        gettext.translation("django", folder / "locale", [language])
        for folder in folders
        if (folder / "locale" / language).is_dir()
    ]
    for one in found[1:]:
        found[0].add_fallback(one)
    return found[0]


def _grouped(value: float) -> str:
    """Return a number as French writes it: 1 234,5."""
    return f"{value:,}".replace(",", "\N{NO-BREAK SPACE}").replace(".", ",")
