"""How good the engine is, on data that are public or on a city that does not exist: one task, one figure.

>>> evaluate("expected-use", folder, seed=1)["median_error"]
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from bacasable.privacy.lazily import names_of
from bacasable.privacy.messages import N_, Refused

__all__ = ["TASKS", "evaluate"]

#: For each task the module here and its function of a folder and a seed.
TASKS = {
    "forecast": ("forecast", "evaluate_forecast"),
    "expected-use": ("expected_use", "evaluate_expected_use"),
}

_found = names_of(__name__, {name: home for home, name in TASKS.values()}, "water")


def evaluate(task: str, folder: Path, seed: int) -> dict[str, Any]:
    """Return the figures of a task, ready for JSON, from a folder with its public data.

    Raises:
        Refused: there is no such task, its data are not in the folder, or the extra ``water`` is missing.
    """
    if task not in TASKS:
        raise Refused(
            N_("there is no task '{task}'; there are: {tasks}"), task=task, tasks=", ".join(sorted(TASKS))
        )
    measured: Callable[[Path, int], dict[str, Any]] = _found(TASKS[task][1])
    return measured(folder, seed)
