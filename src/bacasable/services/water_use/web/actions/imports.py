"""Readings by page: a file waits encrypted until the worker has read it into the storage, and is gone then.

An import that a worker began and did not end goes on where it was, whoever asks again.
"""

import csv
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import router, transaction
from django.utils.translation import gettext as _
from django_tasks import task

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.exchange.vault import Missing
from bacasable.people import instance
from bacasable.people.models import User
from bacasable.people.permissions import require
from bacasable.privacy.messages import Refused
from bacasable.services.water_use.web import linkage, running
from bacasable.services.water_use.web.actions.acts import act
from bacasable.services.water_use.web.models import ReadingImport
from bacasable.ui.saying import spoken

MEGABYTE = 1024 * 1024
#: A mapping is a page of text.
MOST_MAPPING = 64 * 1024
#: Lines that were not simply used, of which an import keeps the number and the reason.
MOST_REJECTS = 200


def ask(*, name: str, content: Iterable[bytes], mapping: bytes, by: User) -> ReadingImport:
    """Keep a file for the worker, encrypted, and queue its import.

    Raises:
        PermissionDenied: ``by`` may not.
        Refused: the mapping is none, or the file is empty or too large. Nothing is kept then.
    """
    from bacasable.services.water_use.engine.readings import mapping_of

    require(by, "water_use.manage")
    if len(mapping) > MOST_MAPPING:
        raise Refused(N_("The mapping is larger than a page of text. Choose the TOML file."))
    try:
        text = mapping.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused(N_("The mapping is not text in UTF-8. Choose the TOML file.")) from None
    mapping_of(text)
    vault = instance.vault()
    key = vault.new_data_key()
    blob = vault.write(key, _measured(content))
    made = ReadingImport(
        file_name=Path(name).name[-120:], mapping=text, data_key=key, file=blob.name, by=by.public_id
    )
    try:
        with act("import_asked", f"import:{made.public_id}", by):
            made.save()
    finally:
        if made.pk is None:
            vault.delete(blob.name)
    transaction.on_commit(
        lambda: import_readings.enqueue(str(made.public_id)), using=router.db_for_write(ReadingImport)
    )
    return made


@task()
def import_readings(public_id: str) -> None:
    """Do an import in the worker."""
    run(public_id)


def run(public_id: str) -> None:
    """Do an import; what fails is said on it, and its file is gone in every case."""
    from bacasable.services.water_use.engine.readings import import_file, mapping_of

    made = ReadingImport.objects.filter(public_id=public_id).first()
    if made is None or made.state in ("done", "failed"):
        return
    _set(made, state="running")
    try:
        with _file(made) as path:
            listing = path.parent.parent / "listing.csv"
            report = import_file(
                path,
                mapping_of(made.mapping),
                running.readings(),
                indexes=running.indexes(),
                naming=lambda serials: [linkage.meter_of(serial) for serial in serials],
                listing=listing,
                progress=lambda _step, share: _set(made, done=round(100 * share), total=100),
            )
            rejects = _rejects(listing)
    except Refused as refused:
        _finish(made, "failed", {"lines": [spoken(refused.said)]}, [])
        return
    except Missing:
        _finish(made, "failed", {"lines": [_("The file is no longer here. Import it again.")]}, [])
        return
    except Exception as error:
        # the text of an unexpected error may quote readings: its kind alone is kept
        _finish(made, "failed", {"lines": [type(error).__name__]}, [])
        raise
    told = {
        "counts": {verdict.name.lower(): count for verdict, count in report.counts.items()},
        "lines_read": report.lines_read,
        "used": report.used,
        "left_out": report.left_out,
        "meters": report.meters,
        "first": report.first.isoformat() if report.first else "",
        "last": report.last.isoformat() if report.last else "",
        "litres": report.litres,
        "estimated_share": round(report.estimated_share, 4),
        "new": report.written.new,
        "changed": report.written.changed,
    }
    _finish(made, "done", told, rejects)


def clear() -> int:
    """Take away the files of imports that ended, and return how many; the worker calls it every hour."""
    ended = ReadingImport.objects.filter(state__in=("done", "failed")).exclude(file="")
    for made in ended:
        _forget_file(made)
    return len(ended)


def _measured(content: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the pieces, none of them beyond what the installation takes."""
    most, size = running.settings().upload_megabytes, 0
    for piece in content:
        size += len(piece)
        if size > most * MEGABYTE:
            raise Refused(
                N_("The file is larger than {most} MiB, the most taken by page: use the command."), most=most
            )
        yield piece
    if not size:
        raise Refused(N_("The file is empty. Choose another one."))


@contextmanager
def _file(made: ReadingImport) -> Iterator[Path]:
    """Give the file of an import in clear, for as long as it is read."""
    parent = running.folder() / "imports"
    parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=parent) as folder:
        path = Path(folder) / "given" / (_short(made.file_name) or "readings")
        path.parent.mkdir(mode=0o700)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for piece in instance.vault().read(bytes(made.data_key or b""), made.file):
                file.write(piece)
        # an import that goes on knows its file by its name, size and time: this copy is a new one
        asked = made.asked_at.timestamp()
        os.utime(path, (asked, asked))
        yield path


def _short(name: str) -> str:
    """Return the end of a file's name, as long as every file system takes it (255 bytes)."""
    return name.encode()[-200:].decode(errors="ignore")


def _rejects(listing: Path) -> list[list[Any]]:
    """Return the first lines that were not simply used: number, word of the reason."""
    if not listing.exists():
        return []
    with listing.open(encoding="utf-8", newline="") as lines:
        return [[int(row["line"]), row["reason"]] for row in islice(csv.DictReader(lines), MOST_REJECTS)]


def _set(made: ReadingImport, **values: object) -> None:
    with transaction.atomic(using=router.db_for_write(ReadingImport)):
        ReadingImport.objects.filter(pk=made.pk).update(**values)


def _finish(made: ReadingImport, state: str, report: dict[str, Any], rejects: list[list[Any]]) -> None:
    with act("import_ended", f"import:{made.public_id}", "system", done=state == "done"):
        _set(made, state=state, report=report, rejects=rejects, finished_at=clock.now())
    made.refresh_from_db()
    _forget_file(made)


def _forget_file(made: ReadingImport) -> None:
    if made.file:
        instance.vault().delete(made.file)
        _set(made, file="", data_key=None)
