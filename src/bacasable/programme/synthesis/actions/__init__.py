"""What happens to a synthesis: composed, sent to the project, replied to, published, corrected."""

from bacasable.programme.synthesis.actions.composing import (
    add_passage,
    compose,
    move,
    remove_passage,
    save_card,
    save_details,
    save_passage,
)
from bacasable.programme.synthesis.actions.publishing import correct, publish
from bacasable.programme.synthesis.actions.replying import (
    agree,
    reply,
    respond,
    send_to_project,
    take_back,
)

__all__ = [
    "add_passage",
    "agree",
    "compose",
    "correct",
    "move",
    "publish",
    "remove_passage",
    "reply",
    "respond",
    "save_card",
    "save_details",
    "save_passage",
    "send_to_project",
    "take_back",
]
