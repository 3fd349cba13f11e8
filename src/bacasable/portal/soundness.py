"""Is everything that an installation holds still readable? Asked after a restore and a rotation of keys."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import F

from bacasable.exchange.vault import Altered, Missing
from bacasable.people.fields import VaultNameField
from bacasable.portal.refusal import Refused

#: Their files are still on their way, so they cannot be read through.
UNFINISHED = {"programme.Upload"}


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


def way_to_key(model: type[models.Model]) -> str:
    """Return the shortest way from a row of ``model`` to the wrapped data key of its files.

    Returns:
        A lookup by foreign keys, such as ``outcome__examination__dossier__data_key``.

    Raises:
        LookupError: no foreign key leads to a data key, so nobody could examine these files.
    """
    ends = dict(wrapped_key_columns())
    ways: list[tuple[type[models.Model], tuple[str, ...]]] = [(model, ())]
    seen = {model}
    for standing, way in ways:  # grows while it is walked: the nearest models first
        if standing in ends:
            return "__".join([*way, ends[standing]])
        for column in standing._meta.concrete_fields:
            onward = column.related_model
            if isinstance(column, models.ForeignKey) and isinstance(onward, type) and onward not in seen:
                seen.add(onward)
                ways.append((onward, (*way, column.name)))
    raise LookupError(f"{model._meta.label}: no foreign key leads from it to a data key")


def stored_files() -> Iterator[tuple[type[models.Model], str, str, str]]:
    """Give every column that names finished files: its model and name, its digest's name, the way to the key.

    The column of a digest is named as that of its file: ``signed_blob``, ``signed_sha256``; it is empty where
    the model keeps none.

    Raises:
        LookupError: as :func:`way_to_key` does.
    """
    for model in apps.get_models():
        columns = [column.name for column in model._meta.concrete_fields]
        for column in model._meta.concrete_fields:
            if isinstance(column, VaultNameField) and model._meta.label not in UNFINISHED:
                digest = column.name.replace("blob", "sha256")
                has_digest = digest != column.name and digest in columns
                yield model, column.name, digest if has_digest else "", way_to_key(model)


def examine() -> list[str]:
    """Open every data key, read every file of the vault, verify the journal; say what was found.

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
    vault = settings.BACASABLE.vault()
    count = total = 0
    for model, column, digest, way in stored_files():
        rows = model._default_manager.exclude(**{column: ""})
        names = {one.name for one in model._meta.concrete_fields}
        for row in rows.values("pk", *names & {column, digest, "removed_at"}, wrapped_key=F(way)).iterator():
            name = row[column]
            if row.get("removed_at") and not vault.exists(name):
                continue  # erased with its removal, where no submitted version holds it
            try:
                found = vault.describe(bytes(row["wrapped_key"]), name)
            except (Altered, Missing) as error:
                raise Refused(f"{_said(model, row)}: {error}") from error
            if digest and found.sha256 != row[digest]:
                raise Refused(f"{_said(model, row)}: its content is not the one that was stored")
            total += found.size
            count += 1
    return count, total


def _said(model: type[models.Model], row: Mapping[str, Any]) -> str:
    return str(model._default_manager.get(pk=row["pk"]))
