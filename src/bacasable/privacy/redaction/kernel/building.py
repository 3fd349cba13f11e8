"""Build the kernel beside its sources, with the C compiler of the machine; without one, say so and go on.

    python building.py                         build it
    python building.py --if-stale              unless it is built of these sources: what `make install` does
    python building.py -fsanitize=address -g   with more flags

It imports nothing of the package: a build runs it before the package is there.
"""

import sys
import zlib
from pathlib import Path

HERE = Path(__file__).parent
#: Flags of gcc and clang.
FLAGS = (
    "-std=c11",
    "-O2",
    "-fPIC",
    "-shared",
    "-fvisibility=hidden",
    "-fno-strict-aliasing",
    "-Wall",
    "-Wextra",
)
NOT_BUILT = (
    "The kernel of redaction was not built: that needs a C compiler and Python's headers (Debian: "
    "apt-get install gcc python3-dev). Personal data are found by the Python code: two to five times as slow."
)


def sources() -> int | None:
    """Return a number that tells these sources from others, or ``None`` where they are not there.

    The kernel holds that of its own.
    """
    parts = sorted(part for part in HERE.iterdir() if part.suffix in (".c", ".h"))
    return zlib.crc32(b"".join(part.read_bytes() for part in parts)) if parts else None


def _made() -> Path:
    """Return where the kernel of this Python is built."""
    import sysconfig

    return HERE / f"_kernel{sysconfig.get_config_var('EXT_SUFFIX')}"


def is_stale() -> bool:
    """Say whether the kernel is not there, cannot be loaded, or was built of other sources."""
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location("_kernel", _made())
    if spec is None or spec.loader is None:
        return True
    try:
        kernel = module_from_spec(spec)
        spec.loader.exec_module(kernel)
    except ImportError:
        return True
    return getattr(kernel, "SOURCES", None) != sources()


def build(more_flags: tuple[str, ...] = ()) -> Path | None:
    """Build the kernel; return its file, or ``None`` if there is no compiler or it fails (its words go to
    stderr)."""
    import shlex  # only here: a search of a text loads this module too
    import subprocess
    import sysconfig
    from shutil import which

    compiler = shlex.split(sysconfig.get_config_var("CC") or "cc")[0]
    if not which(compiler):
        compiler = "cc"
    headers = Path(sysconfig.get_paths()["include"])
    if not which(compiler) or not (headers / "Python.h").is_file():
        return None
    made = _made()
    part = made.with_suffix(".part")
    command = [compiler, *FLAGS, *more_flags, f"-DSOURCES={sources()}u", f"-I{headers}"]
    command += [*sorted(map(str, HERE.glob("*.c"))), "-o", str(part)]
    if subprocess.run(command, check=False).returncode:
        part.unlink(missing_ok=True)
        return None
    part.replace(made)
    return made


if __name__ == "__main__":
    flags = tuple(flag for flag in sys.argv[1:] if flag != "--if-stale")
    if ("--if-stale" not in sys.argv or is_stale()) and build(flags) is None:
        sys.stderr.write(NOT_BUILT + "\n")
