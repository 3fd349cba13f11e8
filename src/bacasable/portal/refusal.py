"""What the command line refuses in one line instead of a traceback."""

import sys


class Refused(Exception):
    """A command cannot be done; the message says what is wrong, where, and the remedy."""


def expected_errors() -> tuple[type[Exception], ...]:
    """Return the exceptions whose message is written for the person at the terminal."""
    errors: list[type[Exception]] = [Refused]
    config = sys.modules.get("bacasable.portal.config")
    if config is not None:
        errors.append(config.UnknownSetting)
    catalogue = sys.modules.get("bacasable.compliance.catalogue")
    broken = getattr(catalogue, "PluginError", None)
    if isinstance(broken, type) and issubclass(broken, Exception):
        errors.append(broken)
    return tuple(errors)
