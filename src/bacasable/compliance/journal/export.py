"""What an auditor is given: the entries, the checkpoints, the keys, and the means to verify without us."""

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

from bacasable.compliance.journal import auditor
from bacasable.compliance.journal.content import JournalRefused
from bacasable.compliance.journal.entries import GENESIS, Head, parse
from bacasable.compliance.journal.segments import force_folder
from bacasable.compliance.signing import Keyring

_README = """\
Journal of acts, exported for an auditor
========================================

entries.jsonl   one act a line (JSON): number, date (UTC), who, what, on what, facts; each holds the digest of
                the line before
head.json       number and digest of the last entry exported
checkpoints/    what stands, signed, for entries that expired under the declared retention
keys/           the public keys (PEM) that sign checkpoints; name: who keeps the key, and its state
verify.py       verifies all this with Python alone (3.9 or later, no package, no network); read it first

    python3 verify.py
    python3 verify.py --head HEAD.json --key KEY.pub

The second form is the one that proves: give a head that was published or handed to you before this export,
and the public key as you know it from elsewhere. Without them, a folder that was forged whole would verify.
A copy of verify.py is in the source of the software (compliance/journal/auditor.py): compare it.

What this does not prove: that all acts were recorded, or that their dates are right (a line that says "clock"
in `bacasable journal verify` is a date that goes back; the numbers keep the order). A checkpoint proves which
key signed that entries expired, not what they held.

Who acted is a pseudonymous identifier: these are personal data. Keep them as such, and delete them once done.
"""


def write_for_auditor(
    folder: Path,
    lines: Iterable[bytes],
    checkpoints: Iterable[tuple[str, bytes]],
    keyring: Keyring,
    start: Head = GENESIS,
) -> int:
    """Write the export to a new folder (mode 0700) and return the number of entries.

    ``lines`` are those of the entries with their ends, as they are stored; ``start`` is the head of the
    newest of the ``checkpoints`` (names and envelopes).

    Raises:
        JournalRefused: the folder is there already, or cannot be written.
    """
    try:
        folder.mkdir(parents=True, mode=0o700)
        (folder / "checkpoints").mkdir()
        (folder / "keys").mkdir()
        for name, envelope in checkpoints:
            _write(folder / "checkpoints" / name, envelope)
        for key_id, held in keyring.keys.items():
            state = "-revoked" if held.revoked_at else ""
            _write(folder / "keys" / f"{key_id[:16]}{state}.pub", held.pem)
        count, last = 0, start
        with (folder / "entries.jsonl").open("xb") as file:
            for line in lines:
                file.write(line)
                with contextlib.suppress(JournalRefused):  # a damaged line is exported as it stands
                    entry = parse(line)
                    count, last = count + 1, Head(entry.number, entry.digest)
            file.flush()
            os.fsync(file.fileno())
        _write(folder / "head.json", last.as_json().encode())
        _write(folder / "README.txt", _README.encode())
        _write(folder / "verify.py", Path(auditor.__file__).read_bytes())
        force_folder(folder)
    except FileExistsError:
        raise JournalRefused(
            f"{folder} exists; an export is never written over: choose another name"
        ) from None
    except OSError as error:
        raise JournalRefused(f"{folder}: cannot be written ({error.strerror})") from None
    return count


def _write(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
