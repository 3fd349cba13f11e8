"""Is everything that an installation holds still readable? Asked after a restore and a rotation of keys."""

from collections.abc import Iterator

from django.apps import apps
from django.conf import settings
from django.db import models

from bacasable.portal.refusal import Refused


def wrapped_key_columns() -> Iterator[tuple[type[models.Model], str]]:
    """Give every column that holds a data key wrapped by the instance's key: binary fields ``data_key``."""
    for model in apps.get_models():
        for column in model._meta.concrete_fields:
            if column.name == "data_key" and isinstance(column, models.BinaryField):
                yield model, column.name


def wrapped_keys() -> Iterator[bytes]:
    """Give every wrapped data key of the database."""
    for model, column in wrapped_key_columns():
        for value in model._default_manager.values_list(column, flat=True).iterator():
            if value:
                yield bytes(value)


def examine() -> list[str]:
    """Open every data key, read every attachment and receipt, verify the journal; say what was found.

    Raises:
        Refused: something cannot be read or does not verify; the message says what.
    """
    from bacasable.exchange.keyring import Keyring
    from bacasable.people.journal import DATABASE_JOURNAL

    keyring = Keyring(settings.BACASABLE.home / "keys")
    keys = 0
    for wrapped in wrapped_keys():
        keyring.unwrap(wrapped)
        keys += 1
    files, total = _read_files()
    report = DATABASE_JOURNAL.verify()
    if not report.ok:
        raise Refused(f"the journal does not verify: {'; '.join(str(fault) for fault in report.faults)}")
    return [
        f"Data keys that open: {keys}.",
        f"Files that decrypt: {files} ({total:,} bytes).",
        f"The journal verifies: {report.count} entries.",
    ]


def _read_files() -> tuple[int, int]:
    import hashlib

    vault = settings.BACASABLE.vault()
    attachment = apps.get_model("programme.Attachment")
    count = total = 0
    stored = attachment.objects.select_related("dossier").filter(removed_at=None)
    for row in stored.iterator():
        digest = hashlib.sha256()
        for chunk in vault.read(bytes(row.dossier.data_key), row.blob):
            digest.update(chunk)
            total += len(chunk)
        if digest.hexdigest() != row.sha256:
            raise Refused(f"attachment {row.public_id}: its content is not the one that was deposited")
        count += 1
    version = apps.get_model("programme.Version")
    for deposited in version.objects.exclude(receipt="").select_related("dossier"):
        for chunk in vault.read(bytes(deposited.dossier.data_key), deposited.receipt):
            total += len(chunk)
        count += 1
    letters = apps.get_model("programme.Letter").objects.select_related("outcome__examination__dossier")
    for letter in letters.iterator():
        key = bytes(letter.outcome.examination.dossier.data_key)
        for name, expected in ((letter.blob, letter.sha256), (letter.signed_blob, letter.signed_sha256)):
            if not name:
                continue
            stored_letter = vault.describe(key, name)
            if stored_letter.sha256 != expected:
                raise Refused(f"letter {letter.reference}: its content is not what was drawn or filed")
            total += stored_letter.size
            count += 1
    return count, total
