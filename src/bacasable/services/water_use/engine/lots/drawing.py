"""The draw: a keyed hash of the meter, which who holds the key can draw again, and nobody else.

A lot decides who sees a comparison and when. It never decides who is told of a leak: alerts are not drawn.
"""

import hmac
from collections.abc import Iterable
from hashlib import sha256

from bacasable.privacy.messages import N_, Refused

_SHORTEST_SECRET = 16


def draw(meters: Iterable[str], secret: bytes, *, share: float) -> frozenset[str]:
    """Return the meters that receive the comparison: about ``share`` of them, each by its own lot.

    A home that joins later has its lot already, and those drawn before keep theirs.

    Args:
        meters: their pseudonyms in the scope of the evaluation.
        secret: 16 bytes or more, of this evaluation only.
        share: between 0 and 1, both excluded: without homes that wait there is nothing to compare with.

    Raises:
        Refused: the share or the secret cannot be one.
    """
    if not 0 < share < 1:
        raise Refused(
            N_("the lot of an evaluation: {share} is not a share between 0 and 1; some homes wait"),
            share=share,
        )
    if len(secret) < _SHORTEST_SECRET:
        raise Refused(
            N_("the lot of an evaluation: its secret has {count} bytes, {least} are needed"),
            count=len(secret),
            least=_SHORTEST_SECRET,
        )
    limit = int(share * (1 << 64))
    return frozenset(
        meter
        for meter in meters
        if int.from_bytes(hmac.digest(secret, meter.encode(), sha256)[:8], "big") < limit
    )
