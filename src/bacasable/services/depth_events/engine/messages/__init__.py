"""What an edge and the portal say to each other over MQTT: built and read in one place, without either.

``build(Topics("bacasable/gare"), message)`` gives a topic and bytes, ``parse(topic, payload)`` the message.
"""

from bacasable.services.depth_events.engine.messages.bodies import (
    FACTS,
    HEALTHS,
    KINDS,
    LONGEST_LOOK_S,
    MEASURES,
    MODES,
    Availability,
    Calibration,
    CalibrationAsked,
    Event,
    Health,
    Kind,
    Measure,
    Message,
    Mode,
    Occupancy,
    Phase,
    SensorState,
    Statistic,
)
from bacasable.services.depth_events.engine.messages.topics import KEY, Place, Topics, read_topic
from bacasable.services.depth_events.engine.messages.writing import (
    MOST_BYTES,
    MOST_CALIBRATION_BYTES,
    build,
    parse,
)

__all__ = [
    "FACTS",
    "HEALTHS",
    "KEY",
    "KINDS",
    "LONGEST_LOOK_S",
    "MEASURES",
    "MODES",
    "MOST_BYTES",
    "MOST_CALIBRATION_BYTES",
    "Availability",
    "Calibration",
    "CalibrationAsked",
    "Event",
    "Health",
    "Kind",
    "Measure",
    "Message",
    "Mode",
    "Occupancy",
    "Phase",
    "Place",
    "SensorState",
    "Statistic",
    "Topics",
    "build",
    "parse",
    "read_topic",
]
