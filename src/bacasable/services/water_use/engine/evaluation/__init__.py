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
    "leaks": ("leaks", "evaluate_leaks"),
}

_found = names_of(__name__, {name: home for home, name in TASKS.values()}, "water")


def evaluate(task: str, folder: Path | None, seed: int) -> dict[str, Any]:
    """Return the figures of a task, ready for JSON, from a folder with its public data.

    Leaks need no folder: a synthetic city of the seed is drawn.

    Raises:
        Refused: there is no such task, its data are not in the folder, or the extra ``water`` is missing.
    """
    if task not in TASKS:
        raise Refused(
            N_("there is no task '{task}'; there are: {tasks}"), task=task, tasks=", ".join(sorted(TASKS))
        )
    if folder is None and task != "leaks":
        raise Refused(N_("the task '{task}' needs a folder of data"), task=task)
    measured: Callable[[Path | None, int], dict[str, Any]] = _found(TASKS[task][1])
    return measured(folder, seed)
