"""The root of the command line: ``bacasable [--home DIR] [--without NAME]... COMMAND``.

Commands are data (:data:`COMMANDS`), loaded when typed, so that ``--help`` is quick and one service's command
line never imports another, nor Django. Others come from the entry-point group ``bacasable.commands`` and from
the catalogue (a service's ``cli``).
"""

import os
import sys
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from bacasable.compliance.catalogue import GROUP as SERVICES
from bacasable.compliance.catalogue import WITHOUT, assemble, catalogue, left_out
from bacasable.compliance.deployment import deployment, refusal, strangers

GROUP = "bacasable.commands"

#: name typed -> "module:command" ("module:" alone: the whole application of that module is a group)
COMMANDS = {
    "init": "bacasable.portal.commands.installation:init",
    "account": "bacasable.portal.commands.account:",
    "serve": "bacasable.portal.commands.processes:serve",
    "web": "bacasable.portal.commands.processes:web",
    "worker": "bacasable.portal.commands.processes:worker",
    "mailbox": "bacasable.portal.commands.processes:mailbox",
    "check": "bacasable.portal.commands.check:",
    "evidence": "bacasable.portal.commands.evidence:",
    "federation": "bacasable.portal.commands.federation:",
    "export": "bacasable.portal.commands.export:",
    "import-pia": "bacasable.portal.commands.import_pia:",
    "dpia": "bacasable.portal.commands.dpia:",
    "journal": "bacasable.portal.commands.journal:",
    "backup": "bacasable.portal.commands.preservation:backup",
    "restore": "bacasable.portal.commands.preservation:restore",
    "replay-erasures": "bacasable.portal.commands.preservation:replay-erasures",
    "upgrade": "bacasable.portal.commands.installation:upgrade",
    "keys": "bacasable.portal.commands.keys:",
    "redact": "bacasable.privacy.commands.redact:redact",
    "scan": "bacasable.privacy.commands.redact:scan",
    "release": "bacasable.privacy.commands.release:",
    "attack": "bacasable.privacy.commands.attack:",
}


class PluginError(Exception):
    """A plugin could not be loaded; the message names it and says how to do without."""


def _plugins() -> dict[str, EntryPoint]:
    """Return the commands of other distributions and storeys, by name, without loading them."""
    without = left_out()
    return {point.name: point for point in entry_points(group=GROUP) if point.name not in without}


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _services() -> dict[str, str]:
    """Return the command lines of services: name typed -> ``module:application``.

    Ours are there in every installation, since some of their commands need none; an authority runs none of
    the services, and the commands that need one say so.
    """
    points = entry_points(group=SERVICES)
    apart = {point.name for point in strangers(points)}
    ours = assemble((point for point in points if point.name not in apart), without=left_out())
    known = {**ours, **catalogue()}
    return {key.replace("_", "-"): service.cli for key, service in known.items() if service.cli}


def _load(name: str, path: str) -> Any:
    module_name, _, attribute = path.partition(":")
    try:
        return getattr(import_module(module_name), attribute or "app")
    except Exception as error:
        raise PluginError(
            f"the command '{name}' ({path}) does not load: {type(error).__name__}: {error}; "
            f"mend it, or leave it out with --without {name}"
        ) from error


class Root(TyperGroup):
    """A group whose commands are looked up when named."""

    def list_commands(self, ctx: Any) -> list[str]:
        own = [name for name, path in COMMANDS.items() if _is_there(path.partition(":")[0])]
        plugins = [name for name, point in _plugins().items() if _is_there(point.module)]
        return list(dict.fromkeys([*own, *plugins, *_services()]))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        path = self._path(cmd_name)
        if path is None:
            return None
        module, _, attribute = path.partition(":")
        if cmd_name in COMMANDS:
            command = typer.main.get_command(_load(cmd_name, f"{module}:app"))
            if attribute:
                command = command.commands[attribute]  # type: ignore[attr-defined]
        else:
            point = _plugins().get(cmd_name)
            if point is not None and deployment() == "authority" and list(strangers([point])):
                raise PluginError(f"the command {refusal(point)}")
            command = typer.main.get_command(_load(cmd_name, path))
        command.name = cmd_name
        return command

    def _path(self, name: str) -> str | None:
        """Return where the command is, or ``None`` where its module is not installed."""
        if name in COMMANDS:
            path = COMMANDS[name]
        elif name in (plugins := _plugins()):
            path = plugins[name].value
        else:
            return _services().get(name)
        return path if _is_there(path.partition(":")[0]) else None


app = typer.Typer(
    name="bacasable",
    cls=Root,
    help="A sandbox for artificial intelligence on personal data in public services.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
)


def _set_home(value: Path | None) -> Path | None:
    if value is not None:
        os.environ["BACASABLE_HOME"] = str(value.expanduser().resolve())
    return value


def _set_without(value: list[str]) -> list[str]:
    if value:
        os.environ[WITHOUT] = ",".join(sorted(left_out() | set(value)))
    return value


def _show_version(value: bool) -> None:
    if value:
        from bacasable.portal.installation import version

        typer.echo(version())
        raise typer.Exit


@app.callback()
def root(
    home: Annotated[
        Path | None,
        typer.Option(
            "--home",
            metavar="DIR",
            callback=_set_home,
            is_eager=True,
            help="Folder of all state; else the variable BACASABLE_HOME, else ./var.",
        ),
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option(
            "--without",
            metavar="NAME",
            callback=_set_without,
            is_eager=True,
            help="Leave out this service or command, which does not load.",
        ),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """Run one command of the installation under --home."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bacasable.portal.settings")


def main() -> None:
    """Run the command line; an expected error is one line on stderr and exit code 1."""
    from bacasable.portal.refusal import expected_errors, of_the_database

    try:
        app()
    except Exception as error:
        expected = isinstance(error, (PluginError, *expected_errors()))
        said = str(error) if expected else of_the_database(error)
        if not said:
            raise
        typer.echo(f"bacasable: {said}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
