"""Free words are looked at before they are kept: some are stopped, some must be read again by a human."""

import hashlib
from collections.abc import Sequence

from bacasable.compliance.service import N_
from bacasable.privacy.messages import Refused
from bacasable.services.job_advice.engine.notes import seen

#: Signs that are kept of a text, at most.
LONGEST = 4000


class Stopped(Refused):
    """Words that may not be kept as they are.

    ``blocked``: nothing but other words will do. Else a human reads them again and says, by ``digest``, that
    this very text may stand. ``found`` are pairs of the words and of why they were stopped.
    """

    def __init__(self, found: Sequence[tuple[str, str]], *, blocked: bool, digest: str) -> None:
        super().__init__(
            N_("Some words may not be kept here. Change them.")
            if blocked
            else N_("Some words may tell of private life. Read them again, then keep or change them.")
        )
        self.found, self.blocked, self.digest = tuple(found), blocked, digest


def looked_at(text: str, *, confirmed: str = "") -> str:
    """Return the text as it is kept, once the filter of sensitive words let it through.

    Args:
        confirmed: digests of texts that a human read again, joined by commas: no alert is raised for those.

    Raises:
        Stopped: words of health, family, origin, religion, union, or a number of a person.
        Refused: it is too long.
    """
    said = text.replace("\r\n", "\n").strip()
    if len(said) > LONGEST:
        raise Refused(N_("The text is longer than {most} signs. Shorten it."), most=LONGEST)
    if not said:
        return ""
    blocked, alerts = seen(said)
    digest = hashlib.sha256(said.encode()).hexdigest()[:16]
    if blocked:
        raise Stopped(blocked, blocked=True, digest=digest)
    if alerts and digest not in confirmed.split(","):
        raise Stopped(alerts, blocked=False, digest=digest)
    return said
