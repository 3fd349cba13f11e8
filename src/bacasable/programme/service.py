"""The platform as the first service of its own catalogue."""

from bacasable.compliance.schedule import Recurring
from bacasable.compliance.service import N_, Role, Service
from bacasable.duties.service import PERMISSIONS as DUTIES
from bacasable.duties.service import ROLES as DUTIES_ROLES
from bacasable.people.rules import PERMISSIONS as PEOPLE
from bacasable.people.rules import ROLES as PEOPLE_ROLES
from bacasable.programme.call.rules import PERMISSIONS as CALL
from bacasable.programme.committee.rules import PERMISSIONS as COMMITTEE
from bacasable.programme.desk.rules import PERMISSIONS as DESK
from bacasable.programme.dossiers.rules import PERMISSIONS as DOSSIERS
from bacasable.programme.evidence.rules import PERMISSIONS as EVIDENCE
from bacasable.programme.recommendations.rules import PERMISSIONS as RECOMMENDATIONS
from bacasable.programme.support.rules import PERMISSIONS as SUPPORT
from bacasable.programme.synthesis.rules import PERMISSIONS as SYNTHESIS

ROLES = (
    *PEOPLE_ROLES[:2],
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
    *DUTIES_ROLES,
    *PEOPLE_ROLES[2:],
)

MINUTE, HOUR = 60, 3600

SCHEDULE = (
    Recurring("forget requests for links", HOUR, "bacasable.programme.call.intake:forget_requests"),
    Recurring("close calls", MINUTE / 2, "bacasable.programme.call.actions:close_due"),
    Recurring(
        "send recommendations back", HOUR, "bacasable.programme.recommendations.actions:send_back_stale"
    ),
    Recurring(
        "forget interrupted uploads", HOUR, "bacasable.programme.dossiers.files:forget_expired_uploads"
    ),
)

SERVICE = Service(
    key="platform",
    processing="bacasable.programme.processing:PROCESSING",
    controls="bacasable.programme.controls:CONTROLS",
    probe="bacasable.programme.controls:probe",
    roles=ROLES,
    permissions=(
        PEOPLE
        + DUTIES
        + CALL
        + DOSSIERS
        + COMMITTEE
        + SUPPORT
        + EVIDENCE
        + RECOMMENDATIONS
        + SYNTHESIS
        + DESK
    ),
    app="bacasable.programme",
    stores="bacasable.programme.stores:stores",
    deployments=("authority", "demo"),
    schedule="bacasable.programme.service:SCHEDULE",
    urls="bacasable.programme.urls",
    letterbox="bacasable.programme.call.intake:LETTERBOX",
)
