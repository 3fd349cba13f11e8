"""The demo's outgoing mail, readable: nothing leaves the machine."""

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings

SHOWN = 200


@dataclass(frozen=True)
class Letter:
    """A mail of the outbox, as its reader sees it."""

    key: str
    to: str
    subject: str
    at: datetime | None
    text: str
    attachments: tuple[str, ...]


def _folder() -> Path:
    return settings.BACASABLE.home / "outbox"


def _read(path: Path) -> Letter:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    if not isinstance(message, EmailMessage):
        raise ValueError(f"{path.name} is not a mail")
    body = message.get_body(preferencelist=("plain",))
    return Letter(
        key=path.stem,
        to=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        at=parsedate_to_datetime(str(message["Date"])) if message["Date"] else None,
        text=body.get_content() if body is not None else "",
        attachments=tuple(part.get_filename() or "?" for part in message.iter_attachments()),
    )


def letters() -> list[Letter]:
    """Return the latest mails, newest first, at most ``SHOWN``."""
    paths = sorted(_folder().glob("*.eml"), key=lambda path: path.stat().st_mtime, reverse=True)
    return [_read(path) for path in paths[:SHOWN]]


def letter(key: str) -> Letter | None:
    """Return one mail, or ``None``. ``key`` is compared to the names of the folder, never made a path."""
    path = next((known for known in _folder().glob("*.eml") if known.stem == key), None)
    return _read(path) if path else None
