"""New keys for an installation: the instance's, which wraps data keys, and the one that signs evidence."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import models, transaction

from bacasable.compliance import signing
from bacasable.duties.rights import ledger
from bacasable.exchange.keyring import Keyring
from bacasable.people import journal
from bacasable.portal.refusal import Refused
from bacasable.portal.soundness import wrapped_key_columns, wrapped_keys
from bacasable.portal.worker import heartbeats

SUBJECT = "installation"


@dataclass(frozen=True)
class Rotation:
    """The key that wraps now, how many data keys it took over, and whether an interrupted run was resumed."""

    key_id: str
    rewrapped: int
    resumed: bool


def _keys_folder() -> Path:
    folder: Path = settings.BACASABLE.home / "keys"
    return folder


def rotate_instance_key() -> Rotation:
    """Make a new instance key, unless an interrupted rotation left data keys behind, and wrap them all anew.

    Each data key is wrapped in a transaction of its own, and the old keys stay: the portal may run meanwhile,
    and an interruption loses nothing.
    """
    keyring = Keyring(_keys_folder())
    resumed = any(keyring.wrapped_by(wrapped) != keyring.current.id for wrapped in _used(keyring))
    if not resumed:
        made = keyring.rotate()
        with transaction.atomic():
            journal.record("keys.rotated", by="system", subject=SUBJECT, key=made)
    count = sum(_rewrap(keyring, model, column) for model, column in wrapped_key_columns())
    count += ledger.rewrap(_ledger(), keyring)
    with transaction.atomic():
        journal.record("keys.rewrapped", by="system", subject=SUBJECT, key=keyring.current.id, count=count)
    return Rotation(keyring.current.id, count, resumed)


def _ledger() -> Path:
    home: Path = settings.BACASABLE.home
    return home / ledger.NAME


def _used(keyring: Keyring) -> Iterator[bytes]:
    """Give every wrapped data key: those of the database and those of the ledger of erasures."""
    yield from wrapped_keys()
    yield from ledger.wrapped_keys(_ledger(), keyring)


def _rewrap(keyring: Keyring, model: type[models.Model], column: str) -> int:
    count = 0
    for pk in list(model._default_manager.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            rows = model._default_manager.select_for_update().filter(pk=pk)
            wrapped = bytes(rows.values_list(column, flat=True).first() or b"")
            if wrapped and keyring.wrapped_by(wrapped) != keyring.current.id:
                rows.update(**{column: keyring.rewrap(wrapped)})
                count += 1
    return count


def rotate_evidence_key() -> str:
    """Make a new signing key and destroy the private half of the old ones; return the new identifier.

    The public halves stay: what the old keys signed still verifies.
    """
    folder = _keys_folder()
    with transaction.atomic():
        old = list(folder.glob("evidence-*.pem"))
        made = signing.create_key(folder)
        journal.record("keys.evidence_rotated", by="system", subject=SUBJECT, key=made[:16])
    for path in old:
        path.unlink(missing_ok=True)
    return made


def forget_old_keys() -> list[str]:
    """Destroy the instance keys that wrap nothing; return their identifiers.

    Raises:
        Refused: the portal runs: a request under way may have wrapped a data key that is not stored yet.
    """
    if heartbeats():
        raise Refused("the portal runs; stop it before old keys are destroyed, then start it again")
    keyring = Keyring(_keys_folder())
    gone = keyring.forget(_used(keyring))
    with transaction.atomic():
        journal.record("keys.forgotten", by="system", subject=SUBJECT, keys=" ".join(gone))
    return gone
