"""Roles and permissions of the duties, put together from the rooms; what runs where there is no programme."""

from bacasable.compliance.service import N_, Permission, Role, Service
from bacasable.duties.board.rules import PERMISSIONS as BOARD
from bacasable.duties.breaches.rules import PERMISSIONS as BREACHES
from bacasable.duties.dpia.rules import PERMISSIONS as DPIA
from bacasable.duties.keeping.rules import PERMISSIONS as KEEPING
from bacasable.duties.register.rules import PERMISSIONS as REGISTER
from bacasable.duties.rights.rules import PERMISSIONS as RIGHTS
from bacasable.people.rules import PERMISSIONS as PEOPLE
from bacasable.people.rules import ROLES as PEOPLE_ROLES

ROLES = (
    Role(
        "dpo",
        N_("data protection officer"),
        staff=True,
        description=N_(
            "Sees the declarations and their measurements, follows the requests of persons, the retention "
            "and the breaches; sees no content of dossiers."
        ),
    ),
)

PERMISSIONS: tuple[Permission, ...] = REGISTER + DPIA + RIGHTS + KEEPING + BREACHES + BOARD

#: The installation as a service of its own catalogue, where services run and no programme does.
SERVICE = Service(
    key="instance",
    processing="bacasable.duties.processing:PROCESSING",
    roles=PEOPLE_ROLES + ROLES,
    permissions=PEOPLE + PERMISSIONS,
    urls="bacasable.duties.home",
    stores="bacasable.duties.stores:stores",
    deployments=("service",),
)
