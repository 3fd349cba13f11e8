"""What the controls touch of the running service, and how they count."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bacasable.compliance.control import Measurement
from bacasable.privacy.intervals import clopper_pearson
from bacasable.services.assistant.engine.answering import Abstention, Assistant, Settings, of_index
from bacasable.services.assistant.engine.generation import CHECKS, Checks
from bacasable.services.assistant.engine.minimisation import Shield
from bacasable.services.assistant.engine.retrieval import Index, Plain
from bacasable.services.assistant.engine.sheets import EVERYBODY
from bacasable.services.assistant.engine.trials import corpus

#: What the results rest on: modules whose change makes a control due again.
ENGINE = "bacasable.services.assistant.engine"
SHIELD = (f"{ENGINE}.minimisation", "bacasable.privacy.redaction.finding")
ANSWER = (f"{ENGINE}.answering.assistant", f"{ENGINE}.generation.wording", f"{ENGINE}.trials.plants")


@dataclass(frozen=True)
class Subject:
    """What the controls touch of the running service.

    ``shield`` makes the shield of a conversation; ``index`` an empty index of the kind in use, without
    vectors; ``abstention`` says when to be silent on an index; ``keep`` keeps a conversation of an account,
    so many days old, with a question, as pages do; ``checks`` is what keeps orders and loose claims out.
    """

    shield: Callable[[], Shield] = Shield
    index: Callable[[], Any] = Plain
    abstention: Callable[[Index], Abstention] = of_index
    checks: Checks = CHECKS
    keep: Callable[[uuid.UUID, str, int], None] | None = None

    def assistant(self, index: Any, endpoint: Any = None) -> Assistant:
        """Return an assistant as it answers here, over a trial's index, with a trial's model or none."""
        return Assistant(index, endpoint=endpoint, settings=Settings(), checks=self.checks)

    def filled(self, *collections: tuple[str, frozenset[str]]) -> Any:
        """Return an index with the trial's sheets in each of ``collections``, for their readers."""
        made = self.index()
        for name, readers in collections or ((corpus.COLLECTION, frozenset({EVERYBODY})),):
            made.put(corpus.sheets(name), readers=readers)
        return made


def measured(
    failed: int, n: int, seed: int, attacker: str, seen: Any, chance: float = 0.0, **details: Any
) -> Measurement:
    return Measurement(
        value=failed / n if n else 0.0,
        n=n,
        interval=clopper_pearson(failed, n),
        chance=chance,
        seed=seed,
        attacker=attacker,
        sample_sha256=seen.hexdigest(),
        details=details,
    )
