"""The door into the catalogue: who may do what, and where the rest is."""

from bacasable.compliance.schedule import Recurring
from bacasable.compliance.service import N_, PUBLIC, Permission, Role, Service

PERMISSIONS = (
    Permission(
        "depth_events.read",
        N_("read where sensors are and what they do; object, by place and time"),
        (PUBLIC,),
    ),
    Permission(
        "depth_events.watch",
        N_("see incidents, acknowledge them, say their outcome, hand over"),
        ("depth_operator", "depth_manager"),
    ),
    Permission(
        "depth_events.statistics",
        N_("read the history of statistics"),
        ("depth_operator", "depth_manager", "dpo"),
    ),
    Permission(
        "depth_events.calibrate",
        N_("look at what a sensor sees, cut and coarse, for some seconds; journalled"),
        ("depth_manager",),
    ),
    Permission(
        "depth_events.manage",
        N_("keep the register of filmed zones, the panel and its text; answer requests by place"),
        ("depth_manager",),
    ),
    Permission(
        "depth_events.protection", N_("read measures, registers and refused uses"), ("dpo", "depth_manager")
    ),
)

ROLES = (
    Role(
        "depth_operator",
        N_("operator of depth events"),
        staff=True,
        description=N_("Sees incidents and acts on them; sees no frame, and nobody's number exists."),
    ),
    Role(
        "depth_manager",
        N_("manager of depth events"),
        staff=True,
        description=N_(
            "Keeps sensors, the register of filmed zones and the panel; answers requests; may calibrate."
        ),
    ),
)

#: An alert that nobody took is looked for four times a minute.
SCHEDULE = (
    Recurring(
        "depth events: alerts that nobody took",
        15,
        "bacasable.services.depth_events.web.actions.escalating:escalate",
    ),
)

SERVICE = Service(
    key="depth_events",
    processing="bacasable.services.depth_events.processing:PROCESSING",
    stores="bacasable.services.depth_events.web.stores:stores",
    cli="bacasable.services.depth_events.cli:app",
    controls="bacasable.services.depth_events.controls:CONTROLS",
    probe="bacasable.services.depth_events.web.probe:probe",
    demo="bacasable.services.depth_events.web.demo:history",
    processes="bacasable.services.depth_events.web.processes:PROCESSES",
    schedule="bacasable.services.depth_events.service:SCHEDULE",
    roles=ROLES,
    permissions=PERMISSIONS,
    settings="bacasable.services.depth_events.web.configuration:Settings",
    app="bacasable.services.depth_events.web",
    urls="bacasable.services.depth_events.web.urls",
)
