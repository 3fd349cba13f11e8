"""Pseudonyms: how many a second, and what a dictionary attack recovers of keyed and of unkeyed ones.

``python benchmarks/pseudonyms.py`` attacks all NIR of a birth month and department, and 1 % of the French
mobile numbers; ``FULL=1`` tries all 200 million of them (an hour). ``SEED`` changes the draws.
"""

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from harness import result, table

from bacasable.privacy.pseudonyms import (
    Check,
    KeyStore,
    Pseudonyms,
    Space,
    check_scope,
    french_mobiles,
    nirs,
    unkeyed,
)
from bacasable.privacy.redaction.replacement import Redactor
from bacasable.privacy.redaction.spans import Span

ROUNDS = 5
VALUES = 20_000
TARGETS = 1_000
MOBILES_SHARE = 0.01


def main() -> None:
    """Print both tables, then the figures as one JSON object."""
    seed = int(os.environ.get("SEED", "20230217"))
    share = 1.0 if os.environ.get("FULL") == "1" else MOBILES_SHARE
    with tempfile.TemporaryDirectory() as folder:
        keys = KeyStore.from_file(Path(folder) / "keys")
        keys.create("benchmark")
        keys.create("reversible", reversible=True)
        speeds = rates(Pseudonyms(keys, "benchmark"), Pseudonyms(keys, "reversible"))
        table(
            [
                {"what": what, "per second (best of 5, CPU time)": f"{rate:,.0f}"}
                for what, rate in speeds.items()
            ]
        )
        print()
        spaces = [(nirs(1985, 5, "78"), 1.0), (french_mobiles(), share)]
        checks = [
            (space, check_scope(Pseudonyms(keys, "benchmark"), space, n=TARGETS, share=part, seed=seed))
            for space, part in spaces
        ]
    table([row for space, check in checks for row in rows(space, check)])
    print(f"\nseed {seed}, {TARGETS:,} targets, intervals Clopper-Pearson at 95 %")
    for _, check in checks:
        assert check.passed, "a keyed pseudonym fell, or the sabotage did not succeed"
    result(figures(seed, speeds, checks))


def rates(plain: Pseudonyms, reversible: Pseudonyms) -> dict[str, float]:
    """Return values a second for each kind of pseudonym, and for surrogates."""
    space = nirs(1985, 5, "78", with_key=True)
    numbers = [space[index * 97] for index in range(VALUES)]
    people = [f"Mme Hélène LAROCHE-{number}" for number in numbers]
    redactor = Redactor("surrogate", pseudonyms=plain)

    def surrogate(value: str) -> None:
        redactor.redact(value, [Span(0, len(value), "NIR", 1.0)])

    return {
        "HMAC-SHA-256, NIR": rate(lambda value: plain.of(value, "NIR"), numbers),
        "HMAC-SHA-256, PERSON": rate(lambda value: plain.of(value, "PERSON"), people),
        "AES-SIV, NIR": rate(lambda value: reversible.of(value, "NIR"), numbers),
        "surrogate, NIR": rate(surrogate, numbers),
        "unkeyed SHA-256, NIR (not a pseudonym)": rate(lambda value: unkeyed(value, "NIR"), numbers),
    }


def rate(make: Callable[[str], object], values: list[str]) -> float:
    """Return calls a second, best of :data:`ROUNDS`."""
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.process_time()
        for value in values:
            make(value)
        best = min(best, time.process_time() - began)
    return len(values) / best


def rows(space: Space, check: Check) -> list[dict[str, object]]:
    """Return a line for the unkeyed hashes (sabotage) and one for the keyed pseudonyms."""
    return [
        {
            "space": space.name,
            "size": f"{space.size:,}",
            "tried": f"{attack.share:.1%}",
            "pseudonyms": name,
            "recovered": f"{attack.value:.2%}",
            "interval": f"{attack.interval.low:.2%} to {attack.interval.high:.2%}",
            "chance": f"{attack.baseline:.1e}",
            "seconds": f"{attack.seconds:.1f}",
        }
        for name, attack in (("unkeyed SHA-256", check.sabotage), ("keyed", check.keyed))
    ]


def figures(seed: int, speeds: dict[str, float], checks: list[tuple[Space, Check]]) -> dict[str, object]:
    """Return what the last line holds."""
    attacks = {
        f"{space.name}, {name}": {
            "recovered": attack.value,
            "low": attack.interval.low,
            "high": attack.interval.high,
            "n": attack.n,
            "tried": attack.tried,
            "share": attack.share,
            "chance": attack.baseline,
        }
        for space, check in checks
        for name, attack in (("unkeyed", check.sabotage), ("keyed", check.keyed))
    }
    return {"benchmark": "pseudonyms", "seed": seed, "per_second": speeds, "attacks": attacks}


if __name__ == "__main__":
    main()
