"""The door into the catalogue: who may do what, and where the rest is."""

from bacasable.compliance.schedule import Recurring
from bacasable.compliance.service import N_, PUBLIC, Permission, Role, Service

PERMISSIONS = (
    Permission(
        "job_advice.read", N_("read about job advice, and open one's own page with a code"), (PUBLIC,)
    ),
    Permission(
        "job_advice.advise",
        N_("open files, hold interviews, decide on suggestions, write plans"),
        ("job_adviser",),
    ),
    Permission("job_advice.call", N_("ask the interface for codes and opinions"), ("job_adviser",)),
    Permission("job_advice.train", N_("train on files that do not exist"), ("job_adviser",)),
    Permission(
        "job_advice.answer", N_("answer contestations of other advisers' files"), ("job_adviser", "job_head")
    ),
    Permission("job_advice.indicators", N_("read the measures of the service"), ("job_head",)),
    Permission("job_advice.import", N_("import tables, training sessions and events"), ("job_head",)),
    Permission("job_advice.audits", N_("read the audits"), ("dpo",)),
)

ROLES = (
    Role(
        "job_adviser",
        N_("employment adviser"),
        staff=True,
        description=N_("Advises people who look for work; sees their own files only."),
    ),
    Role(
        "job_head",
        N_("head of the employment service"),
        staff=True,
        description=N_("Reads measures of the service as a whole and imports tables; sees no file."),
    ),
)

#: An import takes its file away when it ends; what a stopped worker left goes within the hour.
SCHEDULE = (
    Recurring("job advice: audits", 3600, "bacasable.services.job_advice.web.actions.audits:nightly"),
    Recurring(
        "job advice: files of imports",
        3600,
        "bacasable.services.job_advice.web.actions.imports:clear",
    ),
)

SERVICE = Service(
    key="job_advice",
    processing="bacasable.services.job_advice.processing:PROCESSING",
    stores="bacasable.services.job_advice.web.stores:stores",
    cli="bacasable.services.job_advice.cli:app",
    controls="bacasable.services.job_advice.controls:CONTROLS",
    probe="bacasable.services.job_advice.web.probe:probe",
    demo="bacasable.services.job_advice.web.demo:history",
    schedule="bacasable.services.job_advice.service:SCHEDULE",
    roles=ROLES,
    permissions=PERMISSIONS,
    settings="bacasable.services.job_advice.web.configuration:Settings",
    app="bacasable.services.job_advice.web",
    urls="bacasable.services.job_advice.web.urls",
)
