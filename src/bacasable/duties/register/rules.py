"""Who may read the register; no Django here."""

from bacasable.compliance.service import N_, PUBLIC, Permission

PERMISSIONS = (
    Permission("register.read", N_("read the register, the declarations and 'And me?'"), (PUBLIC,)),
    Permission("register.export", N_("export a declaration with what it could not fill"), ("dpo",)),
)
