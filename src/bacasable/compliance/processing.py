"""The declaration of a service: who processes what, why, on what basis, for how long.

Written once, as data, and used four ways: the gate enforces it, the purge reads its retention, the register
and every export are rendered from it, and a test walks the stored fields and fails on one that is missing.

A wrong declaration cannot exist: building a :class:`Processing` raises :class:`DeclarationRefused` with every
defect at once, each with the file, the field and the remedy.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import get_args, get_type_hints

from bacasable.compliance.declaration import (
    AiActProfile,
    Algorithm,
    AutomatedDecisions,
    Contact,
    Controller,
    DataField,
    Dpia,
    Measure,
    NotPersonal,
    Oversight,
    Period,
    Purpose,
    Recipient,
    Retention,
    Transfer,
    frozen,
    model_fields,
)
from bacasable.compliance.digests import digests_of
from bacasable.compliance.law import (
    CATEGORIES,
    DPIA_CRITERIA,
    TRANSFER_GUARANTEES,
    LawfulBasis,
    SpecialGround,
)
from bacasable.compliance.lines_to_add import data_lines, purpose_line, with_place

__all__ = [
    "AiActProfile",
    "Algorithm",
    "AutomatedDecisions",
    "Contact",
    "Controller",
    "DataField",
    "DeclarationRefused",
    "Dpia",
    "LawfulBasis",
    "Measure",
    "NotPersonal",
    "Oversight",
    "Period",
    "Processing",
    "Purpose",
    "Recipient",
    "Retention",
    "SpecialGround",
    "Transfer",
    "Undeclared",
    "model_fields",
]


class DeclarationRefused(ValueError):
    """The declaration is wrong; ``defects`` are its lines, each naming file, field and remedy."""

    def __init__(self, defects: Iterable[str]) -> None:
        self.defects = tuple(defects)
        super().__init__("\n".join(self.defects))


class Undeclared(ValueError):
    """Code asks for data, a purpose or a data set that the declaration does not hold.

    The first line says what, where and the remedy. ``to_add`` holds the lines that would declare it, and
    where they go; a refusal of the gate says them too.
    """

    def __init__(self, message: str, to_add: str = "") -> None:
        super().__init__(message)
        self.to_add = to_add

    def with_lines(self) -> "Undeclared":
        """Return the same refusal, which says the lines to add too."""
        return Undeclared(f"{self}\n{self.to_add}", self.to_add)


#: How a value may pass the gate.
LEAVES = get_args(get_type_hints(DataField)["leaves"])
_KIND = re.compile(r"[A-Z][A-Z0-9_]*")
#: A longer retention would have an end that no date can hold.
_LONGEST_MONTHS = 12_000

NO_AUTOMATED_DECISION = AutomatedDecisions(taken=False)


def _declared_at() -> str:
    """Return ``file:line`` of the code that builds the declaration: the first frame outside this module."""
    frame = sys._getframe(1)
    while frame.f_back and frame.f_code.co_filename in {__file__, "<string>"}:
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


@dataclass(frozen=True, kw_only=True)
class Processing:
    """The whole declaration of one service.

    ``refused_uses`` says what the data will never serve, by a word that names it (``fraud``), and why:
    whoever asks for a purpose with that word in its key is told so, instead of how to declare it.

    Raises:
        DeclarationRefused: with every defect, when it is built.
    """

    service: str
    title: str
    controller: Controller
    purposes: tuple[Purpose, ...]
    data: tuple[DataField, ...]
    dpia: Dpia
    oversight: Oversight
    ai_act: AiActProfile
    not_personal: tuple[NotPersonal, ...] = ()
    recipients: tuple[Recipient, ...] = ()
    transfers: tuple[Transfer, ...] = ()
    security: tuple[Measure, ...] = ()
    automated_decisions: AutomatedDecisions = NO_AUTOMATED_DECISION
    algorithms: tuple[Algorithm, ...] = ()
    persons: Mapping[str, str] = field(default_factory=dict)
    refused_uses: Mapping[str, str] = field(default_factory=dict)
    declared_at: str = field(default_factory=_declared_at, compare=False)

    def __post_init__(self) -> None:
        frozen(self)
        found = tuple(_defects(self))
        if found:
            raise DeclarationRefused(found)

    @property
    def file(self) -> str:
        """The file that declares this, as people know it: ``processing.py``."""
        return Path(self.declared_at.rpartition(":")[0]).name

    def purpose(self, key: str) -> Purpose:
        """Return the purpose ``key``.

        Raises:
            Undeclared: with the purposes that are declared, or why it is refused whatever is declared.
        """
        for purpose in self.purposes:
            if purpose.key == key:
                return purpose
        for word, reason in self.refused_uses.items():
            if word in key.lower():
                raise Undeclared(f"{self.service}: purpose '{key}' is refused: {reason}")
        known = ", ".join(purpose.key for purpose in self.purposes)
        raise Undeclared(
            f"{self.service}: purpose '{key}' is not declared; declare it in {self.file} or use: {known}",
            with_place("purposes", self.declared_at, purpose_line(key)),
        )

    def require(self, names: Iterable[str], *, purpose: str) -> None:
        """Refuse data that is not declared for a purpose.

        Raises:
            Undeclared: naming the first such piece of data, the file and the remedy.
        """
        self.purpose(purpose)
        allowed = {item.name for item in self.data if purpose in item.purposes}
        for name in names:
            if name not in allowed:
                known = next((item for item in self.data if item.name == name), None)
                raise self.undeclared(name, known, purpose)

    def undeclared(self, name: str, known: DataField | None, purpose: str, data_set: str = "") -> Undeclared:
        """Return the refusal of a piece of data for a purpose: ``known`` is what declares it otherwise."""
        lines = data_lines(name, known, purpose, data_set, tuple(self.persons))
        return Undeclared(
            f"{self.service}: '{name}' is not declared for purpose '{purpose}'; declare it in {self.file} or "
            "drop it from the request",
            with_place("data", self.declared_at, lines),
        )

    def stored(self) -> dict[str, DataField | NotPersonal]:
        """Return every declared place of storage and what declares it."""
        items: tuple[DataField | NotPersonal, ...] = (*self.data, *self.not_personal)
        return {place: item for item in items for place in item.stored_in}

    def digest(self) -> str:
        """Return the SHA-256 of the declaration's content: evidence is bound to it."""
        return self._digests[0]

    def risk_digest(self) -> str:
        """Return the SHA-256 of what an impact assessment rests on: the content without its words.

        Left out: titles, labels, contacts, the texts for people, what is not personal, what is refused, and
        how far the assessment itself is.
        """
        return self._digests[1]

    @cached_property
    def _digests(self) -> tuple[str, str]:
        return digests_of(self)


def _defects(declared: Processing) -> Iterator[str]:
    """Yield each defect as one line: service, what is wrong, the remedy, file and line."""
    for message, remedy in _found(declared):
        yield f"{declared.service}: {message}; {remedy} in {declared.file} ({declared.declared_at})"


def _found(declared: Processing) -> Iterator[tuple[str, str]]:
    if not declared.controller.name:
        yield "no controller is named", "give Controller(name=...)"
    if declared.controller.is_public_body and declared.controller.dpo is None:
        yield (
            "a public body has no data protection officer (GDPR art. 37)",
            "give Controller(dpo=Contact(...))",
        )
    yield from _twice("purpose", (purpose.key for purpose in declared.purposes))
    yield from _twice("data", (item.name for item in declared.data))
    yield from _twice("security measure", (measure.key for measure in declared.security))
    yield from _twice("algorithm", (algorithm.key for algorithm in declared.algorithms))
    items: tuple[DataField | NotPersonal, ...] = (*declared.data, *declared.not_personal)
    yield from _twice("stored field", (place for item in items for place in item.stored_in))
    for purpose in declared.purposes:
        yield from _purpose(purpose)
        for word in declared.refused_uses:
            if word in purpose.key:
                yield f"purpose '{purpose.key}' is among the refused uses ('{word}')", "drop one of the two"
    purposes = {purpose.key: purpose for purpose in declared.purposes}
    used: set[str] = set()
    retentions: dict[str, Retention] = {}
    for item in declared.data:
        used |= set(item.purposes)
        yield from _data(item, purposes, declared.persons)
        if (
            item.retention is not None
            and retentions.setdefault(item.retention.key, item.retention) != item.retention
        ):
            yield (
                f"retention '{item.retention.key}' is given twice with different content",
                "write it once as a constant",
            )
    for retention in retentions.values():
        if retention.current.is_empty and retention.intermediate.is_empty:
            yield (
                f"retention '{retention.key}' has no duration",
                "give current=Period(months=... or days=...)",
            )
        periods = (retention.current, retention.intermediate)
        counts = [count for period in periods for count in (period.months, period.days)]
        if min(counts) < 0 or sum(period.months + period.days // 28 for period in periods) > _LONGEST_MONTHS:
            yield (
                f"retention '{retention.key}' ends before it starts, or after {_LONGEST_MONTHS // 12} years",
                "give Period(months=..., days=...) that are neither negative nor longer",
            )
        if not retention.starts:
            yield f"retention '{retention.key}' starts from nothing", "say from which event in starts=..."
    for key in purposes.keys() - used:
        yield f"purpose '{key}' uses no data", "name it in the data that serve it, or drop the purpose"
    for nothing in declared.not_personal:
        if not nothing.reason.strip():
            yield f"{', '.join(nothing.stored_in[:3])}: not personal without a reason", "give reason=..."
    yield from _going_out(declared, purposes)
    yield from _assessments(declared)


def _twice(what: str, keys: Iterable[str]) -> Iterator[tuple[str, str]]:
    for key, count in Counter(keys).items():
        if count > 1:
            yield f"{what} '{key}' is declared {count} times", "keep one of them"


def _purpose(purpose: Purpose) -> Iterator[tuple[str, str]]:
    if purpose.basis is None:
        yield (
            f"purpose '{purpose.key}' has no lawful basis (GDPR art. 6(1))",
            f"give it one of LawfulBasis ({', '.join(basis.name for basis in LawfulBasis)})",
        )
    elif purpose.basis in {LawfulBasis.PUBLIC_TASK, LawfulBasis.LEGAL_OBLIGATION} and not purpose.founded_on:
        yield (
            f"purpose '{purpose.key}' rests on {purpose.basis.value} without its law (art. 6(3))",
            "name the text in founded_on=...",
        )


def _data(
    item: DataField, purposes: Mapping[str, Purpose], persons: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    category = CATEGORIES.get(item.category)
    if category is None:
        yield f"'{item.name}' has unknown category '{item.category}'", f"use one of: {', '.join(CATEGORIES)}"
    if item.retention is None:
        yield f"'{item.name}' has no retention", "give retention=Retention(...)"
    if not item.stored_in:
        yield f"'{item.name}' is stored nowhere", "name its places in stored_in=..., or drop it"
    if not item.purposes:
        yield f"'{item.name}' serves no purpose", "name one in purposes=..., or do not collect it"
    if item.leaves not in LEAVES:
        yield f"'{item.name}' leaves as unknown '{item.leaves}'", f"use one of: {', '.join(LEAVES)}"
    is_made = item.kind or item.leaves == "pseudonym"
    if is_made and not _KIND.fullmatch(item.pseudonym_kind):
        yield (
            f"'{item.name}' has kind '{item.pseudonym_kind}'",
            "give kind=... in capitals, digits and '_', like PERSON or ID_CARD,",
        )
    for key in item.persons:
        if key not in persons:
            yield f"'{item.name}' concerns unknown persons '{key}'", "add them to persons={...}"
    for key in item.purposes:
        purpose = purposes.get(key)
        if purpose is None:
            known = ", ".join(purposes) or "none is declared"
            yield (
                f"'{item.name}' names unknown purpose '{key}'",
                f"declare the purpose, or use one of: {known};",
            )
        elif category is not None and category.special and purpose.special_ground is None:
            yield (
                f"'{item.name}' is of special category '{category.key}' (GDPR art. {category.article}) and "
                f"purpose '{key}' has no special ground",
                "give the purpose special_ground=SpecialGround....",
            )


def _going_out(declared: Processing, purposes: Mapping[str, Purpose]) -> Iterator[tuple[str, str]]:
    names = {recipient.name for recipient in declared.recipients}
    for recipient in declared.recipients:
        for key in recipient.purposes:
            if key not in purposes:
                yield f"recipient '{recipient.name}' names unknown purpose '{key}'", "declare the purpose"
        if recipient.kind == "processor" and not recipient.contract:
            yield f"processor '{recipient.name}' has no contract (GDPR art. 28(3))", "name it in contract=..."
    for transfer in declared.transfers:
        if transfer.guarantee not in TRANSFER_GUARANTEES:
            yield (
                f"transfer to '{transfer.country}' rests on unknown guarantee '{transfer.guarantee}'",
                f"use an article among: {', '.join(TRANSFER_GUARANTEES)}",
            )
        if transfer.recipient not in names:
            yield f"transfer to unknown recipient '{transfer.recipient}'", "declare the recipient"


def _assessments(declared: Processing) -> Iterator[tuple[str, str]]:
    dpia, decisions, profile = declared.dpia, declared.automated_decisions, declared.ai_act
    for key in dpia.criteria:
        if key not in DPIA_CRITERIA:
            yield f"dpia: unknown criterion '{key}'", f"use the nine: {', '.join(DPIA_CRITERIA)}"
    if dpia.is_due and dpia.status == "not_due":
        why = (
            "it is on the required list"
            if dpia.on_required_list
            else f"{len(set(dpia.criteria))} of nine criteria"
        )
        yield f"dpia: due ({why}) and declared not due (GDPR art. 35)", "set status='to_do' or further"
    if not dpia.is_due and dpia.status == "not_due" and not dpia.reason:
        yield "dpia: not due, without a reason", "say why in reason=..."
    if decisions.taken and not (decisions.logic and decisions.allowed_by and decisions.human_review):
        yield (
            "automated decisions are taken without logic, ground or human review (GDPR art. 22)",
            "give logic=..., allowed_by=..., human_review=...",
        )
    for algorithm in declared.algorithms:
        for key in algorithm.purposes:
            if key not in {purpose.key for purpose in declared.purposes}:
                yield f"algorithm '{algorithm.key}' names unknown purpose '{key}'", "declare the purpose"
        for name in algorithm.data:
            if name not in {item.name for item in declared.data}:
                yield f"algorithm '{algorithm.key}' reads unknown data '{name}'", "declare the data"
        if algorithm.contribution == "alone" and not decisions.taken:
            yield (
                f"algorithm '{algorithm.key}' decides alone and no automated decision is declared (art. 22)",
                "give automated_decisions=AutomatedDecisions(taken=True, ...)",
            )
    if profile.uses_ai and profile.role == "none":
        yield "ai_act: uses AI in no role", "set role to provider, deployer or both"
    if profile.uses_ai and not profile.class_reasons:
        yield "ai_act: a risk class without the articles looked at", "give class_reasons={article: why}"
