"""The tutorial "From a sensor to an alert" does what it says, block by block, over a real broker."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.installation import Installation, eventually, free_port
from tests.requirements import need_program

pytest.importorskip("numba", reason="needs the extra 'depth'")

PAGE = Path(__file__).parents[2] / "docs" / "tutorials" / "from-a-sensor-to-an-alert.md"
TOLD = (
    "from bacasable.services.depth_events.web.models import Incident, Station\n"
    "print(Station.objects.get().panel_generated_on is not None, "
    "*Incident.objects.values_list('kind', 'sensor__key', 'is_simulated')[:1])"
)


def test_its_blocks_do_what_it_says(tmp_path: Path) -> None:
    need_program("mosquitto")
    port = str(free_port())
    blocks = re.findall(r"```bash\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert len(blocks) == 6
    script = "set -e\n" + "\necho ---\n".join(blocks).replace("18830", port)
    script = script.replace("sleep 25", "sleep 10")  # and then until it is there, below
    portal = Installation(tmp_path / "portal", environment={"BACASABLE_DEPLOYMENT": "service"})
    environment = portal.environ()
    for named in ("BACASABLE_HOME", "DJANGO_SETTINGS_MODULE", "BACASABLE_DEPLOYMENT"):
        del environment[named]
    environment["PATH"] = os.pathsep.join(
        [str(Path(sys.executable).parent), "/usr/sbin", environment["PATH"]]
    )
    running = subprocess.Popen(
        ["bash", "-c", script],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # what it leaves behind is ended with it
    )
    try:
        assert running.wait(300) == 0, running.stderr and running.stderr.read()
        eventually(lambda: "fall" in portal.python(TOLD), "the fall came")
    finally:
        os.killpg(running.pid, signal.SIGTERM)
    said = running.communicate(timeout=60)[0].split("---\n")
    assert "refused" in said[2]
    assert "1 sensors in intervention, 0 in statistics" in said[3]
    assert (tmp_path / "panel.pdf").read_bytes().startswith(b"%PDF")
    assert portal.python(TOLD) == "True ('fall', 'quai', True)"
