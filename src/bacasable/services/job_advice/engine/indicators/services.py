"""What a service makes of suggestions: indicators of a month, never of an adviser.

Five advisers at least, none of whom made more than half of the acts: below, the result would be somebody's.
Months are whole and over, weeks of reading times too, so that no result minus another is a few days of one
person; a group of too few advisers joins the others, and where the others are too few the smallest group
joins them, so that no group is what is left of a total.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from bacasable.privacy.messages import N_, Refused
from bacasable.services.job_advice.engine.indicators.acts import FOLLOWS, ON_INTERVIEW, Act
from bacasable.services.job_advice.engine.indicators.shares import Difference, Share, difference, share

#: Advisers below which nothing is told, and the share of the acts that none of them may pass.
LEAST_ADVISERS, MOST_OF_ONE = 5, 0.5
#: Days after which a reading time is not used, whether or not it was erased.
READING_DAYS = 30
#: Seconds below which a suggestion and its reasons cannot have been read: some 40 words.
FAST_SECONDS = 10
#: The group that small groups join.
OTHERS = "others"


@dataclass(frozen=True, slots=True)
class Indicators:
    """What a service made of the suggestions of a month.

    ``retained``: suggestions retained as proposed, of those acted upon. ``own``: interviews that ended with
    the adviser's own advice or none of these. ``fast``: suggestions decided in less than ``fast_seconds``, of
    the whole weeks that still hold their reading times. ``first_rank``: how much more often the first
    suggestion is retained than the others. ``unchanged``: texts kept as proposed, of those kept. ``decoys``:
    suggestions made bad on purpose, in training, that were not retained. ``by_group``: ``retained`` by group.
    What fewer than five advisers did is None, or not in ``by_group``.
    """

    service: str
    month: str
    interviews: int
    acts: int
    retained: Share
    own: Share
    fast: Share | None = None
    fast_seconds: int = FAST_SECONDS
    first_rank: Difference | None = None
    unchanged: Share | None = None
    decoys: Share | None = None
    by_group: Mapping[str, Share] = field(default_factory=dict)


def indicators(
    acts: Iterable[Act], *, service: str, month: str, today: date, fast_seconds: int = FAST_SECONDS
) -> Indicators:
    """Return the indicators of ``service`` for ``month`` ("2026-10"), read on ``today``.

    ``acts`` come in the order in which they were made: the last one about a suggestion counts, with the time
    of them all.

    Raises:
        Refused: a month that is not over, fewer than five advisers, or one who made more than half.
    """
    first, after = _bounds(month)
    if today < after:
        raise Refused(
            N_("{month} is not over: indicators are of whole months; wait for its end"), month=month
        )
    there = _last(act for act in acts if act.service == service and first <= act.on < after)
    real = [act for act in there if not act.is_decoy]
    if not _enough(real):
        raise Refused(
            N_(
                "{month}: fewer than {least} advisers acted, or one of them made more than half of the acts; "
                "indicators would be somebody's. Join services or look at another month"
            ),
            month=month,
            least=LEAST_ADVISERS,
        )
    items = [act for act in real if act.item is not None]
    ways = {act.interview: act.adviser for act in real}
    own = {act.interview for act in real if act.verb in ON_INTERVIEW}
    return Indicators(
        service,
        month,
        interviews=len(ways),
        acts=len(items),
        retained=_share(items, _retained),
        own=share((adviser, interview in own) for interview, adviser in ways.items()),
        fast=_fast(items, today, fast_seconds),
        fast_seconds=fast_seconds,
        first_rank=_first_rank(items),
        unchanged=_told(
            [act for act in items if act.changed is not None and act.verb in ("retained", "modified")],
            lambda act: not act.changed,
        ),
        decoys=_told([act for act in there if act.is_decoy], lambda act: not _retained(act)),
        by_group=_by_group(items),
    )


def _last(acts: Iterable[Act]) -> list[Act]:
    """Return one act for each suggestion, the last; acts of an interview as a whole are all kept."""
    kept: dict[tuple[str, str | None], Act] = {}
    whole = []
    for act in acts:
        if act.item is None:
            whole.append(act)
            continue
        earlier = kept.get((act.interview, act.item))
        if earlier is not None:
            times = (earlier.reading_ms, act.reading_ms)
            act = replace(act, reading_ms=None if None in times else sum(filter(None, times)))
        kept[act.interview, act.item] = act
    return [*kept.values(), *whole]


def _bounds(month: str) -> tuple[date, date]:
    """Return the first day of a month and of the next.

    Raises:
        Refused: not a month.
    """
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise Refused(N_("'{month}' is no month; write 2026-10"), month=month) from None
    return first, (first + timedelta(days=31)).replace(day=1)


def _retained(act: Act) -> bool:
    return act.verb in FOLLOWS


def _enough(acts: Sequence[Act]) -> bool:
    """Return whether a result of these acts would be of several people: the one place where it is decided."""
    made = Counter(act.adviser for act in acts)
    return len(made) >= LEAST_ADVISERS and max(made.values()) <= MOST_OF_ONE * made.total()


def _share(acts: Sequence[Act], outcome: Callable[[Act], bool]) -> Share:
    return share((act.adviser, outcome(act)) for act in acts)


def _told(acts: Sequence[Act], outcome: Callable[[Act], bool]) -> Share | None:
    return _share(acts, outcome) if _enough(acts) else None


def _fast(items: Sequence[Act], today: date, seconds: int) -> Share | None:
    """Return the share of the weeks (Monday to Sunday) that are whole, recent and of enough advisers.

    A week goes out whole: what two days tell apart is a week of five advisers at least.
    """
    weeks: dict[date, list[Act]] = {}
    for act in items:
        weeks.setdefault(act.on - timedelta(days=act.on.weekday()), []).append(act)
    timed = []
    for monday, acts in weeks.items():
        if (today - monday).days <= READING_DAYS and monday + timedelta(days=7) <= today:
            known = [act for act in acts if act.reading_ms is not None]
            if _enough(known):
                timed += known
    return _told(timed, lambda act: act.reading_ms is not None and act.reading_ms < 1000 * seconds)


def _first_rank(items: Sequence[Act]) -> Difference | None:
    first = _told([act for act in items if act.rank == 1], _retained)
    others = _told([act for act in items if act.rank is not None and act.rank > 1], _retained)
    return difference(first, others) if first and others else None


def _by_group(items: Sequence[Act]) -> dict[str, Share]:
    groups: dict[str, list[Act]] = {}
    for act in items:
        groups.setdefault(act.group or OTHERS, []).append(act)
    if set(groups) == {OTHERS}:
        return {}
    small = [name for name, acts in groups.items() if name == OTHERS or not _enough(acts)]
    joined = [act for name in small for act in groups.pop(name)]
    while joined and groups and not _enough(joined):
        smallest = min(groups, key=lambda name: (len(groups[name]), name))
        joined += groups.pop(smallest)
    told = {name: _share(acts, _retained) for name, acts in sorted(groups.items())}
    if joined and _enough(joined):
        told[OTHERS] = _share(joined, _retained)
    return told
