"""What a dossier allows, as data; no Django here."""

from bacasable.compliance.service import MEMBER, N_, Permission

PERMISSIONS = (
    Permission("dossier.list_own", N_("list one's own dossiers"), (MEMBER,)),
    Permission("dossier.write", N_("write a draft, add and remove files"), ("candidate", "co_author")),
    Permission("dossier.submit", N_("submit, withdraw, invite co-authors"), ("candidate",)),
    Permission("dossier.read", N_("read a dossier and its files"), ("candidate", "co_author", "officer")),
    Permission("dossier.request_parts", N_("ask for missing parts"), ("officer",)),
)

#: state -> {verb: next state}
TRANSITIONS = {
    "draft": {"submit": "submitted", "withdraw": "withdrawn"},
    "submitted": {"submit": "submitted", "withdraw": "withdrawn"},
    "withdrawn": {},
}
