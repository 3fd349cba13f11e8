"""Querysets at the gate, and a model's rows as a store of the duties."""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.models import Count, F

from bacasable.compliance import clock
from bacasable.compliance.gate import Gate
from bacasable.compliance.journal import JournalRefused
from bacasable.compliance.processing import Period, Processing
from bacasable.compliance.store import Person, Store
from bacasable.duties.stores import stores
from bacasable.people.journal import DATABASE_JOURNAL
from bacasable.people.models import JournalEntry, OneTimeLink, RoleGrant, User
from bacasable.people.rows import READING_JOURNAL, QuerysetStore
from bacasable.privacy.messages import Refused
from tests.factories.stores import ADA, RECEIVED, ZOE, Final, StoreSuite, declared

pytestmark = pytest.mark.django_db

LINK = "people.OneTimeLink"
STORED = {"address": (f"{LINK}.email",), "note": (f"{LINK}.target",), "receipt": (f"{LINK}.spent_at",)}


class LinkKit:
    all_or_nothing = True

    def add(self, address: str, note: str, received: datetime = RECEIVED) -> str:
        link = OneTimeLink.objects.create(
            email=address, target=note, spent_at=received, expires_at=received + timedelta(hours=1)
        )
        return f"{LINK}/{link.public_id}"

    def store(
        self, *, keeps: Mapping[str, str] | None = None, final: Final = "destroy", visa: bool = False
    ) -> Store:
        return QuerysetStore(
            OneTimeLink,
            declared(STORED, final=final, visa=visa),
            persons={"writer": {"address": "email__iexact"}},
            keeps=keeps,
            started={"letters": "spent_at"},
            reference="public_id",
        )

    def notes(self) -> list[str]:
        return sorted(OneTimeLink.objects.values_list("target", flat=True))

    @contextlib.contextmanager
    def breaking(self) -> Iterator[None]:
        from django.db.models.signals import post_delete

        seen: list[object] = []

        def fail(**_: Any) -> None:
            seen.append(None)
            if len(seen) == 2:
                raise OSError("disk full")

        post_delete.connect(fail, sender=OneTimeLink)
        try:
            yield
        finally:
            post_delete.disconnect(fail, sender=OneTimeLink)


class TestQuerysetStore(StoreSuite):
    @pytest.fixture
    def kit(self) -> LinkKit:
        return LinkKit()

    def test_what_is_made_anonymous_stays_as_a_record(self, kit: LinkKit) -> None:  # type: ignore[override]
        kit.add(ADA, "old")
        store = kit.store(final="anonymise")
        now = RECEIVED + timedelta(days=90)
        assert dict(store.purge(now=now).erased) == {"address": 1, "note": 1, "receipt": 1}
        (link,) = OneTimeLink.objects.all()
        assert (link.email, link.target, link.spent_at) == ("", "", None)
        assert not store.purge(now=now).erased


def test_a_column_that_cannot_be_emptied_is_told_when_the_store_is_made() -> None:
    stored = STORED | {"end": (f"{LINK}.expires_at",)}
    with pytest.raises(Refused, match=r"OneTimeLink\.expires_at cannot be emptied.*blank="):
        QuerysetStore(OneTimeLink, declared(stored), persons={}, keeps={"note": "a law"})


def test_names_that_are_not_declared_are_told_with_those_that_are() -> None:
    with pytest.raises(Refused, match="data 'notes', which is not declared; use one of: address, note"):
        QuerysetStore(OneTimeLink, declared(STORED), persons={}, keeps={"notes": "a law"})
    with pytest.raises(Refused, match="person 'reader'"):
        QuerysetStore(OneTimeLink, declared(STORED), persons={"reader": {}})


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("mail", "has no 'mail'"),
        ("email__domain", "has no 'email__domain'"),
        ("email__icontains", "look-up 'icontains' of 'email__icontains' may reach somebody else's rows"),
        ("email__in", "look-up 'in'"),
        ("email__regex", "look-up 'regex'"),
    ],
)
def test_a_look_up_that_reaches_others_is_refused_when_the_store_is_made(path: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        QuerysetStore(OneTimeLink, declared(STORED), persons={"writer": {"address": path}})


@pytest.mark.parametrize("alike", ["mıchel@x.fr", "MıCHEL@x.fr", "michel@ſ.fr", "miche%@x.fr", "miche_@x.fr"])
def test_a_look_alike_is_somebody_else(alike: str) -> None:
    kit = LinkKit()
    kit.add("Michel@X.fr", "his")
    kit.add("michel@s.fr", "hers")
    store = kit.store()
    somebody = Person("writer", {"address": alike})
    assert list(store.find(somebody)) == list(store.export(somebody)) == []
    assert not store.erase(somebody, by="test", reason="test").erased
    assert store.erase(Person("writer", {"address": "michel@x.FR"}), by="test", reason="test").erased
    assert kit.notes() == ["hers"]


@pytest.mark.parametrize(
    ("kind", "address"), [("staff", "mıchel@x.fr"), ("staff", "michel@x.fr\0"), ("visitor", "michel@x.fr")]
)
def test_the_journal_is_told_to_the_very_person(kind: str, address: str) -> None:
    user = User.objects.create(email="michel@x.fr")
    DATABASE_JOURNAL.record("account.opened", actor=f"user:{user.public_id}", subject="account:1")
    journal = stores()["journal"]
    assert list(journal.find(Person(kind, {"email": address}))) == []
    assert len(list(journal.find(Person("staff", {"email": "Michel@x.fr"})))) == 1


def test_a_record_does_not_take_rows_of_another_retention_with_it() -> None:
    """Roles, kept for longer, refer to the account by a key on which the database deletes them with it."""
    of_account = declared({"name": ("people.User.email",)})
    person = Person("writer", {"address": ADA})

    def store(declaration: Processing) -> QuerysetStore:
        return QuerysetStore(
            User,
            declaration,
            persons={"writer": {"address": "email__iexact"}},
            started={"letters": "created_at"},
        )

    user = User.objects.create(email=ADA)
    RoleGrant.objects.create(user=user, role="officer")
    longer = replace(of_account.data[0].retention, key="roles", current=Period(months=120))
    role = replace(of_account.data[0], name="role", retention=longer, stored_in=("people.RoleGrant.role",))
    for declaration in (of_account, replace(of_account, data=(*of_account.data, role))):
        for dry_run in (True, False):
            with pytest.raises(Refused, match=r"rows of people\.RoleGrant would be deleted with these"):
                store(declaration).purge(now=clock.now() + timedelta(days=90), dry_run=dry_run)
        with pytest.raises(Refused, match=r"rows of people\.RoleGrant would be deleted with these"):
            store(declaration).erase(person, by="test", reason="test")
    assert RoleGrant.objects.count() == User.objects.filter(email=ADA).count() == 1
    alike = replace(role, retention=of_account.data[0].retention)
    assert store(replace(of_account, data=(*of_account.data, alike))).erase(person, by="t", reason="t").erased
    assert not RoleGrant.objects.exists()


def admitted(*fields: str, journal: Any = None) -> Any:
    return Gate(declared(STORED), journal=journal).admit(purpose="answer", data_set=LINK, fields=fields)


def test_a_queryset_is_narrowed_in_sql(django_assert_num_queries: Any) -> None:
    LinkKit().add(ADA, "first")
    LinkKit().add(ZOE, "second")
    with django_assert_num_queries(1) as seen:
        rows = list(admitted("note").rows(OneTimeLink.objects.filter(email=ADA).select_related()))
    assert rows == [{"target": "first"}]
    (query,) = seen.captured_queries
    assert query["sql"].partition("FROM")[0].count(",") == 0


def test_a_manager_passes_as_its_queryset() -> None:
    LinkKit().add(ADA, "first")
    assert list(admitted("address", "note").rows(OneTimeLink.objects)) == [{"email": ADA, "target": "first"}]


@pytest.mark.parametrize(
    "queryset",
    [
        lambda: OneTimeLink.objects.values("email").annotate(n=Count("pk")),
        lambda: OneTimeLink.objects.all().union(OneTimeLink.objects.all()),
        lambda: OneTimeLink.objects.extra(select={"target": "email"}),
    ],
)
def test_a_queryset_in_which_a_name_may_lie_is_refused(queryset: Any) -> None:
    with pytest.raises(Refused, match="does not pass the gate; give the plain one"):
        admitted("note").rows(queryset())


@pytest.mark.parametrize(
    "queryset",
    [
        lambda: OneTimeLink.objects.values("pk").annotate(target=F("email")),
        lambda: OneTimeLink.objects.values_list("pk").values(target=F("email")),
        lambda: OneTimeLink.objects.values("pk").alias(target=F("email")),
    ],
)
def test_what_a_queryset_computes_does_not_pass_for_a_column(queryset: Any) -> None:
    LinkKit().add(ADA, "first")
    with pytest.raises(Refused, match="computes target, which is the name of a column"):
        list(admitted("note").rows(queryset()))


def test_what_a_queryset_computes_is_left_behind() -> None:
    LinkKit().add(ADA, "first")
    source = OneTimeLink.objects.annotate(shadow=F("email")).only("email").order_by("pk")
    assert list(admitted("note").rows(source)) == [{"target": "first"}]


def test_another_model_than_the_one_admitted_is_refused() -> None:
    with pytest.raises(Refused, match=r"the source is 'people\.JournalEntry'"):
        admitted("note").rows(JournalEntry.objects.all())


@pytest.mark.django_db(transaction=True)
def test_one_reading_is_one_entry_without_content() -> None:
    LinkKit().add(ADA, "first")
    list(admitted("address", "note", journal=READING_JOURNAL).rows(OneTimeLink.objects.all()))
    (entry,) = DATABASE_JOURNAL.entries()
    assert (entry.action, entry.actor, entry.subject) == ("gate.read", "service:letters", f"data:{LINK}")
    assert entry.facts["fields"] == "email,target"
    assert ADA not in str(entry)


@pytest.mark.django_db(transaction=True)
def test_where_the_journal_refuses_nothing_is_read(django_assert_num_queries: Any) -> None:
    LinkKit().add(ADA, "first")
    with django_assert_num_queries(0), pytest.raises(JournalRefused):
        admitted("note", journal=DATABASE_JOURNAL).rows(OneTimeLink.objects.all())
