"""What a recommendation allows, and the platform's own recommendations, as data; no Django here.

A contract closes on a run whose direction is the contract's, that its own control passed, and whose
measurement keeps **the contract's** threshold while its sabotage clearly breaks that threshold: so a
contract may be stricter than the control that it names, and never follows a run that saw nothing.
"""

import re
from dataclasses import dataclass

from bacasable.compliance.service import N_, PUBLIC, Permission
from bacasable.programme.dossiers.refusals import Refused

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
#: verb of a person -> permissions of which one is enough; ``close`` and ``remeasure`` follow from evidence
#: alone and are in nobody's hands
WHO = {
    "revise": ("recommendation.write",),
    "propose": ("recommendation.judge",),
    "accept": ("recommendation.respond",),
    "start": ("recommendation.respond",),
    "show": ("recommendation.respond",),
    "doubt": ("recommendation.judge",),
    "reopen": ("recommendation.judge",),
    "drop": ("recommendation.judge",),
    "replace": ("recommendation.judge",),
    "decline": ("recommendation.respond", "recommendation.judge"),
}
#: states in which the project has not read it yet
UNREAD = frozenset({"draft"})
#: How services and controls are named.
NAME = re.compile(r"[a-z][a-z0-9_]*")
#: How long a project has to answer a challenge that nobody set a date for.
DAYS_TO_MEASURE = 30
#: Contracts of one recommendation, and further matters that a writer may name.
MAXIMUM_CONTRACTS = 20
MAXIMUM_MATTERS = 12


def next_state(state: str, verb: str) -> str:
    """Return the state that ``verb`` leads to.

    Raises:
        Refused: the state does not allow the verb; code ``state``.
    """
    if verb not in TRANSITIONS[state]:
        raise Refused(
            "state",
            N_("This cannot be done now: the recommendation is %(state)s. Reload the page to see what can."),
            state=state,
        )
    return TRANSITIONS[state][verb]


#: What recommendations are about: keys by which earlier ones on similar matters are found.
MATTERS = {
    "anonymity": N_("anonymity"),
    "automated_decisions": N_("automated decisions"),
    "bias": N_("bias and discrimination"),
    "data_quality": N_("quality of the data"),
    "documentation": N_("documentation"),
    "generative_ai": N_("generative AI"),
    "human_intervention": N_("human intervention"),
    "information": N_("information of persons"),
    "lawful_basis": N_("lawful basis"),
    "location": N_("location of persons"),
    "minimisation": N_("minimisation"),
    "prompts": N_("prompts"),
    "purposes": N_("purposes"),
    "retention": N_("retention"),
    "rights": N_("rights of persons"),
    "security": N_("security"),
    "sensitive_data": N_("sensitive data"),
    "training": N_("training of agents"),
    "training_data": N_("training data"),
    "working_conditions": N_("working conditions"),
}


@dataclass(frozen=True)
class Own:
    """A recommendation on the platform itself; its contract takes its threshold from the control."""

    key: str
    title: str
    text: str
    legal_basis: str
    control: str
    matters: tuple[str, ...] = ()


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
        matters=("security",),
    ),
)

#: why evidence does not close a contract, beyond what makes it refused as evidence
MISMATCHES = {
    "state": N_("The recommendation is not waiting for evidence."),
    "control": N_("It measures another control than the contract names."),
    "threshold": N_("It is judged in another direction than the contract's threshold."),
    "verdict": N_("The control failed: the measurement does not keep the promise."),
    "blind": N_(
        "With the protection switched off the measurement does not clearly break the contract's threshold: "
        "it could not have seen it broken."
    ),
    "bytes": N_("The stored bytes are not those that were received."),
    "file": N_("It is about another project."),
    "before": N_("It was measured before the recommendation was reopened."),
    "expired": N_("The document has expired. Hand in a new one."),
    "document": N_("No accepted document stands for this contract."),
    "missing": N_("Nothing stands for this contract yet."),
    "promise": N_("The control now promises something else than the contract."),
}
