"""Who may do what with evidence; no Django here."""

from bacasable.compliance.service import N_, PUBLIC, Permission

PERMISSIONS = (
    Permission("evidence.read", N_("read evidence and the public key"), (PUBLIC,)),
    Permission("evidence.receive", N_("file evidence"), ("officer",)),
)
