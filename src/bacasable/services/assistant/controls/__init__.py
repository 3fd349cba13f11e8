"""What can be measured about the assistant: what reaches a model, what groups see, what quotations are worth.

Trials run on sheets of their own, so that the result does not wait for documents, through the very engine
that answers: the same shield, prompts, search and verification.
"""

from bacasable.services.assistant.controls import access, answers, forgetting, personal_data, silence
from bacasable.services.assistant.controls.subject import Subject

__all__ = ["CONTROLS", "Subject"]

CONTROLS = (
    *personal_data.CONTROLS,
    *access.CONTROLS,
    *answers.CONTROLS,
    *silence.CONTROLS,
    *forgetting.CONTROLS,
)
