"""``bacasable release TABLE --policy FILE``: what of a table may be published, and why the rest may not."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import typer

from bacasable.privacy.commands.terminal import guarded, shown
from bacasable.privacy.messages import Refused

if TYPE_CHECKING:
    from bacasable.privacy.disclosure import Release

#: Exit codes (2, wrong usage, is the parser's).
RELEASED, REFUSED, USAGE, SUPPRESSED, INTERRUPTED = 0, 1, 2, 4, 130

_CODES = (
    "Exit codes: 0 released whole; 1 refused (the message says the remedy), nothing written; 2 wrong usage; "
    "4 released with suppressions; 130 interrupted, no half file left."
)
#: Reasons shown at a terminal; --reasons writes them all.
_SHOWN = 40

app = typer.Typer(help="Release a table as the policy of its source allows.")


@app.command(epilog=_CODES)
def release(
    table: Annotated[Path, typer.Argument(metavar="TABLE", help="The table: CSV or Parquet.")],
    policy: Annotated[Path, typer.Option(metavar="FILE", help="The policy of its source (TOML).")],
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write what may be released there (.csv or .parquet); else shown."),
    ] = None,
    reasons: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Write why each cell is hidden (.csv or .parquet). Not for publication."
        ),
    ] = None,
    registry: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="What was released before: differences are looked at, this release recorded."
        ),
    ] = None,
    ledger: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Privacy budgets; needed by a policy with noise.")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace outputs that exist.")] = False,
) -> None:
    """Release TABLE as its policy allows: small and dominated cells hidden, rows k-anonymous, or noise.

    Without --out the table goes to the standard output as CSV, and all else to the error output. In CSV, a
    text that a spreadsheet would compute (it starts with =, +, -, @, a tab...) gets an apostrophe before it.
    """
    for option, path in (("--out", out), ("--reasons", reasons)):
        if path is not None and path.suffix.lower() not in (".csv", ".parquet"):
            raise typer.BadParameter(
                f"{path.name}: give a name that ends in .csv or .parquet", param_hint=option
            )
    if out is not None and reasons is not None and out.resolve() == reasons.resolve():
        raise typer.BadParameter("the same file as --out", param_hint="--reasons")
    for option, path in (("--out", out), ("--reasons", reasons)):
        if path is not None and path.resolve() in {one.resolve() for one in (table, policy, ledger) if one}:
            raise typer.BadParameter("it would replace a file that is read", param_hint=option)
    with guarded(), ExitStack() as files:
        from bacasable.privacy import disclosure
        from bacasable.privacy.redaction.files.writing import whole_file

        # Opened before anything is charged or recorded; they appear when the block ends well, or not at all.
        opened = {
            path: files.enter_context(whole_file(path, overwrite=overwrite))
            for path in (reasons, out)
            if path
        }
        made = disclosure.release(
            table,
            disclosure.load(policy),
            registry=disclosure.Registry(registry) if registry else None,
            ledger=disclosure.Ledger(ledger) if ledger else None,
        )
        if out is not None:
            _write(made.table, out, opened[out])
        if reasons is not None:
            _write(_as_table(made), reasons, opened[reasons])
    if out is None:
        typer.echo(_neutral(made.table).write_csv(), nl=False)
    _show(made, to_errors=out is None)
    if made.reasons or made.losses.get("rows_left_out"):
        raise typer.Exit(SUPPRESSED)


def _as_table(made: "Release") -> Any:
    import polars

    dimensions = {
        name: polars.Series([one.where[name] for one in made.reasons], dtype=polars.String)
        for name in made.policy.dimensions
    }
    told = {
        "rule": polars.Series([one.rule for one in made.reasons], dtype=polars.String),
        "kind": polars.Series([one.kind for one in made.reasons], dtype=polars.String),
        "reason": polars.Series([one.text for one in made.reasons], dtype=polars.String),
    }
    taken = [name for name in told if name in dimensions]
    if taken:
        raise Refused(f"a dimension is named {taken[0]}, as a column of the reasons; rename it")
    return polars.DataFrame(dimensions | told)


def _write(frame: Any, path: Path, file: BinaryIO) -> None:
    if path.suffix.lower() == ".csv":
        _neutral(frame).write_csv(file)
    else:
        frame.write_parquet(file)


def _neutral(frame: Any) -> Any:
    """Return the frame with texts that no spreadsheet computes: one that starts a formula gets an apostrophe.

    A text that is a number, such as -5, stays as it is: computed, it is itself.
    """
    import polars as pl

    from bacasable.privacy.cells import FORMULA_STARTS, neutral_text

    texts = [name for name, kind in frame.schema.items() if kind in (pl.String, pl.Categorical, pl.Enum)]
    frame = frame.with_columns(pl.col(texts).cast(pl.String))
    for name in texts:
        start = pl.col(name).str.strip_chars_start(" ")
        starts = pl.any_horizontal(start.str.starts_with(sign) for sign in FORMULA_STARTS)
        is_number = pl.col(name).str.contains(r"^[+-]?[0-9]+([.,][0-9]+)?$")
        computed = frame.filter(starts & ~is_number)[name].unique().to_list()
        frame = frame.with_columns(pl.col(name).replace({text: neutral_text(text) for text in computed}))
    return frame.rename({name: neutral_text(name) for name in frame.columns})


def _show(made: "Release", to_errors: bool) -> None:
    """Print the reasons, what was lost and what protects the table."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(stderr=to_errors, soft_wrap=False)
    if made.reasons:
        listed = Table(
            *made.policy.dimensions, "Rule", "Kind", "Why", title="Hidden cells", title_justify="left"
        )
        for one in made.reasons[:_SHOWN]:
            cells = [*one.where.values(), one.rule, one.kind, one.text]
            listed.add_row(*(Text(shown(cell)) for cell in cells))
        console.print(listed)
        if len(made.reasons) > _SHOWN:
            typer.echo(
                f"... and {len(made.reasons) - _SHOWN} more: --reasons FILE writes them all", err=to_errors
            )
    losses = ", ".join(f"{name.replace('_', ' ')} {value:,.4g}" for name, value in made.losses.items())
    typer.echo(f"Lost: {losses}.", err=to_errors)
    typer.echo(shown(made.statement), err=to_errors)
