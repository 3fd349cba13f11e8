"""A reply as files: a tagged PDF (a counter sheet on one page), an e-mail to open, text to copy.

Each says that a machine made its first draft, to people in words and to machines in metadata, by the terms
of https://cv.iptc.org/newscodes/digitalsourcetype/ (AI Act, article 50).
"""

import io
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bacasable.exchange import documents
from bacasable.people import instance
from bacasable.services.assistant.web.models import Draft

TEMPLATE = Path(__file__).with_name("reply.typ")
SOURCE_TYPES = "https://cv.iptc.org/newscodes/digitalsourcetype/"
#: Sizes tried until a counter sheet is one page, then how many signs of the answer are left.
_SIZES = (11.0, 10.0, 9.0, 8.0)


def mark_of(words: dict[str, Any], *, is_validated: bool) -> str:
    """Return how a reply was made, for who reads it."""
    made = (
        _("Worded by a language model from official sheets")
        if words["generated"]
        else _("Assembled by software from the words of official sheets")
    )
    checked = _("read and validated by an agent") if is_validated else _("draft, not validated")
    return f"{made}, {checked}."


def source_type_of(words: dict[str, Any]) -> str:
    """Return the same for machines: a term of the IPTC's list."""
    return SOURCE_TYPES + ("trainedAlgorithmicMedia" if words["generated"] else "algorithmicMedia")


def as_text(draft: Draft, words: dict[str, Any]) -> str:
    """Return the text with its sources and its mark."""
    sources = "\n".join(words["sources"])
    mark = mark_of(words, is_validated=draft.validated_at is not None)
    return "\n\n".join(part for part in (words["body"], _("Sources:") + "\n" + sources, mark) if part)


def as_email(draft: Draft, words: dict[str, Any]) -> bytes:
    """Return a message without sender or recipient, that mail programs open as a draft."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = " ".join(words["subject"].split())
    message["X-Unsent"] = "1"
    message["X-Digital-Source-Type"] = source_type_of(words)
    message.set_content(as_text(draft, words))
    return message.as_bytes()


def as_pdf(draft: Draft, words: dict[str, Any], *, made_at: datetime | None = None) -> bytes:
    """Return the PDF/UA-1 of a reply. A counter sheet is set smaller until it is one page.

    Raises:
        NotRendered: the template does not compile.
    """
    data = _data(draft, words)
    if draft.kind != "sheet":
        return documents.render(TEMPLATE, data, made_at=made_at)
    for size in _SIZES:
        made = documents.render(TEMPLATE, data | {"size": size}, made_at=made_at)
        if _pages(made) == 1:
            return made
    # what does not fit is read in the sheet itself, whose address is among the sources
    while _pages(made) > 1 and len(data["body"]) > 400:
        data["body"] = data["body"][: len(data["body"]) * 3 // 4].rsplit(" ", 1)[0] + " […]"
        made = documents.render(TEMPLATE, data | {"size": _SIZES[-1]}, made_at=made_at)
    return made


def _data(draft: Draft, words: dict[str, Any]) -> dict[str, Any]:
    sections = [
        (_("Situation"), words["conditions"]),
        (_("Form or online service"), words["services"]),
        (_("Where to go"), words["offices"]),
    ]
    is_sheet = draft.kind == "sheet"
    return {
        "language": get_language() or "fr",
        "title": words["subject"] or _("Reply"),
        "issuer": instance.configuration().office_name,
        "recipient": [] if is_sheet else words["recipient"].splitlines(),
        "body": words["body"],
        "sections": [{"title": title, "text": text} for title, text in sections if is_sheet and text],
        "sources_title": _("Sources"),
        "sources": words["sources"],
        "mark": mark_of(words, is_validated=draft.validated_at is not None),
        "source_type": source_type_of(words),
        "size": 10.5,
    }


def _pages(pdf: bytes) -> int:
    from pypdf import PdfReader

    return len(PdfReader(io.BytesIO(pdf)).pages)
