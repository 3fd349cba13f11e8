"""``bacasable depth-events calibrate``: where a sensor stands, by the floor that it sees."""

import time
from pathlib import Path
from typing import Annotated

import typer

#: Frames of which the median is taken, and how long they are waited for.
_FRAMES, _PATIENCE_S = 30, 30.0
#: Differences with the configuration that are said: metres, degrees.
_HEIGHT_M, _DEGREES = 0.05, 2.0


def calibrate(
    configuration: Annotated[
        Path, typer.Argument(help="A file of TOML, or a folder of *.toml read as one.", exists=True)
    ],
    sensor: Annotated[str, typer.Argument(help="The key of the sensor.")],
) -> None:
    """Find the floor in three seconds of frames, say where the sensor stands, and forget the frames."""
    from bacasable.privacy.messages import Refused
    from bacasable.services.depth_events.cli.opening import opener
    from bacasable.services.depth_events.engine import edge
    from bacasable.services.depth_events.engine.calibration import floor_of
    from bacasable.services.depth_events.engine.frames import Frame
    from bacasable.services.depth_events.engine.sources import SourceLost

    try:
        asked = edge.read(configuration)
        plan = next((one for one in asked.sensors if one.key == sensor), None)
        if plan is None:
            raise ValueError(
                f"no sensor has the key {sensor!r}; known: {', '.join(one.key for one in asked.sensors)}"
            )
        source = opener(configuration)(plan)
        frames: list[Frame] = []
        until = time.monotonic() + _PATIENCE_S
        try:
            while len(frames) < _FRAMES and time.monotonic() < until:
                frame = source.read(1.0)
                if frame is not None:
                    frames.append(frame)
        finally:
            source.close()
        found = floor_of(frames, plan.intrinsics)
    except (ValueError, OSError, Refused, SourceLost) as wrong:
        typer.echo(f"{sensor}: {wrong}", err=True)
        raise typer.Exit(2) from None
    tilt = _tilt(plan.pose.rotation[2, 2])
    typer.echo(
        f"{sensor}: {found.height_m:.2f} m ± {found.height_within_m:.2f} over the floor "
        f"(written: {plan.pose.position[2]:.2f}), "
        f"tilted by {found.tilt_degrees:.1f}° ± {found.tilt_within_degrees:.1f} (written: {tilt:.1f}); "
        f"{found.share:.0%} of the points lie on it, within {found.spread_mm:.0f} mm"
    )
    wrong_way = []
    if found.is_upside_down:
        wrong_way.append("it hangs upside down: turn it by half a turn")
    if abs(found.roll_degrees) > _DEGREES:
        wrong_way.append(f"it leans by {found.roll_degrees:.0f}° to a side: set it straight")
    for said in wrong_way:
        typer.echo(f"{sensor}: {said}", err=True)
    differs = (
        abs(found.height_m - plan.pose.position[2]) > _HEIGHT_M or abs(found.tilt_degrees - tilt) > _DEGREES
    )
    if differs:
        typer.echo(f"write: height_m = {found.height_m:.2f}\n       tilt_degrees = {found.tilt_degrees:.1f}")
    if wrong_way or differs:
        raise typer.Exit(1)


def _tilt(down: float) -> float:
    """Return degrees from straight down, by how much of the view points down (-1: all of it)."""
    import math

    return math.degrees(math.acos(max(-1.0, min(1.0, -down))))
