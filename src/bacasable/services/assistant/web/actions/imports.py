"""Documents into collections: a file waits encrypted until the worker has read it into the index.

An import is the same whoever begins it again: sheets that did not change stay as they are, so a worker that
dies half way costs the time, and nothing else. The index answers with the old sheets until the new ones are
all there.
"""

import os
import tempfile
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from django.db import router, transaction
from django_tasks import task

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.exchange.vault import Missing
from bacasable.people import instance
from bacasable.people.models import User
from bacasable.people.permissions import require
from bacasable.privacy.messages import Refused, Said
from bacasable.services.assistant.engine.corpus import Unreadable, read
from bacasable.services.assistant.engine.corpus.snapshot import Snapshot
from bacasable.services.assistant.engine.retrieval.index import Known
from bacasable.services.assistant.engine.sheets import Sheet
from bacasable.services.assistant.web import running, saying
from bacasable.services.assistant.web.actions.acts import act
from bacasable.services.assistant.web.models import Collection, Import

MEGABYTE = 1024 * 1024
#: Files that could not be read, of which an import keeps the name and the reason.
MOST_UNREADABLE = 200
#: How often the progress of an import is written down, in files.
EVERY = 50
#: Sheets whose vectors are computed at once: a worker that stops loses at most those.
EMBEDDED_AT_ONCE = 16
#: Sources of an import: a file that somebody gave, or what the distribution ships.
FILE, SHIPPED = "file", "shipped"


def ask(
    *, collection: Collection, name: str, content: Iterable[bytes], replaces: bool, by: User | str
) -> Import:
    """Keep a file for the worker, encrypted, and queue its import.

    With ``replaces`` the collection holds exactly what the file holds afterwards; else it is added.

    Raises:
        PermissionDenied: ``by`` may not.
        Refused: it is empty or larger than the installation takes. Nothing is kept then.
    """
    if isinstance(by, User):
        require(by, "assistant.manage")
    most = running.settings().upload_megabytes
    vault = instance.vault()
    key = vault.new_data_key()
    size = 0

    def measured() -> Iterator[bytes]:
        nonlocal size
        for piece in content:
            size += len(piece)
            if size > most * MEGABYTE:
                raise Refused(
                    N_("The file is larger than {most} MiB, the most that is imported here; split it."),
                    most=most,
                )
            yield piece

    blob = vault.write(key, measured())
    made = None
    try:
        if not size:
            raise Refused(N_("The file is empty. Choose another one."))
        made = Import(
            collection=collection,
            source=FILE,
            data_key=key,
            file=blob.name,
            file_name=Path(name).name[:120],
            replaces=replaces,
            by=by.public_id if isinstance(by, User) else None,
        )
        with act("import_asked", f"collection:{collection.public_id}", by, replaces=replaces):
            made.save()
    finally:
        if made is None or made.pk is None:
            vault.delete(blob.name)
    _enqueue(made)
    return made


def ask_shipped(*, collection: Collection, by: User | str) -> Import:
    """Queue the import of the sheets that come with the distribution."""
    if isinstance(by, User):
        require(by, "assistant.manage")
    made = Import(
        collection=collection,
        source=SHIPPED,
        replaces=True,
        by=by.public_id if isinstance(by, User) else None,
    )
    with act("import_asked", f"collection:{collection.public_id}", by, replaces=True):
        made.save()
    _enqueue(made)
    return made


def of(public_id: str) -> Import | None:
    """Return an import by its public identifier, None where there is none."""
    try:
        return Import.objects.select_related("collection").filter(public_id=uuid.UUID(public_id)).first()
    except ValueError:
        return None


def run(public_id: str) -> None:
    """Do an import; the worker calls it. What fails is said on the import, whose file is then gone too."""
    made = of(public_id)
    if made is None or made.state in ("done", "failed"):
        return
    _set(made, state="running", done=0, total=0, unreadable=[])
    unreadable: list[dict[str, Any]] = []
    try:
        with _opened(made, unreadable) as (sheets, vectors):
            readers = running.readers_of(made.collection)
            if made.replaces:
                result = running.index().replace(made.collection.key, sheets, readers, vectors=vectors)
            else:
                result = running.index().put(sheets, readers=readers, vectors=vectors)
    except Refused as refused:
        _finish(made, "failed", [_reason("", refused.said), *unreadable])
        return
    except Missing:
        _finish(made, "failed", [_reason("", Said(N_("The file is no longer here. Import it again.")))])
        return
    counts = {name: getattr(result, name) for name in ("added", "changed", "unchanged", "removed")}
    _finish(made, "done", unreadable, **counts)
    while running.index().embed(EMBEDDED_AT_ONCE):  # words find the sheets meanwhile
        pass
    running.calibrate()


def remove_sheet(*, collection: Collection, sheet: str, by: User) -> None:
    """Take one sheet out of the index, with its passages and vectors."""
    require(by, "assistant.manage")
    with act("sheet_removed", f"collection:{collection.public_id}", by):
        running.index().remove(collection.key, [sheet])


def remove_collection(*, collection: Collection, by: User) -> None:
    """Take a collection away, from the index first: nothing of it is found once this is begun."""
    require(by, "assistant.manage")
    files = list(collection.imports.exclude(file="").values_list("file", flat=True))
    with act("collection_removed", f"collection:{collection.public_id}", by):
        running.index().remove(collection.key)
        collection.delete()
    for name in files:
        instance.vault().delete(name)


def clear_imports() -> int:
    """Take away the files of imports that ended, and return how many; the worker calls it every hour."""
    ended = Import.objects.filter(state__in=("done", "failed")).exclude(file="")
    for made in ended:
        _forget_file(made)
    return len(ended)


@task()
def import_documents(public_id: str) -> None:
    """Do an import in the worker."""
    run(public_id)


def _enqueue(made: Import) -> None:
    transaction.on_commit(
        lambda: import_documents.enqueue(str(made.public_id)), using=router.db_for_write(Import)
    )


@contextmanager
def _file(made: Import) -> Iterator[Path]:
    """Give the file of an import in clear, for as long as it is read: the readers of formats want a path."""
    parent = running.folder() / "imports"
    parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=parent) as folder:
        path = Path(folder) / (Path(made.file_name).name or "document")
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for piece in instance.vault().read(bytes(made.data_key or b""), made.file):
                file.write(piece)
        yield path


@contextmanager
def _opened(made: Import, unreadable: list[dict[str, Any]]) -> Iterator[tuple[Iterator[Sheet], Known | None]]:
    """Give the sheets of an import, and what knows their vectors where they come with them."""
    if made.source != SHIPPED:
        with _file(made) as path:
            yield _sheets(made, path, unreadable), None
        return
    with Snapshot.shipped() as snapshot:
        is_ours = snapshot.about.model == running.embedder().name
        yield _counted(made, snapshot), snapshot.vectors if is_ours else None


def _counted(made: Import, snapshot: Snapshot) -> Iterator[Sheet]:
    for done, sheet in enumerate(snapshot.sheets(made.collection.key), 1):
        _progress(made, done, snapshot.about.sheets)
        yield sheet


def _sheets(made: Import, path: Path, unreadable: list[dict[str, Any]]) -> Iterator[Sheet]:
    """Yield the sheets, noting progress and what could not be read."""
    for sheet in read(path, made.collection.key, progress=partial(_progress, made)):
        if isinstance(sheet, Unreadable):
            if len(unreadable) < MOST_UNREADABLE:
                unreadable.append(_reason(sheet.path, sheet.why))
            continue
        yield sheet


def _progress(made: Import, done: int, total: int) -> None:
    if done % EVERY == 0 or done == total:
        _set(made, done=done, total=total)


def _set(made: Import, **values: object) -> None:
    with transaction.atomic(using=router.db_for_write(Import)):
        Import.objects.filter(pk=made.pk).update(**values)


def _reason(name: str, why: Said) -> dict[str, Any]:
    """Return why a file failed, as :meth:`Import.reasons` reads it."""
    return {"name": name, "said": saying.written(why)}


def _finish(made: Import, state: str, unreadable: list[dict[str, Any]], **counts: int) -> None:
    with act(
        "import_ended", f"collection:{made.collection.public_id}", "system", done=state == "done", **counts
    ):
        Import.objects.filter(pk=made.pk).update(
            state=state, unreadable=unreadable, finished_at=clock.now(), **counts
        )
    made.refresh_from_db()
    _forget_file(made)


def _forget_file(made: Import) -> None:
    if made.file:
        instance.vault().delete(made.file)
        _set(made, file="", data_key=None)
