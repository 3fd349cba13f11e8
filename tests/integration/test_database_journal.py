"""The journal in the database: one chain, in the transaction of the act."""

import threading

import pytest
from django.db import connection, transaction

from bacasable.compliance.journal import Head, JournalRefused
from bacasable.people.journal import DATABASE_JOURNAL, record
from bacasable.people.models import JournalEntry, JournalHead, User


@pytest.mark.django_db
def test_entries_are_chained_and_name_the_account_by_its_public_identifier() -> None:
    user = User.objects.create_user("ada@example.org")
    record("dossier.submitted", by=user, subject="dossier:BAS-2027-0001", version=1, share=0.5, late=False)
    record("call.asked", by=None, subject="call:one")
    record("mail.delivered", by="system", subject="mail:1")
    report = DATABASE_JOURNAL.verify()
    assert (report.ok, report.count) == (True, 3)
    actors = list(JournalEntry.objects.values_list("actor", flat=True))
    assert actors == [f"user:{user.public_id}", "public", "system"]


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_it_is_refused_with_the_remedy() -> None:
    with pytest.raises(JournalRefused, match=r"@transaction\.atomic"):
        record("call.published", by="system", subject="call:one")
    assert not JournalEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_act_that_fails_leaves_no_entry() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record("call.published", by="system", subject="call:one")
        1 / 0  # noqa: B018
    with transaction.atomic():
        record("call.closed", by="system", subject="call:one")
    assert (DATABASE_JOURNAL.verify().ok, DATABASE_JOURNAL.head().number) == (True, 1)


@pytest.mark.django_db
def test_what_a_hand_does_in_the_database_is_found() -> None:
    for number in range(6):
        record("call.asked", by=None, subject=f"call:{number}")
    published = DATABASE_JOURNAL.head()
    JournalEntry.objects.filter(number=2).update(subject="call:other")
    JournalEntry.objects.filter(number=4).delete()
    assert {(fault.kind, fault.number) for fault in DATABASE_JOURNAL.verify(published).faults} == {
        ("edited", 2),
        ("missing", 4),
    }


@pytest.mark.django_db
def test_a_cut_end_is_found_even_when_the_stored_head_is_cut_with_it() -> None:
    for number in range(4):
        record("call.asked", by=None, subject=f"call:{number}")
    published = DATABASE_JOURNAL.head()
    JournalEntry.objects.filter(number__gt=2).delete()
    assert [fault.kind for fault in DATABASE_JOURNAL.verify().faults] == ["truncated"]
    last = JournalEntry.objects.get(number=2)
    JournalHead.objects.update(number=2, digest=last.digest)
    assert DATABASE_JOURNAL.verify().ok
    (fault,) = DATABASE_JOURNAL.verify(published).faults
    assert (fault.kind, fault.number) == ("truncated", 3)
    assert DATABASE_JOURNAL.verify(Head(2, last.digest)).ok


@pytest.mark.django_db(transaction=True)
def test_many_writers_make_one_chain() -> None:
    errors: list[Exception] = []

    def write(who: int) -> None:
        try:
            for number in range(10):
                with transaction.atomic():
                    record("call.asked", by=None, subject=f"call:{who}-{number}")
        except Exception as error:  # a thread's error must reach the test
            errors.append(error)
        finally:
            connection.close()

    writers = [threading.Thread(target=write, args=(who,)) for who in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    report = DATABASE_JOURNAL.verify()
    assert (errors, report.ok, report.count) == ([], True, 40)
