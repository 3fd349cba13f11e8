"""The parts of redaction in C, for speed; ``built`` is ``None`` where no compiler was there.

The Python code of the same names is the definition; it is used where the kernel was not built, or where
``BACASABLE_KERNEL=0`` is in the environment (to compare both, or to leave C out).
"""

import os
from types import ModuleType
from typing import Any

__all__ = ["Names", "built"]

#: The type of a reader of names: ``read(text, taken)``, ``code(form)``.
Names = Any

built: ModuleType | None = None
if os.environ.get("BACASABLE_KERNEL") != "0":
    try:
        from bacasable.privacy.redaction.kernel import _kernel as built  # type: ignore[no-redef]
    except ImportError:
        built = None
