"""The published synthesis as a tagged PDF (PDF/UA-1), made of the frozen content and of nothing else."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bacasable.exchange import documents
from bacasable.people import instance
from bacasable.programme.dossiers.wording import instant
from bacasable.programme.synthesis import wording
from bacasable.programme.synthesis.models import Synthesis

TEMPLATE = Path(__file__).with_name("synthesis.typ")


def render(synthesis: Synthesis, content: dict[str, Any], *, number: int, reason: str, at: datetime) -> bytes:
    """Return the PDF of one version, in the language of the synthesis."""
    with translation.override(content["language"]):
        return documents.render(TEMPLATE, data(synthesis, content, number, reason, at), made_at=at)


def data(
    synthesis: Synthesis, content: dict[str, Any], number: int, reason: str, at: datetime
) -> dict[str, Any]:
    """Return what the template shows, in the active language: text only, never code."""
    zone = synthesis.call.zone
    address = settings.BACASABLE.public_url.rstrip("/")
    page = address + reverse("synthesis:detail", args=[synthesis.slug])
    project = content["project"] or {}
    first = parse_datetime(content["published_at"]) or at
    facts = [
        (_("Edition"), content["call"]["title"]),
        (_("Project"), project.get("name", "")),
        (_("Led by"), project.get("body", "")),
        (_("Theme"), content["theme"]),
        (_("Sector"), content["sector"]),
        (_("Keywords"), ", ".join(content["keywords"])),
        (_("Published"), instant(first, zone)),
        (_("Version"), _("%(number)s, of %(at)s") % {"number": number, "at": instant(at, zone)}),
        (_("Why it was corrected"), reason),
        (_("Page"), page),
        (
            _("Licence"),
            f"{content['licence']['name']} ({content['licence']['url']})",
        ),
    ]
    return {
        "language": content["language"],
        "title": content["title"],
        "office": instance.configuration().office_name,
        "kind": _("Synthesis of a support"),
        "fictional": _("Invented for the demonstration.") if content["is_fictional"] else "",
        "summary": content["summary"],
        "facts": [{"label": label, "value": value} for label, value in facts if value],
        "disclaimers_title": _("How to read it"),
        "disclaimers": content["disclaimers"],
        "contents_title": _("Contents"),
        "passages": [
            {
                "heading": passage["heading"],
                "blocks": blocks(passage["body"]),
                "replies": [_reply(reply) for reply in passage["replies"]],
            }
            for passage in content["passages"]
        ],
        "reply_title": _("Reply of the project"),
        "response_title": _("Answer of the office"),
        "replies": [_reply(reply) for reply in content["replies"]],
        "recommendations_title": _("Recommendations and their evidence"),
        "recommendations": [
            {
                "title": one["title"],
                "facts": [
                    {"label": label, "value": value}
                    for label, value in (
                        (_("State when published"), wording.state(one["state"])),
                        (_("Legal basis"), one["legal_basis"]),
                    )
                    if value
                ],
                "contracts": [wording.contract(contract) for contract in one["contracts"]],
            }
            for one in content["recommendations"]
        ],
        "foresight_title": _("Foresight"),
        "foresight": [
            {"label": label, "value": value} for label, value in wording.foresight(content["foresight"])
        ],
        "footer": f"{content['title'][:80]} – {_('version %(number)s') % {'number': number}}",
        "page_words": _("page {page} of {pages}"),
    }


def _reply(reply: dict[str, str]) -> dict[str, Any]:
    return {"text": _paragraphs(reply["text"]), "response": _paragraphs(reply["response"])}


def _paragraphs(text: str) -> list[str]:
    return [part.strip() for part in text.split("\n\n") if part.strip()]


def blocks(text: str) -> list[dict[str, Any]]:
    """Return a text (the subset of CommonMark that pages show) as blocks of plain text.

    A block: ``kind`` is ``heading``, ``paragraph`` (with ``text``) or ``list`` (with ``ordered``, ``items``).
    """
    parser = MarkdownIt("zero", {"html": False, "linkify": False})
    parser.enable(["heading", "list", "emphasis", "link", "newline", "escape"])
    made: list[dict[str, Any]] = []
    depth, kind = 0, "paragraph"
    for token in parser.parse(text):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            if not depth:
                made.append({"kind": "list", "ordered": token.type.startswith("ordered"), "items": []})
            depth += 1
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            depth -= 1
        elif token.type == "heading_open":
            kind = "heading"
        elif token.type == "heading_close":
            kind = "paragraph"
        elif token.type == "inline" and depth:
            made[-1]["items"].append(_plain(token))
        elif token.type == "inline":
            made.append({"kind": kind, "text": _plain(token)})
    return made


def _plain(token: Token) -> str:
    """Return the text of a line without its marks; a link keeps its address beside its words."""
    parts: list[str] = []
    address = ""
    for child in token.children or ():
        if child.type == "link_open":
            address = str(child.attrGet("href") or "")
        elif child.type == "link_close":
            parts.append(f" ({address})" if address and address not in parts[-1:] else "")
        elif child.type in ("softbreak", "hardbreak"):
            parts.append("\n")
        else:
            parts.append(child.content)
    return "".join(parts)
