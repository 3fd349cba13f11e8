"""What a synthesis allows, as data: permissions, states, confidentiality, disclaimers; no Django here."""

from bacasable.compliance.service import N_, PUBLIC, Permission

PERMISSIONS = (
    Permission("synthesis.read", N_("read and search what is published"), (PUBLIC,)),
    Permission("synthesis.write", N_("compose a synthesis, publish it, correct it"), ("editor",)),
    Permission(
        "synthesis.preview",
        N_("read a synthesis before it is published"),
        ("editor", "officer", "team_member", "candidate", "co_author", "president"),
    ),
    Permission(
        "synthesis.reply", N_("reply to a synthesis, agree to its publication"), ("candidate", "co_author")
    ),
)

#: state -> {verb: next state}
TRANSITIONS = {
    "composing": {"write": "composing", "submit_to_project": "with_project"},
    "with_project": {"reply": "with_project", "take_back": "composing", "publish": "published"},
    "published": {"correct": "published"},
}

PUBLIC_PASSAGE, RESTRICTED, SECRET = "public", "restricted", "secret"
CONFIDENTIALITY = {
    PUBLIC_PASSAGE: N_("public"),
    RESTRICTED: N_("restricted: the project and the office"),
    SECRET: N_("business secret"),
}

#: shown on each published synthesis, with its date
DISCLAIMERS = (
    N_(
        "This synthesis is valid at its date: the law, the techniques and the project may have changed since."
    ),
    N_(
        "It rests on what the project declared; it is neither a verification nor a certificate of conformity."
    ),
)

LICENCE_NAME = "Licence Ouverte 2.0"
LICENCE_URL = "https://www.etalab.gouv.fr/licence-ouverte-open-licence"
