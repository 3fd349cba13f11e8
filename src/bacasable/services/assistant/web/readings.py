"""What the pages read of conversations: one's own, and of each quotation whether its sheet still says so."""

import uuid
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from bacasable.compliance.gate import Gate
from bacasable.duties.dpia.queries import RECORDED_DPIAS
from bacasable.people.models import User
from bacasable.people.rows import READING_JOURNAL
from bacasable.privacy.redaction.types import registry
from bacasable.services.assistant.engine.minimisation import POINTED, Shield
from bacasable.services.assistant.engine.sheets import Access, Sheet
from bacasable.services.assistant.processing import ANSWER, PROCESSING, TURN
from bacasable.services.assistant.web import running, saying, sealed
from bacasable.services.assistant.web.models import DRAFT_KINDS, Conversation, Draft, Turn

GATE = Gate(PROCESSING, journal=READING_JOURNAL, dpias=RECORDED_DPIAS)


def admitted() -> None:
    """Pass the gate, or raise what it says: no question before the impact assessment is validated.

    Raises:
        NotYet: people here are real, and the assessment is due.
    """
    GATE.admit(purpose=ANSWER.key, data_set=TURN, fields=("asked_at",))


@dataclass(frozen=True)
class Quoted:
    """A quotation as it is shown: numbered from 1, with what its sheet is today.

    ``state`` is "same", "changed" (the sheet says other words there) or "gone" (deleted, or closed to who
    asks): then its words are not repeated.
    """

    number: int
    collection: str
    id: str
    title: str
    url: str
    dated: date | None
    start: int
    end: int
    text: str
    stale: bool
    publisher: str
    licence: str
    state: str
    before: str = ""
    after: str = ""
    path: str = ""


@dataclass(frozen=True)
class Said:
    """A sentence of an answer, and the numbers (from 1) of its quotations."""

    text: str
    numbers: tuple[int, ...]


@dataclass(frozen=True)
class Piece:
    """A piece of what was typed: plain, or hidden under ``placeholder`` because it is ``label``."""

    text: str
    label: str = ""
    placeholder: str = ""


@dataclass
class Shown:
    """A turn as its page shows it."""

    turn: Turn
    words: dict[str, Any]
    typed: list[Piece]
    about: list[Piece]
    sentences: list[Said]
    quotations: list[Quoted]
    near: list[dict[str, Any]]
    chosen: list[str]
    alerts: list[str]
    drafts: list[tuple[Draft, str]]

    @property
    def answer(self) -> dict[str, Any]:
        """The answer in plain words."""
        found: dict[str, Any] = self.words["answer"]
        return found

    @property
    def text(self) -> str:
        """The answer with its sources, to be copied."""
        lines = [
            f"{said.text} {' '.join(f'[{number}]' for number in said.numbers)}".strip()
            for said in self.sentences
        ]
        lines += [""] + [source_line(quoted) for quoted in self.sources]
        return "\n".join(lines)

    @property
    def sources(self) -> list[Quoted]:
        """The quotations that still stand."""
        return [quoted for quoted in self.quotations if quoted.state != "gone"]

    @property
    def fallback(self) -> str:
        """Why the words of the sheets stand in for the model's."""
        return saying.spoken(saying.read(self.answer["fallback"]))

    @property
    def confidence(self) -> str:
        """How sure the search is, in words."""
        share = self.answer["confidence"]
        if share >= 0.75:
            return _("The question is close to what the sheets say.")
        if share >= 0.4:
            return _("The sheets speak of this; check that they answer the very question.")
        return _("The sheets are rather far from the question: read them before you answer.")


def own(person: User) -> "list[Conversation]":
    """Return one's conversations, the last first, with how many questions each has."""
    rows = Conversation.objects.filter(person=person.public_id).annotate(questions=Count("turns"))
    return list(rows)


def first_words(conversation: Conversation, most: int = 90) -> str:
    """Return how the first question begins: for its asker's list only."""
    turn = conversation.turns.first()
    if turn is None:
        return ""
    question = " ".join(str(sealed.words_of(conversation, turn)["question"]).split())
    return question if len(question) <= most else question[: most - 1].rsplit(" ", 1)[0] + "…"


def hidden_before(conversation: Conversation) -> dict[str, str]:
    """Return what the last turn knew to be hidden, so that placeholders go on."""
    last = conversation.turns.last()
    found: dict[str, str] = sealed.words_of(conversation, last)["kept"] if last else {}
    return found


def matter_before(conversation: Conversation) -> str:
    """Return the question that a conversation is about: the last one that leant on none."""
    last = conversation.turns.last()
    if last is None:
        return ""
    words = sealed.words_of(conversation, last)
    return str(words["before"] if words.get("searched") else words["question"])


def shown(turn: Turn, person: User) -> Shown:
    """Return a turn with its words opened, for the person whose conversation it is."""
    words = sealed.words_of(turn.conversation, turn)
    shield = running.shield(words["kept"])
    access = running.access_of(person.public_id)
    answer = words["answer"]
    quotations = [_quoted(number, one, access) for number, one in enumerate(answer["quotations"], 1)]
    typed, *about = [_pieces(text) for text in words["hid"]]
    return Shown(
        turn=turn,
        words=words,
        typed=typed,
        about=about[0] if about else [],
        sentences=_sentences(answer, quotations, shield),
        quotations=quotations,
        near=[
            near | {"number": number}
            for number, near in enumerate(answer["near"])
            if _sheet(near, access) is not None
        ],
        chosen=[name or _("situation not known") for _key, _option, name in words["chosen"]],
        alerts=alert_lines([one for text in words["hid"] for one in text["alerts"]]),
        drafts=[(draft, kind_of(draft)) for draft in turn.drafts.all()],
    )


def kind_of(draft: Draft) -> str:
    """Return what a draft is, in the language of the page."""
    return _(dict(DRAFT_KINDS)[draft.kind])


def source_line(quoted: Quoted) -> str:
    """Return where a quotation stands, as one writes it under a text."""
    parts = [f"[{quoted.number}] {quoted.title}", quoted.publisher, quoted.licence]
    if quoted.dated:
        parts.append(quoted.dated.strftime("%d/%m/%Y"))
    return ", ".join(part for part in (*parts, quoted.url) if part)


def _type_label(kind: str) -> str:
    if kind == POINTED:
        return _("hidden by you")
    known = registry()
    if kind not in known:
        return kind
    label = _(known[kind].label)
    return label.partition(":")[2].strip() or label  # "hint: health"


def alert_lines(alerts: list[list[str]]) -> list[str]:
    """Return alerts as lines: what they hint at, and the words."""
    return [
        _("%(kind)s: “%(words)s”") % {"kind": _type_label(kind), "words": words} for kind, words in alerts
    ]


def _sentences(answer: dict[str, Any], quotations: list[Quoted], shield: Shield) -> list[Said]:
    """Return the sentences whose quotations may still be read, each with the values of the agent put back."""
    found = []
    for sentence in answer["sentences"]:
        numbers = tuple(at + 1 for at in sentence["quotations"])
        if any(quotations[number - 1].state != "gone" for number in numbers):
            found.append(
                Said(shield.restore(sentence["text"]) if answer["generated"] else sentence["text"], numbers)
            )
    return found


def _quoted(number: int, one: dict[str, Any], access: Access) -> Quoted:
    sheet = _sheet(one, access)
    start, end = one["start"], one["end"]
    state = "gone" if sheet is None else "same" if sheet.text[start:end] == one["text"] else "changed"
    before, after, path = (
        _around(sheet, start, end) if sheet is not None and state == "same" else ("", "", "")
    )
    return Quoted(
        number=number,
        collection=one["collection"],
        id=one["id"],
        title=one["title"],
        url=one["url"],
        dated=date.fromisoformat(one["dated"]) if one["dated"] else None,
        start=start,
        end=end,
        text="" if state == "gone" else one["text"],
        stale=one["stale"],
        publisher=one["publisher"],
        licence=one["licence"],
        state=state,
        before=before,
        after=after,
        path=path,
    )


#: Signs of the sheet shown on each side of what is quoted.
AROUND = 160


def _around(sheet: Sheet, start: int, end: int) -> tuple[str, str, str]:
    """Return what stands around a quotation under the same headings and in the same case, and these.

    Words of another case beside those that apply would mislead.
    """
    for (path, _cases), blocks in groupby(sheet.blocks, key=lambda block: (block.path, block.cases)):
        section = list(blocks)
        first, last = section[0].start, section[-1].end
        if first <= start < last:
            before = sheet.text[max(first, start - AROUND) : start]
            after = sheet.text[end : min(last, end + AROUND)]
            if start - AROUND > first:
                before = "…" + before.partition(" ")[2]
            if end + AROUND < last:
                after = after.rpartition(" ")[0] + "…"
            return before.lstrip("\n"), after.rstrip("\n"), " › ".join(path)
    return "", "", ""


def _sheet(named: dict[str, Any], access: Access) -> Sheet | None:
    return running.index().sheet(named["collection"], named["id"], access)


def _pieces(text: dict[str, Any]) -> list[Piece]:
    pieces, at, original = [], 0, text["text"]
    for start, end, kind, placeholder in text["found"]:
        if start > at:
            pieces.append(Piece(original[at:start]))
        pieces.append(Piece(original[start:end], _type_label(kind), placeholder))
        at = end
    if at < len(original):
        pieces.append(Piece(original[at:]))
    return pieces


def address_of(turn: Turn) -> str:
    """Return where a turn is read."""
    page = reverse("assistant:conversation", args=(turn.conversation.public_id,))
    return f"{page}#question-{turn.number + 1}"


def turn_of(public_id: uuid.UUID, person: User) -> Turn | None:
    """Return one's own turn; somebody else's does not exist."""
    return (
        Turn.objects.select_related("conversation")
        .filter(public_id=public_id, conversation__person=person.public_id)
        .first()
    )
