"""Contracts from a file: each line opened or refused with its reason, none twice, none dropped in silence."""

from datetime import date

import pytest

from bacasable.privacy.messages import Refused
from bacasable.services.water_use.web import sealed
from bacasable.services.water_use.web.actions import access
from bacasable.services.water_use.web.actions.contracts import import_contracts
from bacasable.services.water_use.web.models import Contract
from tests.services.water_homes import water

__all__ = ["water"]
HEAD = "contrat;compteur;nom;adresse;commune;secteur;logement;releve;debut;personnes;jardin"
GOOD = "C-1;A-1;Mme Ana Ruiz;3 rue du Puits;44000 Combelune;Centre;maison;heure;2026-01-01;3;oui"


@pytest.mark.usefixtures("water")
def test_lines_are_opened_and_the_others_told() -> None:
    lines = [
        HEAD,
        GOOD,
        "C-2;A-2;M. Bo Lin;4 rue du Puits;;Centre;;index;2026-01-01;;",
        "C-3;A-3;;5 rue du Puits;;Centre;;jour;2026-01-01;;",
        "C-4;A-4;M. Al;6 rue du Puits;;Centre;chateau;jour;2026-01-01;;",
        "C-5;A-5;M. Al;6 rue du Puits;;Centre;;jour;01/01/2026;;",
        "C-6;A-1;M. Al;6 rue du Puits;;Centre;;jour;2026-01-01;;",
        "C-7;A-7;M. Al;6 rue du Puits;;Centre;;jour;2026-01-01;zero;",
    ]
    done = import_contracts("\n".join(lines) + "\n", by="system")
    assert done.opened == 2
    said = {number: str(why) for number, why in done.refused}
    assert set(said) == {4, 5, 6, 7, 8}
    assert "nom is empty" in said[4]
    assert "appartement, maison" in said[5]
    assert "2026-11-21" in said[6]
    assert "whole number" in said[8]
    # what is refused names places of the file, and nobody
    assert not any("Al" in why for why in said.values())
    first = Contract.objects.get(grain="hourly")
    assert sealed.names_of(first).address == ("3 rue du Puits", "44000 Combelune")
    assert (first.household.members, first.household.garden, first.dwelling) == (3, True, "house")
    assert not hasattr(Contract.objects.get(grain="index"), "household")


@pytest.mark.usefixtures("water")
def test_a_file_given_again_opens_nothing_twice() -> None:
    text = f"{HEAD}\n{GOOD}\n"
    assert import_contracts(text, by="system").opened == 1
    assert import_contracts(text, by="system").opened == 0
    assert Contract.objects.count() == 1


@pytest.mark.usefixtures("water")
def test_a_move_ends_the_contract_and_what_opened_it() -> None:
    import_contracts(f"{HEAD}\n{GOOD}\n", by="system")
    contract = Contract.objects.get()
    code = access.make_code(contract=contract, by="system")
    leaving = f"{HEAD};fin\n{GOOD};2026-11-10\n"
    assert import_contracts(leaving, by="system").ended == 1
    assert Contract.objects.get().closed_on == date(2026, 11, 10)
    with pytest.raises(Refused, match="is over"):
        access.enter_code(typed=code)
    # whoever moves in next has the meter, and the same file ends nothing twice
    arriving = GOOD.replace("C-1", "C-9").replace("2026-01-01", "2026-11-11")
    done = import_contracts(f"{HEAD};fin\n{GOOD};2026-11-10\n{arriving};\n", by="system")
    assert (done.opened, done.ended, len(done.refused)) == (1, 0, 1)


@pytest.mark.usefixtures("water")
def test_missing_columns_are_named() -> None:
    with pytest.raises(Refused, match="columns are missing: secteur, releve, debut"):
        import_contracts("contrat;compteur;nom;adresse\n", by="system")
