"""What a setting tells of events, beside what it tells of people: measured, drawn, the least that will do."""

from bacasable.services.depth_events.engine.dial.advising import Advice, advise, parse_targets
from bacasable.services.depth_events.engine.dial.drawing import draw
from bacasable.services.depth_events.engine.dial.measuring import EPISODES, Point, evaluate, measure

__all__ = ["EPISODES", "GRID", "Advice", "Point", "advise", "draw", "evaluate", "measure", "parse_targets"]

#: Settings that the dial goes through unless told: few cells and low caps first, all of a sensor last.
GRID = (
    "8x6@0.9",
    "16x12@0.6",
    "40x30@0.9/25cm",
    "40x30@0.9",
    "40x30@0.9+outline",
    "40x30",
    "160x120",
)
