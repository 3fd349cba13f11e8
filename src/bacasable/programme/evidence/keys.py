"""Whose signatures are believed: the keys of this installation, and those that projects enrolled."""

from collections.abc import Collection

from bacasable.compliance import signing
from bacasable.people.instance import configuration
from bacasable.programme.evidence.models import ProjectKey, StoredEvidence
from bacasable.programme.support.models import SupportFile


def enrolled_keys() -> signing.Keyring:
    """Return the keys of this installation, the revoked ones marked."""
    return signing.keyring(configuration().home / "keys")


def current_key() -> signing.EnrolledKey | None:
    """Return the newest key that is not revoked, or nothing before ``bacasable init``."""
    standing = [key for key in enrolled_keys().keys.values() if key.revoked_at is None]
    return standing[-1] if standing else None


def keys_of(file: SupportFile) -> signing.Keyring:
    """Return the keys of a project that the office confirmed, the revoked ones marked."""
    confirmed = file.keys.filter(confirmed_at__isnull=False)
    return signing.Keyring({key.key_id: enrolled(key) for key in confirmed})


def keys_for(stored: StoredEvidence) -> signing.Keyring:
    """Return the keys that may have signed stored evidence: the project's, or the installation's own."""
    if stored.label == StoredEvidence.Label.PROJECT and stored.file is not None:
        return keys_of(stored.file)
    return enrolled_keys()


def enrolled(key: ProjectKey) -> signing.EnrolledKey:
    """Return one key of a project as what verifies."""
    (held,) = signing.Keyring.of_pem(key.pem.encode(), owner=key.label).keys.values()
    return signing.EnrolledKey(held.key, held.owner, held.pem, key.revoked_at, key.revoked_because)


def revoked_among(key_ids: Collection[str]) -> set[str]:
    """Return those of ``key_ids`` that were revoked, by a project or by us; always one query."""
    ours = {key_id for key_id, key in enrolled_keys().keys.items() if key.revoked_at is not None}
    theirs = ProjectKey.objects.filter(key_id__in=[*key_ids, ""], revoked_at__isnull=False)
    return ours.intersection(key_ids) | set(theirs.values_list("key_id", flat=True))
