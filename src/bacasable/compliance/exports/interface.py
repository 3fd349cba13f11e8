"""What an export is: a format that a declaration is written in, for machines, and read in, for people.

A format is an :class:`Export` named in the entry-point group ``bacasable.exports``; ours enter by the same
door as anybody's (:mod:`bacasable.compliance.exports.loading`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bacasable.compliance import clock
from bacasable.compliance.control import Direction, Run, Verdict
from bacasable.compliance.dpia import RecordedDpia
from bacasable.compliance.exports.sheet import Missing, Sheet
from bacasable.compliance.processing import Processing


class NotDue(Exception):
    """The format does not concern this declaration; the message says why and what would change it."""


@dataclass(frozen=True)
class Measured:
    """The latest signed run of one control, as a format quotes it.

    ``value``, ``low`` and ``high`` are in ``unit``; ``level`` is that of the interval (0 to 1) over ``n``
    trials. ``is_current`` is false where the declaration has changed since.
    """

    control: str
    title: str
    unit: str
    direction: Direction
    threshold: float
    value: float
    low: float
    high: float
    level: float
    n: int
    attacker: str
    sample_sha256: str
    measured_at: datetime
    verdict: Verdict
    label: str = ""
    is_current: bool = True

    @classmethod
    def of(cls, run: Run, declaration: Processing, label: str = "") -> "Measured":
        """Return what ``run`` says, and whether it was measured under ``declaration`` as it is now."""
        measured = run.measurement
        return cls(
            control=run.control,
            title=run.title,
            unit=run.unit,
            direction=run.direction,
            threshold=run.threshold,
            value=measured.value,
            low=measured.interval.low,
            high=measured.interval.high,
            level=measured.interval.level,
            n=measured.n,
            attacker=measured.attacker,
            sample_sha256=measured.sample_sha256,
            measured_at=run.measured_at,
            verdict=run.verdict,
            label=label,
            is_current=run.declaration_sha256 == declaration.digest(),
        )


def _as_it_is(message: str) -> str:
    return message


@dataclass(frozen=True)
class Context:
    """What the installation adds to a declaration.

    ``controller``, ``controller_contact`` and ``dpo_contact`` are told by the settings: a declaration that
    comes in a package cannot know who installs it. ``measured`` holds the latest run of each control, by its
    key; ``refused`` names the files of evidence that are not believed; ``dpia`` is what the controller
    recorded of its impact assessment. ``translate`` gives a marked message
    in ``language``; no web framework is known here.
    """

    language: str = "en"
    at: datetime = field(default_factory=clock.now)
    controller: str = ""
    controller_contact: str = ""
    dpo_contact: str = ""
    office: str = ""
    measured: Mapping[str, Measured] = field(default_factory=dict)
    refused: tuple[str, ...] = ()
    dpia: RecordedDpia | None = None
    translate: Callable[[str], str] = _as_it_is

    def say(self, message: str, /, **values: object) -> str:
        """Return a marked message in the language, its ``%(name)s`` filled; an empty one stays empty."""
        said = self.translate(message) if message else ""
        return said % values if values else said


@dataclass(frozen=True)
class Exported:
    """The file, and what could not be put in it."""

    content: bytes
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True)
class Export:
    """One format.

    ``key`` is lower-case letters, digits and hyphens; ``label`` is marked for translation; ``extension`` has
    no dot. ``render`` writes the file, ``sheet`` lays the same content out for people (HTML and PDF are made
    of it, the same way for every format). Both raise :class:`NotDue` where the format does not concern the
    declaration.
    """

    key: str
    label: str
    media_type: str
    extension: str
    render: Callable[[Processing, Context], Exported]
    sheet: Callable[[Processing, Context], Sheet]

    def file_name(self, declaration: Processing, extension: str = "") -> str:
        """Return the name of the file, or that of its ``html`` or ``pdf`` for people."""
        return f"{declaration.service}-{self.key}.{extension or self.extension}"
