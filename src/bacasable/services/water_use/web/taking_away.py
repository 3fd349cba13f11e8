"""What a household takes away of its home: a table of volumes, and all that is held in one JSON file."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from bacasable.services.water_use.processing import HOURS
from bacasable.services.water_use.web import looking, sealed
from bacasable.services.water_use.web.models import Contract

Row = tuple[Any, ...]


def table(contract: Contract) -> tuple[Row, list[Row]]:
    """Return the heading and the rows: a day each with its hours where asked for, or a row between indexes.

    Litres; a blank where nothing was read. Column names are in English, for machines.

    Raises:
        NotYet, Refused: the readings cannot be read (:func:`.looking.days`).
    """
    if contract.grain == "index":
        heading: Row = ("first_day", "last_day", "litres", "estimated")
        return heading, [
            (volume.first, volume.last, volume.litres, _yes(volume.estimated))
            for volume in reversed(looking.volumes(contract))
        ]
    known = looking.days(contract, contract.opened_on, looking.today())
    rows = [(day.day, _blank(day.litres), _yes(day.estimated)) for day in _read(known)]
    if looking.hours_asked(contract) is None:
        return ("day", "litres", "estimated"), list(rows)
    by_day = looking.hours_between(contract, contract.opened_on, looking.today())
    blank = ("",) * len(HOURS)
    return ("day", "litres", "estimated", *HOURS), [
        (*row, *(map(_blank, by_day[row[0]]) if row[0] in by_day else blank)) for row in rows
    ]


def everything(contract: Contract) -> dict[str, Any]:
    """Return all that is held of a home, volumes included, in plain values.

    Raises:
        NotYet, Refused: as :func:`table`.
    """
    names = sealed.names_of(contract)
    heading, rows = table(contract)
    home = looking.declared(contract)
    last = looking.last_reading(contract)
    return {
        "contract": {
            "number": names.number,
            "meter": names.serial,
            "name": names.name,
            "address": list(names.address),
            "district": contract.district,
            "opened_on": contract.opened_on,
            "closed_on": contract.closed_on,
            "grain": contract.grain,
        },
        "home": {
            "dwelling": home.dwelling,
            "surface_m2": home.surface_m2,
            "members": home.members,
            "garden": home.garden,
            "pool": home.pool,
            "dishwasher": home.dishwasher,
        },
        "last_reading": last,
        "volumes": [dict(zip(heading, row, strict=True)) for row in rows],
        "leaks": _values(
            contract.incidents.all(),
            "kind start last_seen litres_per_hour confidence state litres average_litres average_basis "
            "first_day last_day "
            "warned_at notified_at attestation_due attested_at acknowledged_at explained_as",
        ),
        "letters": _values(contract.letters.all(), "kind period made_at sent_at"),
        "hours_asked": _values(contract.consents.all(), "given_at withdrawn_at"),
        "objections": _values(contract.objections.all(), "purpose made_at withdrawn_at"),
        "actions": _values(contract.advice_taken.all(), "action taken_on"),
        "evaluations": _values(contract.draws.all(), "evaluation receives drawn_at"),
        "opened_by_agents": _values(contract.cases.all(), "reason opened_at until ended_at"),
        "opened_by_codes": _values(contract.codes.all(), "made_at expires_at used_at ended_at"),
        "opened_by_identities": _values(contract.accesses.all(), "linked_at ended_at"),
    }


def _values(rows: Any, names: str) -> list[dict[str, Any]]:
    return list(rows.values(*names.split()))


def _read(known: Iterable[looking.Day]) -> list[looking.Day]:
    """Return days from the first that was read on: a meter that began to tell later has no earlier gaps."""
    days = list(known)
    first = next((day.day for day in days if day.litres is not None), date.max)
    last = max((day.day for day in days if day.litres is not None), default=date.max - timedelta(days=1))
    return [day for day in days if first <= day.day <= last]


def _blank(value: int | None) -> int | str:
    return "" if value is None else value


def _yes(value: bool) -> str:
    return "yes" if value else "no"
