"""What a home can do: actions with the litres and euros saved from what it declared, each with its source."""

from bacasable.services.water_use.engine.advice.actions import ACTIONS, Action
from bacasable.services.water_use.engine.advice.advising import Advice, advise
from bacasable.services.water_use.engine.advice.following import Followed, followed

__all__ = ["ACTIONS", "Action", "Advice", "Followed", "advise", "followed"]
