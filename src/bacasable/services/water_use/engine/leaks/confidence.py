"""How often such a flag was a leak, on the synthetic city: by flow and by length."""

#: From so many litres an hour, from so many hours, the share of flags that were leaks in the cities of seeds
#: 1 to 5: (true + 1/2) / (flags + 1), at most 0.99, since no city has all that a town has.
_SHARES = ((0.0, 0, 0.91), (0.0, 168, 0.99), (4.0, 0, 0.92), (4.0, 168, 0.99), (8.0, 0, 0.99))


def confidence(litres_per_hour: float, hours: int) -> float:
    """Return the share of such flags that were leaks, 0 to 1: never a judgement on a home."""
    return [share for flow, length, share in _SHARES if litres_per_hour >= flow and hours >= length][-1]
