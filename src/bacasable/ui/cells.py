"""Values for the cells of a spreadsheet, in whatever format: text that no program computes."""

from typing import Any

from django.utils.translation import gettext as _

from bacasable.privacy.cells import neutral_text


def neutral(value: Any) -> str | int | float:
    """Return a value that no spreadsheet computes: text that would start a formula gets an apostrophe."""
    if isinstance(value, bool) or value is None:
        return "" if value is None else (_("yes") if value else _("no"))
    if isinstance(value, int | float):
        return value
    if isinstance(value, list | tuple):
        value = ", ".join(str(part) for part in value)
    return neutral_text(str(value))
