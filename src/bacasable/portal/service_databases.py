"""On PostgreSQL each service has a role of its own, which reads and writes its own schema and nothing else.

The tables of a service lie in the schema ``service_<key>``, owned by the role ``bacasable_<database>_<key>``;
its password is in ``HOME/keys/database-<key>``. ``bacasable init``, ``upgrade`` and ``restore`` make what is
missing. On SQLite, which knows no roles, everything is in one file.
"""

import secrets
from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from bacasable.compliance.service import Service
from bacasable.portal.refusal import Refused
from bacasable.portal.whole_files import write_once

#: PostgreSQL cuts longer names.
LONGEST_NAME = 63
OURS = frozenset({"platform", "instance"})
_PREFIX = "service_"
#: A service asks for less than the platform.
_POOL = {"min_size": 1, "max_size": 10, "timeout": 20}


def of_their_own(services: Mapping[str, Service]) -> tuple[Service, ...]:
    """Return the services whose tables lie apart: all that bring an application, but the installation's."""
    return tuple(service for key, service in services.items() if service.app and key not in OURS)


def schema_of(key: str) -> str:
    """Return the schema of a service, which also names its connection: no key can be ``public`` there."""
    return _short(f"{_PREFIX}{key}")


def role_of(key: str, database: str) -> str:
    """Return the role of a service: roles belong to the whole server, so the database is in the name."""
    return _short(f"bacasable_{database}_{key}")


def _short(name: str) -> str:
    """Return ``name``, cut where PostgreSQL would, in a way that keeps two long names apart."""
    whole = name.encode()
    if len(whole) <= LONGEST_NAME:
        return name
    return (
        f"{name.encode()[: LONGEST_NAME - 9].decode(errors='ignore')}_{sha256(name.encode()).hexdigest()[:8]}"
    )


def password_path(home: Path, key: str) -> Path:
    """Return where the password of a service's role is kept."""
    return home / "keys" / f"database-{key}"


def connections(
    services: Iterable[Service], base: Mapping[str, Any], home: Path
) -> dict[str, dict[str, Any]]:
    """Return Django's settings of one connection for each service; ``base`` is the installation's."""
    made = {}
    for service in services:
        path, schema = password_path(home, service.key), schema_of(service.key)
        made[schema] = {
            **base,
            "USER": role_of(service.key, base["NAME"]),
            "PASSWORD": path.read_text().strip() if path.exists() else "",
            "OPTIONS": {**base["OPTIONS"], "pool": dict(_POOL), "options": f"-c search_path={schema}"},
        }
    return made


class ServiceRouter:
    """Send the models of a service to its own connection, and let nothing else there."""

    def __init__(self) -> None:
        from django.apps import apps
        from django.conf import settings

        named = {service.app: schema_of(service.key) for service in of_their_own(settings.SERVICES)}
        self._databases = {
            config.label: named[name]
            for config in apps.get_app_configs()
            for name in (config.name, f"{type(config).__module__}.{type(config).__qualname__}")
            if named.get(name) in settings.DATABASES
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

    What a restore gave to the installation's own role goes back to the service's.

    Raises:
        Refused: the installation's own role may not; the message holds what an administrator of the server
            must run.
    """
    from django.conf import settings
    from django.db import connection

    services = [
        service for service in of_their_own(settings.SERVICES) if schema_of(service.key) in settings.DATABASES
    ]
    if not services:
        return
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        for service in services:
            _prepare(cursor, service.key, settings)


def _prepare(cursor: Any, key: str, settings: Any) -> None:
    from django.db import connections
    from psycopg import sql

    from bacasable.people import outbox

    main, schema = settings.DATABASES["default"], schema_of(key)
    user = main["USER"]
    role = role_of(key, main["NAME"])
    path = password_path(settings.BACASABLE.home, key)
    write_once(path, secrets.token_urlsafe(32) + "\n")
    password = path.read_text().strip()
    server = cursor.connection
    names = {
        "role": sql.Identifier(role),
        "schema": sql.Identifier(schema),
        "database": sql.Identifier(main["NAME"]),
        # Its digest, as the server keeps it: statements may be written to the server's log.
        "password": sql.Literal(
            server.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
        ),
    }

    def run(text: str, **more: Any) -> None:
        cursor.execute(sql.SQL(text).format(**names, **more).as_string(server))

    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
    if cursor.fetchone():
        remedy = (
            f'ALTER ROLE "{main["USER"]}" CREATEROLE; GRANT "{role}" TO "{main["USER"]}" WITH ADMIN OPTION;'
        )
        with _may(key, "may not change the role that it has", remedy):
            run("ALTER ROLE {role} LOGIN NOINHERIT PASSWORD {password}")
    else:
        with _may(key, "may not make a role for it", f'ALTER ROLE "{user}" CREATEROLE;'):
            run("CREATE ROLE {role} LOGIN NOINHERIT PASSWORD {password}")
    owns = f'ALTER DATABASE "{main["NAME"]}" OWNER TO "{user}";'
    with _may(key, "may not make a schema for it", owns):
        run("GRANT {role} TO CURRENT_USER")
        run("CREATE SCHEMA IF NOT EXISTS {schema} AUTHORIZATION {role}")
        run("GRANT CONNECT ON DATABASE {database} TO {role}")
        run("ALTER SCHEMA {schema} OWNER TO {role}")
        run("REVOKE ALL ON SCHEMA {schema} FROM PUBLIC")
        # table and columns are constants of ours
        run(f"CREATE TABLE IF NOT EXISTS {{schema}}.{outbox.TABLE} ({outbox.COLUMNS})")
        for relation in _of_others(cursor, schema, role):
            run("ALTER TABLE {schema}.{relation} OWNER TO {role}", relation=sql.Identifier(relation))
    settings.DATABASES[schema]["PASSWORD"] = password
    connections[schema].settings_dict["PASSWORD"] = password


def _of_others(cursor: Any, schema: str, role: str) -> list[str]:
    """Return the tables, views and free sequences of a schema that its role does not own."""
    cursor.execute(
        """
        SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = %s AND c.relkind IN ('r', 'p', 'v', 'm', 'S') AND pg_get_userbyid(c.relowner) <> %s
          AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype IN ('a', 'i')
                          AND d.classid = 'pg_class'::regclass AND c.relkind = 'S')
        """,
        [schema, role],
    )
    return [name for (name,) in cursor.fetchall()]


@contextmanager
def _may(key: str, what: str, remedy: str) -> Any:
    """Turn the server's refusal into what to do about it."""
    from django.db import DatabaseError
    from psycopg.errors import InsufficientPrivilege

    try:
        yield
    except DatabaseError as error:
        if not isinstance(error.__cause__, InsufficientPrivilege):
            raise
        raise Refused(
            f"service '{key}': the role of BACASABLE_DATABASE_URL {what}; as an administrator of the server "
            f"run: {remedy} and then this command again"
        ) from error


def migrate() -> None:
    """Make the roles and schemas, then bring the tables of each service to its models."""
    from django.conf import settings
    from django.core.management import call_command

    prepare()
    for alias in settings.DATABASES:
        if alias != "default":
            call_command("migrate", interactive=False, verbosity=0, database=alias, run_syncdb=True)
