"""Who may see the pages that cross rooms; no Django here."""

from datetime import timedelta

from bacasable.compliance.service import MEMBER, N_, PUBLIC, Permission

PERMISSIONS = (
    Permission("desk.home", N_("the home page"), (PUBLIC,)),
    Permission("desk.today", N_("see what waits for oneself"), (MEMBER, "inspector")),
    Permission("desk.queue", N_("the work queue and its exports"), ("officer",)),
    Permission(
        "inspection.except", N_("open a dossier to an inspector, on a ground of the law"), ("president",)
    ),
    Permission("inspection.list", N_("see the exceptions given to oneself"), ("inspector",)),
    Permission("inspection.read", N_("read a dossier under a lawful exception"), ("excepted_inspector",)),
)

#: A lawful exception to the inspection firewall lasts this long at most.
LONGEST_EXCEPTION = timedelta(days=90)
