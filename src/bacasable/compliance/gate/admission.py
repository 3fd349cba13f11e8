"""An admission: one purpose, one data set, the columns that may leave and how each does."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from bacasable.compliance.data_sets import Column
from bacasable.compliance.gate.sources import NewVeil, Row, adapted
from bacasable.compliance.gate.veils import Hiding
from bacasable.privacy.messages import Refused

if TYPE_CHECKING:
    from bacasable.privacy.redaction.replacement import Redacted


class Door(Protocol):
    """What an admission asks of the gate that granted it."""

    service: str

    def recorded(self, admission: "Admission", how: str, **counts: int) -> None:
        """Write the entry of one reading."""

    def hiding(self, purpose: str, column: Column) -> Hiding:
        """Return what hides the personal data of a column's texts."""

    def document(self, admission: "Admission", path: Path) -> str:
        """Return the text of a document, not yet redacted."""


class Admission:
    """What :meth:`Gate.admit` granted. It may be kept and used many times; each use is one journal entry.

    ``names`` are the columns that leave, in the order in which they were asked for. The entry is written
    before the first value leaves: where the journal refuses, nothing does.
    """

    __slots__ = (
        "_gate",
        "_hiding",
        "_veils",
        "columns",
        "data_set",
        "names",
        "purpose",
    )

    def __init__(
        self,
        gate: Door,
        purpose: str,
        data_set: str,
        columns: tuple[Column, ...],
        veils: Mapping[str, NewVeil],
    ) -> None:
        self.purpose = purpose
        self.data_set = data_set
        self.columns = columns
        self.names = tuple(column.name for column in columns)
        self._gate = gate
        self._veils = dict(veils)
        self._hiding: dict[str, Hiding] = {}

    def __repr__(self) -> str:
        return f"Admission({self.purpose!r}, {self.data_set!r}, {self.names!r})"

    def rows(self, source: Any) -> Iterator[Row]:
        """Return the records of ``source`` one after another, with the admitted columns only.

        ``source`` is a queryset, an Ibis table, an iterable of mappings, or any :class:`Rows`; what it offers
        beyond is left behind before a row is built.

        Raises:
            Refused: the source is of another data set or has not the columns; a value has no pseudonym.
            JournalRefused: the entry cannot be written.
        """
        rows = adapted(source)
        self._fits(rows)
        counts = {"rows": len(source)} if isinstance(source, list | tuple) else {}
        self._gate.recorded(self, "rows", **counts)
        narrowed = rows.narrowed(self.names)
        if rows is source:  # not one of our adapters, whose tests prove that they narrow
            narrowed = self._nothing_more(narrowed)
        return self._veiled(narrowed) if self._veils else narrowed

    def table(self, source: Any) -> Any:
        """Return a table's expression with the admitted columns only: lazy, nothing is read yet.

        Raises:
            Refused: as :meth:`rows`; or the source is no table.
            JournalRefused: the entry cannot be written.
        """
        table = adapted(source)
        if not hasattr(table, "lazily"):
            raise Refused(f"a {type(source).__name__} is no table that stays lazy; read it by rows()")
        self._fits(table)
        self._gate.recorded(self, "table")
        return table.lazily(self.names, self._veils)

    def text(self, text: str, field: str = "") -> "Redacted":
        """Return a text as it may leave, and beside it what was hidden where (``.replacements``).

        Whatever the declaration says of its field, the personal data found in it are replaced: by pseudonyms
        of the purpose where the field leaves as a pseudonym, by their types elsewhere.

        Args:
            field: which of the admitted fields this is a value of; may be left out where there is one.

        Raises:
            Refused: several fields are admitted and none is named, or it is not one of them.
            JournalRefused: the entry cannot be written.
        """
        hidden = self._hiding_of(field).text(text)
        self._gate.recorded(self, "text", characters=len(text), hidden=len(hidden.replacements))
        return hidden

    def file(self, path: Path, field: str = "") -> "Redacted":
        """Return the text of a document (text, Markdown, DOCX, ODT, PDF) as it may leave; see :meth:`text`.

        Raises:
            Refused: as :meth:`text`; the document cannot be read, lies outside of the data set's folder, or
                is a table, which :meth:`rows` reads.
            JournalRefused: the entry cannot be written.
        """
        hiding = self._hiding_of(field)
        content = self._gate.document(self, Path(path))
        hidden = hiding.text(content)
        self._gate.recorded(self, "file", characters=len(content), hidden=len(hidden.replacements))
        return hidden

    def _fits(self, rows: Any) -> None:
        """Refuse a source of another data set, or without the admitted columns."""
        if rows.data_set and rows.data_set != self.data_set:
            raise Refused(
                f"{self._gate.service}: admitted to '{self.data_set}', and the source is '{rows.data_set}'; "
                "ask for that data set, or give its own source"
            )
        offered = rows.columns()
        missing = [] if offered is None else [name for name in self.names if name not in offered]
        if missing:
            raise Refused(
                f"{self._gate.service}: the source of '{self.data_set}' has no column {', '.join(missing)} "
                "of its own (computed and renamed columns do not pass); give the source itself, and derive "
                "from what passes"
            )

    def _nothing_more(self, rows: Iterator[Row]) -> Iterator[Row]:
        """Look at each row: what an adapter did not leave behind goes no further."""
        wanted = set(self.names)
        for row in rows:
            if tuple(row) != self.names and set(row) != wanted:
                raise Refused(
                    f"{self._gate.service}: the source of '{self.data_set}' gives columns that were not "
                    "asked for; mend its narrowed()"
                )
            yield row

    def _veiled(self, rows: Iterator[Row]) -> Iterator[Row]:
        veils = [(name, new()) for name, new in self._veils.items()]
        for row in rows:
            made = dict(row)  # the source may keep its own
            for name, veil in veils:
                made[name] = veil(made[name])
            yield made

    def _hiding_of(self, field: str) -> Hiding:
        if not field and len(self.columns) == 1:
            field = self.names[0]
        column = next((one for one in self.columns if field in (one.name, one.data)), None)
        if column is None:
            raise Refused(
                f"{self._gate.service}: say which field this is a value of: field= one of "
                f"{', '.join(self.names)}"
            )
        if column.name not in self._hiding:
            self._hiding[column.name] = self._gate.hiding(self.purpose, column)
        return self._hiding[column.name]
