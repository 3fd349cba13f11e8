"""What this process holds open to answer: the index under ``HOME/assistant``, its embedder, the model.

Every process (web workers, the worker, a command) opens its own; they share the folder. Who reads what is a
set of groups (``group:<public_id>``), asked of the database at each question: a membership that ends, ends at
the next one.
"""

import logging
import uuid
from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from bacasable.exchange.models import Endpoint
from bacasable.people import instance
from bacasable.privacy.messages import N_, Refused
from bacasable.services.assistant.engine.answering import Abstention, Assistant, Settings
from bacasable.services.assistant.engine.answering.abstention import of_index
from bacasable.services.assistant.engine.minimisation import Hidden, Shield, nobodys
from bacasable.services.assistant.engine.sheets import EVERYBODY, Access
from bacasable.services.assistant.web.models import Collection, ReaderGroup

if TYPE_CHECKING:
    from bacasable.services.assistant.engine.retrieval import Embedded, Embedder
    from bacasable.services.assistant.web.configuration import Settings as Configured

_LOG = logging.getLogger("bacasable.assistant")
_OPENING = Lock()
#: Where the thresholds of this installation's sheets stand, beside the index.
_THRESHOLDS = "abstention.json"


def settings() -> "Configured":
    """Return the settings of this installation's assistant."""
    found: Configured = instance.settings_of("assistant")
    return found


def searches_here() -> bool:
    """Whether a search stays in this process: no embedder elsewhere reads what is searched."""
    return not settings().embeddings


def folder() -> Path:
    """Return where the index lies."""
    home: Path = instance.configuration().home
    return home / "assistant"


def embedder() -> "Embedder":
    """Return what turns texts into vectors: the one that is installed, or the configured endpoint."""
    with _OPENING:
        return _embedder()


def index() -> "Embedded":
    """Return the index of this installation, made empty at the first need.

    Raises:
        Refused: its vectors are another model's, or the model is out of reach.
    """
    with _OPENING:
        return _index()


def endpoint() -> Endpoint | None:
    """Return the model that words answers, None where none is configured.

    Raises:
        Refused: its address or key cannot be one, or it does not say which models it has.
    """
    with _OPENING:
        return _endpoint()


def assistant() -> Assistant:
    """Return the assistant, with the ages after which each collection's sheets are stale, as of now."""
    asked = settings()
    ages = {
        key: timedelta(days=days)
        for key, days in Collection.objects.values_list("key", "maximum_age_days")
        if days
    }
    here = Settings(
        maximum_age=ages,
        otherwise=timedelta(days=asked.sheet_days),
        quotes_stale=asked.quotes_stale or instance.configuration().deployment == "demo",
        searches_here=searches_here(),
    )
    return Assistant(
        index(), endpoint=_reachable(), settings=here, abstention=Abstention.read(folder() / _THRESHOLDS)
    )


def _reachable() -> Endpoint | None:
    """Return the model, or None where it cannot even be asked which it is: the sheets' words stand alone."""
    try:
        return endpoint()
    except Refused as refused:
        _LOG.warning("no model words answers: %s", refused)
        return None


def calibrate() -> None:
    """Set when to say "I do not know" on what the index holds now: some 160 searches, for the worker.

    An index of a few sheets keeps the thresholds of the shipped ones.
    """
    path = folder() / _THRESHOLDS
    try:
        found = of_index(index())
    except Refused:
        path.unlink(missing_ok=True)
        return
    part = path.with_suffix(".part")
    found.write(part)
    part.replace(path)


def shield(kept: Mapping[str, str] | None = None) -> Shield:
    """Return the shield of a conversation; ``kept`` is what it had hidden before.

    Raises:
        Refused: the shield is switched off outside of a demonstration.
    """
    known = _acronyms()
    if not settings().shield:
        if instance.configuration().deployment != "demo":
            raise Refused(
                N_(
                    "personal data would leave as they are: take BACASABLE_ASSISTANT_SHIELD out of the "
                    "settings"
                )
            )
        from bacasable.services.assistant.engine.trials.readers import NoShield

        return NoShield(known=known, kept=kept)
    return Shield(known=known, kept=kept)


def _acronyms() -> frozenset[str]:
    """Return what is an acronym here and nobody's name: the official ones, and those of sheets for everybody.

    A shield works as well where the index cannot be opened.
    """
    from bacasable.services.assistant.engine.retrieval.acronyms import official

    try:
        mined = index().acronyms(Access())
    except Refused as refused:
        _LOG.warning("acronyms of the sheets are not known: %s", refused)
        return frozenset(official())
    return _nobodys(mined) | frozenset(official())


@lru_cache(maxsize=4)
def _nobodys(acronyms: frozenset[str]) -> frozenset[str]:
    return nobodys(acronyms)


def searched(hidden: Hidden) -> str:
    """Return what a search may read of what was typed: in this process, where and when too."""
    return hidden.searchable if searches_here() else hidden.sendable


def access_of(person: uuid.UUID) -> Access:
    """Return what an account reads: the collections of its groups, and those that are open."""
    groups = ReaderGroup.objects.filter(members__person=person, members__ended_at=None)
    return Access(frozenset(f"group:{public_id}" for public_id in groups.values_list("public_id", flat=True)))


def readers_of(collection: Collection) -> frozenset[str]:
    """Return who reads a collection, as the index holds it; nobody where it is neither open nor anybody's."""
    groups = frozenset(
        f"group:{public_id}" for public_id in collection.readers.values_list("public_id", flat=True)
    )
    return groups | {EVERYBODY} if collection.is_open else groups


def readers_changed(collection: Collection) -> None:
    """Tell the index who reads a collection; it holds for the next question of every process."""
    index().admit(collection.key, readers_of(collection))


def titles(keys: Iterable[str]) -> dict[str, str]:
    """Return the titles of collections by their keys."""
    return dict(Collection.objects.filter(key__in=set(keys)).values_list("key", "title"))


def close() -> None:
    """Let go of everything that is held open: settings or the folder are others now."""
    with _OPENING:
        for held in (_embedder, _index, _endpoint):
            held.cache_clear()


@cache
def _embedder() -> "Embedder":
    from bacasable.services.assistant.engine.retrieval import Nano, Remote

    asked = settings()
    if not asked.embeddings:
        return Nano()
    remote = Endpoint(
        asked.embeddings,
        asked.embeddings_model,
        key=asked.embeddings_key.get_secret_value(),
        timeout=asked.endpoint_seconds,
    )
    # the length of a vector is asked with a word that nobody typed
    return Remote(remote, len(remote.embed(["passage"])[0]))


@cache
def _index() -> "Embedded":
    from bacasable.services.assistant.engine.retrieval import Embedded

    return Embedded(folder(), _embedder())


@cache
def _endpoint() -> Endpoint | None:
    asked = settings()
    if not asked.endpoint:
        return None
    key = asked.endpoint_key.get_secret_value()
    made = Endpoint(asked.endpoint, asked.endpoint_model, key=key, timeout=asked.endpoint_seconds)
    if made.model:
        return made
    listed = made.models()
    if not listed:
        raise Refused(
            N_("{host}: it lists no model; name one in BACASABLE_ASSISTANT_ENDPOINT_MODEL"), host=made.host
        )
    return Endpoint(asked.endpoint, listed[0], key=key, timeout=asked.endpoint_seconds)
