"""What a scan found, as a table at the terminal: never a value, only its shape."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bacasable.privacy.commands.terminal import shown

if TYPE_CHECKING:
    from bacasable.privacy.redaction.files import Report


def show(done: "Sequence[Report]", folder: Path) -> None:
    """Print what was found as a table, what was not read, and what to know; names are from ``folder`` on."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from bacasable.privacy.redaction.files import places

    def named(report: "Report") -> str:
        return shown(report.path if report.path == folder else report.path.relative_to(folder))

    console = Console(soft_wrap=False)
    read = [report for report in done if not report.refusal]
    found = [report for report in read if report.tally.total]
    if found:
        table = Table("File", "Type", "Count", "Confidence", "Where first", "Shape of the first")
        table.columns[0].overflow = "fold"
        for column in (2, 3):
            table.columns[column].justify = "right"
        for report in found:
            for index, one in enumerate(report.tally.as_data()):
                cells = [named(report) if not index else "", one["type"], f"{one['count']:,}"]
                where = places(report, one["places"], one["count"])
                cells += [f"{one['confidence']:.2f}", where, one["example"]]
                table.add_row(*(Text(cell) for cell in cells), end_section=one is report.tally.as_data()[-1])
        console.print(table)
    total = sum(report.tally.total for report in found)
    typer.echo(
        f"{total:,} pieces of personal data in {len(found)} of {len(read)} files read; "
        f"{len(done) - len(read)} not read."
    )
    for report in done:
        if report.refusal:
            typer.echo(f"  not read: {named(report)}: {shown(report.refusal)}")
        for note in report.notes:
            typer.echo(f"  note: {named(report)}: {shown(note)}")
