"""The door into the catalogue: who may do what, and where the rest is."""

from bacasable.compliance.schedule import Recurring
from bacasable.compliance.service import N_, PUBLIC, Permission, Role, Service

PERMISSIONS = (
    Permission("water_use.read", N_("read about the water service and enter a code"), (PUBLIC,)),
    Permission(
        "water_use.own_home", N_("see one's own home: by a paper code or a proven identity"), (PUBLIC,)
    ),
    Permission("water_use.leaks", N_("follow leaks and their letters"), ("water_agent", "water_manager")),
    Permission("water_use.case", N_("open a home's curve inside a logged case"), ("water_agent",)),
    Permission(
        "water_use.districts", N_("read districts, forecasts and quality"), ("water_agent", "water_manager")
    ),
    Permission(
        "water_use.manage", N_("import readings, publish, draw lots, send letters"), ("water_manager",)
    ),
    Permission("water_use.protection", N_("read budget, cohorts and attack scores"), ("dpo",)),
)

ROLES = (
    Role(
        "water_agent",
        N_("agent of the water service"),
        staff=True,
        description=N_(
            "Follows leaks and sends their letters; sees no curve outside a case that is reasoned and logged."
        ),
    ),
    Role(
        "water_manager",
        N_("manager of the water service"),
        staff=True,
        description=N_("Imports readings, publishes quantiles, draws lots; sees districts, no home's curve."),
    ),
)

#: The night of yesterday is done once, as soon as the day is over; a night that failed is tried again.
SCHEDULE = (
    Recurring(
        "water service: the night",
        900,
        "bacasable.services.water_use.web.actions.night:nightly",
    ),
    Recurring(
        "water service: forecast of districts",
        3600,
        "bacasable.services.water_use.web.actions.forecasts:daily",
    ),
    Recurring(
        "water service: what is learned of a month",
        3600,
        "bacasable.services.water_use.web.actions.learning:monthly",
    ),
    Recurring(
        "water service: files of imports",
        3600,
        "bacasable.services.water_use.web.actions.imports:clear",
    ),
)

SERVICE = Service(
    key="water_use",
    processing="bacasable.services.water_use.processing:PROCESSING",
    stores="bacasable.services.water_use.web.stores:stores",
    cli="bacasable.services.water_use.cli:app",
    controls="bacasable.services.water_use.controls:CONTROLS",
    probe="bacasable.services.water_use.web.probe:probe",
    demo="bacasable.services.water_use.web.demo:history",
    schedule="bacasable.services.water_use.service:SCHEDULE",
    roles=ROLES,
    permissions=PERMISSIONS,
    settings="bacasable.services.water_use.web.configuration:Settings",
    app="bacasable.services.water_use.web",
    urls="bacasable.services.water_use.web.urls",
)
