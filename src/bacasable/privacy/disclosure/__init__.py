"""Safe disclosure: tables without small or dominated cells, k-anonymous rows, totals with noise, a gate.

    >>> from bacasable.privacy.disclosure import load, release
    >>> made = release("firms.csv", load("policy.toml"))
    >>> made.table, made.reasons, made.statement

Needs the extra ``disclosure``, asked for when a name is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from bacasable.privacy.messages import Refused

if TYPE_CHECKING:
    from bacasable.privacy.disclosure.differencing import Registry
    from bacasable.privacy.disclosure.gate import Reason, Release, release
    from bacasable.privacy.disclosure.ledger import Ledger
    from bacasable.privacy.disclosure.policy import Policy, load, parse

__all__ = ["Ledger", "Policy", "Reason", "Registry", "Release", "load", "parse", "release"]

_HOME = {
    "Ledger": "ledger",
    "Policy": "policy",
    "Reason": "gate",
    "Registry": "differencing",
    "Release": "gate",
    "load": "policy",
    "parse": "policy",
    "release": "gate",
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
            f"disclosure needs the extra 'disclosure' ({missing.name} is missing): "
            "pip install 'bacasable[disclosure]'"
        ) from None
    globals()[name] = found
    return found
