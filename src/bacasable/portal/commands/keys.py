"""``bacasable keys``: rotate the keys of this installation."""

from typing import Annotated

import typer

app = typer.Typer(help="The keys of this installation.", no_args_is_help=True)


@app.callback()
def keys() -> None:
    """The keys of this installation."""


@app.command()
def rotate(
    evidence: Annotated[bool, typer.Option(help="Make a new evidence key too.")] = True,
) -> None:
    """Make new keys and wrap every data key anew; interrupted, run it again: it goes on where it was."""
    from bacasable.portal.installation import configuration, only_one, require_initialised

    configured = configuration()
    require_initialised(configured)
    from bacasable.portal.rotation import rotate_evidence_key, rotate_instance_key

    with only_one(configured.home, "bacasable keys rotate"):
        done = rotate_instance_key()
        typer.echo(
            f"Instance key {done.key_id}{' (resumed)' if done.resumed else ''}; data keys wrapped anew: "
            f"{done.rewrapped}. The old key stays until 'bacasable keys forget'."
        )
        if evidence:
            made = rotate_evidence_key()
            typer.echo(f"Evidence key {made} signs from now on; what older keys signed still verifies.")
    typer.echo("Take a backup now: older ones hold the older keys.")


@app.command()
def forget() -> None:
    """Destroy the old instance keys that wrap nothing any more; run it with the portal stopped.

    A backup whose keys were left in the installation (those of 'upgrade') can no longer be restored after it.
    """
    from bacasable.portal.installation import configuration, only_one, require_initialised

    configured = configuration()
    require_initialised(configured)
    from bacasable.portal.rotation import forget_old_keys

    with only_one(configured.home, "bacasable keys forget"):
        gone = forget_old_keys()
    typer.echo(f"Destroyed: {', '.join(gone) or 'nothing, every key is in use'}.")
