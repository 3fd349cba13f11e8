"""Mail out: through an SMTP relay, or into a folder of ``.eml`` files where no relay is configured.

Sending blocks and may fail, so rooms queue their mail
(:mod:`bacasable.people.outgoing`) and a worker sends it.
"""

import os
import re
import secrets
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from email import policy
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path
from typing import Literal

from bacasable.compliance import clock

#: The fields that a caller may set beyond those of :class:`Mail`.
ALLOWED_HEADERS = frozenset({"Auto-Submitted", "In-Reply-To", "References", "Reply-To", "Message-ID"})
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
_HEADER_LIMIT = 2000


class Undeliverable(Exception):
    """A mail was not taken. ``permanent``: trying again is useless. ``code``: a short reason, no address."""

    def __init__(self, code: str, *, permanent: bool) -> None:
        super().__init__(f"mail not taken: {code}")
        self.code = code
        self.permanent = permanent


@dataclass(frozen=True)
class Attached:
    """A file of a mail: its ``name``, its ``media_type`` such as ``application/pdf``, its bytes."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """A mail to one person. ``text`` is plain UTF-8; ``headers`` only those of ``ALLOWED_HEADERS``."""

    to: str
    subject: str
    text: str
    html: str | None = None
    attachments: tuple[Attached, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:  # never an address or a link in a traceback
        return f"Mail({len(self.text)} characters, {len(self.attachments)} attachments)"


@dataclass(frozen=True)
class Relay:
    """The SMTP server that takes our mail. ``timeout`` in seconds, for each exchange."""

    host: str
    port: int = 587
    tls: Literal["starttls", "implicit", "none"] = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    timeout: float = 20
    context: ssl.SSLContext | None = None

    def __post_init__(self) -> None:
        if self.user and self.tls == "none" and self.host not in ("localhost", "127.0.0.1", "::1"):
            raise ValueError(
                f"smtp_tls: 'none' would send the password to {self.host} in the clear; "
                "use 'starttls' or 'implicit', or leave smtp_user empty"
            )


def address(text: str) -> str:
    """Return ``text`` when it is one plain address ``local@domain``, its domain in IDNA form.

    Raises:
        ValueError: it is not; the message does not repeat it.
    """
    try:
        parsed = Address(addr_spec=text)
    except (HeaderParseError, ValueError, IndexError):
        parsed = None
    if (
        parsed is None
        or not (parsed.username and parsed.domain)
        or len(text) > 254
        or any(c in text for c in " ,;<>()")
        or _CONTROL.search(text)
    ):
        raise ValueError("the recipient is not one e-mail address of the form local@domain")
    if parsed.domain.isascii():
        return text
    try:
        return f"{text.rpartition('@')[0]}@{parsed.domain.encode('idna').decode()}"
    except UnicodeError:
        raise ValueError("the recipient's domain is not one that exists") from None


class Post:
    """The sender of the installation's mail; see the module."""

    def __init__(self, sender: str, name: str, outbox: Path, relay: Relay | None = None) -> None:
        """``sender`` and ``name`` make the field From; ``outbox`` is where mails go without a ``relay``."""
        self.sender = address(sender)
        self.name = _one_line(name)
        self.outbox = outbox
        self.relay = relay

    def send(self, mail: Mail) -> str:
        """Hand ``mail`` to the relay, or write it to the outbox, and return its Message-ID.

        Raises:
            ValueError: the recipient is not an address, or a header is not one that callers may set.
            Undeliverable: the relay did not take it.
        """
        message = self.compose(mail)
        if self.relay is None:
            self._write(message)
        else:
            self._submit(self.relay, mail, message)
        return str(message["Message-ID"])

    def compose(self, mail: Mail) -> EmailMessage:
        """Return the message that :meth:`send` sends: line breaks in a header become spaces.

        Files hold the text as it reads (8bit); a relay gets quoted-printable, which any server passes on.
        """
        unknown = set(mail.headers) - ALLOWED_HEADERS
        if unknown:
            raise ValueError(f"a mail may not set {sorted(unknown)}; allowed: {sorted(ALLOWED_HEADERS)}")
        given = {name: _one_line(value)[:_HEADER_LIMIT] for name, value in mail.headers.items()}
        domain = self.sender.rpartition("@")[2]
        message = EmailMessage(policy=policy.SMTP)
        message["From"] = Address(self.name, addr_spec=self.sender)
        message["To"] = Address(addr_spec=address(mail.to))
        message["Subject"] = _one_line(mail.subject)
        message["Date"] = format_datetime(clock.now())
        message["Message-ID"] = given.pop("Message-ID", "") or make_msgid(domain=domain)
        message["Auto-Submitted"] = given.pop("Auto-Submitted", "auto-generated")
        for header, value in given.items():
            message[header] = value
        encoding = "8bit" if self.relay is None else "quoted-printable"
        message.set_content(_body(mail.text), cte=encoding)
        if mail.html:
            message.add_alternative(_body(mail.html), subtype="html", cte="quoted-printable")
        for attached in mail.attachments:
            main, _, sub = attached.media_type.partition("/")
            message.add_attachment(
                attached.content, maintype=main, subtype=sub, filename=_one_line(attached.name)
            )
        return message

    def _write(self, message: EmailMessage) -> None:
        self.outbox.mkdir(parents=True, exist_ok=True, mode=0o700)
        stem = f"{clock.now():%Y%m%dT%H%M%S.%fZ}-{secrets.token_hex(4)}"
        temporary, final = self.outbox / f".{stem}.new", self.outbox / f"{stem}.eml"
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(message.as_bytes())
                file.flush()
                os.fsync(file.fileno())
            temporary.rename(final)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            raise Undeliverable(f"outbox: {error.strerror}", permanent=False) from None
        folder = os.open(self.outbox, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _submit(self, relay: Relay, mail: Mail, message: EmailMessage) -> None:
        # A reply to a mail must not bounce into our own mailbox: null return path (RFC 3834, 3.3).
        return_path = "" if message["Auto-Submitted"] == "auto-replied" else self.sender
        context = relay.context or ssl.create_default_context()
        try:
            with _connected(relay, context) as server:
                if relay.tls == "starttls":
                    server.starttls(context=context)
                if relay.user:
                    server.login(relay.user, relay.password)
                server.send_message(message, from_addr=return_path, to_addrs=[address(mail.to)])
        except smtplib.SMTPRecipientsRefused as error:
            code = min(code for code, _ in error.recipients.values())
            raise Undeliverable(f"smtp {code}", permanent=code >= 500) from None
        except smtplib.SMTPAuthenticationError as error:  # a matter of settings: worth another try
            raise Undeliverable(f"smtp authentication {error.smtp_code}", permanent=False) from None
        except smtplib.SMTPResponseException as error:
            # 5yz on the message is final; on connecting, another try may reach another server.
            final = isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500
            raise Undeliverable(f"smtp {error.smtp_code}", permanent=final) from None
        except smtplib.SMTPNotSupportedError:
            raise Undeliverable("smtp not supported by the relay", permanent=False) from None
        except (smtplib.SMTPException, OSError) as error:
            raise Undeliverable(f"smtp {type(error).__name__}", permanent=False) from None


def _connected(relay: Relay, context: ssl.SSLContext) -> smtplib.SMTP:
    if relay.tls == "implicit":
        return smtplib.SMTP_SSL(relay.host, relay.port, timeout=relay.timeout, context=context)
    return smtplib.SMTP(relay.host, relay.port, timeout=relay.timeout)


def _one_line(text: str) -> str:
    return _CONTROL.sub(" ", text).encode(errors="replace").decode().strip()


def _body(text: str) -> str:
    """Unpaired surrogates and NUL have no place in UTF-8 mail; lines are kept."""
    return text.replace("\x00", "").encode(errors="replace").decode()
