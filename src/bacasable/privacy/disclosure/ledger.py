"""The privacy budget of each data set: charged before anything is released, kept on disk, never overspent.

One file holds the charges of many data sets, one JSON object a line, each line bound to the one before it
by a digest. A charge is on the disk (``fsync``) before the noise is drawn, under a lock that other
processes wait for; a process that is killed can therefore charge without releasing, never release without
charging. The last line is dropped where it is torn: its charge was not acknowledged, so nothing was
released on it.

Amounts are exact: decimal text in, fractions inside. Pure epsilon and rho (zero-concentrated) add up as
they are (Dwork and Roth 2014, theorem 3.16; Bun and Steinke 2016, lemma 1.7); one data set is counted in
one of them.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path
from typing import IO, Any

from bacasable.privacy.messages import N_, Refused

#: What a budget is counted in: pure differential privacy, or zero-concentrated.
MEASURES = ("epsilon", "rho")

#: Digits after the point at most: more would be read as precision that nobody decided.
_PLACES = 9
_SIZE_LIMIT = 64 * 1024 * 1024
_FIRST = "0" * 64

_NOT_AN_AMOUNT = N_("{name}: {value} is not an amount; write a number above zero, such as 0.5")
_TOO_FINE = N_("{name}: more than {places} digits after the point; round it")
_OVERSPENT = N_(
    "{data_set}: this release asks {asked} of a budget ({measure}) of which {left} is left; nothing was "
    "released. Ask less, or decide on a new budget for new data: a spent one does not come back"
)
_OTHER_BUDGET = N_(
    "{data_set}: its ledger was opened with {known}, the policy says {given}; keep the first one"
)
_BROKEN = N_(
    "{path}, line {line}: {what}; the ledger was altered: nothing is released on it. Restore a backup"
)


@dataclass(frozen=True)
class Budget:
    """What may be spent on one data set: ``measure`` is ``"epsilon"`` or ``"rho"``, ``total`` above zero."""

    measure: str
    total: Fraction

    def __str__(self) -> str:
        return f"{self.measure} {shown(self.total)}"


@dataclass(frozen=True)
class Charge:
    """One line of the ledger: ``amount`` spent on ``data_set`` for ``what`` was asked, at ``at`` (UTC)."""

    data_set: str
    amount: Fraction
    what: str
    at: str


def amount(value: object, name: str = "epsilon") -> Fraction:
    """Return an amount as an exact fraction.

    Raises:
        Refused: not a finite number above zero, or more than nine digits after the point.
    """
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if isinstance(value, bool) or not number.is_finite() or number <= 0:
        raise Refused(_NOT_AN_AMOUNT.format(name=name, value=str(value)[:40]))
    if -int(number.normalize().as_tuple().exponent) > _PLACES:
        raise Refused(_TOO_FINE.format(name=name, places=_PLACES))
    return Fraction(number)


def shown(value: Fraction) -> str:
    """Return an amount as a short decimal."""
    return f"{Decimal(value.numerator) / Decimal(value.denominator):f}"


class Ledger:
    """The charges of one file; every method reads the file anew, so that processes see one another's."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def charges(self, data_set: str | None = None) -> list[Charge]:
        """Return the charges, oldest first, of one data set or of all."""
        if not self.path.exists():
            return []
        with self._locked("rb+") as file:
            lines, _ = self._read(file)
        return [
            Charge(line["data_set"], amount(line["amount"], "amount"), line["what"], line["at"])
            for line in lines
            if line["kind"] == "charge" and data_set in (None, line["data_set"])
        ]

    def left(self, data_set: str, budget: Budget) -> Fraction:
        """Return what is left of ``budget`` for ``data_set``: all of it where nothing was charged yet."""
        return budget.total - sum((charge.amount for charge in self.charges(data_set)), Fraction(0))

    def charge(self, data_set: str, budget: Budget, spent: Fraction, what: str) -> Fraction:
        """Charge ``spent`` for ``what`` (a sentence without personal data); return what is left afterwards.

        When it returns, the charge is on the disk. The first charge opens the data set with its budget.

        Raises:
            Refused: more than what is left, another budget than the one it was opened with, an altered file.
        """
        if budget.measure not in MEASURES or budget.total <= 0 or spent <= 0:
            raise Refused(_NOT_AN_AMOUNT.format(name=budget.measure[:40], value=str(spent)[:40]))
        self.path.parent.mkdir(parents=True, exist_ok=True)
        new = not self.path.exists()
        with self._locked("ab+") as file:
            lines, end = self._read(file)
            own = [line for line in lines if line["data_set"] == data_set]
            if own:
                known = Budget(own[0]["measure"], amount(own[0]["total"], "total"))
                if known != budget:
                    raise Refused(_OTHER_BUDGET.format(data_set=data_set, known=known, given=budget))
            left = budget.total - sum(
                (amount(line["amount"], "amount") for line in own if line["kind"] == "charge"), Fraction(0)
            )
            if spent > left:
                raise Refused(
                    _OVERSPENT.format(
                        data_set=data_set, asked=shown(spent), measure=budget.measure, left=shown(left)
                    )
                )
            previous = lines[-1]["digest"] if lines else _FIRST
            added = []
            if not own:
                opened = {"kind": "open", "data_set": data_set, "measure": budget.measure}
                added.append(opened | {"total": shown(budget.total)})
            added.append({"kind": "charge", "data_set": data_set, "amount": shown(spent), "what": what[:500]})
            text = b""
            for line in added:
                line["at"] = datetime.now(UTC).isoformat(timespec="seconds")
                previous = line["digest"] = _digest(line, previous)
                text += json.dumps(line, ensure_ascii=False).encode() + b"\n"
            file.truncate(end)
            file.seek(end)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if new:
            folder = os.open(self.path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        return left - spent

    @contextmanager
    def _locked(self, mode: str) -> Iterator[IO[bytes]]:
        with self.path.open(mode) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file

    def _read(self, file: IO[bytes]) -> tuple[list[dict[str, Any]], int]:
        """Return the lines that stand and where they end; a torn last line does not stand."""
        file.seek(0)
        content = file.read(_SIZE_LIMIT + 1)
        if len(content) > _SIZE_LIMIT:
            raise Refused(_BROKEN.format(path=self.path, line=0, what=N_("larger than any ledger")))
        lines: list[dict[str, Any]] = []
        end, previous = 0, _FIRST
        for number, raw in enumerate(content.splitlines(keepends=True), 1):
            if not raw.endswith(b"\n"):
                break
            try:
                line = json.loads(raw)
                right = line["digest"] == _digest(line, previous)
            except (ValueError, KeyError, TypeError) as error:
                what = N_("it is not a line of a ledger")
                raise Refused(_BROKEN.format(path=self.path, line=number, what=what)) from error
            if not right:
                what = N_("its digest does not follow from the lines before")
                raise Refused(_BROKEN.format(path=self.path, line=number, what=what))
            lines.append(line)
            previous, end = line["digest"], end + len(raw)
        return lines, end


def _digest(line: dict[str, Any], previous: str) -> str:
    facts = {key: value for key, value in line.items() if key != "digest"}
    return hashlib.sha256((previous + json.dumps(facts, sort_keys=True)).encode()).hexdigest()
