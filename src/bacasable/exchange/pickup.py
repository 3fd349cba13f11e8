"""Mail in by the other way: reading a folder of an IMAP server (RFC 3501).

Only headers are fetched, and the words of the mails that are read. A mail dealt with is flagged
``\\Answered`` and stays where it is: how long it stays is the mail server's matter. One that is kept whole
here is deleted there, so that its words follow one retention. Mails that came before the last two days are
left alone, so that pointing this at an old folder answers nobody by surprise.
"""

import imaplib
import logging
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bacasable.compliance import clock
from bacasable.exchange.incoming import BODY_BYTES, HEADER_BYTES, Incoming, words_of
from bacasable.exchange.mailbox import Handler, Reads

log = logging.getLogger(__name__)

RECENT = timedelta(days=2)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_BATCH = 200


@dataclass(frozen=True)
class Folder:
    """A folder of an IMAP server. ``tls`` may be off only for a server on this machine."""

    host: str
    port: int = 993
    tls: bool = True
    user: str = ""
    password: str = field(default="", repr=False)
    name: str = "INBOX"
    timeout: float = 30
    context: ssl.SSLContext | None = None

    def __post_init__(self) -> None:
        if not self.tls and self.host not in ("localhost", "127.0.0.1", "::1"):
            raise ValueError(
                f"mailbox_imap_tls: off would send the password to {self.host} in the clear; leave it on"
            )


def pick_up(handler: Handler, folder: Folder, reads: Reads = lambda _mail: False) -> int:
    """Hand each recent mail that was not dealt with to ``handler``, flag it, and return how many.

    A mail whose handler raises is left for the next time; one whose handler returns True, since all of it is
    kept here, is deleted from the folder.

    Raises:
        OSError, imaplib.IMAP4.error: the server is not reachable or refuses.
    """
    handled = 0
    with _opened(folder) as server:
        since = clock.now() - RECENT
        day = f"{since.day:02d}-{_MONTHS[since.month - 1]}-{since.year}"
        _, found = server.uid("SEARCH", "UNANSWERED", "UNDELETED", "SINCE", day)
        for uid in (found[0] or b"").split()[:_BATCH]:
            raw, arrived_at = _fetched(server, uid.decode(), "BODY.PEEK[HEADER]")
            if raw is None:
                continue
            is_kept: object = False
            try:
                mail = Incoming.parse_stored(raw, arrived_at)
                if mail is not None and reads(mail):
                    most = HEADER_BYTES + BODY_BYTES
                    whole, _ = _fetched(server, uid.decode(), f"BODY.PEEK[]<0.{most}>")
                    mail = replace(mail, words=words_of(whole or b"", is_cut=len(whole or b"") >= most))
                if mail is not None:
                    is_kept = handler(mail)
            except Exception as error:
                log.error("mailbox: a mail could not be handled: %s", type(error).__name__)
                continue
            flags = r"(\Answered \Deleted)" if is_kept is True else r"(\Answered)"
            server.uid("STORE", uid.decode(), "+FLAGS.SILENT", flags)
            if is_kept is True and _can_expunge(server):  # else it goes at the next expunge there
                server.uid("EXPUNGE", uid.decode())
            handled += 1
    return handled


def watch(
    handler: Handler,
    folder: Folder,
    stop: threading.Event,
    seconds: float = 30,
    reads: Reads = lambda _mail: False,
) -> None:
    """Pick up every ``seconds`` until ``stop`` is set; after a failure wait longer, up to ten minutes."""
    failures = 0
    while not stop.is_set():
        try:
            pick_up(handler, folder, reads)
            failures = 0
        except (OSError, imaplib.IMAP4.error) as error:
            failures += 1
            log.warning("mailbox: IMAP folder not read: %s", type(error).__name__)
        stop.wait(min(seconds * 2**failures, 600) if failures else seconds)


@contextmanager
def _opened(folder: Folder) -> Iterator[imaplib.IMAP4]:
    server: imaplib.IMAP4
    if folder.tls:
        context = folder.context or ssl.create_default_context()
        server = imaplib.IMAP4_SSL(folder.host, folder.port, ssl_context=context, timeout=folder.timeout)
    else:
        server = imaplib.IMAP4(folder.host, folder.port, folder.timeout)
    try:
        server.login(folder.user, folder.password)
        quoted = '"' + folder.name.replace("\\", "\\\\").replace('"', '\\"') + '"'
        status, _ = server.select(quoted)
        if status != "OK":
            raise imaplib.IMAP4.error(f"mailbox_imap_folder: the server has no folder {folder.name}")
        yield server
    finally:
        try:
            server.logout()
        except (OSError, imaplib.IMAP4.error):
            server.shutdown()


def _can_expunge(server: imaplib.IMAP4) -> bool:
    """Say whether one mail can be expunged alone (RFC 4315): told after the sign-in only."""
    _, told = server.capability()
    return b"UIDPLUS" in b" ".join(part for part in told if isinstance(part, bytes)).upper().split()


def _fetched(server: imaplib.IMAP4, uid: str, part: str) -> tuple[bytes | None, datetime | None]:
    """Return a part of a mail, and when it arrived in the folder."""
    _, answer = server.uid("FETCH", uid, f"(INTERNALDATE {part})")
    for item in answer:
        if isinstance(item, tuple):
            noted = imaplib.Internaldate2tuple(item[0])
            return item[1], datetime.fromtimestamp(time.mktime(noted), UTC) if noted else None
    return None, None
