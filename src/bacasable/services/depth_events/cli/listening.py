"""``bacasable depth-events listen``: from the broker to the portal's database."""

import typer


def listen() -> None:
    """Write what stations tell into this installation, until told to stop; `serve` runs it by itself."""
    from bacasable.people.opening import open_installation

    open_installation("bacasable.services.depth_events.web")
    from bacasable.services.depth_events.web import connecting
    from bacasable.services.depth_events.web.listening import listen as listening

    if not connecting.listens():
        typer.echo("No broker: set BACASABLE_DEPTH_EVENTS_BROKER.", err=True)
        raise typer.Exit(78)
    listening()
