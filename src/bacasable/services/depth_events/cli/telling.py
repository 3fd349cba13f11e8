"""How much is done, on the error stream: a line each ten percent, so that results alone go to the output."""

import typer


class Told:
    """Hears shares from 0 to 1, and says them once each."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._told = 0

    def __call__(self, share: float) -> None:
        """Say the share, if ten percent more are done."""
        percent = int(share * 10) * 10
        if percent > self._told:
            self._told = percent
            typer.echo(f"{self._what}: {percent} %", err=True)
