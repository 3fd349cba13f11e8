"""What an import says of a file: what was used, what was not, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bacasable.privacy.messages import N_, Said
from bacasable.services.water_use.engine.readings.series import COUNTED, Verdict
from bacasable.services.water_use.engine.storage.layout import Written

#: A word for each verdict: what the listing writes beside a line.
WORDS = {verdict: verdict.name.lower() for verdict in Verdict}
#: The reason of each, for people; none for a line that was simply used.
SENTENCES = {
    Verdict.MERGED: N_("another reading was nearer to the hour"),
    Verdict.SAME: N_("the same reading again"),
    Verdict.REPLACED: N_("the same meter and time with another value: the last received is used"),
    Verdict.GLITCH: N_("an index far off, right again afterwards: left out"),
    Verdict.RESET: N_("an index that went back or leapt, and stayed: no volume before it"),
    Verdict.ROLLOVER: N_("a dial past its last number: the volume is known"),
    Verdict.AFTER_GAP: N_("hours without a reading before it: their volume is spread as an estimate"),
    Verdict.SWAPPED: N_("two meters show each other's numbers: held back until you say which is which"),
    Verdict.TOO_MUCH: N_("more than a pipe lets through: left out"),
    Verdict.BELOW_ZERO: N_("below zero: left out"),
    Verdict.NO_SUCH_HOUR: N_("an hour that the clock skipped: left out; is the time zone right?"),
    Verdict.PART_OF_HOUR: N_("some volumes of the hour are missing: their sum counts as an estimate"),
    Verdict.BACKFLOW: N_("an index that went back by a few litres: the hour counts as zero"),
    Verdict.AFTER_HOLE: N_("hours without a volume before it: nothing is known of them"),
    Verdict.NOT_ADMITTED: N_("a meter that may not be read here: left out"),
    Verdict.UNREADABLE: N_("a line that cannot be read: left out"),
    Verdict.OUTDONE: N_("an estimate of a day that was read: left out"),
    Verdict.MENDS: N_("an index that shows one stored before to be far off: that one is taken out"),
}


@dataclass(frozen=True)
class QualityReport:
    """What became of the lines of a file.

    Every line counts once in ``counts`` (by :class:`Verdict`). ``listing`` is the file with each line that
    was not simply used, its reason and how much (hours of a gap, thousandths of a litre of a leap); None if
    all were. ``worst`` are the meters with the most such lines. ``estimated_share`` is that of the hours (or
    days) whose volume was spread; ``litres`` is the volume of the file.
    """

    lines_read: int
    meters: int
    first: datetime | None
    last: datetime | None
    counts: Mapping[Verdict, int]
    worst: tuple[tuple[str, int], ...]
    estimated_share: float
    litres: int
    written: Written = field(default_factory=Written)
    listing: Path | None = None
    resumed: bool = False

    @property
    def used(self) -> int:
        """Lines whose value counts."""
        return sum(self.counts.get(verdict, 0) for verdict in COUNTED)

    @property
    def left_out(self) -> int:
        """Lines whose value does not."""
        return sum(self.counts.values()) - self.used

    def lines(self) -> list[Said]:
        """Return the report in sentences, for a terminal or a page."""
        said = [
            Said(
                N_("{lines:,} lines of {meters:,} meters; {used:,} used, {left_out:,} left out"),
                lines=self.lines_read,
                meters=self.meters,
                used=self.used,
                left_out=self.left_out,
            )
        ]
        if self.first is not None and self.last is not None:
            said.append(
                Said(
                    N_("from {first} to {last}; {litres:,} litres, {share} % of the hours estimated"),
                    first=f"{self.first:%Y-%m-%d %H:%M}",
                    last=f"{self.last:%Y-%m-%d %H:%M}",
                    litres=self.litres,
                    share=f"{100 * self.estimated_share:.1f}",
                )
            )
        for verdict, sentence in SENTENCES.items():
            if count := self.counts.get(verdict, 0):
                said.append(Said(N_("{count:,} × {what}"), count=count, what=Said(sentence)))
        if self.worst:
            said.append(
                Said(
                    N_("meters with the most such lines: {meters}"),
                    meters=", ".join(f"{meter} ({count})" for meter, count in self.worst),
                )
            )
        done = self.written
        said.append(
            Said(
                N_(
                    "days stored: {new:,} new, {changed:,} changed ({hours:,} hours corrected), "
                    "{same:,} the same"
                ),
                new=done.new,
                changed=done.changed,
                hours=done.corrected_hours,
                same=done.same,
            )
        )
        if self.listing is not None:
            said.append(Said(N_("each line and its reason: {path}"), path=str(self.listing)))
        return said
