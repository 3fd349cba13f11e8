"""What stands between sheets, a model and an answer: given to who answers, never taken for granted.

A control proves that it sees by answering with a check that lets everything through, in its own assistant
and nowhere else.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bacasable.services.assistant.engine.generation.claims import Claim
from bacasable.services.assistant.engine.generation.instructions import speaks_to_machines
from bacasable.services.assistant.engine.generation.support import carried
from bacasable.services.assistant.engine.sheets import Hit


@dataclass(frozen=True)
class Checks:
    """``for_machines`` says whether a text gives orders to a machine; ``carried`` where a claim is carried.

    ``carried`` is given the claim, the passages and ``for_machines``; see :func:`.support.carried`.
    """

    for_machines: Callable[[str], bool] = speaks_to_machines
    carried: Callable[[Claim, Sequence[Hit], Callable[[str], bool]], tuple[int, int, int] | str] = carried


CHECKS = Checks()
