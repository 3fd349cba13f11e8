"""Which rights a person has towards a processing, and the life of a request: states, clock, reasons.

The rights follow from the lawful basis of each purpose (Regulation (EU) 2016/679, articles 12 to 22; for
France Act no. 78-17, article 85). What the regulation leaves to a judgement is said so, never decided here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from bacasable.compliance.declaration import Controller, Period, Purpose
from bacasable.compliance.law import LawfulBasis
from bacasable.compliance.processing import Processing
from bacasable.compliance.service import N_
from bacasable.compliance.store import Store
from bacasable.privacy.messages import Refused


class Right(Enum):
    """What a person may ask, with the article that gives it."""

    ACCESS = "access"
    RECTIFICATION = "rectification"
    ERASURE = "erasure"
    RESTRICTION = "restriction"
    PORTABILITY = "portability"
    OBJECTION = "objection"
    WITHDRAWAL = "withdrawal"
    HUMAN_REVIEW = "human_review"
    DIRECTIVES = "directives"

    @property
    def article(self) -> str:
        """The article, as it is cited: of the regulation, unless it names another text."""
        return _ARTICLES[self]

    @property
    def label(self) -> str:
        """What it lets a person do, in a few words."""
        return _LABELS[self]


_ARTICLES = {
    Right.ACCESS: "15",
    Right.RECTIFICATION: "16",
    Right.ERASURE: "17",
    Right.RESTRICTION: "18",
    Right.PORTABILITY: "20",
    Right.OBJECTION: "21",
    Right.WITHDRAWAL: "7(3)",
    Right.HUMAN_REVIEW: "22(3)",
    Right.DIRECTIVES: N_("French Act no. 78-17, art. 85"),
}
_LABELS = {
    Right.ACCESS: N_("know what is held about me, and receive a copy"),
    Right.RECTIFICATION: N_("have something corrected or completed"),
    Right.ERASURE: N_("have my data erased"),
    Right.RESTRICTION: N_("have my data set aside while a question is open"),
    Right.PORTABILITY: N_("receive what I gave in a file that a machine reads"),
    Right.OBJECTION: N_("object to the use of my data"),
    Right.WITHDRAWAL: N_("withdraw my consent"),
    Right.HUMAN_REVIEW: N_("have a person look at it"),
    Right.DIRECTIVES: N_("say what becomes of my data after my death"),
}

#: What nobody has to ask for: it holds towards every processing, by article.
WITHOUT_ASKING: Mapping[str, str] = {
    "12-14": N_("be told in plain words who uses my data, why, for how long and with what rights"),
    "77": N_("complain to the supervisory authority"),
    "79": N_("bring the matter before a court"),
}

_ALWAYS = N_("it applies whatever the basis")
_BECAUSE: Mapping[Right, str] = {
    Right.ERASURE: N_("data that are no longer needed, or used without a ground, are erased (art. 17(1))"),
    Right.PORTABILITY: N_("what you gave rests on a consent or a contract (art. 20(1))"),
    Right.OBJECTION: N_("it rests on a task in the public interest or on a legitimate interest (art. 21(1))"),
    Right.WITHDRAWAL: N_("it rests on your consent, which you may take back at any time (art. 7(3))"),
}
_NOBODY = N_(
    "nobody can be told from these data; it applies once you give what makes it possible (art. 11(2))"
)
#: What article 11(2) sets aside where nobody can be told from the data.
_NEEDS_A_PERSON = frozenset(
    {Right.ACCESS, Right.RECTIFICATION, Right.ERASURE, Right.RESTRICTION, Right.PORTABILITY}
)
_DECIDED_BY_MACHINE = N_("a decision rests on a machine alone: a person reviews it on request")
_OFFERED = N_("no decision rests on a machine alone; the service offers it all the same")

#: For each basis, the rights that do not follow from it or only partly, with the reason; the others apply.
_EXCEPTED: Mapping[LawfulBasis, Mapping[Right, str]] = {
    LawfulBasis.CONSENT: {
        Right.OBJECTION: N_("withdrawing the consent has the same effect, without reasons (art. 7(3))"),
    },
    LawfulBasis.CONTRACT: {
        Right.OBJECTION: N_("the right to object does not extend to what a contract needs (art. 21(1))"),
        Right.WITHDRAWAL: N_("nothing rests on a consent here"),
    },
    LawfulBasis.LEGAL_OBLIGATION: {
        Right.ERASURE: N_("the law makes the controller keep it (art. 17(3)(b))"),
        Right.PORTABILITY: N_("only what rests on a consent or a contract is portable (art. 20(1))"),
        Right.OBJECTION: N_("nobody may object to what the law demands (art. 21(1))"),
        Right.WITHDRAWAL: N_("nothing rests on a consent here"),
    },
    LawfulBasis.VITAL_INTERESTS: {
        Right.PORTABILITY: N_("only what rests on a consent or a contract is portable (art. 20(1))"),
        Right.OBJECTION: N_("the right to object does not extend to vital interests (art. 21(1))"),
        Right.WITHDRAWAL: N_("nothing rests on a consent here"),
    },
    LawfulBasis.PUBLIC_TASK: {
        Right.PORTABILITY: N_("a task in the public interest is not portable (art. 20(3))"),
        Right.WITHDRAWAL: N_("nothing rests on a consent here"),
    },
    LawfulBasis.LEGITIMATE_INTERESTS: {
        Right.PORTABILITY: N_("only what rests on a consent or a contract is portable (art. 20(1))"),
        Right.WITHDRAWAL: N_("nothing rests on a consent here"),
    },
}
#: What applies under a condition that people judge.
_CONDITIONS: Mapping[tuple[LawfulBasis, Right], str] = {
    (LawfulBasis.PUBLIC_TASK, Right.ERASURE): N_(
        "after an objection that is upheld, or where the use is unlawful (art. 17(1)(c), (d) and (3)(b))"
    ),
    (LawfulBasis.PUBLIC_TASK, Right.OBJECTION): N_(
        "for reasons of one's own situation; the controller may show compelling grounds (art. 21(1))"
    ),
    (LawfulBasis.LEGITIMATE_INTERESTS, Right.ERASURE): N_(
        "after an objection that is upheld, or where the data are no longer needed (art. 17(1))"
    ),
    (LawfulBasis.LEGITIMATE_INTERESTS, Right.OBJECTION): N_(
        "for reasons of one's own situation; the controller may show compelling grounds (art. 21(1))"
    ),
    (LawfulBasis.CONSENT, Right.ERASURE): N_("once the consent is withdrawn (art. 17(1)(b))"),
    (LawfulBasis.CONTRACT, Right.ERASURE): N_("once the contract no longer needs it (art. 17(1)(a))"),
    (LawfulBasis.VITAL_INTERESTS, Right.ERASURE): N_("once it is no longer needed (art. 17(1)(a))"),
}


@dataclass(frozen=True)
class Applicability:
    """Whether a right applies to a purpose, and why; ``condition`` is what people must judge first."""

    right: Right
    applies: bool
    reason: str
    condition: str = ""


def of_purpose(
    purpose: Purpose, right: Right, *, decides: bool = False, identifies: bool = True
) -> Applicability:
    """Say whether ``right`` applies to data used for ``purpose``.

    Args:
        decides: decisions rest on automated processing alone (article 22).
        identifies: somebody can be told from the data (article 11).
    """
    if not identifies and right in _NEEDS_A_PERSON:
        return Applicability(right, False, _NOBODY)
    if right is Right.HUMAN_REVIEW:
        return Applicability(right, True, _DECIDED_BY_MACHINE if decides else _OFFERED)
    if right is Right.DIRECTIVES or purpose.basis is None:
        return Applicability(right, True, _ALWAYS)
    if reason := _EXCEPTED[purpose.basis].get(right):
        return Applicability(right, False, reason)
    condition = _CONDITIONS.get((purpose.basis, right), "")
    return Applicability(right, True, _BECAUSE.get(right, _ALWAYS), condition)


def applicable(declared: Processing) -> dict[Right, dict[str, Applicability]]:
    """Return, for each right, whether it applies to each purpose of a declaration, by the purpose's key."""
    decides = declared.automated_decisions.taken
    told_by = {key for item in declared.data if item.persons for key in item.purposes}
    return {
        right: {
            purpose.key: of_purpose(purpose, right, decides=decides, identifies=purpose.key in told_by)
            for purpose in declared.purposes
        }
        for right in Right
    }


@dataclass(frozen=True)
class Part:
    """One service within the reach of a request: its declaration and its stores by name."""

    declared: Processing
    stores: Mapping[str, Store]


def same_controller(declared: Mapping[str, Processing], service: str) -> tuple[str, ...]:
    """Return the keys of the services of the controller of ``service``: a request reaches these, no others.

    Raises:
        Refused: no such service.
    """
    if service not in declared:
        raise Refused(N_("There is no such service. Choose one of the list."))
    controller = declared[service].controller
    return tuple(key for key, other in declared.items() if _same(other.controller, controller))


def one_controller(parts: Sequence[Part]) -> None:
    """Make sure that all belong to one controller.

    Raises:
        Refused: they do not: joining them would be an interconnection without a basis.
    """
    for part in parts[1:]:
        if not _same(part.declared.controller, parts[0].declared.controller):
            raise Refused(
                N_(
                    "These services have different controllers: data of one are never joined with data of "
                    "another. Ask each controller by a request of its own."
                )
            )


def _same(one: Controller, other: Controller) -> bool:
    return (one.name.strip().casefold(), one.contact.strip().casefold()) == (
        other.name.strip().casefold(),
        other.contact.strip().casefold(),
    )


class State(Enum):
    """Where a request stands."""

    RECEIVED = "received"
    IDENTITY = "identity"
    IN_PROGRESS = "in_progress"
    ANSWERED = "answered"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The state in a few words."""
        return _STATES[self]


_STATES = {
    State.RECEIVED: N_("received"),
    State.IDENTITY: N_("identity asked for"),
    State.IN_PROGRESS: N_("in progress"),
    State.ANSWERED: N_("answered"),
    State.REFUSED: N_("refused, with reasons"),
    State.WITHDRAWN: N_("withdrawn by the person"),
}

#: From which state a request may go to which.
TRANSITIONS: Mapping[State, frozenset[State]] = {
    State.RECEIVED: frozenset({State.IDENTITY, State.IN_PROGRESS, State.REFUSED, State.WITHDRAWN}),
    State.IDENTITY: frozenset({State.IN_PROGRESS, State.REFUSED, State.WITHDRAWN}),
    State.IN_PROGRESS: frozenset({State.IDENTITY, State.ANSWERED, State.REFUSED, State.WITHDRAWN}),
    State.ANSWERED: frozenset(),
    State.REFUSED: frozenset(),
    State.WITHDRAWN: frozenset(),
}


def step(state: State, to: State) -> State:
    """Return ``to``, where a request in ``state`` may go there.

    Raises:
        Refused: it may not; nothing changed.
    """
    if to not in TRANSITIONS[state]:
        raise Refused(N_("The request is not at this step any more. Open its page again."))
    return to


#: Article 12(3): one month, two more where the request is complex or there are many, told within the first.
ANSWER_WITHIN = Period(months=1)
EXTENSION = Period(months=2)


@dataclass(frozen=True)
class Clock:
    """When a request must be answered.

    ``received`` starts it. While the identity was asked for with reasonable doubts (article 12(6)), the time
    until it was proved does not count: ``waited`` days are added. ``extended`` when the person was told, with
    reasons, within the first month.
    """

    received: datetime
    waited_days: int = 0
    extended: bool = False

    @property
    def first_month(self) -> datetime:
        """The last instant at which an extension can be told."""
        return (ANSWER_WITHIN + self._waited).after(self.received)

    @property
    def due(self) -> datetime:
        """The instant by which the answer, or the reasoned refusal, must be sent."""
        if not self.extended:
            return self.first_month
        return (ANSWER_WITHIN + EXTENSION + self._waited).after(self.received)

    @property
    def _waited(self) -> Period:
        return Period(days=self.waited_days)

    def may_extend(self, now: datetime) -> bool:
        """Say whether an extension can still be told."""
        return not self.extended and now <= self.first_month

    def is_late(self, now: datetime) -> bool:
        """Say whether the answer is overdue."""
        return now > self.due
