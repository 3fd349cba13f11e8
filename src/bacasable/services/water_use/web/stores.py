"""Where the data of people lie: what rights and retention walk.

A household is told by the number of its contract; who opens a home, by their identity. What the law makes the
water service keep is named with its reason.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from bacasable.compliance.service import N_
from bacasable.compliance.store import Erased, Person, Record, Store
from bacasable.people.rows import QuerysetStore
from bacasable.privacy.messages import Refused
from bacasable.services.water_use.processing import PROCESSING
from bacasable.services.water_use.web import linkage, sealed
from bacasable.services.water_use.web.models import (
    Access,
    AdviceTaken,
    CaseAccess,
    Contract,
    HourlyConsent,
    Household,
    Identity,
    Incident,
    Letter,
    LotDraw,
    Objection,
    PaperCode,
    ReadingImport,
)
from bacasable.services.water_use.web.volumes_store import ERASED, VolumesStore

if TYPE_CHECKING:
    from bacasable.compliance.holdings import Due

_RUNS = N_("the contract runs, and the law compares its volumes with three years (GDPR 17(3)(b))")
_PROVES_CHOICE = N_("proves that the choice of the household was heard (GDPR 7(1), 17(3)(e))")
_PROVES_NOTICE = N_("proves that the household was told, as the law demands (GDPR 17(3)(b) and (e))")
_PROVES_CASE = N_("proves who opened a curve, and why (GDPR 5(2), 17(3)(b))")


class ContractRows(QuerysetStore):
    """Rows of a contract, found by its number as anybody writes it."""

    def _about(self, person: Person) -> "QuerySet[Any]":
        number = person.identifiers.get("contract", "")
        if person.kind != "household" or not number:
            return super()._about(person)
        try:
            told = {**person.identifiers, "contract": linkage.number_digest(number)}
        except Refused:  # no letter or digit in it
            return self.model._base_manager.none()
        return super()._about(_Exactly(person.kind, told))


class _Exactly(Person):
    """A person told by a digest, whose signs are not to be folded."""

    def __post_init__(self) -> None:
        """Keep identifiers as they are."""


class ContractStore(ContractRows):
    """Contracts: sealed, opened for who they are about; one that runs is kept."""

    def export(self, person: Person) -> Iterator[Record]:
        """Yield the contracts with what is sealed in them."""
        for record in super().export(person):
            contract = Contract.objects.get(public_id=record.reference.rpartition("/")[2])
            told = dict(record.values)
            names = sealed.names_of(contract)
            told["contract"] = {
                "number": names.number,
                "serial": names.serial,
                "name": names.name,
                "address": list(names.address),
                "opened_on": contract.opened_on,
                "closed_on": contract.closed_on,
            }
            yield Record(record.reference, told)

    def erase(self, person: Person, *, by: str, reason: str) -> Erased:
        """Take the names from contracts that ended; those that run are kept, with the reason."""
        with self._whole():
            rows = self._about(person)
            ended = [
                contract.pk
                for contract in rows.exclude(closed_on=None).exclude(number_digest__startswith=ERASED)
            ]
            runs = rows.filter(closed_on=None).exists()
            for key in ended:
                Contract.objects.filter(pk=key).update(
                    sealed=b"", data_key=b"", number_digest=f"{ERASED}{key}", serial_digest=f"{ERASED}{key}"
                )
        kept = {"contract": _RUNS, "building": _RUNS} if runs else {}
        return Erased({"contract": len(ended)} if ended else {}, kept)

    def search(self, text: str, *, limit: int = 100) -> Iterator[str]:
        """Yield the references of contracts whose sealed names hold ``text``, case and accents aside."""
        from bacasable.privacy.pseudonyms.canonical import fold

        sought = fold(text).strip()
        count = 0
        for contract in (
            Contract.objects.exclude(number_digest__startswith=ERASED).iterator() if sought else ()
        ):
            names = sealed.names_of(contract)
            held = " ".join((names.number, names.serial, names.name, *names.address, contract.district))
            if sought in fold(held):
                yield f"{self.label}/{contract.public_id}"
                count += 1
                if count >= limit:
                    return

    def _past(self, due: "Due") -> "Iterator[QuerySet[Any]]":
        """Yield the contracts past their retention that no other record names: those go first."""
        children = Q(accesses=None, codes=None, consents=None, objections=None, incidents=None, letters=None)
        others = Q(advice_taken=None, draws=None, cases=None, household=None)
        for rows in super()._past(due):
            yield rows.filter(children & others)


class LetterStore(ContractRows):
    """Letters: those of a leak are proofs, the others go when their household asks."""

    def erase(self, person: Person, *, by: str, reason: str) -> Erased:
        """Erase the letters that prove nothing; their files go with the next sweep of the vault."""
        with self._whole():
            rows = self._about(person)
            proofs = rows.filter(kind__in=("warning", "notice")).exists()
            done = self._removed(rows.filter(kind__in=("monthly", "code")))
            return Erased(done, {"letter": _PROVES_NOTICE} if proofs else {})


def _by(path: str) -> dict[str, dict[str, str]]:
    return {"household": {"contract": path}}


def _rows(model: type[Any], started: Mapping[str, str], keeps: Mapping[str, str] | None = None) -> Store:
    return ContractRows(
        model,
        PROCESSING,
        persons=_by("contract__number_digest"),
        started=started,
        keeps=keeps,
        reference="pk",
    )


def stores() -> Mapping[str, Store]:
    """Return the stores by name."""
    return {
        "volumes": VolumesStore(),
        "households": _rows(Household, {"water_household": "contract__closed_on"}),
        "identities": QuerysetStore(
            Identity,
            PROCESSING,
            persons={"household": {"identity": "public_id"}},
            started={"water_access": "last_at"},
            reference="public_id",
        ),
        "accesses": ContractRows(
            Access,
            PROCESSING,
            persons={"household": {"contract": "contract__number_digest", "identity": "identity"}},
            started={"water_access": "ended_at"},
        ),
        "codes": _rows(PaperCode, {"water_code": "made_at"}),
        "consents": _rows(HourlyConsent, {"water_choice": "withdrawn_at"}, {"consent": _PROVES_CHOICE}),
        "objections": _rows(Objection, {"water_choice": "withdrawn_at"}, {"objection": _PROVES_CHOICE}),
        "incidents": _rows(Incident, {"water_incident": "last_seen"}, {"leak": _PROVES_NOTICE}),
        "letters": LetterStore(
            Letter,
            PROCESSING,
            persons=_by("contract__number_digest"),
            started={"water_letter": "made_at"},
            reference="public_id",
        ),
        "advice": _rows(AdviceTaken, {"water_advice": "taken_on"}),
        "draws": _rows(LotDraw, {"water_draw": "drawn_at"}),
        "cases": ContractRows(
            CaseAccess,
            PROCESSING,
            persons={
                "household": {"contract": "contract__number_digest"},
                "agent": {"account": "agent"},
            },
            keeps={"case": _PROVES_CASE},
            started={"water_case": "until"},
            reference="public_id",
        ),
        "imports": QuerysetStore(
            ReadingImport,
            PROCESSING,
            persons={"agent": {"account": "by"}},
            started={"water_import": "asked_at"},
            reference="public_id",
        ),
        # last: what is erased there is found by its number no more
        "contracts": ContractStore(
            Contract,
            PROCESSING,
            persons=_by("number_digest"),
            started={"water_contract": "closed_on"},
            keeps={"contract": _RUNS, "building": _RUNS},
            reference="public_id",
        ),
    }
