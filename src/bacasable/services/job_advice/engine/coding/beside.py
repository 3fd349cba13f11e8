"""The trained coder of a referential: made at import, kept beside its tables, read once a process."""

import threading
from pathlib import Path

from bacasable.services.job_advice.engine.referential import Referential

from .titles import TitleCoder
from .wordings import of_referential

#: The folder, beside the tables of a base, in which the coder is kept.
FOLDER = "coding"
_ready: dict[str, TitleCoder] = {}
_lock = threading.Lock()


def train_beside(referential: Referential, folder: Path | None = None, seed: int = 0) -> TitleCoder:
    """Train the coder of titles of ``referential`` and keep it in its folder (or another ``folder``).

    Seconds to a minute on one core; the coder remembers which version of the tables it was learnt from.
    """
    coder = TitleCoder.train(of_referential(referential).titled(), seed=seed, version=referential.version)
    coder.save((folder or referential.folder) / FOLDER)
    return coder


def coder_of(referential: Referential) -> TitleCoder:
    """Return the coder of ``referential``: kept beside it, or trained now for the small synthetic one.

    Raises:
        Refused: none is kept beside a base that was imported, or it was learnt from other tables.
    """
    with _lock:
        if referential.version not in _ready:
            if referential.is_synthetic:
                titles = of_referential(referential).titled()
                _ready[referential.version] = TitleCoder.train(titles, version=referential.version)
            else:
                _ready[referential.version] = TitleCoder.load(
                    referential.folder / FOLDER, referential.version
                )
        return _ready[referential.version]
