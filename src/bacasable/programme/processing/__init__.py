"""The platform's own declaration: what it stores of candidates, staff and whoever writes to it, and why.

The first file to read. A test walks every stored field of the installation and fails on one that is not here,
printing the line to add.
"""

from bacasable.compliance.processing import (
    AiActProfile,
    Contact,
    Controller,
    Dpia,
    Measure,
    Oversight,
    Processing,
    Recipient,
)
from bacasable.compliance.service import N_
from bacasable.duties.processing import DATA as OF_DUTIES
from bacasable.duties.processing import EXERCISE_RIGHTS
from bacasable.duties.processing import NOT_PERSONAL as NOT_PERSONAL_OF_DUTIES
from bacasable.people.processing import ACCOUNT_FOR, SECURE
from bacasable.people.processing import NOT_PERSONAL as OF_EVERY_INSTALLATION
from bacasable.programme.impersonal import NOT_PERSONAL
from bacasable.programme.processing.algorithms import ALGORITHMS
from bacasable.programme.processing.applications import APPLICATIONS
from bacasable.programme.processing.examination import EXAMINATION
from bacasable.programme.processing.purposes import ANSWER, EVENTS, EXAMINE, SUPPORT_PROJECTS
from bacasable.programme.processing.supported import SUPPORTED

PROCESSING = Processing(
    service="platform",
    title=N_("The programme's platform"),
    controller=Controller(
        name=N_("the authority that runs this installation"),
        contact=N_("at the address of the call"),
        dpo=Contact(N_("the authority's data protection officer")),
    ),
    persons={
        "candidate": N_("people who apply for their body"),
        "co_author": N_("co-authors whom they invite"),
        "named_person": N_("people whom an application names"),
        "correspondent": N_("people who write to the office or ask for a link"),
        "staff": N_("staff of the authority"),
        "expert": N_("experts of the committee and of the support"),
        "attendee": N_("people who register to a public conference"),
    },
    purposes=(EXAMINE, SUPPORT_PROJECTS, EVENTS, ANSWER, SECURE, ACCOUNT_FOR, EXERCISE_RIGHTS),
    data=APPLICATIONS + EXAMINATION + SUPPORTED + OF_DUTIES,
    not_personal=OF_EVERY_INSTALLATION + NOT_PERSONAL + NOT_PERSONAL_OF_DUTIES,
    recipients=(
        Recipient(N_("officers who examine the call"), "internal", (EXAMINE.key, ANSWER.key)),
        Recipient(N_("experts, each for the dossiers assigned to them"), "internal", (EXAMINE.key,)),
        Recipient(N_("the president, who decides"), "internal", (EXAMINE.key,)),
        Recipient(
            N_("the team that supports a project, and the project"), "internal", (SUPPORT_PROJECTS.key,)
        ),
        Recipient(N_("administrators of accounts, without the dossiers"), "internal", (SECURE.key,)),
    ),
    security=(
        Measure(
            "files_encrypted", N_("files encrypted at rest, one key per dossier"), "files_unreadable_at_rest"
        ),
        Measure("deny_by_default", N_("every page checks a permission; what is not allowed is refused")),
        Measure("second_factor", N_("password and second factor for staff")),
        Measure("conflicts", N_("an expert in conflict of interests sees nothing of the dossier")),
        Measure("inspection_wall", N_("inspectors see the public pages only; each exception is journalled")),
        Measure("chained_journal", N_("acts journalled in a chain of digests, without content")),
    ),
    algorithms=ALGORITHMS,
    dpia=Dpia(
        criteria=(),
        reason=N_(
            "applications of bodies, a few hundred people; experts score projects, not persons, and "
            "nothing is "
            "decided by a machine: none of the nine criteria is met"
        ),
    ),
    oversight=Oversight(
        by=N_("officers, experts and the president"),
        means=N_("each dossier is read, scored and decided by people"),
        can_depart=N_("completeness, eligibility and ranking are shown as help and decide nothing"),
    ),
    ai_act=AiActProfile(uses_ai=False),
)
