"""``bacasable depth-events run``: an edge, from its sensors to the broker, until it is told to stop."""

import logging
import signal
from pathlib import Path
from typing import Annotated

import typer


def run(
    configuration: Annotated[
        Path, typer.Argument(help="A file of TOML, or a folder of *.toml read as one.", exists=True)
    ],
    check: Annotated[
        bool, typer.Option("--check", help="Read the configuration, say what is wrong, compile, and end.")
    ] = False,
) -> None:
    """Turn frames of the sensors of a configuration into events, and forget the frames."""
    from bacasable.services.depth_events.cli.opening import opener
    from bacasable.services.depth_events.engine import edge
    from bacasable.services.depth_events.engine.calibration import Health

    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    try:
        asked = edge.read(configuration)
        if check:
            # Compiled here and read from the cache later, so that the edge itself starts soon and small.
            edge.warm_up(asked.sensors[0])
            modes = [one.mode for one in asked.sensors]
            typer.echo(
                f"{asked.station.key}: {modes.count('intervention')} sensors in intervention, "
                f"{modes.count('statistics')} in statistics; nothing is wrong"
            )
            return
        running = edge.Edge(asked, opener(configuration), lambda _: Health())
    except (ValueError, OSError) as wrong:
        typer.echo(str(wrong), err=True)
        raise typer.Exit(2) from None

    def leave(*_: object) -> None:
        running.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, leave)
    running.run()
