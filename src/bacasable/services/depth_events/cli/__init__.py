"""``bacasable depth-events``: one module a command; what it needs is loaded when it runs."""

import typer

from bacasable.services.depth_events.cli import (
    calibrating,
    evaluating,
    listening,
    live,
    privacy,
    running,
    stations,
)

app = typer.Typer(
    help="Events on depth frames: what a setting tells of events, and what of people.", no_args_is_help=True
)


@app.callback()
def depth_events() -> None:
    """Events on depth frames."""


app.command()(evaluating.evaluate)
app.command()(privacy.privacy)
app.command()(running.run)
app.command()(calibrating.calibrate)
app.command()(listening.listen)
app.command()(stations.add_station)
app.command()(stations.panel)
app.command(hidden=True)(live.station)
