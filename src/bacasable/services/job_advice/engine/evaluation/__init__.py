"""Scores of coding and of mobilities on the official archives; splits fixed before tuning."""

from importlib import import_module
from pathlib import Path
from typing import Any

from bacasable.privacy.messages import N_, Refused

#: What may be evaluated; each is a module of this package.
TASKS = ("titles", "mobility", "rncp", "melo")


def evaluate(task: str, data: Path, seed: int = 0) -> dict[str, Any]:
    """Return the scores of ``task`` on the archives in the folder ``data``, as values of JSON.

    ``titles``: ``top1``, ``top5``, ``gender_disagreement``; ``mobility``: ``recall@10``; ``rncp``: ``hit@1``,
    ``hit@5``; ``melo``: ``mrr``. Each with ``intervals`` (95 %, resampling), what was learnt from, and notes.

    Raises:
        Refused: no such task, a missing extra, or archives that are not in the folder.
    """
    if task not in TASKS:
        raise Refused(N_("{task!r} cannot be evaluated: one of {tasks}"), task=task, tasks=", ".join(TASKS))
    try:
        module = import_module(f"{__name__}.{task}")
    except ModuleNotFoundError as missing:
        if (missing.name or "").startswith("bacasable"):
            raise
        raise Refused(
            N_("evaluation needs the extra 'jobs' ({name} is missing): pip install 'bacasable[jobs]'"),
            name=missing.name,
        ) from None
    return dict(module.evaluate(data, seed))
