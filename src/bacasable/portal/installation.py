"""An installation on disk: its folders, its secrets, its database, the instance that it is.

Everything here can be run again: what exists is kept.
"""

import contextlib
import fcntl
import os
import secrets
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as distribution_version
from pathlib import Path
from typing import TYPE_CHECKING

from bacasable.compliance.catalogue import catalogue
from bacasable.portal.refusal import Refused
from bacasable.portal.whole_files import write_once

if TYPE_CHECKING:
    from bacasable.people.models import Instance
    from bacasable.portal.config import Configuration

#: Folders of HOME, all readable by their owner only.
FOLDERS = ("data", "files", "keys", "outbox", "run", "backups")


def version() -> str:
    """Return the version of the installed package."""
    try:
        return distribution_version("bacasable")
    except PackageNotFoundError:  # pragma: no cover - running from a bare source tree
        return "0"


def configuration() -> "Configuration":
    """Return the configuration that Django's settings were built from, setting Django up when needed."""
    import django
    from django.apps import apps
    from django.conf import settings

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bacasable.portal.settings")
    if not apps.ready:
        django.setup()
    found: Configuration = settings.BACASABLE
    return found


def lay_folders(home: Path) -> None:
    """Make HOME and its folders, mode 0700."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in FOLDERS:
        folder = home / name
        folder.mkdir(exist_ok=True, mode=0o700)
        folder.chmod(0o700)


def make_web_secret(home: Path) -> None:
    """Make the web framework's secret, mode 0600, unless it exists."""
    write_once(home / "keys" / "web-secret", secrets.token_urlsafe(50) + "\n")


@contextlib.contextmanager
def only_one(home: Path, what: str) -> Iterator[None]:
    """Hold HOME for one operation (init, upgrade, restore, rotation) at a time.

    Raises:
        Refused: another process is at one of them.
    """
    (home / "run").mkdir(parents=True, exist_ok=True, mode=0o700)
    with (home / "run" / "operation.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(f"{home}: another operation is under way; run '{what}' when it has ended") from None
        yield


def require_initialised(configured: "Configuration") -> None:
    """Refuse to start where ``bacasable init`` was not run.

    Raises:
        Refused: there is no secret; the message says the command.
    """
    if not configured.secret_key:
        raise Refused(
            f"{configured.home} is not an installation: keys/web-secret is missing; "
            f"run 'bacasable --home {configured.home} init', or restore a backup"
        )


def migrate() -> None:
    """Bring the database, and the schema of each service, to the models of this version.

    The services first: whether something remains to be done is asked of the installation's own database.
    """
    from django.core.management import call_command

    from bacasable.portal import service_databases

    service_databases.migrate()
    call_command("migrate", interactive=False, verbosity=0, run_syncdb=not _has_migrations())


def _has_migrations() -> bool:
    from importlib.util import find_spec

    return find_spec("bacasable.people.migrations") is not None


def instance_of(deployment: str) -> "Instance":
    """Return the one row that says what this installation is, made when missing.

    Raises:
        Refused: the database belongs to another deployment.
    """
    from bacasable.people.models import Instance

    found = Instance.objects.first()
    if found is None:
        return Instance.objects.create(deployment=deployment)
    if found.deployment != deployment:
        raise Refused(
            f"this database belongs to a deployment '{found.deployment}', not '{deployment}'; "
            "choose another --home (and database), or set BACASABLE_DEPLOYMENT accordingly"
        )
    return found


def gather_static_files(home: Path) -> None:
    """Copy static files under HOME/static with hashed names and compressed forms."""
    from django.core.files.storage import storages
    from django.core.management import call_command
    from django.test.utils import override_settings

    backend = "whitenoise.storage.CompressedManifestStaticFilesStorage"
    from django.conf import settings

    with override_settings(STORAGES={**settings.STORAGES, "staticfiles": {"BACKEND": backend}}):
        storages.__dict__.pop("backends", None)
        call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    (home / "static" / ".version").write_text(static_version())


def static_version() -> str:
    """Return what the gathered static files depend on: the version, and in a work tree the files' times."""
    from django.contrib.staticfiles.finders import get_finders

    newest = 0
    count = 0
    for finder in get_finders():
        for path, storage in finder.list([]):
            count += 1
            newest = max(newest, Path(storage.path(path)).stat().st_mtime_ns)
    return f"{version()} {count} {newest}"


def refresh_static_files(home: Path) -> bool:
    """Gather static files again when they are those of another version; return whether it was needed."""
    stamp = home / "static" / ".version"
    if stamp.exists() and stamp.read_text() == static_version():
        return False
    gather_static_files(home)
    return True


def initialise(deployment: str | None = None) -> "Instance":
    """Lay folders, secrets, database and instance under HOME; what exists is kept.

    Raises:
        Refused: the database belongs to another deployment, or holds data that are no longer declared.
    """
    from bacasable.compliance.signing import ensure_key
    from bacasable.portal import declared
    from bacasable.portal.config import load

    # Before Django reads its settings: the secret must be there, and one deployment stays what it is.
    home = load().home
    lay_folders(home)
    with only_one(home, "bacasable init"):
        make_web_secret(home)
        if deployment:
            os.environ["BACASABLE_DEPLOYMENT"] = deployment
        configured = configuration()
        configured.vault()
        ensure_key(home / "keys")
        migrate()
        instance = instance_of(configured.deployment)
        declared.take_in(home)
        if "platform" in catalogue():
            from bacasable.programme.recommendations.actions import ensure_own_recommendations

            ensure_own_recommendations()
        write_once(home / "bacasable.env", _env_text(configured))
        gather_static_files(home)
        (home / "run" / "version").write_text(version() + "\n")
    return instance


def _env_text(configured: "Configuration") -> str:
    text = (
        "# Settings of this installation; docs/reference/settings.md lists them all.\n"
        f"BACASABLE_DEPLOYMENT={configured.deployment}\n"
        f"BACASABLE_PUBLIC_URL={configured.public_url}\n"
    )
    # Else a later command run without that variable would look into an empty SQLite.
    return text + (f"BACASABLE_DATABASE_URL={configured.database_url}\n" if configured.database_url else "")
