"""What a breach goes through, its clock, and who may handle it; no Django here.

GDPR, articles 33 and 34: the authority within 72 hours of awareness unless no risk is likely, the persons
without undue delay where the risk is high. People judge the risk; the rules say what follows from it.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import Enum

from bacasable.compliance.service import N_, Permission

PERMISSIONS = (
    Permission("breaches.handle", N_("record, qualify and notify a personal data breach"), ("dpo",)),
)

#: Article 33(1): from the moment when the controller is aware.
NOTIFY_WITHIN = timedelta(hours=72)

NATURES: Mapping[str, str] = {
    "confidentiality": N_("disclosed or seen by somebody who should not"),
    "integrity": N_("changed by mistake or on purpose"),
    "availability": N_("lost, destroyed or out of reach"),
}


class State(Enum):
    """Where the record of a breach stands."""

    RECORDED = "recorded"
    ASSESSED = "assessed"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        return _STATES[self]


_STATES = {
    State.RECORDED: N_("risk to be assessed"),
    State.ASSESSED: N_("assessed, being dealt with"),
    State.CLOSED: N_("closed"),
}

#: From which state to which; a new fact reopens what was closed.
TRANSITIONS: Mapping[State, frozenset[State]] = {
    State.RECORDED: frozenset({State.ASSESSED}),
    State.ASSESSED: frozenset({State.ASSESSED, State.CLOSED}),
    State.CLOSED: frozenset({State.RECORDED}),
}


class Risk(Enum):
    """What people judged of the risk to rights and freedoms."""

    UNKNOWN = "unknown"
    UNLIKELY = "unlikely"
    RISK = "risk"
    HIGH = "high"

    @property
    def label(self) -> str:
        return _RISKS[self]

    @property
    def notifies_authority(self) -> bool:
        """Article 33(1): everything that is not unlikely, the unknown included."""
        return self is not Risk.UNLIKELY

    @property
    def notifies_persons(self) -> bool:
        """Article 34(1)."""
        return self is Risk.HIGH


_RISKS = {
    Risk.UNKNOWN: N_("not judged yet: until then the clock runs as for a risk"),
    Risk.UNLIKELY: N_("no risk is likely: entered in the register, nobody is notified (art. 33(1))"),
    Risk.RISK: N_("a risk: the authority is notified (art. 33)"),
    Risk.HIGH: N_("a high risk: the authority and the persons are notified (art. 33 and 34)"),
}


def due_at(aware_at: datetime) -> datetime:
    """Return the instant by which the authority is notified."""
    return aware_at + NOTIFY_WITHIN


def missing_to_close(
    risk: Risk, *, authority_told: bool, persons_told: bool, no_notice_reasons: str
) -> str | None:
    """Return what still has to be done before the record can be closed; None where nothing has to."""
    if risk is Risk.UNKNOWN:
        return N_("The risk is not assessed yet.")
    if risk.notifies_authority and not authority_told:
        return N_("The authority has not received the whole notice yet.")
    if risk.notifies_persons and not persons_told and not no_notice_reasons.strip():
        return N_("The persons have not been told, and no reason of article 34(3) is given.")
    return None
