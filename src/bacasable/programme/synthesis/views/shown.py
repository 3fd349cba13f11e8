"""A content as a page shows it: the same for what is published and for the preview of it."""

from typing import Any

from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.safestring import SafeString, mark_safe

from bacasable.programme.call.prose import to_html
from bacasable.programme.synthesis import wording


def prose(text: str) -> SafeString:
    """Return a text as safe HTML."""
    return mark_safe(to_html(text))  # noqa: S308 (markup is escaped by to_html)


def shown(content: dict[str, Any]) -> dict[str, Any]:
    """Return what ``_publication.html`` shows of a content."""
    return {
        "content": content,
        "language": content["language"],
        "first_published_at": parse_datetime(content["published_at"]),
        "passages": [
            {**passage, "html": prose(passage["body"]), "anchor": f"passage-{number}"}
            for number, passage in enumerate(content["passages"], start=1)
        ],
        "recommendations": [
            {
                "title": one["title"],
                "href": reverse("recommendations:detail", args=[one["key"]]),
                "state": wording.state(one["state"]),
                "legal_basis": one["legal_basis"],
                "contracts": [
                    {
                        "text": wording.contract(contract),
                        "evidence": reverse("evidence:detail", args=[contract["evidence"]["id"]])
                        if contract["evidence"]
                        else "",
                    }
                    for contract in one["contracts"]
                ],
            }
            for one in content["recommendations"]
        ],
        "foresight": [
            {"key": label, "value": value} for label, value in wording.foresight(content["foresight"])
        ],
    }
