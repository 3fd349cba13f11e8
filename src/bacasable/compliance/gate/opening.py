"""The gate of one service: what it may read, decided once for each purpose, data set and fields."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from bacasable.compliance import clock
from bacasable.compliance.data_sets import Column
from bacasable.compliance.data_sets import data_set as declared_set
from bacasable.compliance.declaration import DataField
from bacasable.compliance.deployment import data_are_fictional
from bacasable.compliance.dpia import DpiaRecords, standing
from bacasable.compliance.gate.admission import Admission
from bacasable.compliance.gate.refusals import not_yet
from bacasable.compliance.gate.sources import NewVeil
from bacasable.compliance.gate.veils import Hiding, Pseudonymising
from bacasable.compliance.journal import LONGEST_FACT, Journal
from bacasable.compliance.processing import Processing
from bacasable.compliance.store import Store
from bacasable.privacy.messages import Refused

if TYPE_CHECKING:
    from bacasable.privacy.pseudonyms import Keys
    from bacasable.privacy.redaction import Finder

#: Admissions kept; a service asks for far fewer.
KEPT = 1024
_NO_REFERENCE = re.compile(r"[^A-Za-z0-9_.:/+\-]")


class Gate:
    """The door of one service to the data that its declaration names.

    Where people are real, which the deployment says and no caller, a due impact assessment is awaited.

    Args:
        declaration: of the service; the gate serves no other.
        journal: where each reading is recorded, before it happens.
        pseudonyms: keys of pseudonyms; each purpose has a scope of its own, :meth:`scope`.
        stores: the service's stores by data set; a folder's store keeps :meth:`Admission.file` inside of it.
        actor: who reads, for the journal; the service by default.
        finder: how personal data are found in texts; by default all types, without the extra ``ner``.
        dpias: what the controller recorded of impact assessments; without, what is declared counts alone.
    """

    def __init__(
        self,
        declaration: Processing,
        *,
        journal: Journal | None = None,
        pseudonyms: "Keys | None" = None,
        stores: Mapping[str, Store] = MappingProxyType({}),
        actor: str = "",
        finder: "Finder | None" = None,
        dpias: DpiaRecords | None = None,
    ) -> None:
        self.declaration = declaration
        self.service = declaration.service
        self.stores = stores
        self.actor = actor or f"service:{declaration.service}"
        self._journal = journal
        self._keys = pseudonyms
        self._finder = finder
        self._dpias = dpias
        self._waits_for_nothing = not declaration.dpia.is_due or data_are_fictional()
        self._digest = declaration.digest()[:16]
        self._admitted: dict[tuple[str, str, tuple[str, ...]], Admission] = {}

    def admit(self, *, purpose: str, data_set: str, fields: Iterable[str]) -> Admission:
        """Return the admission of ``fields`` of ``data_set`` for ``purpose``, or refuse.

        Args:
            data_set: what stands before the last dot of the declared places, or the name of a store.
            fields: declared names of data (all of their columns in the data set), or single columns of it.

        Raises:
            Undeclared: the purpose, the data set or a field is not declared so; with the lines to add.
            NotYet: where people are real, while the impact assessment is due and not validated.
            Refused: a field leaves as a pseudonym, and there is no key of the purpose's scope.
        """
        try:
            known = self._admitted.get((purpose, data_set, fields))  # type: ignore[arg-type]
        except TypeError:  # fields in a list
            known = None
        if known is not None and self._waits_for_nothing:
            return known
        return self._decided(purpose, data_set, fields)

    def scope(self, purpose: str) -> str:
        """Return the scope of the purpose's pseudonyms: they link within it, never across."""
        return f"{self.service}-{purpose}"

    def _decided(self, purpose: str, data_set: str, fields: Iterable[str]) -> Admission:
        if isinstance(fields, str):
            raise Refused(f"{self.service}: fields is one text; write fields=('{fields}',)")
        asked = tuple(fields)
        known = self._admitted.get((purpose, data_set, asked))
        if known is not None:
            self._await_assessment()
            return known
        columns = self._columns(purpose, data_set, asked)
        self._await_assessment()
        veils = {column.name: self._veil(purpose, column) for column in columns if column.leaves != "clear"}
        made = Admission(self, purpose, data_set, columns, veils)
        if len(self._admitted) >= KEPT:
            self._admitted.clear()
        self._admitted[purpose, data_set, asked] = made
        return made

    def _await_assessment(self) -> None:
        """Refuse while an assessment is due and does not hold: asked anew each time, since it may be revoked.

        Raises:
            NotYet: with why, and who can do what about it.
        """
        if self._waits_for_nothing:
            return
        recorded = self._dpias.last(self.service) if self._dpias is not None else None
        stands = standing(self.declaration, recorded, clock.now())
        if not stands.allows_production:
            raise not_yet(self.declaration, stands, reads_records=self._dpias is not None)

    def _columns(self, purpose: str, data_set: str, fields: tuple[str, ...]) -> tuple[Column, ...]:
        declared = self.declaration
        declared.purpose(purpose)
        held = declared_set(declared, data_set)
        if not fields:
            raise Refused(f"{self.service}: no field of '{data_set}' is asked for; name them in fields=(...)")
        found: dict[str, Column] = {}
        for field in fields:
            columns = held.named(field)
            if not columns:
                elsewhere = next((item for item in declared.data if item.name == field), None)
                raise declared.undeclared(field, elsewhere, purpose, data_set).with_lines()
            for column in columns:
                item = column.item
                if isinstance(item, DataField) and purpose not in item.purposes:
                    raise declared.undeclared(field, item, purpose, data_set).with_lines()
                found[column.name] = column
        return tuple(found.values())

    def _veil(self, purpose: str, column: Column) -> NewVeil:
        if column.leaves == "pseudonym":
            return Pseudonymising(self._required_keys(purpose, column), self.scope(purpose), column.kind)
        hiding = self.hiding(purpose, column)
        return lambda: hiding.value

    def _required_keys(self, purpose: str, column: Column) -> "Keys":
        if self._keys is None:
            raise Refused(
                f"{self.service}: '{column.data}' leaves as a pseudonym, and the gate has no keys; give "
                f"Gate(..., pseudonyms=KeyStore.from_file(path)) with a key of scope '{self.scope(purpose)}'"
            )
        return self._keys

    def hiding(self, purpose: str, column: Column) -> Hiding:
        """Return what hides the personal data of a column's texts."""
        from bacasable.privacy.pseudonyms import Pseudonyms

        if column.leaves != "pseudonym":
            return Hiding(self._finder)
        return Hiding(self._finder, Pseudonyms(self._required_keys(purpose, column), self.scope(purpose)))

    def document(self, admission: Admission, path: Path) -> str:
        """Return the text of a document of the admission's data set, not yet redacted.

        Raises:
            Refused: it cannot be read, lies outside of the data set's folder, or is a table.
        """
        from bacasable.compliance.gate.documents import text_of

        return text_of(path, getattr(self.stores.get(admission.data_set), "root", None))

    def recorded(self, admission: Admission, how: str, **counts: int) -> None:
        """Write the entry of one reading: names and counts, never content.

        Raises:
            NotYet: the impact assessment was revoked, or its time is over, since the admission.
            JournalRefused: the journal cannot take it; nothing may then be read.
        """
        self._await_assessment()
        if self._journal is None:
            return
        names = ",".join(admission.names)
        self._journal.record(
            "gate.read",
            actor=self.actor,
            subject=f"data:{_NO_REFERENCE.sub('_', admission.data_set)}"[:120],
            purpose=admission.purpose,
            how=how,
            fields=names if len(names) <= LONGEST_FACT else f"{names[: LONGEST_FACT - 1]}…",
            field_count=len(admission.names),
            declaration=self._digest,
            **counts,
        )
