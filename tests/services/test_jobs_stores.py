"""Rights and retention of job advice: found, exported, erased, searched for, expired, each at its time."""

from datetime import timedelta

import pytest

from bacasable.compliance import clock
from bacasable.compliance.control import Probe
from bacasable.compliance.erasure import Part, erase
from bacasable.compliance.store import Person
from bacasable.people import instance
from bacasable.services.job_advice.controls import Subject
from bacasable.services.job_advice.controls.keeping import CONTROLS
from bacasable.services.job_advice.processing import PROCESSING
from bacasable.services.job_advice.web import keeping, models, sealed
from bacasable.services.job_advice.web.actions import deciding, files
from bacasable.services.job_advice.web.models import Act, File, Word
from bacasable.services.job_advice.web.stores import stores
from tests.services.jobs_rooms import NAME, NUMBER, advised, adviser, assessed, opened, told

__all__ = ["assessed"]
pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.usefixtures("assessed")]
IT = Person("jobseeker", {"number": " 123 4567k"})


def decided() -> File:
    """Make a file with an opinion, an act with a reason, a plan, a word, a code."""
    by = adviser()
    file = opened(by, told(limits=frozenset({"no_height"})))
    _held, advice = advised(by, file)
    deciding.decide(
        item=advice.items.first(), verb="retained", reason="Elle y tient depuis longtemps.", by=by
    )
    made = Word(file=file, kind="comment")
    made.sealed = sealed.seal_words(file, made, {"text": "Merci, signé Quintefeuille."})
    made.save()
    files.make_link(file=file, kind="paper", by=by)
    return file


def purge(days: int) -> dict[str, int]:
    erased: dict[str, int] = {}
    for store in stores().values():
        erased |= store.purge(now=clock.now() + timedelta(days=days)).erased
    return erased


def test_everything_declared_lies_in_a_store() -> None:
    held = {name for store in stores().values() for name in store.holds}
    assert held == {item.name for item in PROCESSING.data}


def test_a_person_takes_away_all_that_is_held_of_them_opened() -> None:
    file = decided()
    opened(adviser(), number="999")
    records = {name: list(store.export(IT)) for name, store in stores().items()}
    assert [name for name in records if len(records[name]) != 1] == [
        "prompts",
        "trainings, suggestion by suggestion",
        "trainings",
        "imports",
    ]
    assert records["persons"][0].values["jobseeker"]["name"] == NAME
    values = records["files"][0].values
    assert values["profile"]["department"] == "44" and values["limits"]["limits"] == ["no_height"]
    assert values["opinion"][0]["opinion"]["suggestions"] and values["plan"]
    assert "depuis longtemps" in str(records["acts"][0].values)
    assert "Quintefeuille" in str(records["words"][0].values)
    by_reference = Person("jobseeker", {"reference": file.person.reference})
    assert list(stores()["files"].find(by_reference)) == list(stores()["files"].find(IT))
    assert not list(stores()["files"].find(Person("jobseeker", {"number": "--"})))


def test_an_open_file_is_kept_with_its_reason_but_for_what_was_consented_to() -> None:
    file = decided()
    done = {name: store.erase(IT, by="user:x", reason="asked") for name, store in stores().items()}
    assert done["files"].erased == {"limits": 1} and "17(3)(b)" in done["files"].kept["profile"]
    file.refresh_from_db()
    assert file.limits is None and Act.objects.exists() and Word.objects.exists()


def test_an_erasure_leaves_nothing_and_a_search_proves_it() -> None:
    file = decided()
    assert list(stores()["persons"].search("lovelace")) and list(stores()["words"].search("quintefeuille"))
    files.close_file(file=file, by=_adviser_of(file))
    part = Part(PROCESSING, stores())
    work = erase((part,), {"number": NUMBER}, by="user:x", reason="asked")
    assert work.is_proved
    assert not any(line.kept for line in work.lines)
    for word in (NAME, "Quintefeuille", "longtemps"):
        assert not any(list(store.search(word)) for store in stores().values())
    for model in (models.Person, File, Act, Word, models.Advice, models.PlanStep, models.AccessLink):
        assert not model.objects.exists()


def test_an_adviser_sees_what_they_did_and_it_stays_as_proof() -> None:
    file = decided()
    them = Person("adviser", {"account": str(file.adviser)})
    (record,) = stores()["acts"].export(them)
    assert record.values["act"]["verb"] == "retained" and "longtemps" not in str(record.values)
    assert "profile" not in next(stores()["files"].export(them)).values
    assert stores()["acts"].erase(them, by="user:x", reason="asked").kept and Act.objects.exists()


def test_each_thing_is_gone_at_its_own_time() -> None:
    file = decided()
    assert purge(29) == {}
    assert purge(31) == {"reading_time": 1}
    files.close_file(file=file, by=_adviser_of(file))
    assert set(purge(32)) == {"limits"}
    assert set(purge(190)) == {"link"}
    gone = set(purge(380))
    assert {"profile", "opinion", "plan", "act", "jobseeker"} <= gone and "word" not in gone
    assert Word.objects.exists() and not models.Advice.objects.exists()
    assert not any(list(store.search("Lovelace")) for store in stores().values())
    assert "word" in purge(800)
    purge(801)
    assert not File.objects.exists() and not models.Person.objects.exists()


def test_the_control_of_retention_passes_on_the_tables_and_sees_a_purge_that_does_nothing() -> None:
    (control,) = (one for one in CONTROLS if one.key == "retention_kept")
    probe = Probe(
        PROCESSING,
        instance.configuration().home,
        engine=Subject(keeping=keeping.Trial()),
        stores=dict(stores()),
    )
    found = control.measure(probe, 7)
    assert found.value == 0 and found.n == 120 and not found.counterexamples
    with control.sabotage(probe) as switched_off:
        assert control.measure(switched_off, 7).value == 1
    assert not models.Person.objects.exists()


def _adviser_of(file: File):  # type: ignore[no-untyped-def]
    from bacasable.people.models import User

    found = User.objects.get(public_id=file.adviser)
    found.session_is_verified = True  # type: ignore[attr-defined]
    return found
