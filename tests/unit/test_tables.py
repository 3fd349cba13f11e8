"""Tables at the gate, and a table as a store of the duties."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from bacasable.compliance.gate import Gate
from bacasable.compliance.store import Store
from bacasable.privacy.messages import Refused
from bacasable.privacy.pseudonyms import KeyStore, Pseudonyms
from tests.factories.stores import ADA, DUE, RECEIVED, ZOE, Final, StoreSuite, declared, writer

ibis = pytest.importorskip("ibis", reason="the extra 'tables' is not installed")

from bacasable.exchange.tables import TableStore  # noqa: E402

STORED = {"address": ("letters.address",), "note": ("letters.note",), "receipt": ("letters.received",)}


class TableKit:
    all_or_nothing = True

    def __init__(self) -> None:
        self.connection = ibis.duckdb.connect()
        self.connection.raw_sql(
            "CREATE TABLE letters (id INTEGER, address TEXT, note TEXT, received TIMESTAMP, secret TEXT)"
        )
        self.count = 0

    @property
    def table(self) -> Any:
        return self.connection.table("letters")

    def add(self, address: str, note: str, received: datetime = RECEIVED) -> str:
        self.count += 1
        self.connection.con.execute(
            "INSERT INTO letters VALUES (?, ?, ?, ?, ?)",
            [self.count, address, note, received.replace(tzinfo=None), "secret"],
        )
        return f"letters/{self.count}"

    def store(
        self, *, keeps: Mapping[str, str] | None = None, final: Final = "destroy", visa: bool = False
    ) -> Store:
        return TableStore(
            self.connection,
            "letters",
            declared(STORED, final=final, visa=visa),
            reference="id",
            persons={"writer": {"address": "address"}},
            keeps=keeps,
            started={"letters": "received"},
        )

    def notes(self) -> list[str]:
        return sorted(row[0] for row in self.connection.con.execute("SELECT note FROM letters").fetchall())

    @contextlib.contextmanager
    def breaking(self) -> Iterator[None]:
        run = self.connection.raw_sql

        def fail(statement: str, **options: Any) -> Any:
            if statement == "COMMIT":
                raise OSError("disk full")
            return run(statement, **options)

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(self.connection, "raw_sql", fail)
            yield


class TestTableStore(StoreSuite):
    @pytest.fixture
    def kit(self) -> TableKit:
        return TableKit()

    def test_instants_with_a_zone_are_due_in_utc_whatever_the_zone_of_the_session(self) -> None:
        kit = TableKit()
        kit.connection.raw_sql("SET TimeZone = 'Pacific/Auckland'")
        kit.connection.raw_sql("ALTER TABLE letters ALTER received TYPE TIMESTAMPTZ")
        there = timezone(timedelta(hours=-8))
        kit.connection.con.execute(
            "INSERT INTO letters VALUES (1, ?, 'old', ?, '')", [ADA, RECEIVED.astimezone(there)]
        )
        store = kit.store()
        assert not store.purge(now=DUE - timedelta(seconds=1)).erased
        assert store.purge(now=DUE.astimezone(there)).erased["note"] == 1

    def test_what_is_made_anonymous_stays_as_a_record(self) -> None:
        kit = TableKit()
        kit.add(ADA, "old")
        store = kit.store(final="anonymise")
        assert store.purge(now=DUE).erased["address"] == 1
        assert kit.connection.con.execute("SELECT id, address, note FROM letters").fetchall() == [
            (1, None, None)
        ]
        assert not store.purge(now=DUE).erased

    def test_quotes_in_an_identifier_are_part_of_it(self) -> None:
        kit = TableKit()
        kit.add("o'brien@example.org", "his")
        assert list(kit.store().find(writer(address="o'brien@example.org"))) == ["letters/1"]


def test_a_column_that_takes_no_null_is_told_when_the_store_is_made() -> None:
    kit = TableKit()
    kit.connection.raw_sql("ALTER TABLE letters ALTER address SET NOT NULL")
    with pytest.raises(Refused, match=r"letters\.address takes no null; give blank="):
        kit.store(keeps={"note": "a law"})


def test_columns_that_the_table_has_not_are_told() -> None:
    kit = TableKit()
    with pytest.raises(Refused, match="has no column telephone"):
        TableStore(
            kit.connection,
            "letters",
            declared(STORED),
            reference="id",
            persons={"writer": {"number": "telephone"}},
        )


@pytest.fixture
def keys(tmp_path: Path) -> KeyStore:
    store = KeyStore.from_file(tmp_path / "keys")
    store.create("letters-answer")
    return store


def gate(leaves: Any, keys: KeyStore | None = None, kind: str = "EMAIL") -> Gate:
    declaration = declared(STORED)
    data = tuple(
        replace(item, leaves=leaves, kind=kind) if item.name == "address" else item
        for item in declaration.data
    )
    return Gate(replace(declaration, data=data), pseudonyms=keys)


def admitted(*fields: str, leaves: Any = "clear", keys: KeyStore | None = None) -> Any:
    return gate(leaves, keys).admit(purpose="answer", data_set="letters", fields=fields)


def test_a_table_passes_as_an_expression_with_the_admitted_columns_only() -> None:
    kit = TableKit()
    kit.add(ADA, "first")
    read: list[str] = []
    with pytest.MonkeyPatch.context() as patched:
        run = kit.connection.raw_sql
        patched.setattr(kit.connection, "raw_sql", lambda q, **k: read.append(str(q)) or run(q, **k))
        passed = admitted("note", "address").table(kit.table)
        assert (passed.columns, read) == (("note", "address"), [])
    assert "secret" not in ibis.to_sql(passed)
    assert passed.execute().to_dict("records") == [{"note": "first", "address": ADA}]


def test_rows_of_a_table_come_batch_after_batch() -> None:
    kit = TableKit()
    kit.add(ADA, "first")
    assert list(admitted("note").rows(kit.table.filter(kit.table.id == 1))) == [{"note": "first"}]
    assert list(admitted("note").rows(kit.table.filter(kit.table.id == 2))) == []


@pytest.mark.parametrize("leaves", ["pseudonym"])
def test_a_pseudonym_of_a_table_is_that_of_text_and_rows(leaves: str, keys: KeyStore) -> None:
    kit = TableKit()
    for address in (ADA, " ADA@example.org", ZOE, "", None):
        kit.add(address, "x")  # type: ignore[arg-type]
    asked = admitted("address", leaves=leaves, keys=keys)
    made = asked.table(kit.table.order_by("id")).address.to_pyarrow().to_pylist()
    of = Pseudonyms(keys, "letters-answer").of
    assert made == [of(ADA, "EMAIL"), of(ADA, "EMAIL"), of(ZOE, "EMAIL"), "", None]
    assert [row["address"] for row in asked.rows(kit.table.order_by("id"))] == made
    assert [row["address"] for row in asked.rows([{"address": ADA}])] == made[:1]
    assert asked.text(f"Répondre à {ADA}").text == f"Répondre à {made[0]}"


def test_pseudonyms_join_groups_without_being_read(keys: KeyStore) -> None:
    kit = TableKit()
    for address in (ADA, ADA, ZOE):
        kit.add(address, "x")
    passed = admitted("address", leaves="pseudonym", keys=keys).table(kit.table)
    counts = passed.group_by("address").agg(n=passed.count()).execute()
    assert sorted(counts["n"]) == [1, 2]
    assert not counts["address"].str.contains("@").any()


def test_texts_of_a_table_are_redacted() -> None:
    kit = TableKit()
    kit.add(f"écrire à {ADA}", "x")
    passed = admitted("address", leaves="redacted").table(kit.table)
    assert passed.address.execute().tolist() == ["écrire à [EMAIL]"]


def test_a_value_without_one_writing_has_no_pseudonym(keys: KeyStore) -> None:
    kit = TableKit()
    kit.connection.raw_sql("ALTER TABLE letters ALTER address TYPE DOUBLE")
    with pytest.raises(Refused, match="column 'address' is a float64"):
        admitted("address", leaves="pseudonym", keys=keys).table(kit.table)


@pytest.mark.parametrize(
    "derived",
    [
        lambda t: t.mutate(note=t.secret),
        lambda t: t.rename(note="secret", other="note"),
        lambda t: t.select("id", "secret"),
        lambda t: t.drop("note"),
        lambda t: t.mutate(note=t.note.upper()),
    ],
)
def test_a_column_that_is_not_its_own_does_not_pass(derived: Any) -> None:
    with pytest.raises(Refused, match="has no column note of its own"):
        admitted("note").table(derived(TableKit().table))


@pytest.mark.parametrize(
    "derived",
    [
        lambda t: t.join(t.view(), "id"),
        lambda t: t.group_by("note").agg(n=t.count()),
        lambda t: t.union(t),
    ],
)
def test_a_table_of_several_or_by_hand_does_not_pass(derived: Any) -> None:
    with pytest.raises(Refused, match="does not pass the gate, since its columns"):
        admitted("note").table(derived(TableKit().table))


def test_a_column_written_alike_but_for_its_case_does_not_pass_for_another() -> None:
    kit = TableKit()
    kit.add(ADA, "a")
    derived = kit.table.select(NOTE=kit.table.secret, note=kit.table.note).limit(5)
    with pytest.raises(Refused, match="has no column note of its own"):
        list(admitted("note").rows(derived))


def test_a_cached_table_does_not_pass_for_the_one_it_was_made_of() -> None:
    kit = TableKit()
    kit.add(ADA, "a")
    derived = kit.table.select(note=kit.table.secret).cache()
    with pytest.raises(Refused, match="cache what passes instead"):
        list(admitted("note").rows(derived))
    passed = admitted("note").table(kit.table).cache()
    assert passed.execute().note.tolist() == ["a"]


def test_rows_of_one_table_pass_filtered_sorted_and_limited() -> None:
    kit = TableKit()
    for note in "abc":
        kit.add(ADA, note)
    table = kit.table
    source = table.filter(table.id > 1).order_by(table.id.desc()).limit(1).drop("secret").distinct()
    assert list(admitted("note").rows(source)) == [{"note": "c"}]


def test_another_table_than_the_one_admitted_is_refused() -> None:
    kit = TableKit()
    kit.connection.raw_sql("CREATE TABLE others AS SELECT * FROM letters")
    for source in (kit.connection.table("others"), kit.connection.table("others").view()):
        with pytest.raises(Refused, match="the source is 'others'"):
            admitted("note").table(source)


def test_a_file_read_as_a_table_has_no_name_and_passes_by_its_columns(tmp_path: Path) -> None:
    kit = TableKit()
    kit.add(ADA, "first")
    kit.table.to_parquet(tmp_path / "letters.parquet")
    source = kit.connection.read_parquet(tmp_path / "letters.parquet")
    assert list(admitted("note").rows(source)) == [{"note": "first"}]


def test_a_queryset_of_rows_is_no_table() -> None:
    with pytest.raises(Refused, match="a list is no table that stays lazy; read it by rows"):
        admitted("note").table([{"note": "first"}])


def test_dates_start_at_their_midnight() -> None:
    kit = TableKit()
    kit.add(ADA, "old")
    kit.connection.raw_sql("ALTER TABLE letters ALTER received TYPE DATE")
    store = kit.store()
    midnight = datetime(2026, 3, 30, 22, tzinfo=UTC)  # of 31 March in Paris
    assert not store.purge(now=midnight - timedelta(seconds=1)).erased
    assert store.purge(now=midnight).erased["note"] == 1


def test_a_missing_extra_is_told() -> None:
    code = "import sys; sys.modules['ibis'] = None; import bacasable.exchange.tables"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "Refused: tables need the extra 'tables' (ibis is missing): pip install" in done.stderr
