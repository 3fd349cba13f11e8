"""Words for the parts of a declaration, the same wherever they are told: a period, a retention, a place.

``say`` gives a marked message in the reader's language with its ``%(name)s`` filled.
"""

from typing import Protocol

from bacasable.compliance.declaration import Period, Retention
from bacasable.compliance.service import N_


class Say(Protocol):
    """How a message is said in the reader's language."""

    def __call__(self, message: str, /, **values: object) -> str: ...


FINAL = {
    "destroy": N_("destroyed"),
    "anonymise": N_("made anonymous"),
    "transfer": N_("transferred to the public archives or destroyed with their visa"),
}


def period(length: Period, say: Say) -> str:
    """Return a length of time in words; an empty one is empty."""
    parts = []
    if length.months:
        parts.append(
            say(N_("1 month")) if length.months == 1 else say(N_("%(count)s months"), count=length.months)
        )
    if length.days:
        parts.append(say(N_("1 day")) if length.days == 1 else say(N_("%(count)s days"), count=length.days))
    return " ".join(parts)


def retention(kept: Retention, say: Say) -> str:
    """Return how long data are kept, from what on, and what becomes of them, in one sentence."""
    final = say(FINAL[kept.final])
    if not kept.intermediate.is_empty:
        final = say(
            N_("archived for %(period)s with narrower access, then %(final)s"),
            period=period(kept.intermediate, say),
            final=final,
        )
    return say(
        N_("%(what)s: %(period)s from: %(start)s; then %(after)s"),
        what=say(kept.label),
        period=period(kept.current, say),
        start=say(kept.starts),
        after=final,
    )


def places(stored_in: tuple[str, ...]) -> tuple[str, ...]:
    """Return where data lie, as people read it: a model of ``app.Model.field``, else the store as named."""
    named = (place.rpartition(".")[0] if place.count(".") > 1 else place for place in stored_in)
    return tuple(dict.fromkeys(named))
