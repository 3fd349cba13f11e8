"""A city's water use: a declaration with two purposes, one row of its table, the keys of its pseudonyms."""

from pathlib import Path
from typing import Any

from bacasable.compliance.gate import Gate
from bacasable.compliance.processing import (
    AiActProfile,
    Contact,
    Controller,
    DataField,
    Dpia,
    LawfulBasis,
    NotPersonal,
    Oversight,
    Period,
    Processing,
    Purpose,
    Retention,
    model_fields,
)
from bacasable.privacy.pseudonyms import KeyStore

KEPT = Retention("readings", "readings", "the reading", Period(months=36))
LEAK = Purpose("detect_leak", "detect leaks", LawfulBasis.PUBLIC_TASK, "CGCT L.2224-7-1")
BILL = Purpose("bill", "send the bill", LawfulBasis.CONTRACT)
TABLE = "water.Reading"


def piece(name: str, columns: str, *purposes: str, **others: Any) -> DataField:
    """Return a piece of data of the table."""
    places = model_fields(TABLE, columns)
    return DataField(name, name, "consumption", ("subscriber",), purposes, KEPT, places, **others)


PROCESSING = Processing(
    service="water_use",
    title="Water use",
    controller=Controller("a city", dpo=Contact("its officer")),
    persons={"subscriber": "subscribers"},
    purposes=(LEAK, BILL),
    data=(
        piece("litres", "litres", "detect_leak", "bill"),
        piece("meter", "meter", "detect_leak", "bill", leaves="pseudonym", kind="ID"),
        piece("name", "first_name last_name", "bill"),
        piece("note", "note", "detect_leak", leaves="redacted"),
        DataField("letter", "letter", "free_text", (), ("bill",), KEPT, ("HOME/letters",)),
    ),
    not_personal=(NotPersonal("a fact of the network", model_fields(TABLE, "pipe")),),
    dpia=Dpia(criteria=("large_scale",), reason="one of nine"),
    oversight=Oversight("an agent", "a list", "may drop one"),
    ai_act=AiActProfile(uses_ai=False),
)
ROW = {
    "litres": 3,
    "meter": "M 12",
    "first_name": "Ada",
    "last_name": "Martin",
    "note": "Appelez Mme Élodie Martin au 06 12 34 56 78.",
    "pipe": "A1",
    "secret": "s",
}


def keys_in(folder: Path) -> KeyStore:
    """Return the keys of the pseudonyms of both purposes."""
    store = KeyStore.from_file(folder / "keys")
    store.create("water_use-detect_leak")
    store.create("water_use-bill")
    return store


def admitted(*fields: str, purpose: str = "detect_leak", **gate: Any) -> Any:
    """Return the admission of fields of the table."""
    return Gate(PROCESSING, **gate).admit(purpose=purpose, data_set=TABLE, fields=fields)
