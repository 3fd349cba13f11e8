"""A randomised evaluation: who receives the comparison is drawn by lot, and what it changed is measured.

>>> drawn = draw(meters, secret, share=0.5)
>>> effect(before, after, drawn)
"""

from typing import TYPE_CHECKING

from bacasable.privacy.lazily import names_of

if TYPE_CHECKING:
    from bacasable.services.water_use.engine.lots.drawing import draw
    from bacasable.services.water_use.engine.lots.measuring import Effect, Harm, effect

__all__ = ["Effect", "Harm", "draw", "effect"]

_HOMES = {"Effect": "measuring", "Harm": "measuring", "draw": "drawing", "effect": "measuring"}

__getattr__ = names_of(__name__, _HOMES, "water")
