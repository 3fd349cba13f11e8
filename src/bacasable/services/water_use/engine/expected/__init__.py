"""How much a home is expected to use, from what it declared, and how sure that is.

    >>> model = learn(rows, seed=1)                    # rows of the gate, for the purpose train_model
    >>> model.expect({"members": 3, "garden": True})   # litres a day, with an interval of 90 %
    >>> model.ledger.entries                           # what each crossed source gained, kept or dropped

Only what gains is crossed. The model holds no meter and no pseudonym.
"""

from typing import TYPE_CHECKING

from bacasable.privacy.lazily import names_of

if TYPE_CHECKING:
    from bacasable.services.water_use.engine.expected.ledger import Entry, Ledger
    from bacasable.services.water_use.engine.expected.model import Expectation, Model, learn
    from bacasable.services.water_use.engine.expected.nested import Judged, judge
    from bacasable.services.water_use.engine.expected.rows import row_of

__all__ = ["Entry", "Expectation", "Judged", "Ledger", "Model", "judge", "learn", "row_of"]

_HOMES = {
    "Entry": "ledger",
    "Expectation": "model",
    "Judged": "nested",
    "Ledger": "ledger",
    "Model": "model",
    "judge": "nested",
    "learn": "model",
    "row_of": "rows",
}

__getattr__ = names_of(__name__, _HOMES, "water")
