"""Identifiers and dates: what a form, a checksum or the words before can tell, without a model of language.

``recognise`` returns the numbers and contacts, ``dates`` the dates; both scan the text a few times with
patterns
that start at a digit or a sign, and work in Python on what these find only.
"""

import re

from bacasable.privacy.redaction.identifiers.calendar_dates import dates
from bacasable.privacy.redaction.identifiers.codes import lettered_codes, papers_apart
from bacasable.privacy.redaction.identifiers.contacts import (
    accounts_apart,
    emails,
    escaped_emails,
    named_accounts,
)
from bacasable.privacy.redaction.identifiers.context import Reading, announcements, contexts_of
from bacasable.privacy.redaction.identifiers.digits import digit_identifiers
from bacasable.privacy.redaction.identifiers.keywords import (
    ACCOUNTS,
    ESCAPED,
    HARDWARE,
    PAPERS,
    held,
    names_a_network,
)
from bacasable.privacy.redaction.identifiers.network_addresses import bare_hardware, network_addresses
from bacasable.privacy.redaction.identifiers.own_patterns import own_patterns
from bacasable.privacy.redaction.identifiers.plates import plates
from bacasable.privacy.redaction.identifiers.signs import identifier_signs
from bacasable.privacy.redaction.identifiers.surroundings import with_surroundings
from bacasable.privacy.redaction.identifiers.web_addresses import web_addresses
from bacasable.privacy.redaction.spans import Span, above
from bacasable.privacy.redaction.types import Registry

__all__ = ["dates", "held", "recognise"]


def recognise(
    text: str,
    registry: Registry,
    strict: bool = False,
    kinds: int | None = None,
    surrounded: bool = True,
) -> list[Span]:
    """Return identifiers (families number and contact) and the matches of packs, sorted, not overlapping.

    ``strict``: only what a checksum or a form of its own proves, whatever the words around; else the words
    before
    also speak for a value (a NIR without its key) or against one (the number of a file). ``kinds``: what
    :func:`held` says of the text, where it was asked already.
    """
    contexts = contexts_of(registry)
    reading = Reading(text)
    words = announcements(contexts, reading)
    places = identifier_signs(text)
    found = digit_identifiers(text, places, words, strict) if places.runs else []
    if places.letter_digit or places.digit_letter:
        found += lettered_codes(text, places, reading, words, strict, {span[0]: span for span in found})
    if places.plates or places.old_plates:
        found += plates(text, places, words, strict)
    if places.at or places.spoken:
        found += emails(text, places, words, strict)
    kinds = held(text) if kinds is None else kinds
    if not strict and kinds:
        found += named_accounts(text) if kinds & ACCOUNTS else ()
        found += bare_hardware(text) if kinds & HARDWARE else ()
        found += escaped_emails(text) if kinds & ESCAPED else ()
        found += papers_apart(text, words) if kinds & PAPERS else ()
    if not strict:
        found += accounts_apart(text, words, names_a_network(text, kinds))
    if places.hardware or places.version6 or places.version4:
        found += network_addresses(text, places, words, strict)
    if places.web or places.dotted:
        found += web_addresses(text, places)
    found += own_patterns(text, registry, words, strict)
    wanted = [
        span
        for span in above(found, contexts.least)
        if span[2] not in _LIKE_DATES or not _DATE_AND_HOUR.match(text, span[0], span[1])
    ]
    wanted.sort()
    told = _apart(wanted)
    if strict or not surrounded or not (places.runs or places.letter_digit or places.digit_letter):
        return told
    return above(with_surroundings(text, words, told), contexts.least)


#: Types whose digits a day and its hour may have, and such a day.
_LIKE_DATES = frozenset(
    ("PHONE", "RESIDENCE_PERMIT", "INE", "FT", "CAF", "HEALTH_INSURER", "PATIENT", "ID_CARD", "TAX_NOTICE")
)
_DATE_AND_HOUR = re.compile(
    r"(?:[0-3]?[0-9](?:([./\-])[01]?[0-9]\1(?:19|20)[0-9]{2}|/[01]?[0-9]/[0-9]{2})|(?:19|20)[0-9]{2}([./\-])[01][0-9]\2[0-3][0-9])"
    r"[ \u00a0,;|\-]{1,3}[0-9]"
)


def _apart(found: list[Span]) -> list[Span]:
    """Return sorted spans without overlaps: the surer one stays, else the longer one."""
    kept: list[Span] = []
    end = 0
    for span in found:
        if span[0] < end:
            while kept and span.start < kept[-1].end and _beats(span, kept[-1]):
                kept.pop()
            if kept and span.start < kept[-1].end:
                continue
        kept.append(span)
        end = span[1]
    return kept


def _beats(one: Span, other: Span) -> bool:
    """Tell whether a span is surer than another, or as sure and longer; of one type, the whole beats its
    part."""
    if one.type == other.type and one.start <= other.start and other.end <= one.end:
        return True
    return (one.confidence, one.end - one.start) > (other.confidence, other.end - other.start)
