"""A first draft: the sentences of an answer, and on the agent's side only, who it is for."""

import re
from typing import Any

from django.utils.translation import gettext as _

from bacasable.services.assistant.web.readings import Shown, source_line

_CIVILITY = re.compile(r"\b(M\.|Monsieur|Mme|Madame|Mlle|Mademoiselle)[ \u00a0]*\Z")
_WOMEN = ("Mme", "Madame", "Mlle", "Mademoiselle")


def compose(kind: str, shown: Shown) -> dict[str, Any]:
    """Return the words of a draft. ``recipient`` is who the note names first, or else the question."""
    civility, name, address = _person(shown)
    greeting = {"": _("Dear Sir or Madam,"), "f": _("Dear Madam,"), "m": _("Dear Sir,")}[civility]
    title = next((quoted.title for quoted in shown.sources), "")
    answer = "\n".join(said.text for said in shown.sentences)
    words: dict[str, Any] = {
        "subject": title,
        "recipient": "\n".join(part for part in (name, address) if part),
        "body": answer,
        "conditions": "\n".join(name for name in shown.chosen if name),
        "services": _pairs(shown.answer["services"]),
        "offices": _pairs(shown.answer["offices"]),
        "sources": [source_line(quoted) for quoted in shown.sources],
        "generated": shown.answer["generated"],
    }
    if kind == "sheet" or not answer:
        return words
    parts = [
        greeting if kind == "letter" else _("Hello,"),
        _("You asked us for information. Here is what the official sheets say."),
    ]
    if words["conditions"]:
        parts.append(_("In this situation: %(situation)s") % {"situation": "; ".join(shown.chosen)})
    parts.append(answer)
    if words["services"]:
        parts.append(_("Form or online service:") + "\n" + words["services"])
    if words["offices"]:
        parts.append(_("Where to go:") + "\n" + words["offices"])
    parts.append(_("Yours faithfully,") if kind == "letter" else _("Kind regards,"))
    words["body"] = "\n\n".join(parts)
    return words


def _person(shown: Shown) -> tuple[str, str, str]:
    """Return the civility (f, m or nothing), the name and the address of who is told about."""
    civility = name = address = ""
    for text in reversed(shown.words["hid"]):
        for start, end, kind, _placeholder in text["found"]:
            value = " ".join(text["text"][start:end].split())
            if kind == "PERSON" and not name:
                before = _CIVILITY.search(text["text"], max(0, start - 16), start)
                name = f"{before[1]} {value}" if before else value
                civility = ("f" if before[1] in _WOMEN else "m") if before else ""
            elif kind == "ADDRESS" and not address:
                address = value
        if name:
            break
    return civility, name, address


def _pairs(pairs: list[list[str]], most: int = 3) -> str:
    return "\n".join(f"{title} – {url}" if url else title for title, url in pairs[:most])
