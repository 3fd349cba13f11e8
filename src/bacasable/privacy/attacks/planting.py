"""The manifest of planted canaries: what to draw again when they are searched, and a digest that proves it.

A search for other canaries than were planted finds none, and would say *measured: none comes out*. So the
manifest is written when they are planted, and a search draws from it alone; drawn otherwise (another version,
a file altered), the digest does not match and nothing is searched.
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bacasable.privacy.attacks.canaries import Canary, Kind, canaries
from bacasable.privacy.messages import N_, Refused

_FORM = "bacasable canaries 1"

_UNREADABLE = N_("{path}: it does not read ({why}); give the manifest that 'canaries plant' wrote")
_NO_MANIFEST = N_("{path}: not a manifest of canaries; give the file that 'canaries plant --manifest' wrote")
_OTHERS = N_(
    "{path}: the canaries drawn from it are not those that were planted (the file was altered, or another "
    "version drew them): a search would find none and prove nothing. Plant again, and run the pipeline anew"
)


def manifest(planted: Sequence[Canary], *, seed: int, kinds: Sequence[Kind]) -> bytes:
    """Return the manifest of ``planted``, drawn by ``canaries(len(planted), seed, kinds)``."""
    facts = {
        "form": _FORM,
        "count": len(planted),
        "seed": seed,
        "kinds": list(kinds),
        "sha256": digest(planted),
    }
    return json.dumps(facts, indent=1).encode() + b"\n"


def digest(planted: Sequence[Canary]) -> str:
    """Return the SHA-256 of what was planted: kinds, values and texts, in order."""
    told = [[canary.kind, canary.value, canary.text] for canary in planted]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def planted_by(path: Path) -> tuple[list[Canary], int]:
    """Return the canaries that the manifest says were planted, and their seed.

    Raises:
        Refused: no manifest, or one from which other canaries are drawn than were planted.
    """
    try:
        facts: Any = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Refused(_UNREADABLE, path=path, why=error.strerror) from error
    except ValueError as error:
        raise Refused(_NO_MANIFEST, path=path) from error
    try:
        if facts["form"] != _FORM:
            raise ValueError(_FORM)
        count, seed, kinds = int(facts["count"]), int(facts["seed"]), list(facts["kinds"])
        wanted = str(facts["sha256"])
    except (KeyError, TypeError, ValueError) as error:
        raise Refused(_NO_MANIFEST, path=path) from error
    drawn = canaries(count, seed, kinds)
    if digest(drawn) != wanted:
        raise Refused(_OTHERS, path=path)
    return drawn, seed
