"""One profile in, one opinion out."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from bacasable.services.job_advice.engine.counselling.choosing import Offer, shared_out, varied
from bacasable.services.job_advice.engine.counselling.diagnosis import diagnose
from bacasable.services.job_advice.engine.counselling.limits import limiting
from bacasable.services.job_advice.engine.counselling.path import laid
from bacasable.services.job_advice.engine.counselling.signs import signs
from bacasable.services.job_advice.engine.profiles import Profile
from bacasable.services.job_advice.engine.scoring import occupations, person
from bacasable.services.job_advice.engine.scoring.aims import aims as aimed
from bacasable.services.job_advice.engine.scoring.events import events
from bacasable.services.job_advice.engine.scoring.gains import gains
from bacasable.services.job_advice.engine.scoring.scorer import Scorer
from bacasable.services.job_advice.engine.scoring.trainings import trainings
from bacasable.services.job_advice.engine.scoring.weights import Weights
from bacasable.services.job_advice.engine.trace import MOST, Advice, Kind

if TYPE_CHECKING:
    from bacasable.services.job_advice.engine.referential import Referential


@dataclass(frozen=True)
class Settings:
    """How opinions are made: weights, the day that sessions and events count from, how many (1 to 5).

    Raises:
        ValueError: a number of suggestions that is not shown at once.
    """

    weights: Weights = field(default_factory=Weights.standard)
    day: date | None = None
    most: int = MOST

    def __post_init__(self) -> None:
        """Refuse to show none, or more than are shown at once."""
        if not 1 <= self.most <= MOST:
            raise ValueError(f"most: {self.most} is not between 1 and {MOST}")


def advise(referential: "Referential", profile: Profile, settings: Settings | None = None) -> Advice:
    """Return an opinion on ``profile``, by the tables of ``referential``.

    The same profile, tables, weights and day give the same opinion, whatever the order of sets.
    """
    settings = settings or Settings()
    day = settings.day or datetime.now(UTC).date()
    scorer = Scorer.of(referential, settings.weights)
    read = person.read(scorer, profile)
    scored = occupations.weigh(scorer, read)
    aims = aimed(read, scored)
    diagnosis = diagnose(signs(scorer, read, scored, aims), told=profile.told())
    obstacle = diagnosis.obstacle

    offers: dict[Kind, Offer] = {
        "occupation": lambda: (
            occupations.suggestion(scorer, read, scored, place, 1) for place in varied(scorer, read, aims)
        ),
        "skill": lambda: gains(scorer, read, aims, "skill"),
        "soft_skill": lambda: gains(scorer, read, aims, "soft_skill"),
        "training": lambda: trainings(scorer, read, aims, day),
        "event": lambda: events(scorer, read, aims, obstacle, day),
    }
    suggestions = shared_out(obstacle, offers, settings.most)
    return Advice(
        diagnosis=diagnosis,
        suggestions=suggestions,
        path=laid(scorer, suggestions, read.department, day),
        sources=tuple((one.name, one.version, one.date) for one in referential.sources),
        weights=settings.weights.digest,
        is_synthetic=referential.is_synthetic,
        notes=(*read.notes, *limiting(scorer, read, aims, suggestions)),
    )
