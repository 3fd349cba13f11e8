"""Cross tables that may be released: small and dominated cells hidden, and others with them, so that none is
worked out from the margins.

``tabulate`` counts, ``protect`` hides, ``audit`` plays the attacker who knows the margins and that nothing is
below zero.
"""

from bacasable.privacy.disclosure.tables.crossing import CrossTable, Dimension, tabulate
from bacasable.privacy.disclosure.tables.protection import Protected, audit, protect
from bacasable.privacy.disclosure.tables.sensitivity import Rules, Sensitive, sensitive

__all__ = [
    "CrossTable",
    "Dimension",
    "Protected",
    "Rules",
    "Sensitive",
    "audit",
    "protect",
    "sensitive",
    "tabulate",
]
