"""The assistant: from a question to sentences that their sheets carry, or to an honest "I do not know"."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from bacasable.compliance import clock
from bacasable.privacy.messages import N_, Refused, Said
from bacasable.services.assistant.engine.answering import situations
from bacasable.services.assistant.engine.answering.abstention import Abstention
from bacasable.services.assistant.engine.answering.following import is_english, leans
from bacasable.services.assistant.engine.answering.sections import (
    MOST_SENTENCES,
    Section,
    passages,
    quoted,
    sections,
    topic,
)
from bacasable.services.assistant.engine.generation import CHECKS, Checks, Model, Withheld, worded
from bacasable.services.assistant.engine.minimisation import Corrections, Hidden, Shield
from bacasable.services.assistant.engine.retrieval.french import stems
from bacasable.services.assistant.engine.retrieval.index import Index, best_sheets
from bacasable.services.assistant.engine.sheets import (
    Access,
    Answer,
    Case,
    Filters,
    Hit,
    Quotation,
    Sentence,
    Sheet,
)

#: Signs of a question. What tells of a person goes in the note of the reply.
LONGEST_QUESTION = 2_000
#: Passages asked of the index, sheets that an answer may quote, passages that a model reads.
_SEARCHED, _SHEETS, _READ = 20, 3, 6
#: Another sheet is quoted beside the first where its passage is this near to it (cosine).
_BESIDE = 0.015
#: Sentences of other sheets, and of an answer in all.
_MOST_BESIDE, _MOST = 2, 24
#: Share of the best section's score that another has to reach: to be as good, to be worth quoting at all.
_AS_GOOD, _WORTH = 0.8, 0.4

#: Mme X *demande* combien...: what is asked for is behind it.
_REPORTED = re.compile(
    r"\b(?:(?:se |me |nous )?demande|(?:veut|veulent|souhaite|souhaiterait|voudrait|aimerait) savoir)\s+"
    r"(?=(?:combien|comment|où|quand|pourquoi|quel\w*|si|s['’]il|ce qu)\b)",
    re.IGNORECASE,
)

_ALERT = N_("the question tells of health, belief, offence... of somebody: confirm before the model is asked")
_WITHHELD = N_("nothing that the model wrote is carried by the sheets: their own words are shown")
_SILENT = N_("the model found no answer in the sheets: read what they say before you use it")


@dataclass(frozen=True)
class Settings:
    """How an installation answers.

    ``maximum_age`` by collection, ``otherwise`` for those that have none: beyond it a sheet is stale, and not
    quoted unless ``quotes_stale`` (a demonstration on an old snapshot). ``searches_here``: the index and its
    embedder are in this process, so a search may read where and when; unless it is said, nothing that was
    found is searched.
    """

    maximum_age: Mapping[str, timedelta] = field(default_factory=dict)
    otherwise: timedelta | None = None
    quotes_stale: bool = False
    searches_here: bool = False
    today: Callable[[], date] = lambda: clock.now().date()

    def is_stale(self, sheet: Sheet) -> bool:
        """Whether ``sheet`` is past its age. One without a date is only where its collection has one of its
        own: a document that nobody dated is quoted, and said to have no date.
        """
        own = self.maximum_age.get(sheet.collection)
        if sheet.dated is None:
            return own is not None
        longest = own or self.otherwise
        return longest is not None and sheet.dated + longest < self.today()


@dataclass(frozen=True)
class Asked:
    """What was hidden of the question, before anything else is done.

    ``searched`` is what the search reads where the question leans on the one before, else empty.
    """

    hidden: Hidden
    searched: str = ""


@dataclass(frozen=True)
class Spoken:
    """A sentence of the model that its quotation carries, as soon as it is verified."""

    text: str
    quotation: Quotation


@dataclass(frozen=True)
class Ready:
    """An answer that can be shown: in the words of the sheets, then worded by the model if there is one."""

    answer: Answer


Event = Asked | Spoken | Ready


class Assistant:
    """Answers from an index.

    Args:
        endpoint: a model that words answers; without one, the words of the sheets alone. shield: hides what
            is typed about a person, for callers that have one conversation only. abstention: when to say
            nothing, calibrated for the corpus. checks: what keeps orders and claims that nothing carries out.
    """

    def __init__(
        self,
        index: Index,
        *,
        endpoint: Model | None = None,
        shield: Shield | None = None,
        settings: Settings = Settings(),
        abstention: Abstention = Abstention(),  # noqa: B008 (frozen)
        checks: Checks = CHECKS,
    ) -> None:
        self.index = index
        self.endpoint = endpoint
        self.settings = settings
        self.abstention = abstention
        self.checks = checks
        self._shield = shield

    def ask(
        self,
        question: str,
        *,
        access: Access,
        filters: Filters = Filters(),  # noqa: B008 (frozen)
        chosen: Sequence[Case] = (),
        sheet: tuple[str, str] | None = None,
        corrections: Corrections = Corrections(),  # noqa: B008 (frozen)
        shield: Shield | None = None,
        before: str = "",
    ) -> Answer:
        """Return the answer to ``question``.

        Args:
            chosen: the cases of ``sheet`` (collection, id) that the agent answered when it was asked, with
                :data:`situations.UNKNOWN` for the option of who does not know. corrections: what the agent
                said of what was hidden. shield: that of the conversation. before: the question that the
            conversation is about; one that leans on it (:func:`following.leans`) is searched with it.

        Raises:
            Refused: the question is empty, too long, or nothing but personal data.
        """
        answer = Answer()
        for event in self.ask_stream(
            question,
            access=access,
            filters=filters,
            chosen=chosen,
            sheet=sheet,
            corrections=corrections,
            shield=shield,
            before=before,
        ):
            if isinstance(event, Ready):
                answer = event.answer
        return answer

    def ask_stream(
        self,
        question: str,
        *,
        access: Access,
        filters: Filters = Filters(),  # noqa: B008 (frozen)
        chosen: Sequence[Case] = (),
        sheet: tuple[str, str] | None = None,
        corrections: Corrections = Corrections(),  # noqa: B008 (frozen)
        shield: Shield | None = None,
        before: str = "",
    ) -> Iterator[Event]:
        """Yield :class:`Asked`, an answer in the words of the sheets, then, with a model, each sentence that
        it says and that holds, and the answer that stands at the end. See :meth:`ask`.
        """
        shield = shield or self._shield or Shield()
        hidden = self._hidden(question, corrections, shield)
        read, searched = hidden.text, self._searched(hidden)
        if before.strip() and leans(searched):
            first = shield.hide(before, corrections)
            read, searched = f"{first.text}\n{read}", f"{self._searched(first)} {searched}"
            yield Asked(hidden, searched)
        else:
            yield Asked(hidden)
        if not stems(searched):
            raise Refused(
                N_("nothing is left to search once personal data are hidden: say what is asked for")
            )
        hits = self._hits(searched, access, filters)
        current = [hit for hit in hits if self.settings.quotes_stale or not self.settings.is_stale(hit.sheet)]
        verdict = self.abstention.judge(searched, current)
        near = tuple(best_sheets(hits, 5))

        def told(answer: Answer) -> Answer:
            return replace(answer, confidence=verdict.confidence, near=near, english=is_english(question))

        if verdict.abstains and sheet is None:
            yield Ready(told(Answer(abstained=verdict.why)))
            return
        found = self._narrowed(searched, current, chosen, sheet, access)
        if isinstance(found, Answer):
            yield Ready(told(found))
            return
        extractive = told(self._extract(searched, found))
        if not extractive.sentences:
            extractive = replace(extractive, abstained="no_source")
        if self.endpoint is None or not extractive.sentences:
            yield Ready(extractive)
            return
        if hidden.alerts and not corrections.confirmed:
            yield Ready(replace(extractive, fallback=Said(_ALERT)))
            return
        yield Ready(extractive)
        yield from self._word(read, found, extractive)

    def _hidden(self, question: str, corrections: Corrections, shield: Shield) -> Hidden:
        if not question.strip():
            raise Refused(N_("the question is empty: type what is asked for"))
        if len(question) > LONGEST_QUESTION:
            raise Refused(
                N_(
                    "the question has {count:,} characters, {most:,} at most: ask it in a sentence, and put "
                    "the rest in the note"
                ),
                count=len(question),
                most=LONGEST_QUESTION,
            )
        return shield.hide(question, corrections)

    def _searched(self, hidden: Hidden) -> str:
        said = hidden.searchable if self.settings.searches_here else hidden.sendable
        return _REPORTED.sub(" ", said)

    def _hits(self, searched: str, access: Access, filters: Filters) -> list[Hit]:
        """Return the passages found, but those that speak to machines."""
        hits = self.index.search(searched, access=access, filters=filters, limit=_SEARCHED)
        return [hit for hit in hits if not self.checks.for_machines(hit.text)]

    def _narrowed(
        self,
        question: str,
        hits: Sequence[Hit],
        chosen: Sequence[Case],
        asked_of: tuple[str, str] | None,
        access: Access,
    ) -> "Found | Answer":
        """Return what the answer is made of, or the choice to put to the agent first."""
        first = hits[0].sheet if hits else None
        if asked_of is not None:
            first = self.index.sheet(*asked_of, access)
            if first is None:
                raise Refused(N_("the sheet that was being read is gone, or not for you any more: ask again"))
            if self.settings.is_stale(first) and not self.settings.quotes_stale:
                first = None
        if first is None:
            return Answer(abstained="no_source")
        known = (*chosen, *_missing(situations.told(first, question), chosen))
        ranked = [part for part in sections(first, question, hits) if situations.fits(part.cases, known)]
        if not ranked:
            return Answer(abstained="no_source")
        best = ranked[0]
        about = [part for part in ranked if topic(first, part) == topic(first, best)]
        depends = (
            situations.open_choice(first, part, known) for part in about if part.score >= _WORTH * best.score
        )
        if choice := next(filter(None, depends), None):
            return Answer(abstained="situation", choice=choice, choice_sheet=first)
        beside = [] if asked_of is not None else _beside(hits, first)
        others = [part for part in ranked if part not in about and not part.cases]
        return Found(first, tuple(about), tuple(others), known, tuple(beside))

    def _extract(self, question: str, found: "Found") -> Answer:
        quotations: list[Quotation] = []
        for sheet, section in found.read():
            most = MOST_SENTENCES if sheet is found.sheet else _MOST_BESIDE
            stale = self.settings.is_stale(sheet)
            places = quoted(sheet, section, question, most)
            quotations += (Quotation(sheet, *place, stale) for place in places[: _MOST - len(quotations)])
        sentences = tuple(Sentence(quotation.text, (at,)) for at, quotation in enumerate(quotations))
        return Answer(sentences, tuple(quotations))

    def _word(self, question: str, found: "Found", extractive: Answer) -> Iterator[Event]:
        assert self.endpoint is not None  # noqa: S101 (for the types: the caller looked)
        hits = found.hits(self.checks)
        sentences: list[Sentence] = []
        quotations: list[Quotation] = []
        withheld = 0
        situation = situations.names(found.sheet, found.known)
        try:
            for said in worded(question, hits, self.endpoint, situation=situation, checks=self.checks):
                if isinstance(said, Withheld):
                    withheld += 1
                    continue
                sheet = hits[said.source].sheet
                quotation = Quotation(sheet, said.start, said.end, self.settings.is_stale(sheet))
                sentences.append(Sentence(said.sentence, (len(quotations),)))
                quotations.append(quotation)
                yield Spoken(said.sentence, quotation)
        except Refused as refused:
            yield Ready(replace(extractive, withheld=withheld, fallback=refused.said))
            return
        if not sentences:
            why = Said(_WITHHELD if withheld else _SILENT)
            yield Ready(replace(extractive, withheld=withheld, fallback=why))
            return
        yield Ready(
            replace(
                extractive,
                sentences=tuple(sentences),
                quotations=tuple(quotations),
                generated=True,
                withheld=withheld,
            )
        )


@dataclass(frozen=True)
class Found:
    """What an answer is made of: sections of one sheet that fit the situation, near passages of others.

    ``about`` are of one topic, ``others`` of the same sheet; both best first.
    """

    sheet: Sheet
    about: tuple[Section, ...]
    others: tuple[Section, ...]
    known: tuple[Case, ...]
    beside: tuple[Hit, ...]

    def read(self) -> Iterator[tuple[Sheet, Section]]:
        """Yield what is quoted: the topic in the order of the sheet, with a section elsewhere as good,
        then what other sheets say.
        """
        best = self.about[0].score
        kept = [part for part in self.about if part.score >= _WORTH * best]
        kept += [part for part in self.others[:1] if part.score >= _AS_GOOD * best]
        yield from ((self.sheet, part) for part in sorted(kept, key=lambda part: part.bounds))
        for hit in self.beside:
            yield hit.sheet, sections(hit.sheet, "", [hit])[0]

    def hits(self, checks: Checks) -> list[Hit]:
        """Return the passages that a model reads."""
        own = [
            Hit(self.sheet, passage, 0.0) for passage in passages(self.sheet, self.about + self.others[:2])
        ]
        own = [hit for hit in own if not checks.for_machines(hit.text)]
        return (own[: _READ - len(self.beside)] + list(self.beside))[:_READ]


def _beside(hits: Sequence[Hit], first: Sheet) -> list[Hit]:
    """Return the best passages of other sheets that are as near to the question, in no case of their own."""
    own, *others = best_sheets(hits, _SHEETS)
    if own.sheet is not first or own.similarity is None:
        return []
    return [
        hit
        for hit in others
        if hit.similarity is not None and hit.similarity >= own.similarity - _BESIDE and not hit.passage.cases
    ]


def _missing(told: Sequence[Case], chosen: Sequence[Case]) -> list[Case]:
    answered = {case.choice for case in chosen}
    return [case for case in told if case.choice not in answered]
