"""French spacing: ``: ; ! ?`` and the quotation marks « » never leave their word at the end of a line."""

import re

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

_BEFORE = re.compile(r"(?<=\S) (?=[:;!?»%€])")
_AFTER = re.compile(r"(?<=«) (?=\S)")


def french(text: object) -> SafeString:
    """Return the text, escaped, with no-break spaces where French typography has them.

    Does nothing to text shown in another language. Narrow before ``; ! ?``, full before ``: » % €``.
    """
    escaped = conditional_escape(text)
    if get_language() != "fr":
        return escaped
    spaced = _BEFORE.sub(lambda m: "\u202f" if escaped[m.end()] in ";!?" else "\u00a0", escaped)
    return mark_safe(_AFTER.sub("\u00a0", spaced))  # noqa: S308 (escaped above)
