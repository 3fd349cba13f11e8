"""From what a mode says to the message that is sent: facts that messages do not know are not told."""

from bacasable.services.depth_events.engine.events import Change
from bacasable.services.depth_events.engine.messages import FACTS, Event, Statistic
from bacasable.services.depth_events.engine.modes import Aggregate


def event_of(change: Change) -> Event:
    """Return what is told of an incident: a place to half a metre, numbers of a scene, nobody's number."""
    one = change.incident
    return Event(
        change.phase,
        one.id,
        one.kind,
        one.severity,
        round(one.confidence, 3),
        one.sensor,
        one.zone,
        round(one.x_m, 2),
        round(one.y_m, 2),
        one.started_ms,
        max(one.updated_ms, one.started_ms),
        one.ended_ms,
        {name: round(value, 2) for name, value in one.facts.items() if name in FACTS},
    )


def statistic_of(figure: Aggregate) -> Statistic:
    """Return what is told of an aggregate."""
    return Statistic(
        figure.sensor,
        figure.zone,
        figure.from_ms,
        figure.to_ms,
        figure.measure,
        figure.value,
        figure.minimum,
    )
