"""What an adviser did of a suggestion is only added: the database refuses the rest, but to retention."""

import pytest
from django.db import DatabaseError, connections, router, transaction

from bacasable.services.job_advice.engine.profiles import Profile
from bacasable.services.job_advice.web import append_only, sealed
from bacasable.services.job_advice.web.models import Act, File, Interview, Person

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def done() -> Act:
    """An act without a suggestion, in a file of nobody."""
    person = Person(reference="D-TEST")
    sealed.seal_identity(person, sealed.Identity("Ada Test"))
    person.save()
    file = File(person=person, adviser=person.public_id)
    sealed.seal_profile(file, Profile(limits=frozenset({"no_height"}), department="44"))
    file.save()
    interview = Interview.objects.create(file=file, adviser=file.adviser)
    return Act.objects.create(
        interview=interview, verb="none_of_these", reading_ms=1200, adviser=file.adviser, sealed=b"words"
    )


@pytest.mark.parametrize("change", [{"verb": "own_advice"}, {"reading_ms": None}, {"sealed": b"others"}])
def test_no_act_is_changed(done: Act, change: dict[str, object]) -> None:
    with pytest.raises(DatabaseError, match="only added"), _apart():
        Act.objects.filter(pk=done.pk).update(**change)


def test_no_act_is_deleted_not_even_by_its_file(done: Act) -> None:
    for rows in (Act.objects.filter(pk=done.pk), File.objects.filter(pk=done.interview.file_id)):
        with pytest.raises(DatabaseError, match="only added"), _apart():
            rows.delete()
    assert Act.objects.filter(pk=done.pk).exists()


def test_retention_blanks_and_deletes_but_rewrites_nothing(done: Act) -> None:
    rows = Act.objects.filter(pk=done.pk)
    with append_only.door():
        rows.update(reading_ms=None, sealed=None)
    for change in ({"verb": "own_advice"}, {"reading_ms": 5}):
        with pytest.raises(DatabaseError, match="only added"), _apart(), append_only.door():
            rows.update(**change)
    with append_only.door():
        File.objects.filter(pk=done.interview.file_id).delete()
    assert not rows.exists()


def test_limits_lie_apart_and_a_profile_is_whole_again(done: Act) -> None:
    file = done.interview.file
    assert "no_height" not in str(sealed.words_of(file, file))
    assert sealed.profile_of(file) == Profile(limits=frozenset({"no_height"}), department="44")
    assert file.department == "44"


def _apart() -> transaction.Atomic:
    return transaction.atomic(using=router.db_for_write(Act))


def test_the_triggers_are_there() -> None:
    with connections[router.db_for_write(Act)].cursor() as cursor:
        names = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if cursor.db.vendor == "postgresql":
            names = "SELECT tgname FROM pg_trigger"
        cursor.execute(names)
        assert {"job_advice_act_kept", "job_advice_act_fixed"} <= {row[0] for row in cursor.fetchall()}
