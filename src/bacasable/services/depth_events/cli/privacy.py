"""``bacasable depth-events privacy``: settings side by side, their picture, and the least that will do."""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bacasable.services.depth_events.cli.telling import Told

if TYPE_CHECKING:
    from bacasable.services.depth_events.engine.dial import Point


def privacy(
    grid: Annotated[
        str, typer.Option(help="Settings, separated by spaces: '40x30@0.9 40x30@0.9+outline 160x120'.")
    ] = "",
    seed: Annotated[int, typer.Option(min=0, help="The seed of scenes and people.")] = 1,
    episodes: Annotated[int, typer.Option(min=1, max=5000, help="Scenes of two minutes.")] = 24,
    target: Annotated[
        str, typer.Option(help="Least F1 of events, by lower bounds: fall=0.9,intrusion=0.95.")
    ] = "",
    plot: Annotated[Path | None, typer.Option(help="A file for the picture (SVG).", dir_okay=False)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Measure what each setting tells of events and of people; find the least revealing that will do.

    A setting is chosen on scenes and people of their own; its figures are those of the seed.
    """
    from bacasable.services.depth_events.engine.acquisition import Setting
    from bacasable.services.depth_events.engine.attackers import ATTACKERS, LOWER_BOUND
    from bacasable.services.depth_events.engine.dial import GRID, advise, draw, measure, parse_targets

    try:
        settings = [Setting.parse(one) for one in dict.fromkeys(grid.split() or GRID)]
    except ValueError as wrong:
        raise typer.BadParameter(str(wrong), param_hint="--grid") from None
    try:
        targets = parse_targets(target) if target else {}
    except ValueError as wrong:
        raise typer.BadParameter(str(wrong), param_hint="--target") from None
    if plot and not plot.parent.is_dir():
        raise typer.BadParameter(f"there is no folder {plot.parent}; make it first", param_hint="--plot")

    try:
        points = measure(settings, seed, episodes, progress=Told("measure"))
        advice = advise(points, targets, seed, episodes, progress=Told("choose")) if targets else None
    except ValueError as wrong:
        raise typer.BadParameter(str(wrong), param_hint="--grid") from None
    found: dict[str, Any] = {
        "seed": seed,
        "episodes": episodes,
        "simulated": True,
        "attackers": dict(ATTACKERS),
        "reading": LOWER_BOUND,
        "settings": [point.as_json() for point in points],
    }
    if advice:
        found["advice"] = advice.as_json()
    if plot:
        _write(plot, draw(points, seed))
    if as_json:
        typer.echo(json.dumps(found))
        return
    typer.echo(f"simulated, {episodes} scenes of two minutes, seed {seed}; chance 0.02; {LOWER_BOUND}")
    for line in table(points):
        typer.echo(line)
    if advice and advice.chosen:
        holds = "holds" if advice.holds else "does NOT hold"
        typer.echo(
            f"least revealing that meets {target}: {advice.chosen.setting} (chosen on other scenes and "
            f"people; it {holds} on those above)"
        )
    elif advice:
        typer.echo(f"no setting meets {target}: lower a target, or measure other settings (--grid)")


def table(points: "list[Point]") -> list[str]:
    """Return a line a setting: F1 of events, rates of attackers, each with its bounds at 95 %."""
    kinds, names = list(points[0].f1), list(points[0].reid_r1)
    lines = [f"{'setting':20}" + "".join(f"{name[:18]:>21}" for name in (*kinds, *names))]
    for point in points:
        cells = [f"{one.value:.3f} [{one.low:.3f}, {one.high:.3f}]" for one in point.f1.values()]
        cells += [
            f"{one.r1:.3f} [{one.interval.low:.3f}, {one.interval.high:.3f}]"
            for one in point.reid_r1.values()
        ]
        lines.append(f"{point.setting!s:20}" + "".join(f"{cell:>21}" for cell in cells))
    return lines


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    partly = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        partly.write_text(text, encoding="utf-8")
        partly.replace(path)
    finally:
        partly.unlink(missing_ok=True)
