"""The platform as the first service of its own catalogue."""

from bacasable.compliance.service import MEMBER, N_, PUBLIC, Permission, Role, Service
from bacasable.programme.call.rules import PERMISSIONS as CALL
from bacasable.programme.committee.rules import PERMISSIONS as COMMITTEE
from bacasable.programme.desk.rules import PERMISSIONS as DESK
from bacasable.programme.dossiers.rules import PERMISSIONS as DOSSIERS
from bacasable.programme.evidence.rules import PERMISSIONS as EVIDENCE
from bacasable.programme.recommendations.rules import PERMISSIONS as RECOMMENDATIONS
from bacasable.programme.support.rules import PERMISSIONS as SUPPORT
from bacasable.programme.synthesis.rules import PERMISSIONS as SYNTHESIS

ROLES = (
    Role(PUBLIC, N_("public"), granted=False),
    Role(MEMBER, N_("signed-in person"), granted=False),
    Role("candidate", N_("candidate"), granted=False),
    Role("co_author", N_("co-author"), granted=False),
    Role("assessor", N_("assessor of the dossier"), granted=False),
    Role("team_member", N_("member of the support team"), granted=False),
    Role("delegate", N_("holder of a delegation of signature"), granted=False),
    Role("excepted_inspector", N_("inspector under a lawful exception"), granted=False, walled=True),
    Role(
        "officer",
        N_("officer"),
        staff=True,
        description=N_("Manages calls, receives dossiers, composes panels and teams, judges evidence."),
    ),
    Role(
        "expert",
        N_("expert"),
        staff=True,
        description=N_(
            "Sees nothing by the role alone: reads the dossiers assigned and the files supported."
        ),
    ),
    Role(
        "president",
        N_("president"),
        staff=True,
        description=N_("Decides on a call, delegates the signature, opens a dossier to an inspector by law."),
    ),
    Role(
        "editor",
        N_("editor"),
        staff=True,
        description=N_("Composes, publishes and corrects the syntheses."),
    ),
    Role(
        "inspector",
        N_("inspector"),
        staff=True,
        walled=True,
        description=N_(
            "Sees the public pages only, and what the president opens by law. Holds no other role and takes "
            "part in no dossier."
        ),
    ),
    Role(
        "administrator",
        N_("administrator"),
        staff=True,
        description=N_("Manages accounts and roles; sees no content of dossiers."),
    ),
)

STAFF = tuple(role.key for role in ROLES if role.staff)
#: Who is granted one of these is nobody's member: each permission that they hold names it.
WALLED = tuple(role.key for role in ROLES if role.staff and role.walled)

PEOPLE: tuple[Permission, ...] = (
    Permission("people.sign_in", N_("sign in, sign out, open a one-time link"), (PUBLIC,)),
    Permission("people.account", N_("see and change one's own account"), (MEMBER, *WALLED)),
    Permission("people.secure", N_("change one's own password and second factor"), STAFF),
    Permission("people.manage", N_("manage accounts and roles"), ("administrator",)),
    Permission("site.public", N_("read the public pages"), (PUBLIC,)),
)

SERVICE = Service(
    key="platform",
    processing="bacasable.programme.processing:PROCESSING",
    controls="bacasable.programme.controls:CONTROLS",
    probe="bacasable.programme.controls:probe",
    roles=ROLES,
    permissions=(
        PEOPLE + CALL + DOSSIERS + COMMITTEE + SUPPORT + EVIDENCE + RECOMMENDATIONS + SYNTHESIS + DESK
    ),
    app="bacasable.programme",
    urls="bacasable.programme.urls",
)
