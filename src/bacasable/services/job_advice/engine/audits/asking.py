"""The audits when somebody asks for them: people are drawn, advised one by one, and compared."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from bacasable.services.job_advice.engine.audits.auditing import Audit, audit
from bacasable.services.job_advice.engine.audits.outcomes import regions_of
from bacasable.services.job_advice.engine.audits.proposals import market, proposals
from bacasable.services.job_advice.engine.counselling import Settings, advise
from bacasable.services.job_advice.engine.population.people import draw_people
from bacasable.services.job_advice.engine.trace import Advice

if TYPE_CHECKING:
    from bacasable.services.job_advice.engine.referential import Referential

#: People of whom one says how far the audit is.
_TOLD_EVERY = 50


def asked(
    referential: "Referential",
    n: int,
    seed: int,
    *,
    day: date | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Audit:
    """Return the audits of what ``n`` synthetic people of ``referential`` are proposed, on ``day`` (today).

    ``progress`` is told the people advised so far and all of them.
    """
    drawn = draw_people(referential, n, seed)
    told = progress or (lambda _done, _all: None)
    settings = Settings(day=day)

    def advised() -> Iterator[Advice]:
        for done, profile in enumerate(drawn.profiles):
            if done % _TOLD_EVERY == 0:
                told(done, n)
            yield advise(referential, profile, settings)

    proposed = proposals(drawn.occupations, advised())
    return audit(
        drawn,
        proposed,
        market(referential, drawn),
        regions_of(referential),
        sources=tuple((one.name, one.version, one.date) for one in referential.sources),
        is_synthetic=referential.is_synthetic,
        seed=seed,
    )
