"""``bacasable depth-events add-station`` and ``panel``: a station, its panel, the lines for its edge."""

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bacasable.privacy.messages import N_, Refused

if TYPE_CHECKING:
    from bacasable.services.depth_events.web.models import Station


def add_station(
    configuration: Annotated[
        Path, typer.Argument(help="The edge's TOML file, or its folder of *.toml.", exists=True)
    ],
    plan: Annotated[
        Path | None,
        typer.Option(help="TOML of what an edge need not know: [place], [[ways]], [zones].", exists=True),
    ] = None,
) -> None:
    """Take a station in, or again after a change: its sensors are then shown to everybody."""
    _installation()
    from bacasable.services.depth_events.web.actions.stations import take_in

    files = sorted(configuration.glob("*.toml")) if configuration.is_dir() else [configuration]
    told: dict[str, Any] = {}
    for file in files:
        for name, value in _read(file).items():
            told[name] = [*told.get(name, []), *value] if isinstance(value, list) else value
    made = take_in(told=told, plan=_read(plan) if plan else {}, by="system")
    typer.echo(f"{made.key}: {made.sensors.count()} sensors")


def panel(
    station: Annotated[str, typer.Argument(help="Key of the station.")],
    to: Annotated[Path | None, typer.Option("--to", help="Write the PDF of the panel there.")] = None,
    set_aside_by: Annotated[
        str, typer.Option(help="Text that sets the right to object aside (GDPR, art. 23).")
    ] = "",
    means: Annotated[str, typer.Option(help="Means to object that work.")] = "",
) -> None:
    """Generate the information panel, and print the lines that let the edge start intervention."""
    _installation()
    from bacasable.services.depth_events.web.actions import legal
    from bacasable.services.depth_events.web.panels import legal_lines

    found = _station(station)
    if set_aside_by or means:
        legal.found(station=found, set_aside_by=set_aside_by, means=means, by="system")
    made = legal.generate_panel(station=found, by="system")
    if to is not None:
        to.write_bytes(made)
    typer.echo(legal_lines(found), nl=False)


def _station(key: str) -> "Station":
    from bacasable.services.depth_events.web.models import Station

    found = Station.objects.filter(key=key).first()
    if found is None:
        known = ", ".join(Station.objects.values_list("key", flat=True))
        raise Refused(N_("no station has the key '{key}'; known: {known}"), key=key, known=known or "-")
    return found


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise Refused(N_("{file}: not TOML ({why})"), file=path.name, why=str(wrong)) from None


def _installation() -> None:
    from bacasable.people.opening import open_installation

    open_installation("bacasable.services.depth_events.web")
