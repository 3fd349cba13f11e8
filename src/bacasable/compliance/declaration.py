"""The parts of a declaration: controller, purposes, data, retention, recipients, assessments.

Plain frozen values. What makes them right or wrong together is in :mod:`bacasable.compliance.processing`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal

from bacasable.compliance.law import LawfulBasis, SpecialGround
from bacasable.compliance.periods import NO_TIME, Period


@dataclass(frozen=True)
class Contact:
    """A body or office, and where to write to it."""

    name: str
    contact: str = ""


@dataclass(frozen=True)
class Controller:
    """Who decides purposes and means (GDPR art. 4(7)); joint controllers (26), processors (28), DPO (37)."""

    name: str
    contact: str = ""
    dpo: Contact | None = None
    joint: tuple[Contact, ...] = ()
    is_public_body: bool = True


@dataclass(frozen=True)
class Purpose:
    """One purpose (art. 5(1)(b)), its lawful basis (6), the text that founds it, a special ground (9, 10)."""

    key: str
    label: str
    basis: LawfulBasis | None
    founded_on: str = ""
    special_ground: SpecialGround | None = None


@dataclass(frozen=True)
class Retention:
    """How long, in three stages: current use, intermediate archive with narrower access, final fate.

    ``starts`` says in words from which event ``current`` runs; ``intermediate`` follows it. ``final`` is
    ``destroy``, ``anonymise`` or ``transfer`` to the public archives. Destroying public records needs a visa
    of the archives (Code du patrimoine, L.212-2).
    """

    key: str
    label: str
    starts: str
    current: Period
    intermediate: Period = NO_TIME
    final: Literal["destroy", "anonymise", "transfer"] = "destroy"
    needs_archive_visa: bool = False

    @property
    def whole(self) -> Period:
        """Current and intermediate together: months are counted once, so no end of month is clipped twice."""
        return self.current + self.intermediate

    def due_at(self, started: datetime) -> datetime:
        """Return the instant of the final fate of what started to be kept at ``started``."""
        return self.whole.after(started)


@dataclass(frozen=True)
class DataField:
    """One piece of data, as people would name it, and every place where it is stored.

    ``category`` is a key of :data:`bacasable.compliance.law.CATEGORIES`; ``source`` says where it comes from
    (art. 14 when not from the person). ``stored_in`` lists places: ``app.Model.field``, ``table.column``, or
    the name of a store; what stands before the last dot, or a store's name whole, is a *data set*.

    ``leaves`` says how a value passes the gate: ``clear``, ``pseudonym`` (keyed, one scope a purpose) or
    ``redacted`` (the personal data found in its text replaced by their types). ``kind`` is the type of a
    value for its pseudonym (a key of the types of personal data: ``PERSON``, ``NIR``, ``EMAIL``...), so that
    tables and texts agree; the name in capitals by default.
    """

    name: str
    label: str
    category: str
    persons: tuple[str, ...]
    purposes: tuple[str, ...]
    retention: Retention | None
    stored_in: tuple[str, ...]
    source: str = "person"
    required: bool = True
    leaves: Literal["clear", "pseudonym", "redacted"] = "clear"
    kind: str = ""

    def __post_init__(self) -> None:
        frozen(self)

    @property
    def pseudonym_kind(self) -> str:
        """The type of its values in their pseudonyms."""
        return self.kind or self.name.upper()


@dataclass(frozen=True)
class NotPersonal:
    """Stored fields that say nothing about a person, and why."""

    reason: str
    stored_in: tuple[str, ...]

    def __post_init__(self) -> None:
        frozen(self)


@dataclass(frozen=True)
class Recipient:
    """Who receives data (art. 13(1)(e)); ``processor`` under a contract of article 28."""

    name: str
    kind: Literal["internal", "processor", "controller", "authority"]
    purposes: tuple[str, ...]
    contract: str = ""


@dataclass(frozen=True)
class Transfer:
    """A transfer outside the Union: to whom, where, under which guarantee (key of TRANSFER_GUARANTEES)."""

    recipient: str
    country: str
    guarantee: str


@dataclass(frozen=True)
class Measure:
    """A security measure (art. 32); ``control`` names the control that measures it, where one does."""

    key: str
    label: str
    control: str = ""


@dataclass(frozen=True)
class AutomatedDecisions:
    """Article 22: whether decisions rest on automated processing alone, with what logic and way out."""

    taken: bool
    logic: str = ""
    allowed_by: Literal["", "22(2)(a)", "22(2)(b)", "22(2)(c)"] = ""
    human_review: str = ""


@dataclass(frozen=True)
class Algorithm:
    """An algorithm on which individual decisions rest, wholly or in part (in France, CRPA L.311-3-1).

    A weighted scoring grid is one, also on paper. ``contribution`` is ``alone`` where nobody decides after
    it, else ``help``; ``data`` are the names of what it reads; ``step`` says when it comes in;
    ``parameters`` what it weighs and how much; ``rules_at`` where its rules are published (L.312-1-3),
    ``source_at`` where its code is.
    """

    key: str
    label: str
    purposes: tuple[str, ...]
    decision: str
    contribution: Literal["help", "alone"]
    kind: Literal["rules", "learned"]
    data: tuple[str, ...] = ()
    step: str = ""
    operations: str = ""
    parameters: str = ""
    affects: str = ""
    decisions_per_year: int | None = None
    is_internal: bool = False
    rules_at: str = ""
    source_at: str = ""


@dataclass(frozen=True)
class Dpia:
    """Impact assessment (art. 35). ``criteria`` are keys of DPIA_CRITERIA: two of the nine make it due."""

    criteria: tuple[str, ...]
    on_required_list: bool = False
    on_exempt_list: bool = False
    status: Literal["not_due", "to_do", "in_progress", "validated"] = "not_due"
    reason: str = ""
    dpo_opinion: str = ""
    views_of_persons: str = ""

    @property
    def is_due(self) -> bool:
        return not self.on_exempt_list and (self.on_required_list or len(set(self.criteria)) >= 2)

    @property
    def allows_production(self) -> bool:
        return not self.is_due or self.status == "validated"


@dataclass(frozen=True)
class Oversight:
    """Human oversight: who watches or decides, what they see, how they depart from the output."""

    by: str
    means: str
    can_depart: str


@dataclass(frozen=True)
class AiActProfile:
    """Regulation (EU) 2024/1689: never a bare verdict, always the articles and why.

    ``class_reasons`` maps an article to why it applies or does not.
    """

    uses_ai: bool
    role: Literal["none", "provider", "deployer", "both"] = "none"
    risk: Literal["not_an_ai_system", "minimal", "transparency", "high", "prohibited"] = "not_an_ai_system"
    class_reasons: Mapping[str, str] = field(default_factory=dict)
    notice_to_persons: str = ""

    def __post_init__(self) -> None:
        frozen(self)


def frozen(part: Any) -> None:
    """Make lists and dictionaries that were given to a part of a declaration unchangeable.

    The gate keeps what it admitted: a declaration that could change under it would be two declarations.
    """
    for name, value in vars(part).items():
        if isinstance(value, list):
            object.__setattr__(part, name, tuple(value))
        elif isinstance(value, dict):
            object.__setattr__(part, name, MappingProxyType(dict(value)))


def model_fields(model: str, names: str) -> tuple[str, ...]:
    """Return ``app.Model.field`` for each name in ``names``, which are separated by spaces."""
    return tuple(f"{model}.{name}" for name in names.split())
