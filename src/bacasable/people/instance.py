"""What this installation holds open for its rooms: configuration, encrypted files, outgoing mail, keys.

Rooms stand below the portal, so they reach what the settings built through here.
"""

from typing import TYPE_CHECKING, Any

from django.conf import settings

if TYPE_CHECKING:
    from bacasable.exchange.post import Post
    from bacasable.exchange.vault import Vault


def configuration() -> Any:
    """Return the :class:`bacasable.portal.config.Configuration` of this process."""
    return settings.BACASABLE


def vault() -> "Vault":
    """Return the store of encrypted files under ``BACASABLE_HOME/files``."""
    return settings.BACASABLE.vault()


def post() -> "Post":
    """Return the sender of outgoing mail."""
    return settings.BACASABLE.post()


def settings_of(service: str) -> Any:
    """Return the settings of a service: an object of the class that its ``Service.settings`` names.

    Raises:
        LookupError: the service has no settings, or is not installed here.
    """
    found = settings.SERVICE_SETTINGS.get(service)
    if found is None:
        raise LookupError(f"{service}: no settings here; name their class in Service(settings=...)")
    return found
