"""The command line as an operator meets it: quick help, clear refusals, an init that can be run again."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.installation import Installation

PLUGIN = """
import importlib.metadata as metadata
import sys
real = metadata.entry_points
point = metadata.EntryPoint("broken", sys.argv.pop(1), sys.argv.pop(1))

def entry_points(**selected):
    found = list(real(**selected))
    return found + [point] if selected.get("group") == point.group else found

metadata.entry_points = entry_points
from bacasable.portal.cli import main
main()
"""


@pytest.fixture
def bare(tmp_path: Path) -> Installation:
    return Installation(tmp_path / "home")


def _with_plugin(
    bare: Installation, tmp_path: Path, group: str, *arguments: str
) -> subprocess.CompletedProcess[str]:
    (tmp_path / "broken_plugin.py").write_text("raise RuntimeError('out of order')\n")
    environment = bare.environ() | {"PYTHONPATH": str(tmp_path)}
    return subprocess.run(
        [sys.executable, "-c", PLUGIN, "broken_plugin:app", group, "--home", str(bare.home), *arguments],
        env=environment,
        capture_output=True,
        text=True,
    )


def test_help_loads_no_web_framework() -> None:
    code = (
        "import sys\nfrom bacasable.portal.cli import app\n"
        "try:\n    app(['--help'])\nexcept SystemExit as end:\n    assert end.code == 0\n"
        "assert not [name for name in sys.modules if name.split('.')[0] in ('django', 'ninja')]"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_every_own_command_is_there(bare: Installation) -> None:
    shown = bare.run("--help").stdout
    for name in ("init", "serve", "worker", "mailbox", "check", "evidence", "journal", "backup", "restore"):
        assert name in shown
    for path in (("evidence", "verify"), ("journal", "verify"), ("keys", "rotate"), ("account", "add")):
        bare.run(*path, "--help")


@pytest.mark.parametrize("group", ["bacasable.commands", "bacasable.services"])
def test_a_plugin_that_raises_is_named_and_can_be_left_out(
    bare: Installation, tmp_path: Path, group: str
) -> None:
    refused = _with_plugin(bare, tmp_path, group, "--help")
    assert refused.returncode == 1
    assert "broken" in refused.stderr
    assert "--without broken" in refused.stderr
    assert "Traceback" not in refused.stderr
    left_out = _with_plugin(bare, tmp_path, group, "--without", "broken", "--help")
    assert left_out.returncode == 0, left_out.stderr


@pytest.mark.parametrize("command", ["serve", "web", "worker", "mailbox"])
def test_nothing_serves_while_a_service_cannot_be_loaded(
    bare: Installation, tmp_path: Path, command: str
) -> None:
    bare.initialised()
    refused = _with_plugin(bare, tmp_path, "bacasable.services", command)
    assert refused.returncode == 1
    assert "--without broken" in refused.stderr
    assert "http://" not in refused.stdout


@pytest.mark.parametrize("command", [["journal", "verify"], ["check"], ["serve"]])
def test_a_database_without_the_installation_is_refused_in_a_line(
    bare: Installation, command: list[str]
) -> None:
    bare.initialised()
    (bare.home / "data" / "bacasable.sqlite3").unlink()
    refused = bare.run(*command, check=False)
    assert refused.returncode == 1
    assert "BACASABLE_DATABASE_URL" in refused.stderr or "upgrade" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize("command", [["serve"], ["web"], ["worker"], ["mailbox"], ["backup", "x.tar"]])
def test_nothing_starts_before_init(bare: Installation, command: list[str]) -> None:
    refused = bare.run(*command, check=False)
    assert refused.returncode != 0
    assert "init" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_line_that_names_no_setting_is_refused_with_the_nearest(bare: Installation) -> None:
    bare.home.mkdir()
    (bare.home / "bacasable.env").write_text("# mail\nBACASABLE_SMPT_HOST=relay.example\n")
    refused = bare.run("init", check=False)
    assert refused.returncode == 1
    assert "bacasable.env:2" in refused.stderr
    assert "BACASABLE_SMTP_HOST" in refused.stderr


def test_init_can_be_run_again_and_refuses_another_deployment(bare: Installation) -> None:
    first = bare.run("init", "--administrator", "admin@office.example").stdout
    assert "http://127.0.0.1:8000/" in first
    keys = {path.name: path.read_bytes() for path in (bare.home / "keys").iterdir()}
    bare.run("init")
    assert {path.name: path.read_bytes() for path in (bare.home / "keys").iterdir()} == keys
    assert all(path.stat().st_mode & 0o077 == 0 for path in bare.home.iterdir() if path.name != "static")
    for path in (bare.home / "keys").iterdir():
        assert path.suffix == ".pub" or path.stat().st_mode & 0o077 == 0

    bare.environment["BACASABLE_DEPLOYMENT"] = "service"
    refused = bare.run("init", check=False)
    assert refused.returncode == 1
    assert "authority" in refused.stderr

    bare.environment.clear()
    wrong = bare.run("account", "add", "someone@office.example", "--role", "emperor", check=False)
    assert wrong.returncode == 1
    assert "officer" in wrong.stderr
    bare.run("upgrade")
    assert len(list((bare.home / "backups").glob("*.tar"))) == 1


def test_a_portal_whose_mailbox_could_not_listen_does_not_start(bare: Installation) -> None:
    bare.initialised()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-m", "bacasable.portal", "--home", str(bare.home), "serve", "--port", "0"],
            env=bare.environ() | {"BACASABLE_MAILBOX_PORT": port},
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert done.returncode == 1
    assert port in done.stderr
    assert "--no-mailbox" in done.stderr
    assert "Traceback" not in done.stderr
