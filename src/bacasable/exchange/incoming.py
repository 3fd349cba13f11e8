"""A mail that came in, reduced to what an answer needs, and the decision whether to answer it (RFC 3834).

The body is never kept: whoever writes gets a link, and what they sent is not read.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from email import policy
from email.parser import BytesParser
from email.utils import getaddresses
from typing import Self

from bacasable.exchange.post import address

_MESSAGE_ID = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]{3,200}>")
HEADER_BYTES = 131_072  # of a mail, at most, are looked at
_MACHINES = re.compile(
    r"mailer-daemon|postmaster|no-?reply|do-?not-?reply|ne-?pas-?repondre|bounces?|listserv|majordomo"
    r"|owner-.*|.*-(request|owner|bounces?|noreply)|bounces?[+=-].*",
    re.IGNORECASE,
)
_DELIVERY_FIELDS = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")


@dataclass(frozen=True)
class Incoming:
    """A received mail: envelope and header fields, no body.

    ``sender`` is the envelope sender (Return-Path), empty for a null one; ``recipients`` those of the
    envelope, in lower case; ``fields`` the header's fields, by name in lower case, raw.
    """

    sender: str
    recipients: tuple[str, ...]
    fields: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False)

    @classmethod
    def parse(cls, raw: bytes, *, sender: str, recipients: Collection[str]) -> Self:
        """Read the header of ``raw`` (at most 128 KiB of it) with the envelope it came in."""
        return cls(_bare(sender), tuple(one.lower() for one in recipients), _header(raw))

    @classmethod
    def parse_stored(cls, raw: bytes) -> Self | None:
        """Read a mail from a folder, where the server noted the envelope; None when it noted no sender."""
        fields = _header(raw)
        if not fields.get("return-path"):
            return None
        named = next((fields[name.lower()] for name in _DELIVERY_FIELDS[:3] if name.lower() in fields), None)
        noted = named or fields.get("to", ()) + fields.get("cc", ())
        recipients = dict.fromkeys(one.lower() for _, one in getaddresses(list(noted)) if one)
        return cls(_bare(fields["return-path"][0]), tuple(recipients), fields)

    def first(self, name: str) -> str:
        """Return the first field of that name, or an empty string."""
        return self.fields.get(name.lower(), ("",))[0]

    @property
    def message_id(self) -> str:
        """The Message-ID with its brackets, or an empty string when it is not a plain one."""
        found = _MESSAGE_ID.fullmatch(self.first("Message-ID").strip())
        return found.group() if found else ""


def silence(mail: Incoming, ours: Collection[str]) -> str | None:
    """Return why no automatic answer may be sent, as a short code; None when one may (RFC 3834, section 2).

    ``ours`` are the installation's own addresses, in lower case.
    """
    if not mail.sender:
        return "null-sender"
    try:
        address(mail.sender)
    except ValueError:
        return "bad-sender"
    local = mail.sender.rpartition("@")[0]
    if mail.sender.lower() in ours:
        return "own-address"
    if _MACHINES.fullmatch(local):
        return "machine"
    automatic = [value.partition(";")[0].strip().lower() for value in mail.fields.get("auto-submitted", ())]
    if any(value != "no" for value in automatic):
        return "automatic"
    if any(name.startswith("list-") for name in mail.fields):
        return "list"
    if mail.first("Precedence").strip().lower() in {"bulk", "list", "junk", "auto_reply"}:
        return "bulk"
    if mail.first("Content-Type").strip().lower().startswith(("multipart/report", "message/delivery-status")):
        return "report"
    suppressed = re.split(r"[,\s]+", mail.first("X-Auto-Response-Suppress").lower())
    if {"all", "autoreply"} & set(suppressed):
        return "suppressed"
    return None


def reply_headers(mail: Incoming) -> dict[str, str]:
    """Return the fields that tie an automatic answer to ``mail`` (RFC 3834, section 3.1; RFC 5322, 3.6.4)."""
    headers = {"Auto-Submitted": "auto-replied"}
    if mail.message_id:
        earlier = _MESSAGE_ID.findall(mail.first("References")) or _MESSAGE_ID.findall(
            mail.first("In-Reply-To")
        )
        headers["In-Reply-To"] = mail.message_id
        headers["References"] = " ".join([*earlier[-5:], mail.message_id])
    return headers


def _bare(path: str) -> str:
    """Return a return path without its brackets: the null one is empty."""
    return path.strip().removeprefix("<").removesuffix(">").strip()


def _header(raw: bytes) -> dict[str, tuple[str, ...]]:
    # compat32 keeps fields as they came; the structured policies raise on some hostile ones.
    message = BytesParser(policy=policy.compat32).parsebytes(raw[:HEADER_BYTES], headersonly=True)
    fields: dict[str, tuple[str, ...]] = {}
    for name, value in message.raw_items():
        text = str(value).encode("ascii", "surrogateescape").decode("utf-8", "replace")
        fields[name.lower()] = (*fields.get(name.lower(), ()), re.sub(r"\r?\n[ \t]*", " ", text))
    return fields
