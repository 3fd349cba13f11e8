"""Build the kernel beside its sources, with the C compiler of the machine; without one, say so and go on."""

import shlex
import subprocess
import sys
import sysconfig
from pathlib import Path
from shutil import which

HERE = Path(__file__).parent
#: Flags of any gcc or clang; the stamp of Python's own build is not asked for.
FLAGS = ("-std=c11", "-O2", "-fPIC", "-shared", "-fvisibility=hidden", "-fno-strict-aliasing", "-Wall", "-Wextra")


def target() -> Path:
    """Return where the kernel of this Python is built."""
    return HERE / f"_kernel{sysconfig.get_config_var('EXT_SUFFIX')}"


def build(more_flags: tuple[str, ...] = ()) -> Path | None:
    """Build the kernel; return its file, or ``None`` if there is no compiler or it fails (its words go to
    stderr)."""
    compiler = shlex.split(sysconfig.get_config_var("CC") or "") or ["cc"]
    if not which(compiler[0]):
        compiler = ["cc"]
    headers = Path(sysconfig.get_paths()["include"])
    if not which(compiler[0]) or not (headers / "Python.h").is_file():
        return None
    sources = sorted(map(str, HERE.glob("*.c")))
    made = target()
    part = made.with_suffix(".part")
    command = [compiler[0], *FLAGS, *more_flags, f"-I{headers}", *sources, "-o", str(part)]
    if subprocess.run(command, check=False).returncode:
        part.unlink(missing_ok=True)
        return None
    part.replace(made)
    return made


if __name__ == "__main__":
    if build(tuple(sys.argv[1:])) is None:
        sys.stderr.write(
            "The kernel of redaction was not built: a C compiler and Python's headers are needed\n"
            "(Debian: apt-get install gcc python3-dev). Personal data are found by the Python code, slower.\n"
        )
