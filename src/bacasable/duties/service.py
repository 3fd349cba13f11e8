"""Roles and permissions of the duties, put together from the rooms."""

from bacasable.compliance.service import N_, Permission, Role
from bacasable.duties.board.rules import PERMISSIONS as BOARD
from bacasable.duties.breaches.rules import PERMISSIONS as BREACHES
from bacasable.duties.keeping.rules import PERMISSIONS as KEEPING
from bacasable.duties.register.rules import PERMISSIONS as REGISTER
from bacasable.duties.rights.rules import PERMISSIONS as RIGHTS

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

PERMISSIONS: tuple[Permission, ...] = REGISTER + RIGHTS + KEEPING + BREACHES + BOARD
