"""An incident: one thing that lasts, under one identifier that is drawn at random and never a person's."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from bacasable.privacy.messages import N_

#: The events of décret 2023-828, art. 3, that distances can tell, and crossing onto a track.
Kind = Literal[
    "fall", "intrusion", "track_intrusion", "wrong_way", "density", "crowd_movement", "abandoned_object"
]
KINDS: tuple[Kind, ...] = get_args(Kind)
Phase = Literal["new", "update", "end"]
#: What the decree lists and distances do not tell; asked for, it is refused with this reason.
UNSUPPORTED: Mapping[str, str] = {
    "weapon": N_("a weapon cannot be told from other things by distances: not supported"),
    "fire": N_("fire and smoke cannot be told by distances: not supported"),
    "face": N_("nobody is recognised: biometrics are refused, whatever the purpose"),
    "gait": N_("nobody is recognised by how they walk: biometrics are refused, whatever the purpose"),
    "identification": N_("nobody is identified or followed from one sensor to another: refused"),
}
#: How grave each kind is: 3 calls for somebody at once.
SEVERITY: Mapping[Kind, int] = {
    "fall": 3,
    "track_intrusion": 3,
    "crowd_movement": 3,
    "intrusion": 2,
    "density": 2,
    "wrong_way": 1,
    "abandoned_object": 2,
}
#: Places are told to this grain (metres): where to go, not how somebody stands.
GRAIN_M = 0.5


@dataclass(slots=True)
class Incident:
    """Something that lasts from ``started_ms`` on, at a place (metres of the room, to half a metre).

    ``confidence`` (0 to 1) is the share of such alarms that were true on the development seeds of the
    simulator; ``facts`` are numbers of the scene (people, seconds, degrees), never of a body.
    """

    kind: Kind
    sensor: str
    zone: str
    started_ms: int
    x_m: float
    y_m: float
    confidence: float
    updated_ms: int = 0
    ended_ms: int | None = None
    facts: dict[str, float] = field(default_factory=dict)
    id: str = field(default_factory=lambda: secrets.token_hex(8))

    @property
    def severity(self) -> int:
        """Return 1 (to be known), 2 (to be looked at) or 3 (somebody is needed at once)."""
        return SEVERITY[self.kind]


@dataclass(frozen=True, slots=True)
class Change:
    """What there is to say of an incident: it began, it goes on, it is over."""

    phase: Phase
    incident: Incident


def coarse(metres: float) -> float:
    """Return a coordinate to the grain at which places are told."""
    return round(metres / GRAIN_M) * GRAIN_M
