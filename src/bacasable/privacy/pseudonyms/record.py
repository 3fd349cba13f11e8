"""The record of reversals and erasures: a journal, written and forced to the disk before the act.

Removing its last lines cannot be noticed from the file alone: keep :meth:`Record.head` elsewhere (a journal
of the portal, another machine) and compare. The pseudonym, who, why and when are held, never the value.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from bacasable.privacy.journal import FIRST, Journal
from bacasable.privacy.messages import Refused

_MOST_BYTES = 1 << 30
_WORDS = 2_000


class Entry(NamedTuple):
    """One line: number from 1, act, scope, the pseudonym (or the keys destroyed), who, why, when."""

    number: int
    act: str
    scope: str
    what: str
    by: str
    reason: str
    when: str


class Record:
    """An append-only file of acts, for one or many scopes."""

    def __init__(self, path: Path) -> None:
        self.path = Path(path)
        self._journal = Journal(self.path, _MOST_BYTES)

    def append(self, act: str, *, scope: str, what: str, by: str, reason: str) -> Entry:
        """Write one line and force it to the disk; return it.

        Raises:
            Refused: who or why is missing, the file cannot be written, or its last line is not of this form.
        """
        for name, text in (("by", by), ("reason", reason)):
            if not text.strip():
                raise Refused(
                    f"'{name}' is empty: say {'who asks' if name == 'by' else 'why'}, for the record"
                )
            if len(text) > _WORDS:
                raise Refused(f"'{name}' is longer than {_WORDS:,} characters: shorten it")
        if not self.path.parent.is_dir():  # a mistyped folder is not made
            raise Refused(f"{self.path}: the record cannot be written (no such folder), so nothing is done")
        facts = {"act": act, "scope": scope, "what": what, "by": by.strip(), "reason": reason.strip()}
        try:
            with self._journal.held(last_only=True) as held:
                number = int(held.lines[-1]["number"]) + 1 if held.lines else 1
                held.add([{"number": number} | facts])
                return _entry(held.lines[-1])
        except (OSError, KeyError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else "its last line is not one of a record"
            raise Refused(f"{self.path}: the record cannot be written ({why}), so nothing is done") from error

    def entries(self) -> Iterator[Entry]:
        """Yield the lines in order; the whole chain is checked before.

        Raises:
            Refused: a line was changed, inserted or removed; the message gives its number.
        """
        for line in self._journal.lines():
            try:
                yield _entry(line)
            except KeyError as error:
                raise Refused(f"{self.path}: a line is not one of a record") from error

    def head(self) -> tuple[int, str]:
        """Return the number of lines and the digest of the last, checked: keep it elsewhere."""
        lines = self._journal.lines()
        return (len(lines), str(lines[-1]["digest"])) if lines else (0, FIRST)


def _entry(line: dict[str, Any]) -> Entry:
    told = {name: line[name] for name in Entry._fields if name != "when"}
    return Entry(**told, when=line["at"])
