"""Tables of TOML read key by key: each problem names its file, its key and what to write instead."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

Made = TypeVar("Made")
_MISSING = object()


@dataclass
class Problems:
    """All that is wrong with a configuration: it is told at once, not one by one."""

    told: list[str] = field(default_factory=list)

    def add(self, where: str, what: str) -> None:
        """Write down what is wrong, and where."""
        self.told.append(f"{where}: {what}")

    def refuse(self) -> None:
        """Raise what was written down.

        Raises:
            ValueError: a line for each problem.
        """
        if self.told:
            raise ValueError("\n".join(self.told))


class Table:
    """One table: ``file``, its name there, its values. Keys that nobody read are problems at the end."""

    def __init__(self, file: Path, name: str, values: Mapping[str, Any], problems: Problems) -> None:
        self.where = f"{file.name}: [{name}]" if name else file.name
        self._file = file
        self._values = dict(values)
        self._asked: set[str] = set()
        self._problems = problems

    def wrong(self, key: str, what: str) -> None:
        """Write down a problem of a key."""
        self._problems.add(f"{self.where} {key}", what)

    def text(self, key: str, default: str | None = None, most: int = 300) -> str:
        """Return a text; without a default it must be there."""
        value = self._get(key, default, "a text between quotes")
        if not isinstance(value, str) or len(value) > most or any(ord(letter) < 32 for letter in value):
            self.wrong(key, f"a text of one line and at most {most} letters, between quotes")
            return ""
        return value

    def number(self, key: str, least: float, most: float, default: float | None = None) -> float:
        """Return a number within bounds; without a default it must be there."""
        value = self._get(key, default, f"a number from {least:g} to {most:g}")
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            self.wrong(key, f"a number from {least:g} to {most:g}")
            return least
        return float(value)

    def whole(self, key: str, least: int, most: int, default: int | None = None) -> int:
        """Return a whole number within bounds; without a default it must be there."""
        value = self._get(key, default, f"a whole number from {least} to {most}")
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.wrong(key, f"a whole number from {least} to {most}")
            return least
        return value

    def truth(self, key: str, default: bool) -> bool:
        """Return true or false."""
        value = self._get(key, default, "true or false")
        if not isinstance(value, bool):
            self.wrong(key, "true or false")
            return default
        return value

    def day(self, key: str) -> date | None:
        """Return a day, or None where none is given."""
        value = self._get(key, None, "a day", wanted=False)
        if value is not None and type(value) is not date:
            self.wrong(key, "a day without quotes: 2026-11-23")
            return None
        return value

    def file(self, key: str, default: str | None = None) -> Path | None:
        """Return the path of a file, from the folder of the configuration; None for ""."""
        written = self.text(key, default)
        return self._file.parent / Path(written).expanduser() if written else None

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts, empty where none is given."""
        value = self._get(key, [], "a list of texts")
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self.wrong(key, 'a list of texts: ["fall", "intrusion"]')
            return ()
        return tuple(value)

    def numbers(self, key: str, count: int, example: str) -> tuple[float, ...]:
        """Return a list of ``count`` numbers."""
        value = self._get(key, None, example)
        if not _numbers(value, count):
            self.wrong(key, f"{count} numbers: {example}")
            return ()
        return tuple(float(one) for one in value)

    def points(self, key: str) -> tuple[tuple[float, float], ...]:
        """Return a list of points, metres."""
        value = self._get(key, None, "points")
        if not isinstance(value, list) or not all(_numbers(one, 2) for one in value):
            self.wrong(key, "a list of points in metres: [[0, 0], [2, 0], [2, 1]]")
            return ()
        return tuple((float(x), float(y)) for x, y in value)

    def made(self, key: str, maker: Callable[[], Made]) -> Made | None:
        """Return what ``maker`` makes, or None where it refuses: its reason is the problem."""
        try:
            return maker()
        except ValueError as refused:
            self.wrong(key, str(refused))
            return None

    def has(self, key: str) -> bool:
        """Return whether a key is there."""
        return key in self._values

    def end(self) -> None:
        """Write down keys that mean nothing here: a wrong letter must not become a default."""
        for key in sorted(set(self._values) - self._asked):
            self.wrong(key, f"unknown key; known: {', '.join(sorted(self._asked))}")

    def _get(self, key: str, default: Any, expected: str, wanted: bool = True) -> Any:
        self._asked.add(key)
        value = self._values.get(key, _MISSING)
        if value is not _MISSING:
            return value
        if default is None and wanted:
            raise Missing(self.where, key, expected)
        return default


class Missing(Exception):
    """A key that has to be there is not."""

    def __init__(self, where: str, key: str, expected: str) -> None:
        super().__init__(f"{where} {key}: missing; give {expected}")


def _numbers(value: Any, count: int) -> bool:
    return (
        isinstance(value, list)
        and len(value) == count
        and all(
            isinstance(one, int | float) and not isinstance(one, bool) and abs(one) < 1e6 for one in value
        )
    )
