"""What a recommendation allows, and the platform's own recommendations, as data; no Django here."""

from dataclasses import dataclass

from bacasable.compliance.service import N_, PUBLIC, Permission

PERMISSIONS = (
    Permission("recommendation.read", N_("read the public recommendations"), (PUBLIC,)),
    Permission(
        "recommendation.of_project",
        N_("read the recommendations made to a project"),
        ("candidate", "co_author", "team_member", "officer", "president", "editor"),
    ),
    Permission("recommendation.write", N_("write recommendations"), ("team_member", "officer")),
    Permission("recommendation.judge", N_("review, propose, reopen, end a recommendation"), ("officer",)),
    Permission(
        "recommendation.respond",
        N_("accept a recommendation, hand in documents, exchange"),
        ("candidate", "co_author"),
    ),
)

#: state -> {verb: next state}; endings have no way out
ENDINGS = {"drop": "no_longer_relevant", "replace": "replaced", "decline": "not_followed"}
TRANSITIONS = {
    "draft": {"revise": "draft", "propose": "proposed", "drop": "no_longer_relevant"},
    "proposed": {"revise": "proposed", "accept": "accepted", "close": "closed", **ENDINGS},
    "accepted": {"revise": "accepted", "start": "in_progress", "show": "shown", "close": "closed", **ENDINGS},
    "in_progress": {"revise": "in_progress", "show": "shown", "close": "closed", **ENDINGS},
    "shown": {"doubt": "in_progress", "close": "closed", **ENDINGS},
    "closed": {
        "remeasure": "to_remeasure",
        "reopen": "reopened",
        "drop": "no_longer_relevant",
        "replace": "replaced",
    },
    "to_remeasure": {"close": "closed", "reopen": "reopened", **ENDINGS},
    "reopened": {"revise": "reopened", "start": "in_progress", "show": "shown", "close": "closed", **ENDINGS},
    "no_longer_relevant": {},
    "replaced": {},
    "not_followed": {},
}
#: verbs that need reasons in words
REASONED = frozenset({"reopen", "doubt", "drop", "replace", "decline"})


@dataclass(frozen=True)
class Own:
    """A recommendation on the platform itself; its contract takes its threshold from the control."""

    key: str
    title: str
    text: str
    legal_basis: str
    control: str


OWN = (
    Own(
        key="files-unreadable-at-rest",
        title=N_("Files are unreadable at rest"),
        text=N_(
            "The files that candidates deposit are encrypted on disk, one key for each dossier. Whoever "
            "takes the disk or a backup without the keys must read nothing of them."
        ),
        legal_basis=N_("GDPR 5(1)(f), 32(1)(a)"),
        control="files_unreadable_at_rest",
    ),
)

#: why evidence does not close a contract, beyond what makes it refused as evidence
MISMATCHES = {
    "state": N_("The recommendation is not waiting for evidence."),
    "control": N_("It measures another control than the contract names."),
    "threshold": N_("It was judged by another threshold than the contract's."),
    "verdict": N_("The control failed: the measurement does not keep the promise."),
    "bytes": N_("The stored bytes are not those that were received."),
}
