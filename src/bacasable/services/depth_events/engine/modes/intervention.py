"""The mode that sends somebody: its alerts lead to an action towards a person, so they are personal data.

It does not start before the law and the people concerned have had their part: what sets the right to object
aside (GDPR, art. 23) or the working means to object (art. 21), and the panel that informs (art. 13).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final, Literal

from bacasable.compliance.processing import Retention
from bacasable.privacy.messages import N_
from bacasable.services.depth_events.engine.events import KINDS, UNSUPPORTED, Change, Events
from bacasable.services.depth_events.engine.scene.watching import Sight
from bacasable.services.depth_events.engine.scene.zones import Zone
from bacasable.services.depth_events.processing.purposes import KEPT_INCIDENT

#: What distances tell and the decree does not list: figures of a place, never an alert.
NOT_EVENTS: Final[Mapping[str, str]] = {
    "running": N_("who runs is no event of the decree: asked for in mode 'statistics' only"),
    "dwell": N_("who stays is no event of the decree: asked for in mode 'statistics' only"),
    "occupancy": N_("how many there are is a figure: asked for in mode 'statistics' only"),
}
_SHORTEST = 8


def refuse_unsupported(asked: Collection[str]) -> None:
    """Refuse events that distances do not tell, that identify, or that are figures.

    Raises:
        ValueError: names the first such event and the reason, or the events that are known.
    """
    for kind in asked:
        if reason := UNSUPPORTED.get(kind) or NOT_EVENTS.get(kind):
            raise ValueError(f"{kind!r}: {reason}")
        if kind not in KINDS:
            raise ValueError(f"{kind!r} is no event; known: {', '.join(KINDS)}")


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """What lets alerts be raised, as the declaration of the portal writes it for the edge.

    ``objection_set_aside_by`` names the text that sets the right to object aside, ``objection_means`` says
    how people object where none does; ``panel_generated_on`` is when the panel for the place was made.
    """

    objection_set_aside_by: str = ""
    objection_means: str = ""
    panel_generated_on: date | None = None


class Intervention:
    """Alerts of one sensor: what begins, goes on and ends, of the ``wanted`` kinds only.

    Raises:
        ValueError: the basis is missing (:meth:`allowed`), or a kind is none that may be asked for.
    """

    mode: ClassVar[Literal["intervention"]] = "intervention"
    retention: ClassVar[Retention] = KEPT_INCIDENT

    def __init__(
        self,
        sensor: str,
        zones: Sequence[Zone],
        wanted: Collection[str],
        legal: LegalBasis,
        today: date,
    ) -> None:
        self.allowed(legal, today)
        refuse_unsupported(wanted)
        self._wanted = frozenset(wanted)
        self._events = Events(sensor, zones)

    @staticmethod
    def allowed(legal: LegalBasis, today: date) -> None:
        """Refuse to raise alerts without a text or a means to object, and without the panel.

        Raises:
            ValueError: says what is missing and where it is to be given.
        """
        text, means = legal.objection_set_aside_by.strip(), legal.objection_means.strip()
        if max(len(text), len(means)) < _SHORTEST:
            raise ValueError(
                "intervention needs objection_set_aside_by (the text that sets the right to object aside, "
                "GDPR art. 23) or objection_means (how people object); without, use mode = 'statistics'"
            )
        if legal.panel_generated_on is None:
            raise ValueError(
                "intervention needs panel_generated_on: make the panel that informs people (GDPR art. 13) "
                "with 'bacasable depth-events panel', put it up, and write its date here"
            )
        if legal.panel_generated_on > today:
            raise ValueError(f"panel_generated_on: {legal.panel_generated_on} has not come yet")

    def take(self, sight: Sight) -> list[Change]:
        """Return what began, goes on or is over with this frame."""
        return self._only(self._events.take(sight))

    def interrupted(self, at_ms: int) -> list[Change]:
        """End what is open: the sensor shows nothing any more, so nothing more is said."""
        return self._only(self._events.interrupted(at_ms))

    def _only(self, changes: list[Change]) -> list[Change]:
        return [change for change in changes if change.incident.kind in self._wanted] if changes else changes
