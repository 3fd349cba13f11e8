"""What every store of the duties must do, as one suite: a class to inherit with a ``kit`` of its own.

The kit holds people's letters: an address, what they wrote, when it was received. It makes records, builds
the store under test over them, and says what is left.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, Protocol

import pytest

from bacasable.compliance.processing import (
    AiActProfile,
    Contact,
    Controller,
    DataField,
    Dpia,
    LawfulBasis,
    Oversight,
    Period,
    Processing,
    Purpose,
    Retention,
)
from bacasable.compliance.store import Person, Store, Unfinished

ADA, ZOE = "ada@example.org", "zoe@example.org"
RECEIVED = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
#: One month of use and one of archive from 31 January, at the same hour in Paris, by then an hour ahead.
DUE = datetime(2026, 3, 31, 8, 30, tzinfo=UTC)
LAW = "accounts are kept ten years (Code de commerce, L.123-22)"

Final = Literal["destroy", "anonymise", "transfer"]


def declared(
    stored_in: Mapping[str, tuple[str, ...]], *, final: Final = "destroy", visa: bool = False
) -> Processing:
    """Return a declaration of letters: for each declared name, where it is stored."""
    kept = Retention(
        "letters", "letters", "receipt", Period(months=1), Period(months=1), final, needs_archive_visa=visa
    )
    return Processing(
        service="letters",
        title="Letters",
        controller=Controller("a town", dpo=Contact("its officer")),
        persons={"writer": "people who write"},
        purposes=(Purpose("answer", "answer", LawfulBasis.PUBLIC_TASK, "CRPA L.112-3"),),
        data=tuple(
            DataField(name, name, "free_text", ("writer",), ("answer",), kept, places)
            for name, places in stored_in.items()
        ),
        dpia=Dpia(criteria=(), reason="none of the nine"),
        oversight=Oversight("clerks", "they read", "they decide"),
        ai_act=AiActProfile(uses_ai=False),
    )


class Kit(Protocol):
    """What a test of a store needs of it."""

    #: Whether an error half way leaves all of it, or what was not yet gone.
    all_or_nothing: bool

    def add(self, address: str, note: str, received: datetime = RECEIVED) -> str:
        """Store one letter; return its reference."""
        ...

    def store(
        self, *, keeps: Mapping[str, str] | None = None, final: Final = "destroy", visa: bool = False
    ) -> Store:
        """Return the store under test; ``note`` is the declared name of what was written."""
        ...

    def notes(self) -> list[str]:
        """Return what was written, of the records that are left, sorted."""
        ...

    def breaking(self) -> AbstractContextManager[None]:
        """Make the erasure of the second record fail."""
        ...


def writer(**identifiers: str) -> Person:
    """Return a person who writes."""
    return Person("writer", identifiers)


class StoreSuite:
    """The tests; a subclass gives the fixture ``kit``."""

    @pytest.fixture
    def kit(self) -> Kit:
        raise NotImplementedError

    def test_it_keeps_the_protocol(self, kit: Kit) -> None:
        assert isinstance(kit.store(), Store)

    def test_it_finds_this_person_and_nobody_else(self, kit: Kit) -> None:
        mine = {kit.add(ADA, "first"), kit.add(ADA, "second")}
        kit.add(ZOE, "another")
        assert set(kit.store().find(writer(address=ADA))) == mine

    @pytest.mark.parametrize(
        "identifiers",
        [
            {"address": "nobody@example.org"},
            {"address": ""},
            {"address": "  "},
            {"address": "%"},
            {"address": "*"},
            {"address": "../*"},
            {"address": "ada@example.org\0"},
            {"address": "' OR 1=1 --"},
            {"telephone": ADA},
            {},
        ],
    )
    def test_who_is_not_told_by_an_identifier_is_in_no_record(
        self, kit: Kit, identifiers: dict[str, str]
    ) -> None:
        kit.add(ADA, "hers")
        store = kit.store()
        assert not list(store.find(writer(**identifiers)))
        assert not list(store.export(writer(**identifiers)))
        assert not store.erase(writer(**identifiers), by="dpo", reason="request").erased
        assert kit.notes() == ["hers"]

    def test_another_kind_of_person_is_in_no_record(self, kit: Kit) -> None:
        kit.add(ADA, "hers")
        assert not list(kit.store().find(Person("clerk", {"address": ADA})))

    def test_the_export_is_whole_and_by_declared_names(self, kit: Kit) -> None:
        references = {kit.add(ADA, f"letter {number}") for number in range(5)}
        kit.add(ZOE, "another")
        store = kit.store()
        records = list(store.export(writer(address=ADA)))
        assert {record.reference for record in records} == references
        assert all(set(record.values) == set(store.holds) for record in records)
        assert sorted(record.values["note"] for record in records) == [f"letter {n}" for n in range(5)]
        assert "letter 0" not in repr(records)

    def test_an_erasure_is_complete_and_twice_is_once(self, kit: Kit) -> None:
        kit.add(ADA, "Appelez Ada")
        kit.add(ADA, "Ada encore")
        kit.add(ZOE, "another")
        store = kit.store()
        done = store.erase(writer(address=ADA), by="dpo", reason="request")
        assert dict(done.erased) == dict.fromkeys(store.holds, 2)
        assert not done.kept
        assert kit.notes() == ["another"]
        assert not list(store.find(writer(address=ADA)))
        assert not list(store.search("ada"))
        again = store.erase(writer(address=ADA), by="dpo", reason="request")
        assert (dict(again.erased), dict(again.kept)) == ({}, {})

    def test_what_the_law_keeps_is_named_with_its_reason(self, kit: Kit) -> None:
        kit.add(ADA, "an invoice")
        kit.add(ZOE, "another")
        store = kit.store(keeps={"note": LAW})
        done = store.erase(writer(address=ADA), by="dpo", reason="request")
        assert dict(done.kept) == {"note": LAW}
        assert dict(done.erased) == {name: 1 for name in store.holds if name != "note"}
        assert kit.notes() == ["an invoice", "another"]
        again = store.erase(writer(address=ADA), by="dpo", reason="request")
        assert not again.erased

    def test_a_purge_takes_what_is_past_its_retention_to_the_instant(self, kit: Kit) -> None:
        kit.add(ADA, "old")
        kit.add(ZOE, "younger by a day", RECEIVED + timedelta(days=1))
        store = kit.store()
        before = store.purge(now=DUE - timedelta(seconds=1))
        assert (dict(before.erased), dict(before.kept)) == ({}, {})
        assert kit.notes() == ["old", "younger by a day"]
        assert dict(store.purge(now=DUE, dry_run=True).erased) == dict.fromkeys(store.holds, 1)
        assert kit.notes() == ["old", "younger by a day"]
        assert dict(store.purge(now=DUE).erased) == dict.fromkeys(store.holds, 1)
        assert kit.notes() == ["younger by a day"]
        assert not store.purge(now=DUE).erased

    @pytest.mark.parametrize("how", [{"visa": True}, {"final": "transfer"}])
    def test_public_records_wait_for_the_visa_of_the_archives(self, kit: Kit, how: dict[str, Any]) -> None:
        kit.add(ADA, "old")
        store = kit.store(**how)
        assert not store.purge(now=DUE - timedelta(days=1)).kept
        waiting = store.purge(now=DUE)
        assert set(waiting.kept) == set(store.holds)
        assert all("archives" in reason for reason in waiting.kept.values())
        assert (dict(waiting.erased), kit.notes()) == ({}, ["old"])
        assert dict(store.purge(now=DUE, visas={"letters"}).erased) == dict.fromkeys(store.holds, 1)
        assert kit.notes() == []

    def test_a_search_finds_a_text_in_any_case_and_accents(self, kit: Kit) -> None:
        mine = kit.add(ADA, "Ma sœur Élodie s'est plainte (100 %)")
        kit.add(ZOE, "rien")
        store = kit.store()
        for text in ("élodie", "ELODIE", "Elodie", "soeur", "100 %"):
            assert list(store.search(text)) == [mine], text
        assert not list(store.search("Mélodie"))
        assert not list(store.search(" "))
        assert not list(store.search("_____"))

    def test_a_search_stops_at_its_limit(self, kit: Kit) -> None:
        for number in range(4):
            kit.add(ADA, f"same {number}")
        assert len(list(kit.store().search("same", limit=3))) == 3

    def test_an_error_half_way_leaves_a_state_from_which_it_can_be_done_again(self, kit: Kit) -> None:
        for number in range(3):
            kit.add(ADA, f"letter {number}")
        kit.add(ZOE, "another")
        store = kit.store()
        with kit.breaking(), pytest.raises(Exception) as raised:
            store.erase(writer(address=ADA), by="dpo", reason="request")
        left = kit.notes()
        if kit.all_or_nothing:
            assert left == ["another", "letter 0", "letter 1", "letter 2"]
        else:
            assert isinstance(raised.value, Unfinished)
            assert dict(raised.value.done.erased) == dict.fromkeys(store.holds, 4 - len(left))
            assert len(left) == 3
        assert "letter 0" not in str(raised.value)
        assert ADA not in str(raised.value)
        store.erase(writer(address=ADA), by="dpo", reason="request")
        assert kit.notes() == ["another"]

    def test_it_streams(self, kit: Kit) -> None:
        kit.add(ADA, "first")
        store = kit.store()
        assert isinstance(store.find(writer(address=ADA)), Iterator)
        assert isinstance(store.export(writer(address=ADA)), Iterator)
        assert isinstance(store.search("first"), Iterator)
