"""``/v1/chat/completions``: the last message of the user is a question; the answer quotes its sources.

A question that leans on those before ("et pour un mineur ?") is searched with the last one that stood alone.
Beside OpenAI's fields an answer has ``search_results`` (as the Albert API) and ``bacasable``: the quotations
with their offsets, why it abstains, which situation it asks for, and how much was hidden.
"""

import json
import secrets
from collections.abc import AsyncIterator, Iterator
from typing import Any

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import override
from ninja import Router

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people.permissions import allow
from bacasable.privacy.messages import Refused
from bacasable.services.assistant.engine.answering import LONGEST_QUESTION, Assistant, Ready, Spoken
from bacasable.services.assistant.engine.answering.assistant import Event
from bacasable.services.assistant.engine.answering.following import leans
from bacasable.services.assistant.engine.minimisation import Hidden, Shield
from bacasable.services.assistant.engine.sheets import Access, Answer, Filters, Quotation
from bacasable.services.assistant.web import readings, running
from bacasable.services.assistant.web.actions import keys
from bacasable.services.assistant.web.models import ApiKey, Collection
from bacasable.services.assistant.web.v1 import schemas
from bacasable.services.assistant.web.v1.authentication import PERMISSION, BearerKey, holder_of, key_of
from bacasable.services.assistant.web.v1.numbers import document_number
from bacasable.services.assistant.web.v1.reading import EXTRACTIVE, GENERATIVE, REFUSALS, chunk, readable
from bacasable.services.assistant.web.v1.refusals import ApiRefused, of

router = Router(auth=BearerKey())

#: What an answer says where it says nothing.
ABSTAINED = {
    "no_source": N_("I do not know: no sheet that you may read speaks of this."),
    "unsure": N_("I do not know: the sheets come near, and none answers this."),
    "off_topic": N_("I do not know: this is outside of what the sheets cover."),
    "situation": N_("It depends on the situation. Which one applies?"),
}
#: Fields of OpenAI's request that could change the prompt or the drawing of words: they have no effect.
_LEFT_ASIDE = ("temperature", "top_p", "max_tokens", "max_completion_tokens", "tools", "response_format", "n")


@router.post("/chat/completions", response={**REFUSALS}, summary="Ask a question")
@allow(PERMISSION)
def complete(request: HttpRequest, asked: schemas.ChatRequest) -> HttpResponseBase:
    """Answer the last message of the user with quotations, or say why not; streamed where asked."""
    readings.admitted()
    assistant = _asked_of(asked.model)
    questions = _questions(asked)
    left_aside = sorted(
        {name for name in _LEFT_ASIDE if name in _body(request)}
        | {f"messages[{m.role}]" for m in asked.messages if m.role in ("system", "developer", "tool")}
    )
    wanted = asked.search_args.collections if asked.search_args else []
    collections = readable(request, wanted)
    filters = Filters(collections=frozenset(row.key for row in collections) if wanted else frozenset())
    access = running.access_of(holder_of(request).public_id)
    call = _Call(asked.model, questions, assistant, access, filters, collections, left_aside, key_of(request))
    return call.streamed() if asked.stream else call.whole()


def _asked_of(model: str) -> Assistant:
    """Return the assistant, without its model where the words of the sheets alone are asked for.

    Raises:
        ApiRefused: 404, there is no such model.
    """
    assistant = running.assistant()
    if model == GENERATIVE and assistant.endpoint is not None:
        return assistant
    if model == EXTRACTIVE:
        return Assistant(assistant.index, settings=assistant.settings, abstention=assistant.abstention)
    raise ApiRefused(404, "model_not_found", param="model")


def _questions(asked: schemas.ChatRequest) -> tuple[str, str]:
    """Return the last question, and the last one before it that stands alone."""
    *before, last = [_text(one.content) for one in asked.messages if one.role == "user"] or [""]
    if not last.strip():
        raise ApiRefused(422, "no_question", param="messages")
    alone = (one for one in reversed(before) if one.strip() and not leans(one))
    matter = next(alone, "")
    return last, matter if len(matter) <= LONGEST_QUESTION else ""


def _text(content: str | list[dict[str, Any]] | None) -> str:
    if isinstance(content, list):
        if any(part.get("type") != "text" for part in content):
            raise ApiRefused(422, "not_text", param="messages")
        content = "\n".join(str(part.get("text", "")) for part in content)
    return content or ""


def _body(request: HttpRequest) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(request.body)
    return body


class _Call:
    """One question and its answer, whole or as it comes."""

    def __init__(
        self,
        model: str,
        questions: tuple[str, str],
        assistant: Assistant,
        access: Access,
        filters: Filters,
        collections: list[Collection],
        left_aside: list[str],
        key: ApiKey,
    ) -> None:
        self.id = f"chatcmpl-{secrets.token_hex(12)}"
        self.created = int(clock.now().timestamp())
        self.model, self.assistant = model, assistant
        self.question, self.before = questions
        self.access, self.filters, self.left_aside, self.key = access, filters, left_aside, key
        self.known = {row.key: row for row in collections}
        self.shield: Shield = running.shield()
        self.hidden: Hidden | None = None

    def events(self) -> Iterator[Event]:
        """Ask; what was hidden is kept aside."""
        for event in self.assistant.ask_stream(
            self.question,
            access=self.access,
            filters=self.filters,
            shield=self.shield,
            before=self.before,
        ):
            self.hidden = getattr(event, "hidden", self.hidden)
            yield event

    def whole(self) -> HttpResponseBase:
        """Return the answer at once."""
        answer = Answer()
        for event in self.events():
            if isinstance(event, Ready):
                answer = event.answer
        self._count(answer)
        message = {"role": "assistant", "content": self.text(answer)}
        choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
        made = self._wrapped("chat.completion", [choice]) | self.told(answer)
        made["usage"] = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
        return JsonResponse(made, json_dumps_params={"ensure_ascii": False})

    def streamed(self) -> HttpResponseBase:
        """Return the answer as server-sent events: OpenAI's pieces, the last one with what is told of it."""
        response = StreamingHttpResponse(self._pieces(), content_type="text/event-stream")
        response["Cache-Control"] = "no-store"
        response["X-Accel-Buffering"] = "no"
        return response

    async def _pieces(self) -> AsyncIterator[bytes]:
        """Yield pieces; each step of the engine runs in a thread of its own, so that others are served."""
        step = sync_to_async(lambda events: next(events, None), thread_sensitive=False)
        events, answer, said = self.events(), Answer(), 0
        yield self._sse({"role": "assistant", "content": ""})
        try:
            while (event := await step(events)) is not None:
                if isinstance(event, Spoken):
                    yield self._sse({"content": ("" if said == 0 else " ") + self._restored(event.text)})
                    said += 1
                elif isinstance(event, Ready):
                    answer = event.answer
        except Refused as refused:
            yield _event({"error": of(refused).message})
            yield b"data: [DONE]\n\n"
            return
        if not said or not answer.generated:
            text = await sync_to_async(self.text, thread_sensitive=False)(answer)
            yield self._sse({"content": ("\n\n" if said else "") + text})
        await sync_to_async(self._count)(answer)
        told = await sync_to_async(self.told)(answer)
        yield self._sse({}, finish="stop", told=told)
        yield b"data: [DONE]\n\n"

    def _sse(
        self, delta: dict[str, Any], finish: str | None = None, told: dict[str, Any] | None = None
    ) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return _event(self._wrapped("chat.completion.chunk", [choice]) | (told or {}))

    def _wrapped(self, kind: str, choices: list[dict[str, Any]]) -> dict[str, Any]:
        return {
            "id": self.id,
            "object": kind,
            "created": self.created,
            "model": self.model,
            "choices": choices,
        }

    def text(self, answer: Answer) -> str:
        """Return the answer as text with numbered sources, in French: the language of the sheets."""
        with override("fr"):
            if answer.choice is not None:
                options = "\n".join(f"- {option}" for option in answer.choice.options)
                asked = answer.choice.question or _(ABSTAINED["situation"])
                return f"{asked}\n{options}"
            if not answer.sentences:
                return _(ABSTAINED.get(answer.abstained, ABSTAINED["no_source"]))
            lines = []
            for sentence in answer.sentences:
                marks = "".join(f" [{number + 1}]" for number in sentence.quotations)
                lines.append(self._restored(sentence.text) + marks)
            return "\n".join([*lines, "", *self._sources(answer)])

    def _sources(self, answer: Answer) -> Iterator[str]:
        for number, quotation in enumerate(answer.quotations, 1):
            sheet = quotation.sheet
            dated = sheet.dated.strftime("%d/%m/%Y") if sheet.dated else _("no date")
            stale = _(" (out of date: check it)") if quotation.stale else ""
            yield f"[{number}] {sheet.title}, {dated}{stale}. {sheet.url}".strip()

    def _restored(self, text: str) -> str:
        """The caller typed the question: what was hidden comes back to them, and to them alone."""
        return self.shield.restore(text)

    def told(self, answer: Answer) -> dict[str, Any]:
        """Return what is told of an answer beside its words."""
        hidden = self.hidden
        return {
            "search_results": [
                {
                    "method": "hybrid",
                    "score": hit.score,
                    "chunk": chunk(self.known[key], hit.sheet, hit.passage),
                }
                for hit in answer.near
                if (key := hit.sheet.collection) in self.known
            ],
            "bacasable": {
                "abstained": answer.abstained,
                "confidence": round(answer.confidence, 3),
                "generated": answer.generated,
                "ai_generated_content": answer.generated,
                "withheld": answer.withheld,
                "fallback": answer.fallback.translated(_) if hasattr(answer.fallback, "translated") else "",
                "situations": list(answer.choice.options) if answer.choice else [],
                "quotations": [_quoted(quotation) for quotation in answer.quotations],
                "sentences": [
                    {"text": sentence.text, "quotations": list(sentence.quotations)}
                    for sentence in answer.sentences
                ],
                "hidden": len(hidden.found) if hidden else 0,
                "alerts": len(hidden.alerts) if hidden else 0,
                "left_aside": self.left_aside,
            },
        }

    def _count(self, answer: Answer) -> None:
        keys.count(key=self.key, kind="chat", units=len(answer.sentences))


def _quoted(quotation: Quotation) -> dict[str, Any]:
    sheet = quotation.sheet
    return {
        "document_id": document_number(sheet.collection, sheet.id),
        "source_ref": sheet.id,
        "title": sheet.title,
        "url": sheet.url,
        "date": sheet.dated.isoformat() if sheet.dated else None,
        "publisher": sheet.publisher,
        "licence": sheet.licence,
        "start": quotation.start,
        "end": quotation.end,
        "text": quotation.text,
        "stale": quotation.stale,
    }


def _event(body: dict[str, Any]) -> bytes:
    return f"data: {json.dumps(body, ensure_ascii=False)}\n\n".encode()
