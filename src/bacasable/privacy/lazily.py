"""Names of a package that are imported when asked for, so that importing the package costs nothing."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from bacasable.privacy.messages import N_, Refused


def names_of(package: str, homes: Mapping[str, str], extra: str = "") -> Callable[[str], Any]:
    """Return the ``__getattr__`` of ``package`` (PEP 562): ``homes`` gives for each name its module.

    With ``extra``, a library that is missing is refused naming the extra that brings it.
    """

    def found(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        try:
            return getattr(import_module(f"{package}.{homes[name]}"), name)
        except ModuleNotFoundError as missing:
            if not extra or (missing.name or "").startswith("bacasable"):
                raise
            raise Refused(
                N_(
                    "{package} needs the extra '{extra}' ({name} is missing): pip install "
                    "'bacasable[{extra}]'"
                ),
                package=package,
                extra=extra,
                name=missing.name,
            ) from None

    return found
