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
SECURE = Purpose(
    "secure_access",
    N_("give access to the right people only, and detect attacks"),
    LawfulBasis.LEGAL_OBLIGATION,
    founded_on=N_("GDPR 5(1)(f), 32"),
)
ACCOUNT_FOR = Purpose(
    "account_for_acts",
    N_("prove who did what, and when"),
    LawfulBasis.LEGAL_OBLIGATION,
    founded_on=N_("GDPR 5(2), 24; CRPA L.112-3"),
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
ACCOUNT = Retention("account", N_("accounts"), N_("the last sign-in"), current=Period(months=24))
STAFF = Retention(
    "staff", N_("staff accounts and roles"), N_("the end of the role"), current=Period(months=12)
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
LINK = Retention("link", N_("one-time links"), N_("the issue of the link"), current=Period(days=30))
SESSION = Retention("session", N_("sessions"), N_("the sign-in"), current=Period(days=7))
UPLOAD = Retention("upload", N_("unfinished uploads"), N_("the first piece"), current=Period(days=7))
REQUEST = Retention("link_request", N_("requests for links"), N_("the request"), current=Period(days=1))
MAIL = Retention("mail", N_("mails sent"), N_("the sending"), current=Period(days=90))
QUESTION = Retention(
    "question", N_("questions about a call"), N_("the decision on the call"), current=Period(months=24)
)
JOURNAL = Retention("journal", N_("journal of acts"), N_("the act"), current=Period(months=60))
SECURITY_LOG = Retention(
    "security_log",
    N_("security logs"),
    N_("the event"),
    current=Period(months=6),
    intermediate=Period(months=6),
)

APPLICANTS = ("candidate", "co_author")
ACCOUNTS = (*APPLICANTS, "staff")
