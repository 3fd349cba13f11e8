"""The kernel's reader of numbers and codes, made of the tables that the Python code reads with."""

import functools
from typing import Any

from bacasable.privacy.redaction import kernel
from bacasable.privacy.redaction.identifiers import checks
from bacasable.privacy.redaction.identifiers.lengths import ANNOUNCED, FAR
from bacasable.privacy.redaction.identifiers.numbering import plans
from bacasable.privacy.redaction.spans import Span


def in_kernel(contexts: Any) -> bool:
    """Tell whether what words announce is held by the kernel, which can then read with it."""
    return kernel.built is not None and isinstance(contexts, kernel.built.Announcing)


@functools.lru_cache(maxsize=1)
def compiled() -> Any:
    """Return what reads runs of digits in C: all but accounts without a key, foreign telephones, letters for
    digits; and what passes over words of letters and digits that are no code."""
    plans()  # a first foreign number would wait for them
    lengths = tuple((key, sum(1 << size for size in sizes)) for key, sizes in ANNOUNCED.items())
    return kernel.built.Numbers(Span, (*lengths, ("VAT", 0)), tuple(FAR), tuple(checks.IBAN_LENGTHS.items()))
