"""``bacasable depth-events evaluate``: what a setting of acquisition tells, of events and of people."""

import json
from typing import Annotated

import typer

from bacasable.services.depth_events.cli.telling import Told


def evaluate(
    setting: Annotated[
        str, typer.Option(help="Cells, cap in metres, steps: 40x30@0.9, 40x30@0.9/25cm, 160x120.")
    ] = "40x30@0.9",
    seed: Annotated[int, typer.Option(min=0, help="The seed of scenes and people.")] = 1,
    episodes: Annotated[int, typer.Option(min=1, max=5000, help="Scenes of two minutes.")] = 60,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Score events and attackers on simulated scenes that were never used to choose anything."""
    from bacasable.services.depth_events.engine.acquisition import Setting
    from bacasable.services.depth_events.engine.dial import evaluate as measured

    try:
        asked = Setting.parse(setting)
    except ValueError as wrong:
        raise typer.BadParameter(str(wrong), param_hint="--setting") from None

    found = measured(asked, seed, episodes, Told("evaluate"))
    if as_json:
        typer.echo(json.dumps(found))
        return
    typer.echo(f"{found['setting']}: simulated, {episodes} scenes, seed {seed}")
    for kind, score in found["f1"].items():
        typer.echo(f"{kind:18} F1 {score['value']:.3f} [{score['low']:.3f}, {score['high']:.3f}]")
    for name, rank in found["reid_r1"].items():
        typer.echo(
            f"{name:18} r1 {rank['value']:.3f} [{rank['low']:.3f}, {rank['high']:.3f}], "
            f"chance {rank['chance']:.2f}"
        )
    typer.echo(found["reading"])
