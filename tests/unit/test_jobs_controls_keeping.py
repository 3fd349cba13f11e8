"""What is past its time is gone, what is not is still there, and a purge that does nothing is seen."""

from collections.abc import Container
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import pytest

from bacasable.compliance.control import Probe, run
from bacasable.compliance.store import Erased
from bacasable.services.job_advice.controls import CONTROLS, Subject
from bacasable.services.job_advice.processing import PROCESSING

(RETENTION,) = (control for control in CONTROLS if control.key == "retention_kept")


@dataclass
class Rows:
    """Things kept in memory, with their age; its purge forgets those past their time."""

    held_for: dict[str, int] = field(default_factory=lambda: {"reading_time": 30, "file": 730, "link": 30})
    rows: dict[str, tuple[str, int]] = field(default_factory=dict)
    too_eager: bool = False
    spares: str = ""

    def keep(self, kind: str, days_old: int) -> str:
        reference = f"{kind}-{len(self.rows)}"
        self.rows[reference] = (kind, days_old)
        return reference

    def left(self, kind: str, reference: str) -> bool:
        return reference in self.rows

    def days(self, kind: str) -> int:
        return self.held_for[kind]

    def clear(self) -> None:
        self.rows.clear()

    def purge(self, *, now: datetime, visas: Container[str] = (), dry_run: bool = False) -> Erased:
        for reference, (kind, age) in list(self.rows.items()):
            limit = 0 if self.too_eager else self.held_for[kind]
            if age > limit and kind != self.spares:
                del self.rows[reference]
        return Erased({}, {})


def verdict(rows: Rows | None, tmp_path: Path) -> tuple[str, tuple[str, ...]]:
    stores = {"rows": rows} if rows else {}
    probe = Probe(PROCESSING, tmp_path, engine=replace(Subject(), keeping=rows), stores=stores)
    made = run(RETENTION, probe, seed=20_261_123)
    assert not rows or not rows.rows, "the trial left something behind"
    return made.verdict, made.measurement.counterexamples


def test_a_purge_that_forgets_in_time_passes(tmp_path: Path) -> None:
    assert verdict(Rows(), tmp_path) == ("passed", ())


@pytest.mark.parametrize("kind", ["reading_time", "file", "link"])
def test_a_kind_that_is_never_purged_fails(kind: str, tmp_path: Path) -> None:
    assert verdict(Rows(spares=kind), tmp_path)[0] == "failed"


def test_forgetting_before_its_time_or_holding_times_for_a_quarter_fails(tmp_path: Path) -> None:
    eager, said = verdict(Rows(too_eager=True), tmp_path)
    assert eager == "failed" and "before their time" in said[0]
    late, said = verdict(Rows(held_for={"reading_time": 90, "file": 730, "link": 30}), tmp_path)
    assert late == "failed" and "90 days" in said[0]


def test_where_nothing_is_stored_nothing_is_proven(tmp_path: Path) -> None:
    assert verdict(None, tmp_path)[0] == "void"
