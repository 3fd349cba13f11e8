"""The privacy budget of each data set: charged before anything is released, kept on disk, never overspent.

One file (a :mod:`journal`) holds the charges of many data sets. A charge is on the disk before the noise is
drawn, under a lock that other processes wait for; a process that is killed can therefore charge without
releasing, never release without charging.

Amounts are exact: decimal text in, fractions inside. Pure epsilon and rho (zero-concentrated) add up as
they are (Dwork and Roth 2014, theorem 3.16; Bun and Steinke 2016, lemma 1.7); one data set is counted in
one of them.
"""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path

from bacasable.privacy.journal import Journal
from bacasable.privacy.messages import N_, Refused

#: What a budget is counted in: pure differential privacy, or zero-concentrated.
MEASURES = ("epsilon", "rho")

#: Digits after the point at most: more would be read as precision that nobody decided.
_PLACES = 9
#: A budget of more protects nobody; and amounts stay exact in decimals of 28 digits.
_MOST = 1_000_000

_NOT_AN_AMOUNT = N_(
    "{name}: {value} is not an amount; write a number above zero, at most a million, such as 0.5"
)
_TOO_FINE = N_("{name}: more than {places} digits after the point; round it")
_OVERSPENT = N_(
    "{data_set}: this release asks {asked} of a budget ({measure}) of which {left} is left; nothing was "
    "released. Ask less, or decide on a new budget for new data: a spent one does not come back"
)
_OTHER_BUDGET = N_(
    "{data_set}: its ledger was opened with {known}, the policy says {given}; keep the first one"
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
        Refused: not a number above zero and at most a million, or more than nine digits after the point.
    """
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if isinstance(value, bool) or not number.is_finite() or not 0 < number <= _MOST:
        raise Refused(_NOT_AN_AMOUNT, name=name, value=str(value)[:40])
    if -int(number.normalize().as_tuple().exponent) > _PLACES:
        raise Refused(_TOO_FINE, name=name, places=_PLACES)
    return Fraction(number)


def shown(value: Fraction) -> str:
    """Return an amount as a short decimal."""
    return f"{Decimal(value.numerator) / Decimal(value.denominator):f}"


class Ledger:
    """The charges of one file; every method reads the file anew, so that processes see one another's."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._journal = Journal(path)

    def charges(self, data_set: str | None = None) -> list[Charge]:
        """Return the charges, oldest first, of one data set or of all."""
        return [
            Charge(line["data_set"], amount(line["amount"], "amount"), line["what"], line["at"])
            for line in self._journal.lines()
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
        if budget.measure not in MEASURES:
            raise Refused(N_("measure: {value} is not one of epsilon, rho"), value=budget.measure[:40])
        for name, value in (("total", budget.total), ("spent", spent)):
            if value <= 0 or amount(shown(value), name) != value:  # what is written must be what is counted
                raise Refused(_NOT_AN_AMOUNT, name=name, value=str(value)[:40])
        with self._journal.held() as journal:
            own = [line for line in journal.lines if line["data_set"] == data_set]
            if own:
                known = Budget(own[0]["measure"], amount(own[0]["total"], "total"))
                if known != budget:
                    raise Refused(_OTHER_BUDGET, data_set=data_set, known=known, given=budget)
            left = budget.total - sum(
                (amount(line["amount"], "amount") for line in own if line["kind"] == "charge"), Fraction(0)
            )
            if spent > left:
                raise Refused(
                    _OVERSPENT,
                    data_set=data_set,
                    asked=shown(spent),
                    measure=budget.measure,
                    left=shown(left),
                )
            added = []
            if not own:
                opened = {"kind": "open", "data_set": data_set, "measure": budget.measure}
                added.append(opened | {"total": shown(budget.total)})
            added.append({"kind": "charge", "data_set": data_set, "amount": shown(spent), "what": what[:500]})
            journal.add(added)
        return left - spent
