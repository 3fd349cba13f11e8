"""The parts of redaction in C, for speed; ``built`` is ``None`` where no compiler was there.

The Python code that each part stands for is the definition, and gives the same answers: it is used where the
kernel was not built, or where ``BACASABLE_KERNEL=0`` is in the environment. ``make
install`` builds it after a change of its sources; a test tells one built from others.
"""

import os
from contextlib import suppress
from importlib import import_module
from typing import Any

__all__ = ["built"]

#: The module in C, or ``None``.
built: Any = None
if os.environ.get("BACASABLE_KERNEL") != "0":
    with suppress(ImportError):
        built = import_module("bacasable.privacy.redaction.kernel._kernel")
