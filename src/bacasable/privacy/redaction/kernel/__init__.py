"""The parts of redaction in C, for speed; ``built`` is ``None`` where no compiler was there.

The Python code that each part stands for is the definition, and gives the same answers: it is used where the
kernel was not built, where it was built for other code than this, or where ``BACASABLE_KERNEL=0`` is in the
environment. ``make install`` builds it after a change of its sources.
"""

import os
import warnings
from contextlib import suppress
from importlib import import_module
from typing import Any

from bacasable.privacy.redaction.kernel import building

__all__ = ["ABI", "built", "fits"]

#: What the kernel and the Python code that calls it agree on: names, arguments, answers. Who changes one of
#: these counts on, here and in kernel.h.
ABI = 12

_STALE = (
    "The kernel of redaction was built for other code than this: the Python code does its work, two to five "
    "times as slow. Remedy: make install (or python {}/building.py)."
)


def fits(made: Any) -> bool:
    """Say whether a built kernel is that of this code, and of the sources beside it where they are there."""
    if getattr(made, "ABI", None) != ABI:
        return False
    sources = building.sources()
    return sources is None or sources == made.SOURCES


def _loaded() -> Any:
    """Return the module in C, or ``None``."""
    made = None
    if os.environ.get("BACASABLE_KERNEL") != "0":
        with suppress(ImportError):
            made = import_module("bacasable.privacy.redaction.kernel._kernel")
    if made is None or fits(made):
        return made
    warnings.warn(_STALE.format(building.HERE), RuntimeWarning, stacklevel=2)
    return None


#: The module in C, or ``None``.
built: Any = _loaded()
