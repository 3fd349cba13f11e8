"""What the tests of job advice's pages stand on: an adviser, a file with a profile, the synthetic tables."""

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from bacasable.compliance.gate import Gate
from bacasable.people.models import User
from bacasable.services.job_advice.engine.profiles import Diploma, Held, Profile
from bacasable.services.job_advice.processing import PROCESSING
from bacasable.services.job_advice.web import gates, running, sealed
from bacasable.services.job_advice.web.actions import files, interviews
from bacasable.services.job_advice.web.models import Advice, File, Interview
from tests.factories.people import staff, verified

if TYPE_CHECKING:
    from bacasable.services.job_advice.engine.referential import Referential

ROOT = "/services/job-advice/"
#: The declaration as a controller has it whose impact assessment is validated.
ASSESSED = dataclasses.replace(PROCESSING, dpia=dataclasses.replace(PROCESSING.dpia, status="validated"))
NAME, NUMBER = "Ada Lovelace-Test", "1234567K"


@pytest.fixture
def assessed(monkeypatch: pytest.MonkeyPatch, db: None) -> Iterator[None]:
    """Open the gate, as for a controller whose impact assessment is validated."""
    open_gate = Gate(ASSESSED)
    monkeypatch.setattr(gates, "gate", lambda: open_gate)
    yield


def adviser(**fields: object) -> User:
    """Make an adviser who signed in with a second factor."""
    return verified(staff("job_adviser", **fields))


def referential() -> "Referential":
    return running.referential()


def told(**changes: object) -> Profile:
    """Return the profile of somebody who held the first occupation of the tables and looks for another."""
    tables = referential()
    codes = tables.occupations["code"].to_list()
    place = tables.index_of(codes[0])
    links = tables.occupation_skills
    numbers = tables.skills["ogr"].to_list()
    held = [numbers[at] for at in links.indices[links.indptr[place] : links.indptr[place + 1]]]
    profile = Profile(
        held=(Held(codes[0], 60, 2),),
        skills=frozenset(held[: max(1, len(held) // 2)]),
        diplomas=(Diploma(4),),
        department="44",
        mobility_km=20,
        difficulties=frozenset({"no_answers"}),
    )
    return dataclasses.replace(profile, **changes)  # type: ignore[arg-type]


def opened(by: User, profile: Profile | None = None, number: str = NUMBER) -> File:
    """Open a file, and tell its profile where one is given."""
    made = files.open_file(identity=sealed.Identity(NAME, number), by=by)
    if profile is not None:
        files.write_profile(file=made, profile=profile, part="held", by=by)
    return made


def advised(by: User, file: File | None = None) -> tuple[Interview, Advice]:
    """Hold an interview until its suggestions are shown."""
    held = interviews.open_interview(file=file or opened(by, told()), by=by)
    interviews.give_view(interview=held, text="Vers un métier voisin.", by=by)
    return held, interviews.suggest(interview=held, by=by)
