"""k-anonymity, l-diversity and t-closeness of tables: make them so, check them, and say what was lost.

    >>> from bacasable.privacy.disclosure.anonymity import anonymise
    >>> result = anonymise("people.csv", ["age", "town"], k=10, sensitive=["illness"], l=3)
    >>> result.table, result.loss.ncp, result.suppressed

Needs the extra ``disclosure``, asked for when a name is first used.
"""

from typing import TYPE_CHECKING

from bacasable.privacy.lazily import names_of

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

_HOMES = {
    "Anonymised": "anonymising",
    "anonymise": "anonymising",
    "Measured": "checks",
    "measure": "checks",
    "read": "columns",
    "Hierarchy": "hierarchies",
    "Loss": "loss",
    "certainty_penalty": "loss",
}

__getattr__ = names_of(__name__, _HOMES, "disclosure")
