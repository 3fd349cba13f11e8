"""Who may do what with requests of persons; no Django here."""

from bacasable.compliance.service import N_, PUBLIC, Permission

PERMISSIONS = (
    Permission("rights.ask", N_("exercise a right, follow one's own request"), (PUBLIC,)),
    Permission(
        "rights.handle", N_("check identity, answer, extend or refuse a request of a person"), ("dpo",)
    ),
)
