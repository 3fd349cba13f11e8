"""The privacy budget on disk: exact, never overspent, by many processes, killed ones too."""

import json
import subprocess
import sys
import time
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bacasable.privacy.disclosure.ledger import Budget, Ledger, amount, shown
from bacasable.privacy.messages import Refused

ONE = Budget("epsilon", Fraction(1))

#: Charges 0.01 until refused, and prints a line for each charge that was acknowledged.
SPENDER = """
import sys
from pathlib import Path
from bacasable.privacy.disclosure.ledger import Budget, Ledger, amount
from bacasable.privacy.messages import Refused
ledger = Ledger(Path(sys.argv[1]))
try:
    while True:
        ledger.charge("data", Budget("epsilon", amount("1")), amount("0.01"), "test")
        print("charged", flush=True)
except Refused:
    pass
"""


def spender(path: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, "-c", SPENDER, str(path)], stdout=subprocess.PIPE, text=True)


def test_processes_together_spend_the_budget_and_no_more(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    outputs = [process.communicate(timeout=120)[0] for process in [spender(path) for _ in range(3)]]
    assert sum(output.count("charged") for output in outputs) == 100
    assert Ledger(path).left("data", ONE) == 0


def test_a_killed_process_never_leaves_an_acknowledged_charge_out(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    process = spender(path)
    assert process.stdout is not None
    told = [process.stdout.readline() for _ in range(5)]
    process.kill()
    told += process.stdout.read().splitlines()
    process.wait()
    charges = Ledger(path).charges("data")
    assert len(told) <= len(charges) <= len(told) + 1  # one may have been written and not told yet
    Ledger(path).charge("data", ONE, amount("0.01"), "afterwards")
    assert len(Ledger(path).charges("data")) == len(charges) + 1


def test_a_torn_last_line_does_not_stand_and_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    ledger = Ledger(path)
    ledger.charge("data", ONE, amount("0.25"), "first")
    whole = path.read_bytes()
    ledger.charge("data", ONE, amount("0.25"), "second")
    both = path.read_bytes()
    for cut in range(len(whole), len(both)):
        path.write_bytes(both[:cut])
        assert ledger.left("data", ONE) == Fraction(3, 4)
    assert ledger.charge("data", ONE, amount("0.5"), "third") == Fraction(1, 4)
    assert [charge.what for charge in ledger.charges()] == ["first", "third"]


@pytest.mark.parametrize("how", ["amount", "removed", "moved", "garbage"])
def test_an_altered_line_stops_everything(tmp_path: Path, how: str) -> None:
    path = tmp_path / "ledger"
    ledger = Ledger(path)
    for _ in range(3):
        ledger.charge("data", ONE, amount("0.2"), "x")
    lines = path.read_bytes().splitlines(keepends=True)
    if how == "amount":
        lines[2] = lines[2].replace(b'"0.2"', b'"0.1"')
    elif how == "removed":
        del lines[1]
    elif how == "moved":
        lines[1], lines[2] = lines[2], lines[1]
    else:
        lines[1] = b"[]\n"
    path.write_bytes(b"".join(lines))
    with pytest.raises(Refused, match="was altered"):
        ledger.charge("data", ONE, amount("0.1"), "x")
    with pytest.raises(Refused, match="was altered"):
        ledger.left("data", ONE)


def test_overspending_is_refused_and_says_what_is_left(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "new folder" / "ledger")
    assert ledger.left("data", ONE) == 1
    ledger.charge("data", ONE, amount("0.7"), "x")
    with pytest.raises(Refused, match=r"asks 0\.4 of a budget \(epsilon\) of which 0\.3 is left"):
        ledger.charge("data", ONE, amount("0.4"), "x")
    assert ledger.charge("data", ONE, amount("0.3"), "x") == 0
    assert ledger.charge("other data", ONE, amount("1"), "x") == 0
    with pytest.raises(Refused, match="was opened with epsilon 1, the policy says epsilon 2"):
        ledger.charge("data", Budget("epsilon", Fraction(2)), amount("0.1"), "x")
    with pytest.raises(Refused, match="opened with"):
        ledger.charge("data", Budget("rho", Fraction(1)), amount("0.1"), "x")


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=12))
def test_amounts_add_up_exactly(parts: list[int]) -> None:
    texts = [str(Decimal(part).scaleb(-9)) for part in parts]
    total = sum((amount(text) for text in texts), Fraction(0))
    assert total == Fraction(sum(parts), 10**9)
    assert amount(shown(total), "total") == total


def test_ten_times_a_tenth_is_one(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger")
    for _ in range(10):
        left = ledger.charge("data", ONE, amount(0.1), "x")
    assert left == 0


@pytest.mark.parametrize(
    "value",
    ["0", "-1", "nan", "NaN", "inf", "-inf", "", "abc", None, True, float("nan"), "1e30", "0.0000000001"],
)
def test_what_is_no_amount_is_refused(value: object) -> None:
    with pytest.raises(Refused, match="epsilon"):
        amount(value)


@pytest.mark.parametrize("spent", [Fraction(0), Fraction(-1), Fraction(1, 3), Fraction(1, 10**10)])
def test_what_cannot_be_written_exactly_is_not_charged(tmp_path: Path, spent: Fraction) -> None:
    path = tmp_path / "ledger"
    with pytest.raises(Refused):
        Ledger(path).charge("data", ONE, spent, "x")
    assert not path.exists()


def test_a_ledger_that_cannot_be_written_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path, tmp_path / "file" / "ledger"):
        with pytest.raises(Refused, match="cannot be used"):
            Ledger(path).charge("data", ONE, amount("1"), "x")


def test_lines_say_what_and_when(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    Ledger(path).charge("données", ONE, amount("1"), "totaux\npar région")
    opened, charged = map(json.loads, path.read_text("utf-8").splitlines())
    assert opened["total"] == "1" and charged["what"] == "totaux\npar région"
    assert charged["at"][:4] == time.strftime("%Y", time.gmtime())
