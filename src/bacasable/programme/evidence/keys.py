"""The keys enrolled with this office; for now those of the installation itself."""

from bacasable.compliance import signing
from bacasable.people.instance import configuration


def enrolled_keys() -> signing.Keyring:
    """Return the keys whose signatures are believed, the revoked ones marked."""
    return signing.keyring(configuration().home / "keys")


def current_key() -> signing.EnrolledKey | None:
    """Return the newest key that is not revoked, or nothing before ``bacasable init``."""
    standing = [key for key in enrolled_keys().keys.values() if key.revoked_at is None]
    return standing[-1] if standing else None
