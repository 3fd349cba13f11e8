"""Back up an installation while it runs, and restore one into an empty home."""

import contextlib
import os
import secrets
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from bacasable.portal import archive, dumps
from bacasable.portal.archive import SECRETS, ArchiveWriter
from bacasable.portal.dumps import POSTGRESQL_MEMBER, SQLITE_MEMBER
from bacasable.portal.installation import configuration, lay_folders, version
from bacasable.portal.refusal import Refused
from bacasable.portal.whole_files import write_once

if TYPE_CHECKING:
    from bacasable.portal.config import Configuration

#: What of HOME is not in ``home/`` of the archive: made again, copied otherwise, or secret.
NOT_COPIED = {"run", "backups", "static", "data", "keys", "bacasable.env"}
Keys = Literal["sealed", "apart", "left"]


def write_backup(
    target: Path, *, keys: Keys, passphrase: str = "", apart: Path | None = None
) -> dict[str, Any]:
    """Write a backup of the running installation to ``target``; return its manifest's facts.

    The files are linked before the database is copied and again after: every file that the copy names existed
    at one of the two moments, and a stored file never changes.

    Raises:
        Refused: the target exists, the database is damaged, or a needed program is missing.
    """
    configured = configuration()
    home = configured.home
    began_at = datetime.now(UTC)
    writer = ArchiveWriter(target)
    try:
        with _scratch(home) as scratch:
            links = scratch / "home"
            _link_tree(home, links)
            database, member = _dump(configured, scratch)
            _link_tree(home, links)
            writer.add_file(member, database)
            for path in sorted(path for path in links.rglob("*") if path.is_file()):
                writer.add_file(f"home/{path.relative_to(links)}", path)
        if keys == "sealed":
            writer.add_bytes(SECRETS, archive.seal(archive.pack_secrets(home), passphrase))
        elif keys == "apart" and apart is not None:
            _write_apart(apart, archive.pack_secrets(home))
        facts = {
            "version": version(),
            "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "began_at": began_at.isoformat(),
            "database": "postgresql" if configured.database_url else "sqlite",
            "instance": _instance(),
            "deployment": configured.deployment,
            "keys": keys,
        }
        writer.finish(facts)
    except BaseException:
        writer.abandon()
        raise
    return facts


def _instance() -> str:
    from bacasable.people.models import Instance

    found = Instance.objects.first()
    return str(found.public_id) if found else ""


@contextlib.contextmanager
def _scratch(home: Path) -> Iterator[Path]:
    """Give a folder of the same file system as HOME, so that links are possible; removed at the end."""
    (home / "run").mkdir(exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(prefix="backup-", dir=home / "run") as folder:
        yield Path(folder)


def _link_tree(home: Path, target: Path) -> None:
    for top in sorted(home.iterdir()):
        if top.name in NOT_COPIED or top.is_symlink():
            continue
        paths = [top] if top.is_file() else top.rglob("*")
        for path in paths:
            link = target / path.relative_to(home)
            if path.is_symlink() or not path.is_file() or link.exists():
                continue
            link.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(FileNotFoundError):  # deleted since it was listed
                os.link(path, link)


def _dump(configured: "Configuration", scratch: Path) -> tuple[Path, str]:
    if configured.database_url:
        dumps.dump_postgresql(configured.database_url, scratch / POSTGRESQL_MEMBER)
        return scratch / POSTGRESQL_MEMBER, POSTGRESQL_MEMBER
    dumps.dump_sqlite(configured.home / "data" / "bacasable.sqlite3", scratch / SQLITE_MEMBER)
    return scratch / SQLITE_MEMBER, SQLITE_MEMBER


def _write_apart(path: Path, data: bytes) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Refused(f"{path} exists; a backup never overwrites: choose another name") from None
    except OSError as error:
        raise Refused(f"{path}: cannot write there: {error.strerror}; name a folder that exists") from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def read_secrets(path: Path, manifest: dict[str, Any], *, passphrase: str, apart: Path | None) -> bytes:
    """Return the packed keys and settings that go with a backup.

    Raises:
        Refused: they are not where the manifest says, or the passphrase does not open them.
    """
    if manifest["keys"] == "sealed" and apart is None:
        with tarfile.open(path) as tar:
            member = tar.extractfile(SECRETS)
            return archive.unseal(member.read() if member else b"", passphrase)
    if apart is None:
        raise Refused(
            f"{path} holds no keys: give the file that 'backup --keys-apart' wrote, or the folder of the "
            "installation that it was taken of, with --keys"
        )
    if not apart.exists():
        raise Refused(f"{apart}: no such file or folder of keys")
    return archive.pack_secrets(apart) if apart.is_dir() else apart.read_bytes()


def restore(
    path: Path, home: Path, *, passphrase: str, keys: Path | None, database_url: str
) -> dict[str, Any]:
    """Restore a backup into ``home``, which must be empty or not exist; return the manifest.

    Everything is written beside ``home`` first and takes its name at the end, so a restore that fails leaves
    nothing that looks like an installation.

    Raises:
        Refused: home is not empty, the backup is altered, the keys are missing, or the database is not empty.
    """
    if home.exists() and any(home.iterdir()):
        raise Refused(f"{home} is not empty; restore into a new folder, never over an installation")
    manifest = archive.verify(path)
    if manifest["database"] == "postgresql" and not database_url:
        raise Refused("this backup is of PostgreSQL; name an empty database with --database-url")
    if manifest["database"] == "sqlite" and database_url:
        raise Refused("this backup is of SQLite; restore it without --database-url")
    packed = read_secrets(path, manifest, passphrase=passphrase, apart=keys)
    home.parent.mkdir(parents=True, exist_ok=True)
    building = home.with_name(f".{home.name}.{secrets.token_hex(4)}.restoring")
    try:
        lay_folders(building)
        archive.unpack_secrets(packed, building)
        _unpack(path, building)
        if manifest["database"] == "postgresql":
            dumps.restore_postgresql(database_url, building / "data" / POSTGRESQL_MEMBER)
            (building / "data" / POSTGRESQL_MEMBER).unlink()
        else:
            database = building / "data" / "bacasable.sqlite3"
            with contextlib.closing(sqlite3.connect(database)) as connection:
                dumps.check_sqlite(connection, path)
        _point_at(building, database_url)
        (building / "run" / "version").write_text(manifest["version"] + "\n")
        if home.exists():
            home.rmdir()
        building.rename(home)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    archive.fsync_folder(home.parent)
    return manifest


def _unpack(path: Path, building: Path) -> None:
    places = {SQLITE_MEMBER: "data/bacasable.sqlite3", POSTGRESQL_MEMBER: f"data/{POSTGRESQL_MEMBER}"}
    with tarfile.open(path) as tar:
        for info in tar:
            name = places.get(info.name, "")
            if info.name.startswith("home/"):
                name = info.name.removeprefix("home/")
                if Path(name).parts[:1] and Path(name).parts[0] in NOT_COPIED:
                    raise Refused(
                        f"{path}: it holds '{info.name}', which no backup holds there: it was altered; "
                        "take another backup"
                    )
            if name and info.isfile():
                tar.extract(info.replace(name=name), building, filter="data")
    for folder in (folder for folder in building.rglob("*") if folder.is_dir()):
        folder.chmod(0o700)


def _point_at(home: Path, database_url: str) -> None:
    """Make the restored settings name the restored database, not the one that the backup was taken of."""
    path = home / "bacasable.env"
    lines = path.read_text().splitlines() if path.exists() else []
    lines = [line for line in lines if not line.replace(" ", "").startswith("BACASABLE_DATABASE_URL=")]
    if database_url:
        lines.append(f"BACASABLE_DATABASE_URL={database_url}")
    path.unlink(missing_ok=True)
    write_once(path, "\n".join(lines) + "\n")
