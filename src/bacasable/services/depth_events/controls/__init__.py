"""What can be measured about depth events: who is recognised, what is told, what is forgotten, how fast.

Trials run on simulated people and scenes drawn from the seed, through the very code that serves: what they
say of people and events is simulated, what they say of memory, messages and labels is not.
"""

from bacasable.services.depth_events.controls import keeping, labelling, outputs, people, speed
from bacasable.services.depth_events.controls.subject import Subject

__all__ = ["CONTROLS", "Subject"]

CONTROLS = (
    *people.CONTROLS,
    *keeping.CONTROLS,
    *outputs.CONTROLS,
    *labelling.CONTROLS,
    *speed.CONTROLS,
)
