"""What the platform uses data for, on which basis, and how long it keeps them."""

from bacasable.compliance.processing import LawfulBasis, Period, Purpose, Retention
from bacasable.compliance.service import N_

# Purposes

EXAMINE = Purpose(
    "examine_applications",
    N_("receive and examine applications to a call for projects"),
    LawfulBasis.PUBLIC_TASK,
    founded_on=N_("GDPR 57(1)(d); French Act no. 78-17, art. 8"),
)
SUPPORT_PROJECTS = Purpose(
    "support_projects",
    N_("support the projects selected, and publish what was learned"),
    LawfulBasis.PUBLIC_TASK,
    founded_on=N_("GDPR 57(1)(d); French Act no. 78-17, art. 8"),
)
EVENTS = Purpose(
    "organise_events",
    N_("organise the public conference of an edition"),
    LawfulBasis.PUBLIC_TASK,
    founded_on=N_("GDPR 57(1)(b)"),
)
ANSWER = Purpose(
    "answer_people",
    N_("answer the people who write to the office"),
    LawfulBasis.PUBLIC_TASK,
    founded_on=N_("GDPR 57(1)(d); French Act no. 78-17, art. 8"),
)
# How long

DOSSIER = Retention(
    "dossier",
    N_("dossiers"),
    starts=N_("the decision on the call, or the withdrawal"),
    current=Period(months=24),
    intermediate=Period(months=60),
    final="transfer",
    needs_archive_visa=True,
)
SELECTION = Retention(
    "selection",
    N_("examination of applications"),
    starts=N_("the decision on the call"),
    current=Period(months=24),
    intermediate=Period(months=60),
    final="transfer",
    needs_archive_visa=True,
)
SUPPORT = Retention(
    "support",
    N_("support files"),
    starts=N_("the end of the support"),
    current=Period(months=36),
    intermediate=Period(months=84),
    final="transfer",
    needs_archive_visa=True,
)
REGISTRATION = Retention(
    "registration", N_("registrations to a conference"), N_("the end of the event"), current=Period(days=30)
)
UPLOAD = Retention("upload", N_("unfinished uploads"), N_("the first piece"), current=Period(days=7))
REQUEST = Retention("link_request", N_("requests for links"), N_("the request"), current=Period(days=1))
QUESTION = Retention(
    "question", N_("questions about a call"), N_("the decision on the call"), current=Period(months=24)
)

APPLICANTS = ("candidate", "co_author")
ACCOUNTS = (*APPLICANTS, "staff")
