"""k-anonymity, l-diversity and t-closeness of tables: make them so, check them, and say what was lost.

    >>> from bacasable.privacy.disclosure.anonymity import anonymise
    >>> result = anonymise("people.csv", ["age", "town"], k=10, sensitive=["illness"], l=3)
    >>> result.table, result.loss.ncp, result.suppressed

Needs the extra ``disclosure``, asked for when a name is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from bacasable.privacy.messages import Refused

if TYPE_CHECKING:
    from bacasable.privacy.disclosure.anonymity.anonymising import Anonymised, anonymise
    from bacasable.privacy.disclosure.anonymity.checks import Measured, measure
    from bacasable.privacy.disclosure.anonymity.columns import read
    from bacasable.privacy.disclosure.anonymity.hierarchies import Hierarchy
    from bacasable.privacy.disclosure.anonymity.loss import Loss, certainty_penalty

__all__ = [
    "Anonymised",
    "Hierarchy",
    "Loss",
    "Measured",
    "anonymise",
    "certainty_penalty",
    "measure",
    "read",
]

_HOME = {
    "Anonymised": "anonymising",
    "anonymise": "anonymising",
    "Measured": "checks",
    "measure": "checks",
    "read": "columns",
    "Hierarchy": "hierarchies",
    "Loss": "loss",
    "certainty_penalty": "loss",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        found = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    except ModuleNotFoundError as missing:
        if (missing.name or "").startswith("bacasable"):
            raise
        raise Refused(
            f"k-anonymity needs the extra 'disclosure' ({missing.name} is missing): "
            "pip install 'bacasable[disclosure]'"
        ) from None
    globals()[name] = found
    return found
