"""What this process holds open: settings, the tables that opinions rest on, the coder of titles.

An installation that imported the official tables reads them from ``HOME/job_advice/base``; one that did not
reads the small synthetic ones that come with the product, and every page says so. An import writes another
folder and moves it in place: a process sees it at its next question, by the date of the manifest.
"""

import logging
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from bacasable.exchange.models import Endpoint
from bacasable.people import instance
from bacasable.privacy.messages import Refused

if TYPE_CHECKING:
    from bacasable.services.job_advice.engine.coding import TitleCoder
    from bacasable.services.job_advice.engine.referential import Referential
    from bacasable.services.job_advice.web.configuration import Settings

_LOG = logging.getLogger("bacasable.job_advice")
_OPENING = Lock()
_MANIFEST = "manifest.json"


def settings() -> "Settings":
    """Return the settings of this installation's job advice."""
    found: Settings = instance.settings_of("job_advice")
    return found


def folder() -> Path:
    """Return where tables lie."""
    home: Path = instance.configuration().home
    return home / "job_advice"


def base() -> Path:
    """Return where the imported tables lie, if there are any."""
    return folder() / "base"


def is_imported() -> bool:
    """Return whether this installation imported the official tables."""
    return _stamp() != 0


def referential() -> "Referential":
    """Return the tables of this installation: the imported ones, else the synthetic ones.

    Raises:
        Refused: the imported ones cannot be read; import them again.
    """
    with _OPENING:
        return _referential(base(), _stamp())


def coder() -> "TitleCoder":
    """Return what codes titles of jobs into occupations of these tables.

    Raises:
        Refused: it was learnt from other tables than the imported ones; import them again.
    """
    from bacasable.services.job_advice.engine.coding import coder_of

    return coder_of(referential())


def skill_labels() -> dict[int, str]:
    """Return the labels of skills and knowledge by number."""
    with _OPENING:
        return _skill_labels(base(), _stamp())


def certifications() -> dict[str, tuple[str, int | None]]:
    """Return title and level (3 to 8) of the certifications by key, empty where the tables have none."""
    with _OPENING:
        return _certifications(base(), _stamp())


def endpoint() -> Endpoint | None:
    """Return the model that may rephrase explanations, None where none is configured or it is no address."""
    asked = settings()
    if not asked.endpoint:
        return None
    try:
        return Endpoint(
            asked.endpoint,
            asked.endpoint_model,
            key=asked.endpoint_key.get_secret_value(),
            timeout=asked.endpoint_seconds,
        )
    except Refused as refused:
        _LOG.warning("no model rephrases explanations: %s", refused)
        return None


def office_name() -> str:
    """Return the name of the office on pages and printed plans."""
    name: str = settings().office_name or instance.configuration().office_name
    return name


def close() -> None:
    """Let go of what is held open: the tables are others now."""
    with _OPENING:
        for held in (_referential, _skill_labels, _certifications):
            held.cache_clear()


def _stamp() -> int:
    """Return what changes when other tables are put in place; 0 where none were imported."""
    try:
        return (base() / _MANIFEST).stat().st_mtime_ns
    except FileNotFoundError:
        return 0


@lru_cache(maxsize=1)
def _referential(path: Path, stamp: int) -> Any:
    from bacasable.services.job_advice.engine.referential import Referential

    return Referential.open(path) if stamp else Referential.synthetic()


@lru_cache(maxsize=1)
def _skill_labels(path: Path, stamp: int) -> dict[int, str]:
    table = _referential(path, stamp).skills
    return dict(zip(table["ogr"].to_list(), table["label"].to_list(), strict=True))


@lru_cache(maxsize=1)
def _certifications(path: Path, stamp: int) -> dict[str, tuple[str, int | None]]:
    table = _referential(path, stamp).certifications
    keys = (str(key) for key in table["rncp"].to_list())
    return dict(zip(keys, zip(table["title"].to_list(), table["level"].to_list(), strict=True), strict=True))
