"""How long a regular expression could take: an upper bound, found from its parse tree.

Python's engine tries the ways in which a pattern can match one after the other. Counting these ways (repeats
to
the power of what they hold, sequences multiplied) bounds its work at each place of the text, whatever the
text.
A pattern without an upper bound on its repeats has no such number, and is refused: so are nested repeats
whose
product explodes, the classic ``(a+)+$``.
"""

from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from bacasable.privacy.messages import N_

#: Ways to match tried at one place of the text; a tenth of a millisecond of the engine at worst.
MOST_WAYS = 2_000


def why_unsafe(pattern: str) -> str:
    """Return why a pattern (that compiles) is refused, with the remedy, or an empty text.

    Refused: a repeat without upper bound, more than ``MOST_WAYS`` ways to match, a match of the empty text.
    """
    tree = parser.parse(pattern)
    if tree.getwidth()[0] == 0:
        return N_("it matches the empty text, so everywhere; make a part of it obligatory")
    try:
        ways = _sequence(tree)
    except _Unbounded:
        return N_("a repeat has no upper bound; write {1,64} in place of + and {0,64} in place of *")
    if ways > MOST_WAYS:
        return N_("some texts would take too long: repeats inside or after repeats; lower their bounds")
    return ""


class _Unbounded(Exception):
    """A repeat has no upper bound."""


def _sequence(items: Any) -> int:
    """Return the number of ways to match a sequence: the product of its parts, cut above the limit."""
    ways = 1
    for code, argument in items:
        ways = min(ways * _ways(code, argument), MOST_WAYS + 1)
    return ways


def _ways(code: Any, argument: Any) -> int:
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
        low, high, body = argument
        if high == codes.MAXREPEAT:
            raise _Unbounded
        return _repeated(low, high, _sequence(body))
    if code is codes.SUBPATTERN:
        return _sequence(argument[-1])
    if code is codes.ATOMIC_GROUP:
        return _sequence(argument)
    if code is codes.BRANCH:
        return min(sum(_sequence(branch) for branch in argument[1]), MOST_WAYS + 1)
    if code in (codes.ASSERT, codes.ASSERT_NOT):
        return _sequence(argument[1])
    if code is codes.GROUPREF_EXISTS:
        return sum(_sequence(branch) for branch in argument[1:] if branch is not None)
    return 1


def _repeated(low: int, high: int, body: int) -> int:
    """Return the ways of ``low`` to ``high`` repeats of something that matches in ``body`` ways."""
    if body <= 1:
        return min(high - low + 1, MOST_WAYS + 1)
    total = 0
    for times in range(low, high + 1):
        total += body ** min(times, 64)
        if total > MOST_WAYS:
            return MOST_WAYS + 1
    return total
