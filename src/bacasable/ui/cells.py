"""Values for the cells of a spreadsheet, in whatever format: text that no program computes."""

from typing import Any

from django.utils.translation import gettext as _
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

#: A cell that starts so may be run as a formula by a spreadsheet program (OWASP, "CSV injection").
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
LONGEST_CELL = 32_767


def neutral(value: Any) -> str | int | float:
    """Return a value that no spreadsheet computes: text that would start a formula gets an apostrophe."""
    if isinstance(value, bool) or value is None:
        return "" if value is None else (_("yes") if value else _("no"))
    if isinstance(value, int | float):
        return value
    if isinstance(value, list | tuple):
        value = ", ".join(str(part) for part in value)
    text = ILLEGAL_CHARACTERS_RE.sub("", str(value))[: LONGEST_CELL - 1]
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text
