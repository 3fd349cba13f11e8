"""Mails as they come in: raw bytes, ordinary or hostile."""

from email.message import EmailMessage


def raw_mail(
    *,
    sender: str = "ada@town.example",
    to: str = "call@office.example",
    subject: str = "Candidature",
    body: str = "Bonjour,\r\nvoici notre projet.\r\n",
    message_id: str = "<1@town.example>",
    **fields: str,
) -> bytes:
    """Return a mail; ``fields`` are further header fields, underscores standing for hyphens."""
    lines = [f"From: {sender}", f"To: {to}", f"Subject: {subject}", "Date: Mon, 02 Mar 2026 09:00:00 +0100"]
    if message_id:
        lines.append(f"Message-ID: {message_id}")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode("utf-8", "surrogateescape")


def text_of(message: EmailMessage) -> str:
    """Return the plain text of a parsed mail."""
    part = message.get_body(("plain",))
    assert part is not None
    return part.get_content()
