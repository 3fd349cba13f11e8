"""A service may bring a process: it runs beside the portal's own and cannot take the portal down."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bacasable.compliance import catalogue
from bacasable.compliance.service import Process, Service
from bacasable.portal.commands.processes import of_services
from bacasable.portal.supervision import portal_children
from tests.installation import eventually

LISTENERS = (
    Process("listener", ("weather", "listen", "--all")),
    Process("station", ("weather", "station"), wanted=lambda: False),
)


def test_what_services_want_here_runs_beside_the_portal(monkeypatch: pytest.MonkeyPatch) -> None:
    weather = Service(key="weather", processing="", processes=f"{__name__}:LISTENERS")
    monkeypatch.setattr(catalogue, "catalogue", lambda: {"weather": weather})
    asked = of_services()
    assert asked == [("weather: listener", "weather", "listen", "--all")]
    child = portal_children(Path("/srv/home"), 3, 1, False, asked)[-1]
    assert child.name == "weather: listener"
    assert child.command[-5:] == ["--home", "/srv/home", "weather", "listen", "--all"]
    assert not child.needed


def test_one_that_is_refused_is_left_out_and_the_others_go_on(tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    code = f"""
import os, sys
from bacasable.portal.supervision import Child, Supervisor
refused = "import pathlib; pathlib.Path({str(starts)!r}).open('a').write('x'); raise SystemExit(78)"
children = [
    Child("web", [sys.executable, "-c", "print('up', flush=True); import time; time.sleep(60)"]),
    Child("listener", [sys.executable, "-c", refused], needed=False),
]
raise SystemExit(Supervisor(children, os.environ).run())
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as supervisor:
        try:
            assert supervisor.stdout is not None
            eventually(starts.exists, "the listener was started")
            awaited = {"up", "left out"}
            for line in supervisor.stdout:
                awaited = {words for words in awaited if words not in line}
                if not awaited:
                    break
            assert supervisor.poll() is None
        finally:
            supervisor.send_signal(signal.SIGTERM)
            supervisor.communicate(timeout=30)
    assert supervisor.returncode == 0
    assert starts.read_text() == "x"
