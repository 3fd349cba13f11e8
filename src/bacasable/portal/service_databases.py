"""On PostgreSQL each service has a role of its own, which reads and writes its own schema and nothing else.

The tables of a service lie in a schema named after it, owned by the role ``bacasable_<database>_<service>``;
its password is in ``HOME/keys/database-<service>``. ``bacasable init`` and ``upgrade`` make both. On SQLite,
which knows no roles, everything is in one file.
"""

import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bacasable.compliance.service import Service
from bacasable.portal.refusal import Refused
from bacasable.portal.whole_files import write_once

#: PostgreSQL cuts longer names.
LONGEST_NAME = 63
OURS = frozenset({"platform", "instance"})


def of_their_own(services: Mapping[str, Service]) -> tuple[Service, ...]:
    """Return the services whose tables lie apart: all that bring an application, but the installation's."""
    return tuple(service for key, service in services.items() if service.app and key not in OURS)


def role_of(key: str, database: str) -> str:
    """Return the role of a service: roles belong to the whole server, so the database is in the name."""
    return f"bacasable_{database}_{key}"[:LONGEST_NAME]


def password_path(home: Path, key: str) -> Path:
    """Return where the password of a service's role is kept."""
    return home / "keys" / f"database-{key}"


def connections(
    services: Iterable[Service], base: Mapping[str, Any], home: Path
) -> dict[str, dict[str, Any]]:
    """Return Django's settings of one connection for each service, by key; ``base`` is the installation's."""
    made = {}
    for service in services:
        path = password_path(home, service.key)
        made[service.key] = {
            **base,
            "USER": role_of(service.key, base["NAME"]),
            "PASSWORD": path.read_text().strip() if path.exists() else "",
            "OPTIONS": {**base["OPTIONS"], "options": f"-c search_path={service.key}"},
        }
    return made


class ServiceRouter:
    """Send the models of a service to its own connection, and let nothing else there."""

    def __init__(self) -> None:
        from django.conf import settings

        self._databases = {
            service.app.rpartition(".")[2]: service.key
            for service in settings.SERVICES.values()
            if service.key in settings.DATABASES
        }

    def _of(self, label: str) -> str:
        return self._databases.get(label, "default")

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return self._of(model._meta.app_label)

    db_for_write = db_for_read

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        """Refuse a relation that crosses: a service keeps public identifiers of accounts, no keys to them."""
        return self._of(one._meta.app_label) == self._of(other._meta.app_label)

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return self._of(app_label) == db


def prepare() -> None:
    """Make the roles and schemas that are missing, with their passwords, and forbid the rest to everybody.

    Raises:
        Refused: the installation's own role may not make roles; the message holds what an administrator of
            the server must run.
    """
    from django.conf import settings
    from django.db import connection, connections
    from psycopg import sql
    from psycopg.errors import InsufficientPrivilege

    keys = [key for key in settings.DATABASES if key != "default"]
    if not keys:
        return
    database = settings.DATABASES["default"]["NAME"]
    connection.ensure_connection()
    with connection.cursor() as cursor:
        server = cursor.connection
        cursor.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        for key in keys:
            path = password_path(settings.BACASABLE.home, key)
            write_once(path, secrets.token_urlsafe(32) + "\n")
            password = path.read_text().strip()
            role = role_of(key, database)
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
            verb = "ALTER" if cursor.fetchone() else "CREATE"
            statements = (
                sql.SQL(verb + " ROLE {} LOGIN NOINHERIT PASSWORD {}").format(
                    sql.Identifier(role), sql.Literal(password)
                ),
                sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(role)),
                sql.SQL("CREATE SCHEMA IF NOT EXISTS {} AUTHORIZATION {}").format(
                    sql.Identifier(key), sql.Identifier(role)
                ),
                sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
                    sql.Identifier(database), sql.Identifier(role)
                ),
            )
            try:
                for statement in statements:
                    cursor.execute(statement.as_string(server))
            except Exception as error:
                if not isinstance(error.__cause__, InsufficientPrivilege):
                    raise
                raise Refused(
                    f"service '{key}': the role of BACASABLE_DATABASE_URL may not make a role for it; as an "
                    f'administrator of the server run: ALTER ROLE "{settings.DATABASES["default"]["USER"]}" '
                    "CREATEROLE; and then this command again"
                ) from error
            settings.DATABASES[key]["PASSWORD"] = password
            connections[key].settings_dict["PASSWORD"] = password
