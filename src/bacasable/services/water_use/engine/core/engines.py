"""Where the expressions run, DuckDB in this process or a session of Spark, and what differs between them."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal, Protocol

import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from bacasable.privacy.messages import N_, Refused

EngineName = Literal["duckdb", "pyspark"]


class Engine(Protocol):
    """Runs SQL that Ibis made, on tables that have names."""

    connection: Any

    def read(self, files: Sequence[Path]) -> Any:
        """Return the rows of Parquet files as an Ibis table."""

    def see(self, name: str, sql: str) -> None:
        """Give a query a name, in place of an earlier one."""

    def keep(self, name: str, sql: str) -> None:
        """Run a query and keep its rows under a name, in place of earlier ones."""

    def write(self, sql: str, path: Path) -> None:
        """Write the rows of a query as one Parquet file."""


class DuckDB:
    """DuckDB, in memory. It spills to disk what does not fit.

    Args:
        threads: one by default, for other work goes on beside the night's.
        memory: what it may take before it spills.
    """

    def __init__(self, threads: int = 1, memory: str = "600MB", spill: Path | None = None) -> None:
        settings: dict[str, Any] = {"threads": threads, "memory_limit": memory}
        if spill is not None:
            settings["temp_directory"] = str(spill)
        self.connection = ibis.duckdb.connect(**settings)
        # Nothing asks for the order of rows within a file.
        self.connection.raw_sql("SET preserve_insertion_order = false")

    def read(self, files: Sequence[Path]) -> Any:
        return self.connection.read_parquet([str(file) for file in files])

    def see(self, name: str, sql: str) -> None:
        self.connection.raw_sql(f'CREATE OR REPLACE TEMP VIEW "{name}" AS {sql}')

    def keep(self, name: str, sql: str) -> None:
        self.connection.raw_sql(f'CREATE OR REPLACE TEMP TABLE "{name}" AS {sql}')

    def write(self, sql: str, path: Path) -> None:
        to = str(path).replace("'", "''")
        self.connection.raw_sql(f"COPY ({sql}) TO '{to}' (FORMAT parquet, COMPRESSION zstd)")


class PySpark:
    """A session of Spark: a local one by default, a cluster's where ``session`` is given."""

    def __init__(self, session: Any = None) -> None:
        try:
            from pyspark.sql import SparkSession
        except ModuleNotFoundError:
            raise Refused(
                N_("engine 'pyspark' needs the extra 'spark' and Java 17: pip install 'bacasable[spark]'")
            ) from None
        self.session = session or (
            SparkSession.builder.master("local[2]")
            .appName("bacasable")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "8")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.driver.memory", "2g")
            .getOrCreate()
        )
        self.connection = ibis.pyspark.connect(self.session)
        self._kept: dict[str, Any] = {}

    def read(self, files: Sequence[Path]) -> Any:
        name = f"files_{files[0].stem}".replace("-", "_")
        self.session.read.parquet(*(str(file) for file in files)).createOrReplaceTempView(name)
        return self.connection.table(name)

    def see(self, name: str, sql: str) -> None:
        self.session.sql(sql).createOrReplaceTempView(name)

    def keep(self, name: str, sql: str) -> None:
        if name in self._kept:
            self._kept[name].unpersist()
        self._kept[name] = self.session.sql(sql).persist()
        # Spark reads when rows are asked for: now, while the files are there.
        self._kept[name].count()
        self._kept[name].createOrReplaceTempView(name)

    def write(self, sql: str, path: Path) -> None:
        # Spark writes a folder; what comes out of the daily job is one file on both engines.
        folder = path.with_suffix(".spark")
        self.session.sql(sql).coalesce(1).write.mode("overwrite").parquet(str(folder))
        next(folder.glob("part-*.parquet")).replace(path)
        shutil.rmtree(folder)


_ENGINES: dict[str, Callable[[], Engine]] = {"duckdb": DuckDB, "pyspark": PySpark}


def engine_of(name: str) -> Engine:
    """Return an engine by the name that a setting gives it: ``duckdb`` or ``pyspark``.

    Raises:
        Refused: there is none of that name, or its library is not installed.
    """
    if name not in _ENGINES:
        raise Refused(
            N_("engine '{name}' is not known; write one of {names}"), name=name, names=", ".join(_ENGINES)
        )
    return _ENGINES[name]()


def parquet_of(table: pa.Table, path: Path) -> Path:
    """Write a small table beside the results, for either engine to read."""
    pq.write_table(table, path)
    return path
