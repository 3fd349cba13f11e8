"""What an adviser can do of a suggestion, what it costs, and one line of the log of what they did.

Pages are drawn from :data:`POLICY` and the controls read it back from the pages: to deviate costs what it
costs to accept, nothing is chosen beforehand, nothing is accepted together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

Verb = Literal["retained", "modified", "refused", "deferred", "own_advice", "none_of_these"]
VERBS: tuple[Verb, ...] = get_args(Verb)
#: Verbs of one suggestion, and verbs of an interview as a whole.
ON_ITEM: tuple[Verb, ...] = ("retained", "modified", "refused", "deferred")
ON_INTERVIEW: tuple[Verb, ...] = ("own_advice", "none_of_these")
#: Verbs by which an adviser follows the tool; the others deviate from it.
FOLLOWS: frozenset[Verb] = frozenset({"retained"})

Reason = Literal["none", "optional", "required"]


@dataclass(frozen=True, slots=True)
class Offer:
    """A verb that a page offers: its clicks, whether a reason is asked, if it is chosen already."""

    verb: Verb
    clicks: int
    reason: Reason
    preselected: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page offers: for each suggestion (by its place), for the interview, and for several at once."""

    items: Mapping[str, tuple[Offer, ...]]
    interview: tuple[Offer, ...]
    at_once: tuple[str, ...] = ()

    def faults(self) -> tuple[str, ...]:
        """Return what makes it dearer to deviate than to follow: nothing, on a page that leaves a choice."""
        found = [f"acts on several suggestions at once: {name}" for name in self.at_once]
        for item, offers in self.items.items():
            found += [f"suggestion {item}: {fault}" for fault in _faults(offers, ON_ITEM)]
        least = max((offer.clicks for offers in self.items.values() for offer in offers), default=None)
        found += _faults(self.interview, ON_INTERVIEW, least)
        return tuple(found)


def _faults(offers: tuple[Offer, ...], verbs: tuple[Verb, ...], clicks: int | None = None) -> list[str]:
    there = {offer.verb: offer for offer in offers}
    found = [f"{verb} is not offered" for verb in verbs if verb not in there]
    found += [f"{offer.verb} is chosen beforehand" for offer in offers if offer.preselected]
    follows = [offer for offer in offers if offer.verb in FOLLOWS]
    cheapest = min((offer.clicks for offer in follows), default=clicks)
    reasons = {offer.reason for offer in follows}
    for offer in offers:
        if cheapest is not None and offer.clicks > cheapest:
            found.append(f"{offer.verb} takes {offer.clicks} clicks, to follow takes {cheapest}")
        if reasons and offer.reason not in reasons:
            found.append(f"{offer.verb} comes with another field for its reason: {offer.reason}")
        if not reasons and offer.reason == "required":
            found.append(f"{offer.verb} asks for a reason that to follow does not")
    return found


@dataclass(frozen=True, slots=True)
class Policy:
    """What pages offer: the same for each suggestion, and beside them, always, what needs no suggestion.

    A choice and the button that saves it are two clicks; the field of the reason is there for every verb and
    never required: a reason that is due for a refusal alone makes acceptance the cheap way out.
    """

    item: tuple[Offer, ...]
    interview: tuple[Offer, ...]
    at_once: tuple[str, ...] = ()

    def shown(self, items: tuple[str, ...]) -> Shown:
        """Return what a page of these suggestions offers."""
        return Shown(dict.fromkeys(items, self.item), self.interview, self.at_once)


POLICY = Policy(
    item=tuple(Offer(verb, 2, "optional") for verb in ON_ITEM),
    interview=tuple(Offer(verb, 2, "optional") for verb in ON_INTERVIEW),
)


@dataclass(frozen=True, slots=True)
class Act:
    """One line of the log, as the indicators read it, without a name: ``adviser`` is a number of the period.

    The number tells advisers of one period apart, so that five can be counted; it is drawn again for each
    period and is in no result. ``item`` is None for a verb of the interview; ``rank`` counts from 1;
    ``reading_ms`` is how long the suggestion was open before the act, None where it was not measured or has
    expired. ``group`` is what deviations are compared by (such as the territory of the file), None where not
    told; ``changed`` says whether the text that was kept differs from the one proposed, None where no text
    was kept; ``is_decoy`` marks a suggestion that training made bad on purpose.
    """

    verb: Verb
    on: date
    interview: str
    adviser: int
    service: str
    item: str | None = None
    rank: int | None = None
    reading_ms: int | None = None
    group: str | None = None
    changed: bool | None = None
    is_decoy: bool = False
