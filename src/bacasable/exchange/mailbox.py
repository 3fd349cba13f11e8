"""Mail in: a small SMTP server that takes mail for the addresses that exist, and for nothing else.

It stands behind the office's mail server or alone. A mail is answered 250 only after the handler returned: if
the handler fails, the sending server is told to try again, and nothing is lost. No address is logged.
"""

import asyncio
import logging
import ssl
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from bacasable.exchange.incoming import BODY_BYTES, HEADER_BYTES, Incoming, words_of

log = logging.getLogger(__name__)

Handler = Callable[[Incoming], object]
Exists = Callable[[str], bool]
Reads = Callable[[Incoming], bool]

_CLOSING_SECONDS = 10


@dataclass(frozen=True)
class Limits:
    """What one peer may ask of the mailbox. Times are in seconds, sizes in bytes."""

    message_bytes: int = 10_000_000
    recipients: int = 20
    connections: int = 40
    command_seconds: float = 60
    session_seconds: float = 600
    commands: int = 100


@dataclass
class _Server:
    """What the sessions of one server share."""

    handler: Handler
    exists: Exists
    reads: Reads
    limits: Limits
    pool: ThreadPoolExecutor
    sessions: set["_Protocol"]


class _Protocol(SMTP):
    """One session: refuses a connection too many, and a peer that sends without end."""

    def __init__(self, server: _Server, **options: Any) -> None:
        limits = server.limits
        super().__init__(
            _Hooks(server),
            data_size_limit=limits.message_bytes,
            timeout=limits.command_seconds,
            command_call_limit={"*": limits.commands},
            ident="bacasable",
            **options,
        )
        self._server = server
        self._received = 0
        self._session_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        upgraded = self._original_transport is not None  # STARTTLS makes the connection a second time
        if not upgraded and len(self._server.sessions) >= self._server.limits.connections:
            log.warning("mailbox: too many connections")
            transport.write(b"421 4.7.0 Too many connections, try again later\r\n")
            transport.close()
            return
        self._server.sessions.add(self)
        if not upgraded:
            self._session_timer = self.loop.call_later(self._server.limits.session_seconds, transport.abort)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self not in self._server.sessions:
            return
        self._server.sessions.discard(self)
        if self._session_timer:
            self._session_timer.cancel()
        super().connection_lost(error)

    def data_received(self, data: bytes) -> None:
        if self not in self._server.sessions:
            return
        self._received += len(data)
        if self._received > 4 * self._server.limits.message_bytes and self.transport:
            log.warning("mailbox: a peer sent without end and was cut off")
            self.transport.abort()  # type: ignore[attr-defined]
            return
        super().data_received(data)

    def eof_received(self) -> bool | None:
        return super().eof_received() if self in self._server.sessions else None

    async def smtp_DATA(self, arg: str) -> None:
        """Receive a mail, keeping its header, and its words where they are read.

        The library would hold each line of all of them in memory. The end is a dot alone between CR LF and
        CR LF, nothing else (RFC 5321, 4.1.1.4 and 4.5.2).
        """
        if await self.check_helo_needed():
            return
        if not self.envelope or not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 Error: need RCPT command")
            return
        if arg:
            await self.push("501 5.5.4 Syntax: DATA")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        header, size, is_over = await self._read_header()
        mail, is_read = await self._looked_at(self.envelope, header)
        body = bytearray()
        if not is_over:
            size += await self._take_body(body, BODY_BYTES if is_read else 0)
        if size > self._server.limits.message_bytes:
            status: Any = "552 5.3.4 The mail is too large"
        elif mail is None:
            status = "451 4.3.0 Try again later"
        else:
            if is_read:
                words = words_of(header + body[:BODY_BYTES], is_cut=len(body) > BODY_BYTES)
                mail = replace(mail, words=words)
            self.envelope.mail = mail  # type: ignore[attr-defined]
            status = await self._call_handler_hook("DATA")
        self._set_post_data_state()
        await self.push(status)

    async def _read_header(self) -> tuple[bytes, int, bool]:
        """Return the header (128 KiB of it, about, at most), its size, and whether the mail ended with it."""
        kept, size, at_start = bytearray(), 0, True
        while True:
            line = await self._read_until(b"\r\n")
            if at_start and line == b".\r\n":
                return bytes(kept), size, True
            size += len(line)
            if len(kept) < HEADER_BYTES:
                kept += line[1:] if at_start and line.startswith(b".") else line
            is_blank, at_start = at_start and line == b"\r\n", line.endswith(b"\r\n")
            if is_blank or (at_start and len(kept) >= HEADER_BYTES):
                return bytes(kept), size, False

    async def _looked_at(self, envelope: Envelope, header: bytes) -> tuple[Incoming | None, bool]:
        """Return the mail of a header, and whether its words are wanted; no mail where that fails.

        Whatever happens here the rest of the mail is read to its end: it must never pass for commands.
        """
        server, loop = self._server, asyncio.get_running_loop()
        try:
            mail = Incoming.parse(header, sender=envelope.mail_from or "", recipients=envelope.rcpt_tos)
            return mail, await loop.run_in_executor(server.pool, server.reads, mail)
        except Exception as error:
            log.error("mailbox: a header could not be looked at: %s", type(error).__name__)
            return None, False

    async def _take_body(self, kept: bytearray, most: int) -> int:
        """Read to the end of the mail, keeping a little more than ``most`` bytes; return how many there were.

        Of a line that begins with two dots, the first is the sending server's.
        """
        # The end of the line before the body is the first half of an end that follows it at once.
        self._reader._buffer[:0] = b"\r\n"  # type: ignore[attr-defined]
        size, end = 0, b"\r\n.\r\n"
        while True:
            part = await self._read_until(end)
            size += len(part)
            if len(kept) <= most and most:
                kept += part
            if part.endswith(end):
                plain = kept.replace(b"\r\n..", b"\r\n.").removeprefix(b"\r\n")
                kept[:] = plain.removesuffix(b".\r\n") if len(kept) == size else plain
                return size

    async def _read_until(self, end: bytes) -> bytes:
        """Return what comes, up to and with ``end``, or a part without it when it is long."""
        try:
            part: bytes = await self._reader.readuntil(end)
        except asyncio.LimitOverrunError as overrun:
            part = await self._reader.read(overrun.consumed)
        self._reset_timeout()  # a slow peer may take its time, up to that of a session
        return part


class _Hooks:
    """What aiosmtpd calls; the answers carry the enhanced codes of RFC 3463."""

    def __init__(self, server: _Server) -> None:
        self._server = server

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= self._server.limits.recipients:
            envelope.too_many = True  # type: ignore[attr-defined]
            return "452 4.5.3 Too many recipients"
        loop = asyncio.get_running_loop()
        try:
            known = await loop.run_in_executor(self._server.pool, self._server.exists, address.lower())
        except Exception as error:
            log.error("mailbox: addresses cannot be looked up: %s", type(error).__name__)
            return "451 4.3.0 Try again later"
        if not known:
            return "550 5.1.1 No mailbox here has this address"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if getattr(envelope, "too_many", False):
            return "554 5.5.3 Too many recipients: nothing was delivered"
        loop = asyncio.get_running_loop()
        try:
            mail = envelope.mail  # type: ignore[attr-defined]
            await loop.run_in_executor(self._server.pool, self._server.handler, mail)
        except Exception as error:
            log.error("mailbox: a mail could not be handled: %s", type(error).__name__)
            return "451 4.3.0 Try again later"
        return "250 2.0.0 Received"

    async def handle_exception(self, error: Exception) -> str:
        log.error("mailbox: session failed: %s", type(error).__name__)
        return "451 4.3.0 Try again later"


def serve(
    handler: Handler,
    *,
    exists: Exists,
    reads: Reads = lambda _mail: False,
    host: str,
    port: int,
    stop: threading.Event,
    name: str = "localhost",
    certificate: Path | None = None,
    limits: Limits | None = None,
    ready: Callable[[int], None] | None = None,
) -> None:
    """Receive mail until ``stop`` is set, then let the mails on their way come to an end (10 seconds).

    ``handler``, ``exists`` and ``reads`` run in threads; the words of a mail are kept for the handler where
    ``reads`` says so from its header. ``name`` is the host name said to peers; ``certificate`` a PEM
    file with certificate and key, for STARTTLS. ``ready`` is told the port, useful with port 0.

    Raises:
        OSError: the address cannot be listened on.
    """
    asyncio.run(
        _serve(handler, exists, reads, host, port, stop, name, certificate, limits or Limits(), ready)
    )


async def _serve(
    handler: Handler,
    exists: Exists,
    reads: Reads,
    host: str,
    port: int,
    stop: threading.Event,
    name: str,
    certificate: Path | None,
    limits: Limits,
    ready: Callable[[int], None] | None,
) -> None:
    # The library logs addresses and content at lower levels.
    for quiet in ("mail.log", "mail.debug"):
        logging.getLogger(quiet).setLevel(logging.CRITICAL + 1)
    context = None
    if certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(max_workers=4, thread_name_prefix="mailbox") as pool:
        shared = _Server(handler, exists, reads, limits, pool, set())
        server = await loop.create_server(
            lambda: _Protocol(shared, hostname=name, tls_context=context, loop=loop), host, port
        )
        bound = server.sockets[0].getsockname()[1]
        log.info("mailbox: listening on %s port %s", host, bound)
        if ready:
            ready(bound)
        while not stop.is_set():  # the event belongs to threads, not to this loop
            await asyncio.sleep(0.2)
        server.close()
        end = loop.time() + _CLOSING_SECONDS
        while any(session.envelope and session.envelope.rcpt_tos for session in shared.sessions):
            if loop.time() > end:
                break
            await asyncio.sleep(0.1)
        for session in list(shared.sessions):
            if session.transport:
                session.transport.abort()  # type: ignore[attr-defined]
        await asyncio.sleep(0)
    log.info("mailbox: stopped")
