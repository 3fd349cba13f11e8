"""Tables by page: an archive waits encrypted until the worker has read it into the base, and is gone then.

What is in place stays in place, whole, until the new base is: an archive that is no good changes nothing.
"""

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
from bacasable.services.job_advice.web import running
from bacasable.services.job_advice.web.actions.acts import act
from bacasable.services.job_advice.web.models import IMPORT_KINDS, Import
from bacasable.ui.saying import spoken

if TYPE_CHECKING:
    from bacasable.services.job_advice.engine.referential.reading import LinesRefused

PERMISSION = "job_advice.import"
MEGABYTE = 1024 * 1024
#: Lines of a report that are kept.
MOST_LINES = 200


def ask(*, kind: str, name: str, content: Iterable[bytes], by: User) -> Import:
    """Keep an archive for the worker, encrypted, and queue its import.

    Raises:
        PermissionDenied: ``by`` may not.
        Refused: it is empty or too large. Nothing is kept then.
    """
    require(by, PERMISSION)
    if kind not in dict(IMPORT_KINDS):
        raise Refused(N_("Choose what the file holds: tables, training sessions or events."))
    vault = instance.vault()
    key = vault.new_data_key()
    blob = vault.write(key, _measured(content))
    made = Import(kind=kind, file_name=Path(name).name[-120:], data_key=key, file=blob.name, by=by.public_id)
    try:
        with act("import_asked", f"import:{made.public_id}", by, kind=kind):
            made.save()
    finally:
        if made.pk is None:
            vault.delete(blob.name)
    transaction.on_commit(
        lambda: import_tables.enqueue(str(made.public_id)), using=router.db_for_write(Import)
    )
    return made


@task()
def import_tables(public_id: str) -> None:
    """Do an import in the worker."""
    run(public_id)


def run(public_id: str) -> None:
    """Do an import; what fails is said on it, and its file is gone in every case."""
    made = Import.objects.filter(public_id=public_id).first()
    if made is None or made.state in ("done", "failed"):
        return
    _set(made, state="running")
    try:
        with _file(made) as path:
            report = _referential(made, path) if made.kind == "referential" else _offers(made, path)
    except Refused as refused:
        _finish(made, "failed", {"lines": [spoken(refused.said)]})
        return
    except Missing:
        _finish(made, "failed", {"lines": [_("The file is no longer here. Import it again.")]})
        return
    except Exception as error:
        _finish(made, "failed", {"lines": [type(error).__name__]})
        raise
    running.close()
    _finish(made, "done", report)


def clear() -> int:
    """Take away the files of imports that ended, and return how many; the worker calls it every hour."""
    ended = Import.objects.filter(state__in=("done", "failed")).exclude(file="")
    for made in ended:
        _forget_file(made)
    return len(ended)


def _referential(made: Import, path: Path) -> dict[str, Any]:
    """Read the official archives into the base, and train what codes titles beside it."""
    from bacasable.services.job_advice.engine.coding import train_beside
    from bacasable.services.job_advice.engine.referential import Referential, import_archives

    def told(share: float, _name: str) -> None:
        _set(made, done=round(80 * share), total=100)

    report = import_archives(path, running.base(), progress=told)
    train_beside(Referential.open(running.base()))
    return {
        "tables": dict(report.tables),
        "sources": [[one.name, one.version, one.date, one.licence, one.rows] for one in report.sources],
        "missing": [[one.archive, one.absence] for one in report.missing],
        "notes": list(report.notes),
        "set_aside": list(report.set_aside)[:MOST_LINES],
        "ignored": list(report.ignored)[:MOST_LINES],
        "refused": _left_out(report.refused),
    }


def _offers(made: Import, path: Path) -> dict[str, Any]:
    """Read training sessions or events into the base that is in place.

    Raises:
        Refused: there is no base, or the file is not of this format.
    """
    from bacasable.services.job_advice.engine.referential import Referential, import_offers

    if not running.is_imported():
        raise Refused(
            N_("Import the official tables first: what comes with the product is synthetic and stays so.")
        )
    report = import_offers(path, running.base(), Referential.open(running.base()))
    return {"tables": {report.kind: report.used}, "refused": _left_out(report.refused)}


def _left_out(refused: "Iterable[LinesRefused]") -> list[list[Any]]:
    """Return lines that were left out: file, reason, how many, the first of them."""
    return [[one.file, one.reason, one.count, list(one.first)] for one in refused][:MOST_LINES]


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
def _file(made: Import) -> Iterator[Path]:
    """Give the file of an import in clear, for as long as it is read."""
    parent = running.folder() / "imports"
    parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=parent) as folder:
        path = Path(folder) / (made.file_name.encode()[-200:].decode(errors="ignore") or "archive.zip")
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for piece in instance.vault().read(bytes(made.data_key or b""), made.file):
                file.write(piece)
        yield path


def _set(made: Import, **values: object) -> None:
    with transaction.atomic(using=router.db_for_write(Import)):
        Import.objects.filter(pk=made.pk).update(**values)


def _finish(made: Import, state: str, report: dict[str, Any]) -> None:
    with act("import_ended", f"import:{made.public_id}", "system", done=state == "done"):
        _set(made, state=state, report=report, done=100, finished_at=clock.now())
    made.refresh_from_db()
    _forget_file(made)


def _forget_file(made: Import) -> None:
    if made.file:
        instance.vault().delete(made.file)
        _set(made, file="", data_key=None)
