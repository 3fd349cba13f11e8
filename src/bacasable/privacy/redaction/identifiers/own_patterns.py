"""Types that packs define by a pattern: matches, kept when check and context words agree."""

import functools
import re

from bacasable.privacy.redaction.identifiers.checks import CHECKS
from bacasable.privacy.redaction.identifiers.context import Announcements
from bacasable.privacy.redaction.spans import Span
from bacasable.privacy.redaction.types import Registry, Type

_COMPACT = re.compile(r"[\W_]+")


@functools.lru_cache(maxsize=8)
def _compiled(registry: Registry) -> tuple[tuple[Type, re.Pattern[str]], ...]:
    return tuple(
        (kind, re.compile(kind.pattern)) for kind in registry.values() if kind.pattern and kind.enabled
    )


def own_patterns(text: str, registry: Registry, contexts: Announcements, strict: bool) -> list[Span]:
    """Return the matches of the types that have a pattern.

    A check must pass. A type with context words and no check needs one of them before (and is left out of
    strict
    mode: nothing proves it); with both, the words raise the confidence.
    """
    found: list[Span] = []
    for kind, pattern in _compiled(registry):
        for match in pattern.finditer(text):
            start, end = match.span("value" if "value" in pattern.groupindex else 0)
            if start >= end or (
                kind.check and not CHECKS[kind.check](_COMPACT.sub("", text[start:end]).upper())
            ):
                continue
            announced = bool(kind.context) and any(
                entry.key == kind.key and entry.words < 10 for entry in contexts.before(start)
            )
            if kind.check:
                sure = 0.97 if announced else 0.9
            elif kind.context:
                if strict or not announced:
                    continue
                sure = 0.85
            else:
                sure = 0.8
            found.append(Span(start, end, kind.key, sure))
    return found
