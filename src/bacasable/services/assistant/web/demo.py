"""The demonstration's assistant: the shipped sheets for everybody, two made-up notes for a group."""

import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from bacasable.people.actions import grant_role
from bacasable.people.models import User
from bacasable.services.assistant.web.actions import collections, imports
from bacasable.services.assistant.web.models import Collection, ReaderGroup

SHEETS = "service-public"
NOTES = "notes-internes"
GROUP = "Instructeurs de Combelune"
#: Fictional; read by one group only, to see that others do not find them.
_NOTES = {
    "aide-exceptionnelle.md": "# Aide exceptionnelle de Combelune (note interne fictive)\n\n"
    "L'aide exceptionnelle de Combelune est attribuée par la commission du jeudi.\n\n"
    "Le dossier comprend un justificatif de domicile et une attestation de quotient familial.\n",
    "guichet-mobile.md": "# Guichet mobile (note interne fictive)\n\n"
    "Le guichet mobile passe à Saint-Aubin le premier mardi du mois, de 9 heures à 12 heures.\n",
}


def history(people: Mapping[str, User], today: datetime) -> list[tuple[datetime, Callable[[], Any]]]:
    """Return what happened before ``today``: an instant and an act each. The worker reads the documents."""
    keeper, reader = people["administrator"], people["officer"]
    first = today - timedelta(days=45)
    return [
        (first, partial(grant_role, user=keeper, role="documentalist", by="system")),
        (first + timedelta(minutes=1), partial(_sheets, keeper)),
        (first + timedelta(minutes=2), partial(_notes, keeper, reader)),
    ]


def _sheets(by: User) -> None:
    made = collections.make_collection(
        key=SHEETS,
        title="Fiches de service-public.fr (copie de 2020)",
        publisher="Direction de l’information légale et administrative (DILA)",
        licence="Licence Ouverte 2.0",
        is_open=True,
        by=by,
    )
    imports.ask_shipped(collection=made, by=by)


def _notes(by: User, reader: User) -> None:
    group: ReaderGroup = collections.make_group(title=GROUP, by=by)
    collections.add_member(group=group, person=reader.public_id, by=by)
    made: Collection = collections.make_collection(
        key=NOTES,
        title="Notes internes de Combelune (fictives)",
        publisher="Ville de Combelune (fictive)",
        readers=(group,),
        by=by,
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in _NOTES.items():
            archive.writestr(name, text)
    imports.ask(collection=made, name="notes.zip", content=[packed.getvalue()], replaces=True, by=by)
