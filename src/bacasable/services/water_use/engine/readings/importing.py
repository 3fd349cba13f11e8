"""A utility's export into the storage: read, sorted into piles, worked out, stored, reported."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from bacasable.privacy.messages import N_, Refused
from bacasable.services.water_use.engine.readings.blocks import blocks
from bacasable.services.water_use.engine.readings.day_rows import day_rows
from bacasable.services.water_use.engine.readings.mapping import UNITS, Mapping
from bacasable.services.water_use.engine.readings.piles import Worked, work
from bacasable.services.water_use.engine.readings.report import WORDS, QualityReport
from bacasable.services.water_use.engine.readings.series import Verdict
from bacasable.services.water_use.engine.readings.staging import LISTED, Naming, Pile, Staging, pile_of
from bacasable.services.water_use.engine.readings.swaps import swaps
from bacasable.services.water_use.engine.readings.yearly import Index, judge
from bacasable.services.water_use.engine.storage.indexes import Indexes
from bacasable.services.water_use.engine.storage.layout import Written, alone, month_of
from bacasable.services.water_use.engine.storage.readings import Readings

#: An index of an earlier file is joined to this one over at most so many days without a reading.
_JOINED_DAYS = 400
_WORST = 10
#: Told the step (``read``, ``work out``, ``store``), and how much of it is done, 0 to 1.
Progress = Callable[[str, float], None]


def import_file(
    path: Path,
    mapping: Mapping,
    into: Readings,
    *,
    indexes: Indexes | None = None,
    naming: Naming | None = None,
    listing: Path | None = None,
    progress: Progress | None = None,
) -> QualityReport:
    """Bring a file of readings into the storage. Killed at any point, it goes on when asked again.

    A line that is not simply used stands in the listing with its reason; none is dropped silently. Importing
    a file twice changes nothing.

    Args:
        into: where hourly and daily readings go; ``indexes``: where those of grain ``index`` do.
        naming: gives the pseudonym of each meter of the file, or None for one that may not be read (an
            objection). Without it the file's own names are stored.
        listing: the CSV file to write; in the folder of the readings by default.
        progress: told what is done and how much of it.

    Raises:
        Refused: the file or a column of it cannot be read, or indexes were to go nowhere.
    """
    if mapping.grain == "index" and indexes is None:
        raise Refused(N_("grain 'index' needs a place for indexes; give `indexes`"))
    if not path.is_file():
        raise Refused(N_("{name}: no such file"), name=path.name)
    tell = progress or (lambda step, share: None)
    folder = into.folder / ".imports"
    with alone(folder):
        staging = Staging(folder, path, mapping)
        resumed = staging.resumed
        if not staging.complete:
            try:
                _stage(path, mapping, staging, naming, tell)
            except Refused:
                staging.forget()
                raise
        run = _Import(staging, mapping, into, tell)
        if mapping.grain == "index" and indexes is not None:
            run.keep_indexes(indexes)
        else:
            run.work_out()
            run.store()
        report = run.report(listing or folder / f"{staging.key}.csv", resumed)
        staging.forget()
    return report


def _stage(path: Path, mapping: Mapping, staging: Staging, naming: Naming | None, tell: Progress) -> None:
    """Read a file into its piles, from where an earlier import stopped."""
    size = path.stat().st_size
    for block in blocks(path, mapping, after=staging.after, lines=staging.lines):
        staging.add(block, naming)
        tell("read", min(1.0, block.after / size))
    staging.done()


class _Import:
    """One file, from its piles to the report."""

    def __init__(self, staging: Staging, mapping: Mapping, into: Readings, tell: Progress) -> None:
        self.staging, self.mapping, self.into, self.tell = staging, mapping, into, tell
        self.counts: Counter[int] = Counter()
        self.listed = [staging.listed()]
        self.counts.update(Counter(self.listed[0]["verdict"].tolist()))
        self.trouble = np.zeros(len(staging.meters), np.int64)
        self.first, self.last = 2**62, -(2**62)
        self.litres = self.guessed = self.known = 0
        self.written = Written()
        self.runs: list[list[int]] = []

    def work_out(self) -> None:
        """Turn each pile into rows of days, on disk; again those whose meters turn out to be swapped."""
        resets: list[list[int]] = []
        for pile in range(self.staging.piles):
            done = self.staging.folder / f"days-{pile:03d}.json"
            told = json.loads(done.read_text()) if done.exists() else self._pile(pile)
            resets += told["resets"]
            self.tell("work out", (pile + 1) / self.staging.piles)
        found = np.array(resets, np.int64).reshape(-1, 5)
        held = swaps(found, self.mapping.most_litres_per_hour) if found.size else None
        if held is not None and held.height:
            for pile in sorted(set((held["meter"] % self.staging.piles).to_list())):
                mine = held.filter(pl.col("meter") % self.staging.piles == pile)
                self._pile(pile, mine.with_columns(pl.col("meter") // self.staging.piles))
        for pile in range(self.staging.piles):
            told = json.loads((self.staging.folder / f"days-{pile:03d}.json").read_text())
            self._count(pile, told)
            self.runs += told["runs"]

    def _pile(self, pile: int, held: pl.DataFrame | None = None) -> dict[str, Any]:
        """Write the days of a pile by district and month, a row group each, and a note of what they are."""
        staging = self.staging
        codes = staging.codes(pile)
        names = [staging.meters[code] for code in codes]
        districts = [staging.districts[code] or self.mapping.district for code in codes]
        rows = staging.pile(pile)
        rows = rows.after(self._beside(rows, names)) if self.mapping.index else rows
        told: dict[str, Any] = {"resets": [], "runs": [], "groups": []}
        listed, volume, guessed, known = [], 0, 0, 0
        path = staging.folder / f"days-{pile:03d}.parquet"
        writer: pq.ParquetWriter | None = None
        groups: list[tuple[str, str]] = []
        counts: Counter[int] = Counter()
        trouble = np.zeros(len(names), np.int64)
        for numbers, worked in work(self.mapping, rows, len(names), held):
            some = slice(worked.first_meter, worked.first_meter + worked.litres.shape[0])
            volume += worked.volume
            table = day_rows(names[some], districts[some], worked.slots, worked.litres, worked.estimated)
            guessed += int((worked.estimated == 1).sum())
            known += int((worked.litres >= 0).sum())
            listed.append(self._listed(rows, numbers, worked, counts, trouble))
            self._keep_places(told, worked, codes)
            for key, part in _by_place(table):
                writer = writer or pq.ParquetWriter(path, part.schema, compression="lz4")
                writer.write_table(part)
                groups.append(key)
        if writer is not None:
            writer.close()
        np.concatenate([np.zeros(0, LISTED), *listed]).tofile(staging.folder / f"listed-{pile:03d}")
        mine = rows.seconds[rows.line > 0]
        told |= {
            "groups": groups, "volume": volume, "guessed": guessed, "known": known,
            "counts": sorted(counts.items()), "trouble": trouble.tolist(),
            "first": int(mine.min()) if mine.size else None, "last": int(mine.max()) if mine.size else None,
        }  # fmt: skip
        note = staging.folder / f"days-{pile:03d}.json"
        note.with_suffix(".new").write_text(json.dumps(told))
        note.with_suffix(".new").replace(note)
        return told

    def _beside(self, rows: Pile, names: list[str]) -> Pile:
        """Return the indexes that earlier files left next to these, as rows without a line."""
        if not len(rows) or not self.into.edges.path.exists():
            return pile_of()
        spans = pl.DataFrame({"code": rows.meter, "at": rows.seconds})
        spans = spans.group_by("code").agg(
            pl.col("at").min().alias("first"), pl.col("at").max().alias("last")
        )
        spans = spans.with_columns(pl.Series("meter", names).gather(spans["code"]))
        found = self.into.edges.beside(spans, _JOINED_DAYS * 86400)
        found = found.join(spans, on="meter")
        return pile_of(millilitres=found["millilitres"], seconds=found["at"], meter=found["code"])

    def _listed(
        self,
        rows: Pile,
        numbers: NDArray[np.int64],
        worked: Worked,
        counts: Counter[int],
        trouble: NDArray[np.int64],
    ) -> NDArray[np.void]:
        counts.update(dict(enumerate(np.bincount(worked.verdict, minlength=len(Verdict)).tolist())))
        counts.subtract(worked.verdict[rows.line[numbers] == 0].tolist())
        chosen = np.flatnonzero(worked.verdict >= Verdict.SAME)
        chosen = chosen[rows.line[numbers[chosen]] > 0]
        made = np.zeros(chosen.size, LISTED)
        made["line"] = rows.line[numbers[chosen]]
        made["verdict"], made["detail"] = worked.verdict[chosen], worked.detail[chosen]
        trouble += np.bincount(rows.meter[numbers[chosen]], minlength=trouble.size)
        return made

    def _keep_places(self, told: dict[str, Any], worked: Worked, codes: range) -> None:
        for name, found in (("resets", worked.resets), ("runs", worked.runs)):
            if found.size:
                placed = found.copy()
                placed[:, 0] = np.array(codes)[worked.first_meter + placed[:, 0]]
                told[name] = [*told[name], *placed.tolist()]

    def _count(self, pile: int, told: dict[str, Any]) -> None:
        self.listed.append(np.fromfile(self.staging.folder / f"listed-{pile:03d}", LISTED))
        self.counts.update(dict(told["counts"]))
        self.trouble[list(self.staging.codes(pile))] += np.array(told["trouble"], np.int64)
        self.litres += told["volume"]
        self.guessed += told["guessed"]
        self.known += told["known"]
        if told["first"] is not None:
            self.first = min(self.first, told["first"])
            self.last = max(self.last, told["last"])

    def store(self) -> None:
        """Put the days, a district and month at a time, then where the dials' runs begin and end."""
        places: dict[tuple[str, str], list[tuple[int, int]]] = {}
        for pile in range(self.staging.piles):
            told = json.loads((self.staging.folder / f"days-{pile:03d}.json").read_text())
            for number, key in enumerate(told["groups"]):
                places.setdefault((key[1], key[0]), []).append((pile, number))
        files: dict[int, pq.ParquetFile] = {}
        for done, (_, groups) in enumerate(sorted(places.items())):
            tables = []
            for pile, number in groups:
                if pile not in files:
                    files[pile] = pq.ParquetFile(self.staging.folder / f"days-{pile:03d}.parquet")
                tables.append(files[pile].read_row_group(number))
            self.written += self.into.put(pa.concat_tables(tables))
            self.tell("store", (done + 1) / len(places))
        for file in files.values():
            file.close()
        if self.runs:
            found = np.array(self.runs, np.int64)
            names = pl.Series(self.staging.meters)
            runs = pl.DataFrame(
                {
                    "meter": names.gather(found[:, 0]),
                    "start": found[:, 1], "start_millilitres": found[:, 2],
                    "end": found[:, 3], "end_millilitres": found[:, 4],
                }
            )  # fmt: skip
            with alone(self.into.folder):
                self.into.edges.add(runs, 86400 if self.mapping.per_day == 1 else 3600)

    def keep_indexes(self, indexes: Indexes) -> None:
        """Store indexes of meters that are read once or twice a year, judged beside those stored before."""
        names = self.staging.meters
        found = [one for pile in range(self.staging.piles) for one in self._read(pile)]
        stored = self._stored(indexes)
        mapping = self.mapping
        turn = round(10**mapping.dial_digits * UNITS[mapping.unit]) if mapping.dial_digits else 0
        self.litres = judge([*stored, *found], mapping.most_litres_per_hour, turn)
        kept = [one for one in found if one.kept]
        table = pl.DataFrame(
            {
                "meter": pl.Series([names[one.meter] for one in kept], dtype=pl.String),
                "read_at": pl.Series([one.day for one in kept], dtype=pl.Int32).cast(pl.Date),
                "index_litres": pl.Series([one.whole // 1000 for one in kept], dtype=pl.Int64),
                "kind": pl.Series(["estimated" if one.guess else "real" for one in kept], dtype=pl.String),
            }
        )
        gone = [(names[one.meter], _day(one.day)) for one in stored if one.verdict is Verdict.GLITCH]
        done = indexes.put(table, gone=gone)
        self.written += Written(len(kept), done.new, done.same, done.changed)
        self.counts.update(Counter(int(one.verdict) for one in found))
        told = [one for one in found if one.verdict >= Verdict.SAME]
        np.add.at(self.trouble, [one.meter for one in told], 1)
        rows = [(one.line, int(one.verdict), one.detail) for one in told]
        self.listed.append(np.array(rows, LISTED))
        if found:
            days = [one.day for one in found]
            self.first, self.last = min(days) * 86400, max(days) * 86400

    def _read(self, pile: int) -> Iterator[Index]:
        rows, codes = self.staging.pile(pile), self.staging.codes(pile)
        columns = (rows.meter, rows.seconds, rows.millilitres, rows.guess, rows.line)
        for meter, seconds, shown, guess, line in zip(*(one.tolist() for one in columns), strict=True):
            yield Index(codes[meter], seconds // 86400, shown, guess == 1, line)

    def _stored(self, indexes: Indexes) -> list[Index]:
        codes = {name: code for code, name in enumerate(self.staging.meters)}
        rows = indexes.rows().filter(pl.col("meter").is_in(list(codes)))
        rows = rows.with_columns(pl.col("read_at").cast(pl.Int32))
        return [
            Index(codes[meter], day, litres * 1000, kind == "estimated")
            for meter, day, litres, kind in rows.iter_rows()
        ]

    def report(self, listing: Path, resumed: bool) -> QualityReport:
        """Write the listing, by line, and return what there is to say."""
        rows = np.concatenate(self.listed)
        if rows.size:
            rows = rows[np.argsort(rows["line"], kind="stable")]
            words = pl.Series([WORDS[verdict] for verdict in Verdict])
            pl.DataFrame(
                {
                    "line": rows["line"],
                    "reason": words.gather(rows["verdict"].astype(np.int64)),
                    "detail": rows["detail"],
                }
            ).write_csv(listing)
        worst = np.argsort(-self.trouble, kind="stable")[:_WORST]
        return QualityReport(
            lines_read=sum(self.counts.values()),
            meters=len(self.staging.meters),
            first=_when(self.first),
            last=_when(self.last),
            counts={Verdict(verdict): count for verdict, count in sorted(self.counts.items()) if count},
            worst=tuple(
                (self.staging.meters[one], int(self.trouble[one])) for one in worst if self.trouble[one]
            ),
            estimated_share=self.guessed / self.known if self.known else 0.0,
            litres=int(self.litres),
            written=self.written,
            listing=listing if rows.size else None,
            resumed=resumed,
        )


def _day(number: int) -> date:
    return date(1970, 1, 1) + timedelta(days=number)


def _when(seconds: int) -> datetime | None:
    """Return seconds of the civil clock as a time without a zone."""
    return None if abs(seconds) > 2**60 else datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)


def _by_place(table: pa.Table) -> list[tuple[tuple[str, str], pa.Table]]:
    """Return the rows of each district and month."""
    frame = pl.DataFrame(table)
    months = pl.col("day").dt.truncate("1mo").alias("month")
    found = []
    for (district, month), rows in frame.with_columns(months).group_by(
        "district", "month", maintain_order=True
    ):
        if not isinstance(month, date):
            raise TypeError(month)
        found.append(((str(district), month_of(month)), rows.drop("month").to_arrow()))
    return found
