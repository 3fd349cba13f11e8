"""What the public gets of a synthesis: made here once, shown by the preview, frozen by the publication.

Nothing else decides what leaves the file: pages, PDF, feed, CSV, JSON and search read what this returns.
"""

import hashlib
import json
import unicodedata
from datetime import UTC, datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from bacasable.programme.dossiers.normal_form import normalised
from bacasable.programme.evidence.readings import control_title
from bacasable.programme.recommendations.models import Recommendation
from bacasable.programme.recommendations.rules import UNREAD
from bacasable.programme.synthesis import rules
from bacasable.programme.synthesis.models import ForesightCard, Passage, Reply, Synthesis

RECOMMENDATION = "recommendation:"
FORESIGHT = ("signal", "change", "horizon", "driving_force")


def published_passages(synthesis: Synthesis) -> list[Passage]:
    """Return the passages that the public gets: public ones that have a text."""
    return [
        passage
        for passage in synthesis.passages.all()
        if passage.confidentiality == rules.PUBLIC_PASSAGE and passage.body.strip()
    ]


def published_recommendations(synthesis: Synthesis) -> list[Recommendation]:
    """Return the recommendations whose passage is public; a draft never is."""
    keys = [
        passage.source.removeprefix(RECOMMENDATION)
        for passage in published_passages(synthesis)
        if passage.source.startswith(RECOMMENDATION)
    ]
    if not keys or synthesis.file_id is None:
        return []
    return list(
        Recommendation.objects.filter(key__in=keys, file_id=synthesis.file_id)
        .exclude(state__in=UNREAD)
        .prefetch_related("contracts__closed_by")
    )


def of(synthesis: Synthesis, *, at: datetime) -> dict[str, Any]:
    """Return what publishing ``synthesis`` at ``at`` gives to the public, in JSON types.

    A reply is published when its author asked for it, it came in time and the passage that it is about is
    public; a late one only by an erratum.
    """
    passages = published_passages(synthesis)
    public_ids = {passage.pk for passage in passages}
    replies = [
        reply
        for reply in synthesis.replies.all()
        if reply.is_public
        and not reply.is_late
        and (reply.passage_id is None or reply.passage_id in public_ids)
    ]
    call, project = synthesis.call, _project(synthesis)
    with translation.override(synthesis.language):
        return {
            "format": 1,
            "language": synthesis.language,
            "title": synthesis.title,
            "summary": synthesis.summary,
            "theme": synthesis.theme,
            "keywords": list(synthesis.keywords),
            "sector": synthesis.sector,
            "call": {"slug": call.slug, "title": call.title, "regime": call.regime},
            "project": project,
            "passages": [
                {
                    "id": str(passage.public_id),
                    "heading": passage.heading,
                    "body": passage.body,
                    "replies": [as_published(reply) for reply in replies if reply.passage_id == passage.pk],
                }
                for passage in passages
            ],
            "replies": [as_published(reply) for reply in replies if reply.passage_id is None],
            "recommendations": _recommendations(synthesis, passages),
            "foresight": foresight(synthesis),
            "disclaimers": [_(text) for text in rules.DISCLAIMERS],
            "licence": {"name": rules.LICENCE_NAME, "url": rules.LICENCE_URL},
            "published_at": _instant(synthesis.published_at or at),
            "is_fictional": synthesis.is_fictional or call.is_fictional,
        }


def _project(synthesis: Synthesis) -> dict[str, str] | None:
    project = synthesis.project or (synthesis.file.project if synthesis.file else None)
    if project is None:
        return None
    return {"slug": project.slug, "name": project.name, "body": project.body}


def as_published(reply: Reply) -> dict[str, str]:
    """Return a reply as the public reads it: without who wrote it."""
    return {
        "id": str(reply.public_id),
        "text": reply.text,
        "response": reply.response,
        "at": _instant(reply.at),
    }


def foresight(synthesis: Synthesis) -> dict[str, str] | None:
    """Return the foresight card with its four parts, or None while one of them is empty."""
    card = ForesightCard.objects.filter(synthesis=synthesis).first()
    filled = {name: getattr(card, name).strip() for name in FORESIGHT} if card else {}
    return filled if filled and all(filled.values()) else None


def _recommendations(synthesis: Synthesis, passages: list[Passage]) -> list[dict[str, Any]]:
    passage_of = {passage.source: passage for passage in passages}
    found = published_recommendations(synthesis)
    pairs = [(one, passage_of[f"{RECOMMENDATION}{one.key}"]) for one in found]
    pairs.sort(key=lambda pair: (pair[1].order, pair[1].pk))
    return [
        {
            "key": recommendation.key,
            "title": passage.heading,
            "passage": str(passage.public_id),
            "legal_basis": recommendation.legal_basis,
            "state": recommendation.state,
            "contracts": [
                {
                    "kind": contract.kind,
                    "service": contract.service or recommendation.service,
                    "control": contract.control,
                    "control_title": control_title(
                        contract.service or recommendation.service,
                        contract.control,
                        recommendation.file_id,
                    )
                    if contract.control
                    else "",
                    "direction": contract.direction,
                    "threshold": contract.threshold,
                    "document": contract.document,
                    "maximum_age_days": contract.maximum_age_days,
                    "evidence": _evidence(contract.closed_by),
                    "reviewed": contract.closed_by_document_id is not None,
                }
                for contract in recommendation.contracts.all()
            ],
        }
        for recommendation, passage in pairs
    ]


def _evidence(stored: Any) -> dict[str, Any] | None:
    if stored is None:
        return None
    return {
        "id": str(stored.public_id),
        "label": stored.label,
        "verdict": stored.verdict,
        "value": stored.value,
        "low": stored.low,
        "high": stored.high,
        "trials": stored.trials,
        "measured_at": _instant(stored.measured_at),
        "sha256": stored.sha256,
    }


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def digest(content: dict[str, Any]) -> str:
    """Return the SHA-256 of the canonical JSON of a content: sorted keys, no spaces, UTF-8."""
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def controls_of(content: dict[str, Any]) -> dict[str, str]:
    """Return the controls that a content tells of: ``{"service.control": title}``."""
    return {
        f"{contract['service']}.{contract['control']}": contract["control_title"]
        for recommendation in content["recommendations"]
        for contract in recommendation["contracts"]
        if contract["control"]
    }


def card(content: dict[str, Any]) -> dict[str, Any]:
    """Return what lists, feed and CSV show of a content, and what the search filters by."""
    project = content["project"] or {}
    return {
        "title": content["title"],
        "summary": content["summary"],
        "language": content["language"],
        "theme": content["theme"],
        "sector": content["sector"],
        "keywords": content["keywords"],
        "controls": controls_of(content),
        "recommendations": len(content["recommendations"]),
        "evidence": sum(
            contract["evidence"] is not None
            for recommendation in content["recommendations"]
            for contract in recommendation["contracts"]
        ),
        "call": content["call"],
        "project": project.get("name", ""),
        "body": project.get("body", ""),
        "is_fictional": content["is_fictional"],
        "published_at": content["published_at"],
    }


def words(content: dict[str, Any]) -> str:
    """Return what the search looks in: the public texts, folded."""
    project = content["project"] or {}
    texts = [
        content["title"],
        content["summary"],
        content["theme"],
        content["sector"],
        *content["keywords"],
        content["call"]["title"],
        project.get("name", ""),
        project.get("body", ""),
        *(content["foresight"] or {}).values(),
        *(reply[name] for reply in content["replies"] for name in ("text", "response")),
    ]
    for passage in content["passages"]:
        texts += [passage["heading"], passage["body"]]
        texts += [reply[name] for reply in passage["replies"] for name in ("text", "response")]
    for recommendation in content["recommendations"]:
        texts += [recommendation["title"], recommendation["legal_basis"]]
        texts += [contract["document"] for contract in recommendation["contracts"]]
    for key, title in controls_of(content).items():
        texts += [key, title]
    return folded("\n".join(texts))


def folded(text: str) -> str:
    """Return ``text`` for comparison: no case, no accents, words apart by one space."""
    decomposed = normalised(text, "NFKD").casefold()
    letters = "".join(c if c.isalnum() else " " for c in decomposed if not unicodedata.combining(c))
    return " ".join(letters.split())
