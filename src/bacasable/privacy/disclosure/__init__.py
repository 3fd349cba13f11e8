"""Safe disclosure: tables without small or dominated cells, k-anonymous rows, totals with noise, a gate.

    >>> from bacasable.privacy.disclosure import load, release
    >>> made = release("firms.csv", load("policy.toml"))
    >>> made.table, made.reasons, made.statement

Needs the extra ``disclosure``, asked for when a name is first used.
"""

from typing import TYPE_CHECKING

from bacasable.privacy.lazily import names_of

if TYPE_CHECKING:
    from bacasable.privacy.disclosure.differencing import Registry
    from bacasable.privacy.disclosure.gate import Reason, Release, release
    from bacasable.privacy.disclosure.ledger import Ledger
    from bacasable.privacy.disclosure.policy import Policy, load, parse

__all__ = ["Ledger", "Policy", "Reason", "Registry", "Release", "load", "parse", "release"]

_HOMES = {
    "Ledger": "ledger",
    "Policy": "policy",
    "Reason": "gate",
    "Registry": "differencing",
    "Release": "gate",
    "load": "policy",
    "parse": "policy",
    "release": "gate",
}

__getattr__ = names_of(__name__, _HOMES, "disclosure")
