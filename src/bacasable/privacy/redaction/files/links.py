"""Addresses of links in documents: what they hold is replaced, and they stay addresses."""

import re
from urllib.parse import quote, unquote

from bacasable.privacy.redaction.files.editing import Editor

#: Who a folder of a machine belongs to: C:\\Users\\jdupont\\..., /home/jdupont/...
_ACCOUNT = re.compile(r"(?<=[/\\])(?:Users|Utilisateurs|home)[/\\]+([^/\\]+)", re.IGNORECASE)
_ADDRESS = ":/?#@!$&'()*+,;=%-._~\\"


def rewritten(target: str, editor: Editor, place: int) -> str:
    """Return the address of a link without the personal data in it, percent-encoded where it must be."""
    read = unquote(target) if "%" in target else target
    parts: list[str] = []
    at = 0
    for account in _ACCOUNT.finditer(read):
        parts += [read[at : account.start(1)], editor.whole(account[1], "HANDLE", place)]
        at = account.end(1)
    text = "".join([*parts, read[at:]])
    edits = editor.edits(text, lambda _: place)
    for edit in reversed(edits):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return target if text == read else quote(text, safe=_ADDRESS)
