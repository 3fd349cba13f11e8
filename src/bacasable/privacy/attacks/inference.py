"""Inference: whoever knows some columns of a person guesses another from the released table.

Giomi et al. (PoPETs 2023), section 4.3: the guess is the secret of the released record nearest to what is
known (Gower's distance). A category must be guessed exactly, a number within a relative tolerance of the
guess."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bacasable.privacy.attacks.measured import Measured, Progress, check_level, corrected_risk
from bacasable.privacy.attacks.neighbours import nearest_records
from bacasable.privacy.attacks.tables import Coded, Table, coded, sample
from bacasable.privacy.messages import N_, Refused

if TYPE_CHECKING:
    from bacasable.privacy.attacks.tables import Array

METHOD = N_("Inference of a secret column (Giomi et al. 2023)")


def inference(
    original: Table,
    released: Table,
    control: Table | None = None,
    *,
    secret: str,
    known: Sequence[str] | None = None,
    tolerance: float | None = None,
    n: int | None = None,
    seed: int = 0,
    level: float = 0.95,
    progress: Progress | None = None,
) -> Measured:
    """Measure how often the column ``secret`` of people of ``original`` is guessed from the release.

    ``known`` columns of the attacker (default: all others); ``tolerance`` relative to the guess, for numbers
    (default 0.05; 0 for exactly); ``n`` people attacked in the original and the control (default 2,000 or
    all). ``value`` is the control-corrected risk; ``baseline`` the rate of guesses drawn at random from the
    released secrets.

    Raises:
        Refused: tables or columns that cannot be attacked, n larger than a table.
    """
    check_level(level)
    if tolerance is not None and not tolerance >= 0:
        raise Refused("tolerance must be 0 or more; give 0.05 for 5 % of the guess")
    tables = coded(original, released, control)
    place = int(tables.places([secret], "secret")[0])
    others = [name for name in tables.names if name != secret] if known is None else list(known)
    if secret in others:
        raise Refused(f"known: '{secret}' is the secret; leave it out of what the attacker knows")
    sides = tables.places(others, "known")
    within = (0.05 if tolerance is None else tolerance) if tables.numeric[place] else 0.0
    arguments = (place, sides, within, n, seed, level, progress)
    sabotage = _measure(tables.unprotected(), *arguments)
    return _measure(tables, *arguments).judged_by(sabotage, sabotage.beats_chance())


def _measure(
    tables: Coded,
    place: int,
    sides: "Array",
    within: float,
    n: int | None,
    seed: int,
    level: float,
    progress: Progress | None,
) -> Measured:
    import numpy as np

    rng = np.random.default_rng(seed)
    scaled = tables.for_distances()
    order = rng.permutation(tables.released.shape[1])
    secrets = tables.released[place, order]
    released = scaled.released[np.ix_(sides, order)]

    def successes(values: "Array", people: "Array", rows: "Array") -> int:
        found, _ = nearest_records(people[np.ix_(sides, rows)], released, 1, progress, "guessing the secret")
        return int(guessed(secrets[found[:, 0]], values[place, rows], within).sum())

    targets = sample(rng, tables.original.shape[1], n, "original")
    won = successes(tables.original, scaled.original, targets)
    control = None
    if tables.control is not None and scaled.control is not None:
        others = sample(rng, tables.control.shape[1], n, "control")
        control = (successes(tables.control, scaled.control, others), len(others))
    value, interval = corrected_risk(won, len(targets), control, level)
    naive = guessed(rng.choice(secrets, size=len(targets)), tables.original[place, targets], within)
    details = {
        "successes": won,
        "control_successes": control[0] if control else None,
        "control_n": control[1] if control else None,
        "secret": tables.names[place],
        "tolerance": within,
    }
    return Measured(
        value, interval, len(targets), METHOD, float(naive.mean()), seed, "nearest neighbour", details=details
    )


def guessed(guesses: "Array", secrets: "Array", tolerance: float) -> "Array":
    """Return where a guess is right: within ``tolerance`` of the guess, or both missing."""
    import numpy as np

    return (np.abs(guesses - secrets) <= tolerance * np.abs(guesses)) | (
        np.isnan(guesses) & np.isnan(secrets)
    )
