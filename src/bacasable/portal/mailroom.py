"""The mailbox of an installation: it hands each mail to the letterboxes of what runs here.

The duties have one in every deployment, each service may bring its own: an installation without the programme
receives the requests of persons all the same.
"""

import signal
import threading
from collections.abc import Callable, Sequence
from typing import TypeVar
from urllib.parse import urlsplit

from django.db import close_old_connections

from bacasable.compliance.catalogue import catalogue
from bacasable.compliance.service import resolve
from bacasable.exchange import mailbox, pickup
from bacasable.exchange.incoming import Incoming, Letterbox
from bacasable.portal.config import Configuration

#: The letterboxes of the platform itself; services name theirs in their ``letterbox``.
OF_THE_PLATFORM = ("bacasable.duties.rights.intake:LETTERBOX",)

Given = TypeVar("Given")
Result = TypeVar("Result")


class Mailroom:
    """All the letterboxes together, as the mailbox calls them."""

    def __init__(self, letterboxes: Sequence[Letterbox]) -> None:
        self.letterboxes = tuple(letterboxes)

    def takes(self, recipient: str) -> bool:
        """Say whether one of them takes mail for this address."""
        return any(one.takes(recipient) for one in self.letterboxes)

    def reads(self, mail: Incoming) -> bool:
        """Say whether one of them wants the words of this mail."""
        return any(one.reads(mail) for one in self.letterboxes)

    def handle(self, mail: Incoming) -> bool:
        """Let each that takes or reads a mail deal with it; true where all of it is kept here.

        Where one fails, the sending server tries again: those that dealt with it know it by its Message-ID.
        """
        kept = [
            one.handle(mail)
            for one in self.letterboxes
            if any(one.takes(recipient) for recipient in mail.recipients) or one.reads(mail)
        ]
        return any(result is True for result in kept)


def mailroom() -> Mailroom:
    """Return the letterboxes of this installation."""
    named = [service.letterbox for service in catalogue().values() if service.letterbox]
    return Mailroom([resolve(path) for path in (*OF_THE_PLATFORM, *named)])


def run(
    configured: Configuration,
    *,
    host: str | None = None,
    port: int | None = None,
    stop: threading.Event | None = None,
    ready: Callable[[int], None] | None = None,
) -> None:
    """Receive mail until ``stop`` is set, or until SIGTERM or SIGINT where none is given.

    By SMTP on ``host`` and ``port`` (those of the settings by default), or from the IMAP folder that the
    settings name. ``ready`` is told the SMTP port.
    """
    if stop is None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: stop.set())
    room = mailroom()
    handle, reads = _with_database(room.handle), _with_database(room.reads)
    if configured.mailbox_imap_host:
        folder = pickup.Folder(
            configured.mailbox_imap_host,
            configured.mailbox_imap_port,
            configured.mailbox_imap_tls,
            configured.mailbox_imap_user,
            configured.mailbox_imap_password.get_secret_value(),
            configured.mailbox_imap_folder,
        )
        pickup.watch(handle, folder, stop, configured.mailbox_imap_seconds, reads)
        return
    mailbox.serve(
        handle,
        exists=_with_database(room.takes),
        reads=reads,
        host=configured.mailbox_host if host is None else host,
        port=configured.mailbox_port if port is None else port,
        stop=stop,
        name=configured.mailbox_name or urlsplit(configured.public_url).hostname or "localhost",
        certificate=configured.mailbox_certificate,
        limits=mailbox.Limits(message_bytes=configured.mailbox_megabytes * 1_000_000),
        ready=ready,
    )


def _with_database(work: Callable[[Given], Result]) -> Callable[[Given], Result]:
    """Run ``work`` in a thread of the mailbox, with a database connection that is still good."""

    def run(given: Given) -> Result:
        close_old_connections()
        try:
            return work(given)
        finally:
            close_old_connections()

    return run
