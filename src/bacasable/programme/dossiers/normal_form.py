"""Unicode normalisation of what people send, in time that grows with its length and no faster."""

import unicodedata
from typing import Literal

#: Marks on one letter, as in the Stream-Safe Text Format (UAX 15, section 13): no script needs more.
MOST_MARKS = 30


def normalised(text: str, form: Literal["NFC", "NFKD"] = "NFC") -> str:
    """Return ``text`` in a normalisation form, with at most :data:`MOST_MARKS` marks on one letter.

    Sorting a run of marks takes time that grows with its square: twenty thousand on one letter would hold the
    server for seconds.
    """
    if text.isascii():
        return text
    kept, run = [], 0
    for character in text:
        run = run + 1 if unicodedata.combining(character) else 0
        if run <= MOST_MARKS:
            kept.append(character)
    return unicodedata.normalize(form, "".join(kept))
