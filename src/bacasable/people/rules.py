"""Who may do what with accounts, and the roles that every installation has; no Django here."""

from bacasable.compliance.service import MEMBER, N_, PUBLIC, STAFF, WALLED, Permission, Role

ROLES = (
    Role(PUBLIC, N_("public"), granted=False),
    Role(MEMBER, N_("signed-in person"), granted=False),
    Role(
        "administrator",
        N_("administrator"),
        staff=True,
        description=N_("Manages accounts and roles; sees no content of dossiers."),
    ),
)

PERMISSIONS = (
    Permission("people.sign_in", N_("sign in, sign out, open a one-time link"), (PUBLIC,)),
    Permission("people.account", N_("see and change one's own account"), (MEMBER, WALLED)),
    Permission("people.secure", N_("change one's own password and second factor"), (STAFF,)),
    Permission("people.manage", N_("manage accounts and roles"), ("administrator",)),
    Permission("site.public", N_("read the public pages"), (PUBLIC,)),
)
