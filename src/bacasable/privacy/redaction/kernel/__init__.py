"""The parts of redaction in C, for speed; ``built`` is ``None`` where no compiler was there.

The Python code that each part stands for is the definition, and gives the same answers: it is used where the
kernel was not built, or where ``BACASABLE_KERNEL=0`` is in the environment. ``make
install`` builds it after a change of its sources; a test tells one built from others.
"""

import os
from typing import Any

__all__ = ["built"]

#: The module in C, or ``None``.
built: Any = None
if os.environ.get("BACASABLE_KERNEL") != "0":
    try:
        from bacasable.privacy.redaction.kernel import _kernel

        built = _kernel
    except ImportError:
        pass
