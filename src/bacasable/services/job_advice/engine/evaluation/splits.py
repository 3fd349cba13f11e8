"""Which part of each set was looked at while the models were tuned, and which was not: fixed before tuning.

A hash of the key decides, so that the same row falls in the same part on every machine and in every folder.
"""

from hashlib import blake2b
from typing import Literal

#: "seen": looked at while designing and tuning; "unseen": opened for the figures that are reported.
Half = Literal["seen", "unseen"]
#: Buckets of certifications, of ten: models learn on the rest. The first two are tuned on, the last two
#: report.
TUNED_BUCKETS, REPORTED_BUCKETS = (2, 3), (0, 1)


def bucket(key: str, count: int) -> int:
    """Return the bucket of ``key``, 0 to ``count - 1``.

    Keys: ``title:<code_ogr>`` of an appellation, ``melo:<query id>``, ``rncp:<title in lower case, single
    spaces>`` (all certifications of one title fall together: a renewed one must not be learnt from its
    predecessor), ``mobility:<code of the occupation left>``.
    """
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "big") % count


def half(key: str) -> Half:
    """Return the half that ``key`` falls in."""
    return "seen" if bucket(key, 2) == 0 else "unseen"
