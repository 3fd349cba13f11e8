"""What the command line refuses in one line instead of a traceback."""

import sys


class Refused(Exception):
    """A command cannot be done; the message says what is wrong, where, and the remedy."""


def expected_errors() -> tuple[type[Exception], ...]:
    """Return the exceptions whose message is written for the person at the terminal."""
    errors: list[type[Exception]] = [Refused]
    for module, name in (
        ("bacasable.portal.config", "UnknownSetting"),
        ("bacasable.compliance.catalogue", "CatalogueError"),
        ("bacasable.exchange.keyring", "KeyringError"),
    ):
        if module in sys.modules:  # an error of a module that was never loaded cannot have been raised
            errors.append(getattr(sys.modules[module], name))
    return tuple(errors)
