"""Files of the installation that are written whole or not at all, for their owner only."""

import os
import secrets
from pathlib import Path


def write_once(path: Path, text: str) -> bool:
    """Write ``text`` to a new file of mode 0600, whole or not at all; return whether it was made."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.link(temporary, path)
    except FileExistsError:
        return False
    finally:
        temporary.unlink()
    return True
