"""Text for the cells of a spreadsheet, in whatever format: no program computes it."""

import re

#: A cell that starts so may be run as a formula by a spreadsheet program (OWASP, "CSV injection").
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
LONGEST_CELL = 32_767
#: Control characters that the XML of a workbook cannot hold.
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def neutral_text(text: str) -> str:
    """Return text that no spreadsheet computes: one that would start a formula gets an apostrophe."""
    text = _ILLEGAL.sub("", text)[: LONGEST_CELL - 1]
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text
