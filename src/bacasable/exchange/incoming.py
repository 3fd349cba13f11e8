"""A mail that came in, reduced to what an answer needs, and the decision whether to answer it (RFC 3834).

The body is read only where a letterbox reads it (:class:`Letterbox`): whoever else writes gets a link, and
what they sent is not looked at.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesParser
from email.utils import getaddresses
from html.parser import HTMLParser
from typing import Protocol, Self

from bacasable.exchange.post import address

_MESSAGE_ID = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]{3,200}>")
HEADER_BYTES = 131_072  # of a mail, at most, are looked at
BODY_BYTES = 262_144  # of a mail whose words are read, at most
WORDS = 20_000  # characters kept of them, at most
_MACHINES = re.compile(
    r"mailer-daemon|postmaster|no-?reply|do-?not-?reply|ne-?pas-?repondre|bounces?|listserv|majordomo"
    r"|owner-.*|.*-(request|owner|bounces?|noreply)|bounces?[+=-].*",
    re.IGNORECASE,
)
_DELIVERY_FIELDS = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")


@dataclass(frozen=True)
class Words:
    """What a mail says: its text, and what of it is not there.

    ``attachments`` counts the parts that are not its text; they are not kept. ``is_cut``: it was longer.
    """

    text: str = field(repr=False)
    attachments: int = 0
    is_cut: bool = False

    @property
    def are_whole(self) -> bool:
        """Whether nothing of the mail is left elsewhere."""
        return not self.attachments and not self.is_cut


@dataclass(frozen=True)
class Incoming:
    """A received mail: envelope and header fields; ``words`` only where somebody reads them.

    ``sender`` is the envelope sender (Return-Path), empty for a null one; ``recipients`` those of the
    envelope, in lower case; ``fields`` the header's fields, by name in lower case, raw. ``arrived_at`` is
    when a server noted its arrival; None where it arrives now.
    """

    sender: str
    recipients: tuple[str, ...]
    fields: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    words: Words | None = field(default=None, repr=False)
    arrived_at: datetime | None = None

    @classmethod
    def parse(cls, raw: bytes, *, sender: str, recipients: Collection[str]) -> Self:
        """Read the header of ``raw`` (at most 128 KiB of it) with the envelope it came in."""
        return cls(_bare(sender), tuple(one.lower() for one in recipients), _header(raw))

    @classmethod
    def parse_stored(cls, raw: bytes, arrived_at: datetime | None = None) -> Self | None:
        """Read a mail from a folder, where the server noted the envelope; None when it noted no sender."""
        fields = _header(raw)
        if not fields.get("return-path"):
            return None
        named = next((fields[name.lower()] for name in _DELIVERY_FIELDS[:3] if name.lower() in fields), None)
        noted = named or fields.get("to", ()) + fields.get("cc", ())
        recipients = dict.fromkeys(one.lower() for _, one in getaddresses(list(noted)) if one)
        return cls(_bare(fields["return-path"][0]), tuple(recipients), fields, None, arrived_at)

    def first(self, name: str) -> str:
        """Return the first field of that name, or an empty string."""
        return self.fields.get(name.lower(), ("",))[0]

    @property
    def subject(self) -> str:
        """The subject as it is read, on one line; what cannot be decoded stays as it came."""
        raw = self.first("Subject")
        try:
            said = str(make_header(decode_header(raw)))
        except (ValueError, LookupError):
            said = raw
        return " ".join(_readable(said).split())

    @property
    def message_id(self) -> str:
        """The Message-ID with its brackets, or an empty string when it is not a plain one."""
        found = _MESSAGE_ID.fullmatch(self.first("Message-ID").strip())
        return found.group() if found else ""


class Letterbox(Protocol):
    """What takes mail in an installation, and deals with it: the handlers of the mailbox."""

    def takes(self, recipient: str) -> bool:
        """Say whether mail for this address, in lower case, is accepted."""

    def reads(self, mail: Incoming) -> bool:
        """Say, from its header, whether the words of this mail are wanted, whoever else takes it."""

    def handle(self, mail: Incoming) -> object:
        """Deal with a mail that it takes or reads; seen twice, it is dealt with once.

        True tells that all of the mail is kept here, so that its copy in a folder has no further use.
        """


def words_of(raw: bytes, *, is_cut: bool = False) -> Words:
    """Return the words of a whole mail: its plain text, or its HTML without the marks.

    Never fails: what no parser understands is given as it came.
    """
    try:
        message = BytesParser(policy=policy.compat32).parsebytes(raw)
        parts = [part for part in message.walk() if not part.is_multipart()]
        texts = [part for part in parts if _is_text(part)]
        plain = [part for part in texts if part.get_content_subtype() == "plain"]
        broken = [part for part in parts if part.get_content_maintype() == "multipart"]
        shown = (plain or texts or broken)[:1]
        text = "".join(_text_of(part) for part in shown)
        aside = len(parts) - len(shown)
        if plain:  # the same words as HTML are no attachment
            aside -= sum(part.get_content_subtype() == "html" for part in texts)
    except Exception:  # a parser of hostile text may raise anything
        text, aside = raw.partition(b"\r\n\r\n")[2].decode("utf-8", "replace"), 0
    text = _readable(text).replace("\r\n", "\n").strip()
    return Words(text[:WORDS], max(aside, 0), is_cut or len(text) > WORDS)


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


def _is_text(part: "Message[str, str]") -> bool:
    return (
        part.get_content_maintype() == "text"
        and part.get_content_subtype() in ("plain", "html")
        and part.get_content_disposition() != "attachment"
        and not part.get_filename()
    )


def _text_of(part: "Message[str, str]") -> str:
    content = part.get_payload(decode=True)
    raw = content if isinstance(content, bytes) else b""
    try:
        text = raw.decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:
        text = raw.decode("utf-8", "replace")
    if part.get_content_subtype() != "html":
        return text
    seen = _Seen()
    seen.feed(text)
    seen.close()
    return seen.text


class _Seen(HTMLParser):
    """What a reader of an HTML mail sees, without marks."""

    _BREAKS = frozenset({"br", "p", "div", "li", "tr", "h1", "h2", "h3", "blockquote"})
    _UNSEEN = frozenset({"script", "style", "head", "title"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._said: list[str] = []
        self._unseen = 0

    @property
    def text(self) -> str:
        lines = (" ".join(line.split()) for line in "".join(self._said).split("\n"))
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in self._UNSEEN
        if tag in self._BREAKS:
            self._said.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in self._UNSEEN and self._unseen > 0

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._said.append(data.replace("\n", " "))


def _readable(text: str) -> str:
    """Return ``text`` without what no database or page takes: NUL, lone surrogates, control characters."""
    text = text.encode("utf-8", "replace").decode()
    return "".join(character for character in text if character >= " " or character in "\n\r\t")
