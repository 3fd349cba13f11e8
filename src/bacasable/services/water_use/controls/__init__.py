"""What can be measured about the water service: what is read from what it shows, publishes and keeps.

Trials run on a synthetic city of their own, drawn from the seed, through the very code that serves: nobody's
readings are needed, and the truth is known.
"""

from bacasable.services.water_use.controls import habits, keeping, people, published
from bacasable.services.water_use.controls.subject import Subject

__all__ = ["CONTROLS", "Subject"]

CONTROLS = (
    *habits.CONTROLS,
    *published.CONTROLS,
    *keeping.CONTROLS,
    *people.CONTROLS,
)
