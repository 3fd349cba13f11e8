"""A dictionary attack on pseudonyms: hash every possible value and look it up (ENISA, Pseudonymisation,
2019).

Spaces of identifiers are small: 1,978,020 NIR share a birth month and a department, and French mobile numbers
are 200 million. An unkeyed hash of them falls in seconds; the attacker of a keyed one lacks the key and is at
chance.
"""

import base64
import hashlib
import hmac
import random
import time
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bacasable.privacy.intervals import Interval, clopper_pearson
from bacasable.privacy.messages import Refused
from bacasable.privacy.pseudonyms.canonical import canonical
from bacasable.privacy.pseudonyms.keys import ScopeKey
from bacasable.privacy.pseudonyms.scope import PATTERN, Pseudonyms

_ORDERS = 999
_Guess = TypeVar("_Guess", bound=Hashable)


@dataclass(frozen=True)
class Space(Sequence[str]):
    """All the values that a target may have: counted, and numbered from 0 so that they can be drawn."""

    name: str
    size: int
    kind: str
    value: Callable[[int], str]

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, index: int) -> str:  # type: ignore[override]  # one value at a time
        if not 0 <= index < self.size:
            raise IndexError(index)
        return self.value(index)

    def part(self, share: float, seed: int) -> range:
        """Return the numbers of a run of ``share`` (0 to 1) of the space, at a place drawn with ``seed``."""
        count = max(1, round(self.size * share))
        first = random.Random(seed).randrange(self.size - count + 1)  # noqa: S311  # an experiment, not a secret
        return range(first, first + count)


def nirs(year: int, month: int, department: str, with_key: bool = False) -> Space:
    """Return all NIR of a birth month and department: 2 sexes x communes x 999 orders.

    990 communes in a department of two characters (1,978,020 NIR), 90 in one of three overseas (179,820).

    Args:
        year: year of birth; two digits enter the NIR.
        month: 1 to 12.
        department: '01' to '95', '2A', '2B', '971' to '976', '99' (born abroad).
        with_key: 15 digits with the key instead of 13.

    Raises:
        Refused: no such month or department.
    """
    department = department.upper()
    width = 5 - len(department)
    right = department in ("2A", "2B") or (department.isdecimal() and len(department) in (2, 3))
    if not 1 <= month <= 12 or not right:
        raise Refused("nirs() takes a month from 1 to 12 and a department like '75', '2A' or '974'")
    communes = 10**width - 10
    stem = f"{year % 100:02}{month:02}{department}"

    def value(index: int) -> str:
        rest, order = divmod(index, _ORDERS)
        sex, commune = divmod(rest, communes)
        body = f"{sex + 1}{stem}{commune + 1:0{width}}{order + 1:03}"
        return body + nir_key(body) if with_key else body

    return Space(f"NIR of {month:02}/{year}, department {department}", 2 * communes * _ORDERS, "NIR", value)


def nir_key(body: str) -> str:
    """Return the two digits that complete 13 of a NIR: 97 - (n mod 97), 2A read as 19 and 2B as 18."""
    return f"{97 - int(body.replace('2A', '19').replace('2B', '18')) % 97:02}"


def french_mobiles() -> Space:
    """Return the 200,000,000 French mobile numbers: 06 and 07, ten digits."""
    return Space("French mobile numbers", 2 * 10**8, "PHONE", lambda index: f"0{600_000_000 + index}")


@dataclass(frozen=True)
class Attack:
    """What a dictionary attack recovered.

    Attributes:
        value: share of the targets whose value was found, 0 to 1.
        interval: its Clopper-Pearson interval at 95 %.
        n: number of targets.
        method: the attacker.
        baseline: chance: expected share found by drawing one value of the space for each target.
        seed: of the draw of targets and of the part tried.
        tried: candidates hashed; ``share``: what part of the space that is.
        seconds: processor time spent.
    """

    value: float
    interval: Interval
    n: int
    method: str
    baseline: float
    seed: int
    tried: int
    share: float
    seconds: float

    @property
    def beats_chance(self) -> bool:
        """Whether the attack recovers more than chance, beyond the interval."""
        return self.interval.low > self.baseline


def dictionary_attack(
    pseudonymise: Callable[[str], _Guess],
    candidates: Iterable[str],
    targets: Collection[_Guess],
    *,
    size: int | None = None,
    method: str = "dictionary",
    seed: int = 0,
) -> Attack:
    """Try every candidate: pseudonymise it as the attacker would and look it up among ``targets``.

    Args:
        pseudonymise: what the attacker computes of a candidate; he has no key.
        candidates: values to try, each once.
        targets: published pseudonyms.
        size: of the whole space where ``candidates`` is a part of it; else all were tried.

    Raises:
        Refused: no target.
    """
    wanted = frozenset(targets)
    if not wanted:
        raise Refused("a dictionary attack needs at least one pseudonym as a target")
    began = time.process_time()
    hits: set[_Guess] = set()
    tried = 0
    for candidate in candidates:
        tried += 1
        guess = pseudonymise(candidate)
        if guess in wanted:
            hits.add(guess)
    seconds = time.process_time() - began
    n, whole = len(wanted), size or max(tried, 1)
    interval = clopper_pearson(len(hits), n)
    return Attack(len(hits) / n, interval, n, method, 1 / whole, seed, tried, tried / whole, seconds)


def unkeyed(value: str, kind: str) -> str:
    """Return what a naive pseudonym would be: SHA-256 of the canonical form, no key. It only serves as
    sabotage.
    """
    return hashlib.sha256(canonical(value, kind).encode()).hexdigest()


@dataclass(frozen=True)
class Check:
    """A self-attack: on the scope's pseudonyms, and on unkeyed hashes of the same values (sabotage)."""

    keyed: Attack
    sabotage: Attack

    @property
    def void(self) -> bool:
        """The attacker failed on unkeyed hashes within the part he tried: nothing is proven."""
        return self.sabotage.interval.high < self.sabotage.share

    @property
    def passed(self) -> bool:
        """The sabotage succeeded and the keyed pseudonyms stay at chance."""
        return not self.void and not self.keyed.beats_chance


def check_scope(
    pseudonyms: Pseudonyms, space: Space, *, n: int = 1_000, share: float = 1.0, seed: int = 0
) -> Check:
    """Attack the scope's own pseudonyms of ``n`` values drawn from ``space``, trying ``share`` of it.

    The attacker knows the code, the scope's name and the version, not the key. Of each candidate he tries
    SHA-256, HMAC-SHA-256 under an empty key and under the scope's name, and the whole making of pseudonyms
    with a key of zeros, as if the key had never been filled in.

    Raises:
        Refused: not 0 < share <= 1, or n < 1.
    """
    if not 0 < share <= 1 or n < 1:
        raise Refused("check_scope() takes 0 < share <= 1 and n >= 1")
    draw = random.Random(seed)  # noqa: S311  # an experiment, not a secret
    values = [space[index] for index in draw.sample(range(space.size), min(n, space.size))]
    part = space.part(share, seed)
    sabotage = dictionary_attack(
        lambda value: unkeyed(value, space.kind),
        map(space.value, part),
        {unkeyed(value, space.kind) for value in values},
        size=space.size,
        method="dictionary, on unkeyed SHA-256 (sabotage)",
        seed=seed,
    )
    return Check(_keyed_attack(pseudonyms, space, values, part, seed), sabotage)


def _keyed_attack(
    pseudonyms: Pseudonyms, space: Space, values: Sequence[str], part: range, seed: int
) -> Attack:
    """Attack by the first 80 bits (16 characters) after the mark: no two values agree on them by chance."""
    targets = {pseudonyms.of(value, space.kind) for value in values}
    matches = [match for match in map(PATTERN.fullmatch, targets) if match]
    shown = {_first_bytes(match[4]) for match in matches}
    version, reversible = int(matches[0][2]), bool(matches[0][3])
    empty = Pseudonyms(_Zeros(version, reversible), pseudonyms.scope)
    mark = space.kind.encode() + b"\0"
    keys = (b"", pseudonyms.scope.encode(), empty.secret("mac", 64))

    def guess(value: str) -> bytes:
        form = canonical(value, space.kind).encode()
        marked = mark + form
        guesses = [hashlib.sha256(form).digest()[:10], hashlib.sha256(marked).digest()[:10]]
        guesses += [hmac.digest(key, marked, "sha256")[:10] for key in keys]
        if reversible:
            guesses.append(_first_bytes(empty.of(value, space.kind).rpartition("-")[2]))
        return next((guess for guess in guesses if guess in shown), b"")

    return dictionary_attack(
        guess, map(space.value, part), shown, size=space.size, method="dictionary, without the key", seed=seed
    )


def _first_bytes(body: str) -> bytes:
    return base64.b32decode(body[:16].upper())


class _Zeros:
    """Keys of an attacker who hopes that the key was never filled in."""

    record = None

    def __init__(self, version: int, reversible: bool) -> None:
        self._key = ScopeKey(version, bytes(32), reversible)

    def key(self, scope: str, version: int | None = None) -> ScopeKey:
        return self._key
