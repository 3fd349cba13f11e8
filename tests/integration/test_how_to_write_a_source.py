"""The how-to "Write a source for your sensor": its class is a source, found by its entry point."""

import re
import sys
from pathlib import Path

import pytest

pytest.importorskip("numba", reason="needs the extra 'depth'")

from bacasable.services.depth_events.engine.frames import Intrinsics
from bacasable.services.depth_events.engine.sources import SourceLost, open_source

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "write-a-source.md"
SDK = """
class Device:
    frames = [[[1000, -1], [70000, 2500]], None]
    def poll(self, timeout_s): return self.frames.pop(0)
    def close(self): Device.closed = True

def connect(where):
    if where != "usb0":
        raise OSError
    return Device()
"""


def test_the_class_of_the_page_is_a_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = PAGE.read_text("utf-8")
    blocks = dict(reversed(found) for found in re.findall(r"```(python|toml)\n(.*?)```", page, re.DOTALL))
    python = next(text for text, language in blocks.items() if language == "python")
    door = next(text for text, language in blocks.items() if "entry-points" in text)
    (tmp_path / "acme_depth.py").write_text(python)
    (tmp_path / "acme_sdk.py").write_text(SDK)
    info = tmp_path / "acme_depth-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-depth\nVersion: 1.0\n")
    name, path = re.findall(r'^(\w+) = "(.*)"$', door, re.MULTILINE)[0]
    (info / "entry_points.txt").write_text(f"[bacasable.depth_sources]\n{name} = {path}\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    try:
        sees = Intrinsics.of_view(2, 2, 70)
        opened = open_source("acme:usb0", "hall", sees)
        frame = opened.read(0.1)
        assert frame is not None
        assert (frame.sensor, frame.number, frame.shape) == ("hall", 0, (2, 2))
        assert frame._millimetres.tolist() == [[1000, 0], [0, 2500]]
        assert opened.read(0) is None
        opened.close()
        with pytest.raises(SourceLost, match="plugged in"):
            open_source("acme:usb7", "hall", sees)
    finally:
        for module in ("acme_depth", "acme_sdk"):
            sys.modules.pop(module, None)
