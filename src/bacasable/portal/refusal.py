"""What the command line refuses in one line instead of a traceback."""

import sys


class Refused(Exception):
    """A command cannot be done; the message says what is wrong, where, and the remedy."""


def expected_errors() -> tuple[type[Exception], ...]:
    """Return the exceptions whose message is written for the person at the terminal."""
    errors: list[type[Exception]] = [Refused]
    for module, name in (
        ("bacasable.portal.config", "UnknownSetting"),
        ("bacasable.portal.config", "AnotherDeployment"),
        ("bacasable.compliance.catalogue", "CatalogueError"),
        ("bacasable.exchange.keyring", "KeyringError"),
        ("bacasable.privacy.messages", "Refused"),
    ):
        if module in sys.modules:  # an error of a module that was never loaded cannot have been raised
            errors.append(getattr(sys.modules[module], name))
    return tuple(errors)


def of_the_database(error: Exception) -> str:
    """Return what to say of a database that does not answer or lacks our tables; empty for anything else.

    The error's own text is left out: it may repeat values.
    """
    raised = sys.modules.get("django.db.utils")
    if raised is None or not isinstance(error, raised.DatabaseError):
        return ""
    if not isinstance(error, raised.OperationalError) and type(error.__cause__).__name__ != "UndefinedTable":
        return ""
    from django.conf import settings

    named = "the PostgreSQL of BACASABLE_DATABASE_URL" if settings.BACASABLE.database_url else "SQLite"
    return (
        f"the database ({named}) does not answer, or holds no installation ({type(error).__name__}); check "
        f"BACASABLE_DATABASE_URL here and in {settings.BACASABLE.home / 'bacasable.env'}, and that "
        "'bacasable init' was run"
    )
