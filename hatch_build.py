"""Builds the kernel of redaction into wheels, where a C compiler is; without one, the wheel is pure Python.

``BACASABLE_KERNEL=0`` leaves it out, for a wheel of every platform. An editable installation builds nothing:
``make install`` builds the kernel beside its sources.
"""

import os
import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

KERNEL = Path("src/bacasable/privacy/redaction/kernel")


class KernelHook(BuildHookInterface):
    """Adds the built kernel to a wheel, which is then one of a platform."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the kernel and say so to hatchling."""
        if version != "standard" or os.environ.get("BACASABLE_KERNEL") == "0":
            return
        building = runpy.run_path(str(Path(self.root) / KERNEL / "building.py"))
        made = building["build"]()
        if made is None:
            self.app.display_warning(building["NOT_BUILT"])
            return
        build_data["pure_python"] = False
        build_data["infer_tag"] = True
        build_data["force_include"][str(made)] = str(KERNEL.relative_to("src") / made.name)
