"""What a service wants done again and again: lines of data that the worker walks."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Recurring:
    """One line of the recurring table.

    ``name`` is unique; ``every`` is in seconds; ``action`` is ``package.module:callable``, called without
    arguments in a transaction of its own making, loaded when the worker starts.
    """

    name: str
    every: float
    action: str
