"""What was found and replaced, at the terminal and in a report: never a value, only its shape."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bacasable.privacy.commands.terminal import complain, shown
from bacasable.privacy.messages import Said

if TYPE_CHECKING:
    from bacasable.privacy.redaction.files import Report


def show(done: "Sequence[Report]", folder: Path) -> None:
    """Print what was found as a table, what was not read, and last the sum.

    Names are from ``folder`` on; what to know goes to the error stream.
    """
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
    for report in done:
        for note in report.notes:
            typer.echo(f"note: {named(report)}: {shown(note)}", err=True)
    for report in done:
        if report.refusal:
            typer.echo(f"not read: {named(report)}: {shown(report.refusal)}")
    total = sum(report.tally.total for report in found)
    typer.echo(
        f"{total:,} pieces of personal data in {len(found)} of {len(read)} files read; "
        f"{len(done) - len(read)} not read."
    )


def tell(done: "Sequence[Report]") -> None:
    """Say what became of each file: what to know and what failed on the error stream."""
    for report in done:
        if report.refusal:
            complain(f"{report.path}: {report.refusal}")
            continue
        replaced = [(one["count"] - one["left"], one["type"]) for one in report.tally.as_data()]
        counts = ", ".join(f"{count} {kind}" for count, kind in replaced if count)
        total = sum(count for count, _ in replaced)
        for note in report.notes:
            typer.echo(f"  note: {shown(report.path)}: {shown(note)}", err=True)
        typer.echo(
            f"{shown(report.path)} -> {shown(report.out)}: {total} replaced "
            f"{f'({counts})' if counts else ''}".rstrip()
        )
        if report.left:
            typer.echo(f"  {shown(report.left)}")


def write_report(path: Path, done: "Sequence[Report]", title: Said, overwrite: bool) -> None:
    """Write the report, as JSON or as a page by the extension of its name."""
    from bacasable.privacy.redaction.files import as_html, as_json
    from bacasable.privacy.redaction.files.writing import whole_file

    content = as_json(done) if path.suffix.lower() == ".json" else as_html(done, title)
    with whole_file(path, overwrite=overwrite) as file:
        file.write(content.encode())
    typer.echo(f"report: {shown(path)}", err=True)
