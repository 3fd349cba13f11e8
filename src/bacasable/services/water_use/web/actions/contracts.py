"""Contracts from the utility's file: one line each, refused line by line, none dropped in silence."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bacasable.people.models import User
from bacasable.privacy.messages import N_, Refused, Said
from bacasable.services.water_use.engine.meters import Declared
from bacasable.services.water_use.web import linkage
from bacasable.services.water_use.web.actions import access
from bacasable.services.water_use.web.models import Contract
from bacasable.services.water_use.web.sealed import Names

#: Columns of the file; the optional ones may be empty or absent.
NEEDED = ("contrat", "compteur", "nom", "adresse", "secteur", "releve", "debut")
OPTIONAL = ("fin", "commune", "logement", "surface_m2", "personnes", "jardin", "piscine", "lave_vaisselle")
_GRAINS = {"index": "index", "jour": "daily", "heure": "hourly"}
_DWELLINGS = {"appartement": "flat", "maison": "house", "": None}
_SAID = {"oui": True, "non": False, "": None}
_LONGEST = 200


@dataclass(frozen=True)
class Imported:
    """Contracts opened and ended, and for each line that was neither, its number and why."""

    opened: int
    ended: int
    refused: tuple[tuple[int, Said], ...]


def import_contracts(
    text: str, *, by: User | str, progress: Callable[[int, int], None] | None = None
) -> Imported:
    """Open the contracts of a CSV file with semicolons; a line that cannot be one is told, the others go on.

    A line with a day of end (``fin``) ends the contract of its number, at the move. Other lines of a number
    that is there already are refused, so that a file may be given again after a correction.

    Raises:
        Refused: a column that is needed is missing.
    """
    rows = csv.DictReader(io.StringIO(text), delimiter=";")
    columns = [name.strip() for name in rows.fieldnames or ()]
    if missing := [name for name in NEEDED if name not in columns]:
        raise Refused(
            N_("contracts: columns are missing: {names}; the first line names {all}, with semicolons"),
            names=", ".join(missing),
            all=", ".join((*NEEDED, *OPTIONAL)),
        )
    whole = text.count("\n")
    refused: list[tuple[int, Said]] = []
    opened = ended = 0
    for number, row in _numbered(rows):
        try:
            if row.get("fin"):
                _end(row, by)
                ended += 1
            else:
                _open(row, by)
                opened += 1
        except Refused as error:
            refused.append((number, error.said))
        if progress:
            progress(number, whole)
    return Imported(opened, ended, tuple(refused))


def _numbered(rows: "csv.DictReader[str]") -> Iterator[tuple[int, dict[str, str]]]:
    for row in rows:
        yield (
            rows.line_num,
            {str(name).strip(): value.strip() for name, value in row.items() if isinstance(value, str)},
        )


def _open(row: Mapping[str, str], by: User | str) -> None:
    for name in NEEDED:
        if not row.get(name):
            raise Refused(N_("{column} is empty"), column=name)
    if any(len(value) > _LONGEST for value in row.values()):
        raise Refused(N_("a value is longer than {most} signs"), most=_LONGEST)
    surface, members = _whole(row, "surface_m2"), _whole(row, "personnes")
    home = Declared(
        "",
        row["secteur"],
        _of(row, "logement", _DWELLINGS),
        members,
        _of(row, "jardin", _SAID),
        _of(row, "piscine", _SAID),
        _of(row, "lave_vaisselle", _SAID),
        surface,
    )
    first = _day(row, "debut")
    address = tuple(line for line in (row["adresse"], row.get("commune", "")) if line)
    access.open_contract(
        names=Names(row["contrat"], row["compteur"], row["nom"], address),
        home=home,
        grain=_of(row, "releve", _GRAINS),
        opened_on=first,
        by=by,
    )


def _end(row: Mapping[str, str], by: User | str) -> None:
    last = _day(row, "fin")
    if not row.get("contrat"):
        raise Refused(N_("{column} is empty"), column="contrat")
    found = Contract.objects.filter(number_digest=linkage.number_digest(row["contrat"])).first()
    if found is None or found.closed_on is not None:
        raise Refused(N_("no contract that runs has this number: nothing was ended"))
    if last < found.opened_on:
        raise Refused(N_("the contract would end before it begins"))
    access.close_contract(contract=found, on=last, by=by)


def _day(row: Mapping[str, str], column: str) -> date:
    try:
        return date.fromisoformat(row[column])
    except ValueError:
        raise Refused(N_("{column}: write a day as 2026-11-21"), column=column) from None


def _of(row: Mapping[str, str], column: str, known: Mapping[str, Any]) -> Any:
    value = row.get(column, "").lower()
    if value not in known:
        raise Refused(
            N_("{column}: write one of {known}"),
            column=column,
            known=", ".join(word for word in known if word),
        )
    return known[value]


def _whole(row: Mapping[str, str], column: str) -> int | None:
    value = row.get(column, "")
    if not value:
        return None
    if not value.isdecimal() or not 0 < int(value) < 100_000:
        raise Refused(N_("{column}: write a whole number above zero, or nothing"), column=column)
    return int(value)
