"""A CV that is handed in is read and forgotten: nothing of its file or of its words is left anywhere."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from random import Random
from typing import Any

from bacasable.compliance.control import Control, DependsOn, Measurement, Probe
from bacasable.compliance.service import N_
from bacasable.services.job_advice.controls.subject import ENGINE, Handing, Subject, counted

#: CVs handed in, a quarter of each kind of file; none of 120 is below 2.5 % at 95 %.
CVS = 120
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"


def _left(probe: Probe, seed: int) -> Measurement:
    """Hand CVs in whose every line bears a mark, then look for the mark wherever something could be kept."""
    from bacasable.services.job_advice.engine.trials.papers import KINDS

    subject: Subject = probe.engine
    handing = subject.handing
    if handing is None:
        return counted(0, 0, seed, "there is no page here: nothing could be handed in", "")
    dice = Random(seed)  # noqa: S311 (a sample that can be drawn again)
    mark = "".join(dice.choice(_LETTERS) for _ in range(12))
    try:
        for number in range(CVS):
            kind = KINDS[number % len(KINDS)]
            handing.hand_in(f"{mark}{number:04d}.{kind}", _file(f"{mark}{number:04d}", kind))
        held = handing.held(mark)
    finally:
        handing.clear()
    found = {one for marks in held.values() for one in marks}
    return counted(
        len(found),
        CVS,
        seed,
        "searches disk, temporary files, database and caches for the marks that each line and file bears",
        sha256(mark.encode()).hexdigest(),
        places=", ".join(handing.places()),
        **{f"found in {place}": len(marks) for place, marks in held.items() if marks},
    )


def _file(mark: str, kind: Any) -> bytes:
    """Return a CV whose every line bears ``mark``, in a file whose bytes bear it in clear as well."""
    from bacasable.services.job_advice.engine.trials.papers import paper

    text = (
        f"{mark} Jeanne Lallement\n12 rue {mark}, 44000 Nantes\n\n"
        f"Expérience\n2018 - 2022 : Cuisinier {mark}\n"
        f"2012 - 2018 : Vendeuse, magasin {mark}\n\nFormation\n2011 : CAP cuisine {mark}\n"
    )
    made = paper(text, kind)
    # in packages the words are deflated: a comment bears the mark in the very bytes of the file
    if kind in ("docx", "odt"):
        comment = mark.encode()
        return made[:-2] + len(comment).to_bytes(2, "little") + comment
    return made + f"\n%{mark}\n".encode() if kind == "pdf" else made


class _Keeper:
    """Hands in as the other does, and keeps each file somewhere: at each place in turn."""

    def __init__(self, handing: Handing) -> None:
        self._handing, self._number = handing, 0

    def hand_in(self, name: str, content: bytes) -> None:
        self._handing.hand_in(name, content)
        places = self._handing.places()
        self._handing.keep(places[self._number // 4 % len(places)], content)
        self._number += 1

    def held(self, mark: str) -> dict[str, list[str]]:
        return self._handing.held(mark)

    def keep(self, place: str, content: bytes) -> None:
        self._handing.keep(place, content)

    def places(self) -> Sequence[str]:
        return self._handing.places()

    def clear(self) -> None:
        self._handing.clear()


@contextlib.contextmanager
def _with_a_keeper(probe: Probe) -> Iterator[Probe]:
    handing = probe.engine.handing
    keeper = None if handing is None else _Keeper(handing)
    yield replace(probe, engine=replace(probe.engine, handing=keeper))


CONTROLS = (
    Control(
        key="curricula_not_kept",
        title=N_("A CV is read on the spot: nothing of its file or of its words is left"),
        unit=N_("share of CVs of which something is found after they were read"),
        direction="at_most",
        threshold=0.05,
        maximum_age=timedelta(days=90),
        measure=_left,
        sabotage=_with_a_keeper,
        depends_on=DependsOn(
            modules=(
                f"{ENGINE}.curriculum.texts",
                f"{ENGINE}.curriculum.reading",
                "bacasable.services.job_advice.controls.files",
                "bacasable.services.job_advice.web.views.curriculum",
            )
        ),
        description=N_(
            "CVs as text, Word, OpenDocument and PDF are handed in at the page, as an adviser does. Looked "
            "at: files changed since under the installation's folder and among temporary ones, all tables, "
            "sealed words of the trial's file opened, and what caches hold."
        ),
    ),
)
