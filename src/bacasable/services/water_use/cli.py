"""``bacasable water-use``: contracts, readings, the night, forecasts, letters; simulate a city, evaluate.

Contracts come first, then readings. ``simulate`` and ``evaluate`` need no installation; the others work on
the one under ``--home``.
"""

import json
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bacasable.privacy.messages import N_, Refused

if TYPE_CHECKING:
    from bacasable.services.water_use.web.models import Run

app = typer.Typer(
    help="Water consumption: readings in, leaks, comparison, forecasts and letters out.", no_args_is_help=True
)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Seed = Annotated[int, typer.Option(help="The seed of what is drawn.")]


class Task(StrEnum):
    """What is evaluated."""

    forecast = "forecast"
    expected_use = "expected-use"
    leaks = "leaks"


@app.command("import")
def import_(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="Export of readings: CSV or Parquet.")
    ],
    mapping: Annotated[
        Path, typer.Option(exists=True, dir_okay=False, help="TOML file that says what each column is.")
    ],
    listing: Annotated[
        Path | None, typer.Option(help="Where each line that is not simply used is listed, with its reason.")
    ] = None,
) -> None:
    """Bring readings into the installation; killed, it goes on when asked again.

    Exit code 4 where some lines were left out: each is in the listing.
    """
    from bacasable.privacy.commands.terminal import SOME_FAILED, counting
    from bacasable.services.water_use.engine.readings import import_file, load_mapping

    asked = load_mapping(mapping)
    _installation()
    from bacasable.services.water_use.web import linkage, running

    with counting("import") as told:
        report = import_file(
            file,
            asked,
            running.readings(),
            indexes=running.indexes(),
            naming=lambda serials: [linkage.meter_of(serial) for serial in serials],
            listing=listing,
            progress=lambda _step, share: told(round(100 * share), 100),
        )
    for line in report.lines():
        typer.echo(str(line))
    if report.left_out:
        raise typer.Exit(SOME_FAILED)


@app.command()
def contracts(
    file: Annotated[
        Path,
        typer.Argument(exists=True, dir_okay=False, help="CSV file of contracts, with semicolons, UTF-8."),
    ],
) -> None:
    """Open the contracts of a file, sealed: who lives behind which meter. Exit code 4: lines were refused."""
    from bacasable.privacy.commands.terminal import SOME_FAILED, complain, counting

    _installation()
    from bacasable.services.water_use.web.actions.contracts import import_contracts

    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(N_("{name}: save it as UTF-8 text, then try again"), name=file.name) from None
    with counting("contracts") as told:
        done = import_contracts(text, by="system", progress=told)
    for line, why in done.refused:
        complain(f"line {line}: {why}")
    typer.echo(f"{done.opened} contracts opened, {done.ended} ended, {len(done.refused)} lines refused")
    if done.refused:
        raise typer.Exit(SOME_FAILED)


@app.command("run")
def run_night(
    day: Annotated[str, typer.Option(help="The day to close, 2026-11-21; yesterday by default.")] = "",
    as_json: AsJson = False,
) -> None:
    """Do the night of a day: leaks, volumes above twice the average, the month's release, expiry of hours."""
    from bacasable.privacy.commands.terminal import counting

    asked = _day(day) if day else None
    _installation()
    from bacasable.services.water_use.web.actions import night

    with counting("night") as told:
        made = night.run_night(day=asked, progress=lambda _step, done, whole: told(done, whole))
    _tell_run(made, as_json)


@app.command()
def publish(
    month: Annotated[str, typer.Argument(help="The month to publish, 2026-10: it must be over.")],
    as_json: AsJson = False,
) -> None:
    """Publish the quantiles of similar homes of a month, once; the night does it by itself."""
    first = _month(month)
    _installation()
    from bacasable.services.water_use.web.actions import night

    _tell_run(night.publish_month(month=first), as_json)


@app.command()
def forecast(
    at: Annotated[str, typer.Option(help="First day of the forecast, 2026-11-21; today by default.")] = "",
    district: Annotated[str, typer.Option(help="This district only.")] = "",
    as_json: AsJson = False,
) -> None:
    """Forecast the demand of each district for seven days by the hour, beside the trivial forecast.

    Kept as the boards read it. A district of fewer than eleven meters, or of less than two weeks, has none.
    """
    asked = _day(at) if at else None
    _installation()
    from bacasable.compliance import clock
    from bacasable.services.water_use.web import looking
    from bacasable.services.water_use.web.actions import forecasts

    made = forecasts.run_forecast(at=asked or looking.today())
    if made.state == "failed":
        raise Refused(N_("no forecast was made: {why}"), why=made.error)
    found = [one for one in made.figures["forecasts"] if district in ("", one["district"])]
    if district and not found:
        raise Refused(N_("{district}: there is no forecast of this district"), district=district)
    if as_json:
        _print({"day": made.figures["day"], "forecasts": found})
        return
    for one in found:
        errors = [_percent(one[name]) for name in ("past_mape", "past_baseline_mape")]
        typer.echo(
            f"{one['district']}: the {one['used']} is served; error of the last weeks {errors[0]}, "
            f"trivial {errors[1]}"
        )
        typer.echo(f"{'hour':<16}  {'litres':>10}  {'trivial':>10}")
        begin = datetime.fromisoformat(one["start"])
        for number, pair in enumerate(zip(one["litres"], one["baseline_litres"], strict=True)):
            # hours that pass, shown as the clock there shows them
            hour = (begin.astimezone(UTC) + timedelta(hours=number)).astimezone(clock.zone())
            typer.echo(f"{hour:%Y-%m-%d %H:%M}  {pair[0]:>10}  {pair[1]:>10}")


@app.command()
def letters(
    month: Annotated[str, typer.Argument(help="The month of the letters, 2026-10: it must be over.")],
    out: Annotated[Path, typer.Option(help="Folder for the PDF files; made if it is not there.")],
    most: Annotated[int, typer.Option(min=1, help="Letters at most.")] = 100_000,
) -> None:
    """Print the monthly letter of each home whose contract runs, as tagged PDF files to be posted.

    A home that is read once or twice a year has one for a month in which its index was read. Exit code 4
    where some homes have none: no day of theirs was read.
    """
    from bacasable.privacy.commands.terminal import SOME_FAILED, complain, counting

    first = _month(month)
    _installation()
    from bacasable.services.water_use.processing import INFORM, READINGS
    from bacasable.services.water_use.web import letters as printing
    from bacasable.services.water_use.web import looking
    from bacasable.services.water_use.web.models import Contract

    # once for all: where the gate holds, no home is the reason
    looking.gate().admit(purpose=INFORM.key, data_set=READINGS, fields=("daily",))
    out.mkdir(parents=True, exist_ok=True)
    running = Contract.objects.filter(closed_on=None).order_by("pk")
    contracts = [contract for contract in running if printing.is_due(contract, first)][:most]
    whole, failed = len(contracts), 0
    with counting("letters") as told:
        for number, contract in enumerate(contracts, 1):
            try:
                pdf = printing.monthly(contract, first)
            except Refused as refused:
                failed += 1
                complain(f"{contract.public_id}: {refused}")
            else:
                part = out / f".{contract.public_id}.part"
                part.write_bytes(pdf)
                part.replace(out / f"{month}-{contract.public_id}.pdf")
            told(number, whole)
    typer.echo(f"{whole - failed} letters in {out}; {failed} homes without one")
    if failed:
        raise typer.Exit(SOME_FAILED)


@app.command()
def simulate(
    out: Annotated[Path, typer.Option(help="Folder for the export and, beside it, the truth.")],
    homes: Annotated[int, typer.Option(min=1, max=200_000, help="Homes of the city.")] = 100,
    days: Annotated[int, typer.Option(min=1, max=1500, help="Days from its first one.")] = 90,
    seed: Seed = 1,
    first: Annotated[str, typer.Option(help="Its first day, 2025-01-01.")] = "2025-01-01",
) -> None:
    """Write the export of a synthetic city as a utility gives it, with its known leaks. Nobody's data."""
    from bacasable.services.water_use.engine.city import simulate as simulated
    from bacasable.services.water_use.engine.city import write_folder

    city = simulated(homes, days, seed, first_day=_day(first))
    lines = write_folder(city, out)
    typer.echo(f"{out}: {homes} synthetic homes, {days} days, {lines} readings, {len(city.leaks)} leaks")


@app.command()
def evaluate(
    task: Annotated[Task, typer.Option(help="What is measured.")],
    data: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            file_okay=False,
            help="Folder of public data. Leaks need none: a city is drawn, and what is flagged in the DAIAD "
            "meters of the folder is listed.",
        ),
    ] = None,
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """Measure the forecast, the expected use or the leaks against what is known, with intervals."""
    from bacasable.services.water_use.engine.evaluation import evaluate as measured

    found = measured(task.value, data, seed)
    if as_json:
        _print(found)
        return
    for name, value in found.items():
        typer.echo(f"{name}: {value}")


def _tell_run(made: "Run", as_json: bool) -> None:
    if as_json:
        _print({"state": made.state, **made.figures})
        return
    for name, value in made.figures.items():
        typer.echo(f"{name}: {value}")


def _print(value: dict[str, Any]) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False))


def _percent(value: float | None) -> str:
    return "unknown" if value is None else f"{value} %"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(N_("{text}: write a day as 2026-11-21"), text=text[:20]) from None


def _month(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 (a month has no zone)
    except ValueError:
        raise Refused(N_("{text}: write a month as 2026-10"), text=text[:20]) from None


def _installation() -> None:
    from bacasable.people.opening import open_installation

    open_installation("bacasable.services.water_use.web")
