"""Who may do what with breaches; no Django here."""

from bacasable.compliance.service import N_, Permission

PERMISSIONS = (
    Permission("breaches.handle", N_("record, qualify and notify a personal data breach"), ("dpo",)),
)
