"""What the controls touch of the running service, and how they count."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from importlib.resources import files
from typing import Any, Literal, Protocol

from bacasable.compliance.control import Measurement
from bacasable.privacy.intervals import Interval, clopper_pearson
from bacasable.services.job_advice.engine.indicators import POLICY, Shown
from bacasable.services.job_advice.engine.profiles import Profile
from bacasable.services.job_advice.engine.trace import Advice

#: The engine: its modules are what results rest on.
ENGINE = "bacasable.services.job_advice.engine"
#: The day of trials: sessions and events are counted from it, so that a result can be replayed.
DAY = date(2026, 1, 15)

#: What is kept for a time only: the time that a suggestion was read, a closed file, a link to one's own page.
Kind = Literal["reading_time", "file", "link"]


class Keeping(Protocol):
    """How a trial keeps things as pages do, and looks for them again in the tables themselves."""

    def keep(self, kind: Kind, days_old: int) -> str:
        """Keep one ``kind`` of nobody, as if so many days ago (closed, for a file); return its reference."""
        ...

    def left(self, kind: Kind, reference: str) -> bool:
        """Return whether it is still held, read where it lies and not through what may have erased it."""
        ...

    def days(self, kind: Kind) -> int:
        """Return for how many days one is held, by the declaration."""
        ...

    def clear(self) -> None:
        """Take away all that the trial kept."""
        ...


class Handing(Protocol):
    """How a trial hands CVs in at the page of a file of nobody, and looks for what is left of them."""

    def hand_in(self, name: str, content: bytes) -> None:
        """Have a CV read at the page, as an adviser does, and confirm what was read."""
        ...

    def held(self, mark: str) -> dict[str, list[str]]:
        """Return by place (disk, database...) the marks found there, each ``mark`` with four digits."""
        ...

    def keep(self, place: str, content: bytes) -> None:
        """Keep a CV at a place: what must never happen, to see that it would be found."""
        ...

    def places(self) -> Sequence[str]:
        """Return the places that are searched."""
        ...

    def clear(self) -> None:
        """Take away all that the trial kept."""
        ...


def _synthetic() -> Any:
    from bacasable.services.job_advice.engine.referential import Referential

    return Referential.synthetic(day=DAY)


def _advise(referential: Any, profile: Profile) -> Advice:
    from bacasable.services.job_advice.engine.counselling import Settings, advise

    made: Advice = advise(referential, profile, Settings(day=DAY))
    return made


def _code(referential: Any) -> Any:
    from bacasable.services.job_advice.engine.audits.flips import coded_by
    from bacasable.services.job_advice.engine.coding import coder_of

    return coded_by(coder_of(referential))


def _read(referential: Any, text: str) -> Profile:
    from io import BytesIO

    from bacasable.services.job_advice.engine.curriculum import read_cv

    made: Profile = read_cv(BytesIO(text.encode()), "cv.txt", referential, today=DAY).profile()
    return made


def _page(advice: Advice) -> Shown:
    return POLICY.shown(tuple(str(item.rank) for item in advice.suggestions))


def _proposed(trial: Any, seed: int) -> Any:
    return trial.proposals


@dataclass(frozen=True)
class Subject:
    """What the controls touch.

    ``referential`` opens the tables that trials are run on: the small synthetic ones unless told otherwise,
    so that a result can be replayed elsewhere. ``advise`` gives an opinion with the weights and settings of
    the running service; ``code`` reads titles of jobs with a referential, ``read`` the text of a CV; ``page``
    what the adviser's page offers for an opinion, read from the page where there is one; ``proposed`` what
    the people of a trial are proposed. ``note`` filters what an adviser wrote, ``check`` keeps out of a text
    what is not in its trace, ``prompt`` makes what a model is asked, ``cv`` cuts a CV before it is read,
    ``claimed`` says what would change an opinion: None stands for the engine's own.
    ``keeping`` is given by the pages' stores, None where nothing is stored. ``noted`` keeps notes as pages do
    and gives for each what a model was then asked, and what the journal, the logs and the tables hold in
    clear; ``handing`` hands a CV in at the page. Both are None where there is no page.
    """

    referential: Callable[[], Any] = _synthetic
    advise: Callable[[Any, Profile], Advice] = _advise
    code: Callable[[Any], Any] = _code
    read: Callable[[Any, str], Profile] = _read
    page: Callable[[Advice], Shown] = _page
    proposed: Callable[[Any, int], Any] = _proposed
    note: Callable[..., Any] | None = None
    check: Callable[..., Any] | None = None
    prompt: Callable[..., Any] | None = None
    cv: Callable[[str], tuple[str, Any]] | None = None
    claimed: Callable[..., Any] | None = None
    keeping: Keeping | None = None
    noted: Callable[[Sequence[str]], list[list[str]]] | None = None
    handing: Handing | None = None


def shipped(*names: str) -> dict[str, str]:
    """Return the digest of each data file of the engine (``notes/words.toml``), for what results rest on.

    Raises:
        FileNotFoundError: there is no such file: a control rests on what is not there.
    """
    root = files(ENGINE)
    return {name: sha256(root.joinpath(name).read_bytes()).hexdigest() for name in names}


#: The files of weights and signs that every opinion is made with.
OPINION = shipped("scoring/weights.toml", "counselling/mix.toml", "counselling/diagnosis.toml")


def counted(failed: int, n: int, seed: int, attacker: str, seen: str, **details: Any) -> Measurement:
    """Return a share of failures with its exact interval."""
    return measured(failed / n if n else 0.0, clopper_pearson(failed, n), n, seed, attacker, seen, **details)


def measured(
    value: float,
    interval: Interval,
    n: int,
    seed: int,
    attacker: str,
    seen: str,
    chance: float = 0.0,
    **details: Any,
) -> Measurement:
    """Return a value with its interval, on the sample of digest ``seen``."""
    return Measurement(value, n, interval, chance, seed, attacker, seen, details)
