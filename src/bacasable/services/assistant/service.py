"""The door into the catalogue: who may do what, and where the rest is."""

from bacasable.compliance.schedule import Recurring
from bacasable.compliance.service import N_, PUBLIC, STAFF, Permission, Role, Service

PERMISSIONS = (
    Permission("assistant.ask", N_("ask the assistant"), ("counter_agent", STAFF)),
    Permission("assistant.manage", N_("manage collections, groups and imports"), ("documentalist",)),
    Permission("assistant.call", N_("call the programming interface, with a key"), (PUBLIC,)),
    Permission("assistant.keys", N_("use the programming interface"), ("counter_agent", "documentalist")),
)

ROLES = (
    Role(
        "counter_agent",
        N_("agent at a counter"),
        staff=True,
        description=N_("Asks the assistant and writes replies; sees their own conversations only."),
    ),
    Role(
        "documentalist",
        N_("documentalist"),
        staff=True,
        description=N_("Imports documents and says which groups read them; sees no conversation."),
    ),
)

#: An import takes its file away when it ends; what a stopped worker left goes within the hour.
SCHEDULE = (
    Recurring(
        "files of imports that ended",
        3600,
        "bacasable.services.assistant.web.actions.imports:clear_imports",
    ),
)

SERVICE = Service(
    key="assistant",
    processing="bacasable.services.assistant.processing:PROCESSING",
    stores="bacasable.services.assistant.web.stores:stores",
    controls="bacasable.services.assistant.controls:CONTROLS",
    probe="bacasable.services.assistant.web.probe:probe",
    demo="bacasable.services.assistant.web.demo:history",
    schedule="bacasable.services.assistant.service:SCHEDULE",
    roles=ROLES,
    permissions=PERMISSIONS,
    cli="bacasable.services.assistant.cli:app",
    settings="bacasable.services.assistant.web.configuration:Settings",
    app="bacasable.services.assistant.web",
    urls="bacasable.services.assistant.web.urls",
)
