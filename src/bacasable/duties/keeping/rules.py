"""Who may do what with retention; no Django here."""

from bacasable.compliance.service import N_, Permission

PERMISSIONS = (
    Permission("keeping.read", N_("see what is due, kept and destroyed"), ("dpo", "administrator")),
    Permission("keeping.visa", N_("record a visa of the archives"), ("dpo",)),
)
