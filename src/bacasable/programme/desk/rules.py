"""Who may see the pages that cross rooms; no Django here."""

from bacasable.compliance.service import N_, PUBLIC, Permission

PERMISSIONS = (
    Permission("desk.home", N_("the home page"), (PUBLIC,)),
    Permission("desk.queue", N_("the work queue and its exports"), ("officer",)),
)
