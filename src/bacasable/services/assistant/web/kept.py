"""An answer in plain words, as a conversation keeps it: what each quotation said, where and since when.

The sheet itself is not kept: a quotation is compared with the sheet of today when it is shown, so that what
was changed, deleted or closed to the asker is told and not repeated.
"""

from typing import Any

from bacasable.privacy.redaction.spans import Span
from bacasable.services.assistant.engine.minimisation import Hidden
from bacasable.services.assistant.engine.sheets import Answer, Choice, Quotation, Sheet
from bacasable.services.assistant.web import saying

#: Answers, by why they abstain, as a turn's ``outcome``.
_OUTCOMES = {"": "answered", "situation": "asked_back"}


def outcome_of(answer: Answer) -> str:
    """Return what an answer was, as :class:`~.models.Turn` counts it."""
    return _OUTCOMES.get(answer.abstained, answer.abstained)


def plain(answer: Answer) -> dict[str, Any]:
    """Return an answer as plain values."""
    first = answer.quotations[0].sheet if answer.quotations else answer.choice_sheet
    return {
        "sentences": [
            {"text": sentence.text, "quotations": list(sentence.quotations)} for sentence in answer.sentences
        ],
        "quotations": [_quotation(quotation) for quotation in answer.quotations],
        "abstained": answer.abstained,
        "choice": _choice(answer.choice, answer.choice_sheet),
        "generated": answer.generated,
        "withheld": answer.withheld,
        "fallback": saying.written(answer.fallback),
        "confidence": round(answer.confidence, 3),
        "english": answer.english,
        "near": [_named(hit.sheet) for hit in answer.near],
        "offices": [list(pair) for pair in first.offices] if first else [],
        "services": [list(pair) for pair in first.services] if first else [],
    }


def hidden_kept(hidden: Hidden) -> dict[str, Any]:
    """Return what was hidden of a text: its pieces, its alerts and the text as it is sent."""
    return {
        "text": hidden.original,
        "sent": hidden.text,
        "found": [[piece.start, piece.end, piece.type, piece.placeholder] for piece in hidden.found],
        "alerts": alerts_of(hidden.original, hidden.alerts),
    }


def alerts_of(text: str, alerts: tuple[Span, ...]) -> list[list[str]]:
    """Return the words that hint at a special category, each once: ``[type, words]``."""
    found = ((span.type, text[span.start : span.end]) for span in alerts)
    return [list(one) for one in dict.fromkeys(found)]


def _quotation(quotation: Quotation) -> dict[str, Any]:
    sheet = quotation.sheet
    return _named(sheet) | {
        "start": quotation.start,
        "end": quotation.end,
        "text": quotation.text,
        "stale": quotation.stale,
        "publisher": sheet.publisher,
        "licence": sheet.licence,
    }


def _named(sheet: Sheet) -> dict[str, Any]:
    return {
        "collection": sheet.collection,
        "id": sheet.id,
        "title": sheet.title,
        "url": sheet.url,
        "dated": sheet.dated.isoformat() if sheet.dated else "",
    }


def _choice(choice: Choice | None, sheet: Sheet | None) -> dict[str, Any] | None:
    if choice is None or sheet is None:
        return None
    return {
        "key": choice.key,
        "question": choice.question,
        "options": list(choice.options),
        "sheet": _named(sheet),
    }
