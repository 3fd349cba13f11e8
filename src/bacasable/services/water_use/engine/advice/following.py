"""After an action: did the use of the home change, beside that of similar homes over the same weeks?

The weather changes everybody's use: what counts is the home's change less that of its cohort. And weeks
differ by themselves: a change within the home's own usual spread is said to be none that can be seen.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from bacasable.privacy.messages import N_, Refused

#: Weeks on each side, at least.
LEAST_WEEKS = 4


@dataclass(frozen=True)
class Followed:
    """Changes in percent: of the home, of similar homes, and the difference with its interval at 95 %."""

    own_percent: float
    similar_percent: float
    difference_percent: float
    low: float
    high: float

    @property
    def seen(self) -> bool:
        """Whether the difference is more than the home's weeks differ by themselves."""
        return self.low > 0 or self.high < 0


def followed(
    before: Sequence[float], after: Sequence[float], similar_before: float, similar_after: float
) -> Followed:
    """Compare a home's weeks before and after an action with the median of similar homes.

    Args:
        before, after: mean litres a day of each whole week, four or more on each side, none of zero.
        similar_before, similar_after: published median of similar homes over the same periods, above zero.

    Raises:
        Refused: too few weeks, or volumes of zero.
    """
    for weeks in (before, after):
        if len(weeks) < LEAST_WEEKS:
            raise Refused(
                N_("{count} whole weeks were read on one side; {least} are needed to see a change"),
                count=len(weeks),
                least=LEAST_WEEKS,
            )
    if min(*before, *after, similar_before, similar_after) <= 0:
        raise Refused(N_("a week without water cannot be compared; leave out the weeks of absence"))
    first, last = [math.log(week) for week in before], [math.log(week) for week in after]
    own, similar = fmean(last) - fmean(first), math.log(similar_after / similar_before)
    half = 1.96 * math.sqrt(stdev(first) ** 2 / len(first) + stdev(last) ** 2 / len(last))
    gap = own - similar
    return Followed(
        *(round(100 * math.expm1(each), 1) for each in (own, similar, gap, gap - half, gap + half))
    )
