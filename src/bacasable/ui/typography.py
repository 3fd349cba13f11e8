"""French spacing: ``: ; ! ?`` and the quotation marks « » never leave their word at the end of a line."""

import re

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

# A per cent sign that begins a placeholder is no sign; nor is the colon of "://".
_BEFORE = re.compile(r"(?<=\S) (?=[:;!?»€]|%(?![(sd]))")
_AFTER = re.compile(r"(?<=«) (?=\S)")


def spaced(text: str) -> str:
    """Return French text with no-break spaces: narrow before ``; ! ?``, full around the other signs."""
    found = _BEFORE.sub(lambda m: "\u202f" if text[m.end()] in ";!?" else "\u00a0", text)
    return _AFTER.sub("\u00a0", found)


def french(text: object) -> SafeString:
    """Return the text, escaped, spaced as French is; text shown in another language stays as it is."""
    escaped = conditional_escape(str(text) if not isinstance(text, SafeString) else text)
    if get_language() != "fr":
        return escaped
    return mark_safe(spaced(escaped))  # noqa: S308 (escaped above)
