"""What the committee allows, as data: permissions, states, skills, outcomes; no Django here."""

from collections.abc import Mapping

from bacasable.compliance.service import N_, PUBLIC, Permission
from bacasable.programme.dossiers.refusals import Refused

PERMISSIONS = (
    Permission(
        "committee.list",
        N_("see the selections, or what one is expected to do in them"),
        ("officer", "president", "expert"),
    ),
    Permission(
        "committee.manage",
        N_("admit dossiers, compose the panel, assign, prepare the decision"),
        ("officer",),
    ),
    Permission(
        "committee.sit", N_("sign the undertaking, declare conflicts, see one's own assignments"), ("expert",)
    ),
    Permission("committee.score", N_("read and score an assigned dossier"), ("assessor",)),
    Permission(
        "committee.ranking", N_("see all scores, their spread and the ranking"), ("officer", "president")
    ),
    Permission("committee.decide", N_("decide on a call and sign its letters"), ("president", "delegate")),
    Permission("committee.delegate", N_("delegate one's signature"), ("president",)),
    Permission("committee.defend", N_("take the defence file of a decision"), ("officer", "president")),
    Permission(
        "committee.notify",
        N_("file signed letters, send them, publish the laureates"),
        ("officer", "president", "delegate"),
    ),
    Permission(
        "committee.read_letter", N_("read the letter of one's own dossier"), ("candidate", "co_author")
    ),
    Permission(
        "committee.attend",
        N_("see and confirm the audition of one's own dossier"),
        ("candidate", "co_author"),
    ),
    Permission("conference.read", N_("read the page of a public conference and register"), (PUBLIC,)),
)

#: The life of a selection (one for each call): state -> {verb: next state}
SELECTION = {
    "preparing": {"open_scoring": "scoring"},
    "scoring": {"close_scoring": "deliberating"},
    "deliberating": {"reopen_scoring": "scoring", "decide": "decided"},
    "decided": {"publish": "published"},
    "published": {},
}

#: The life of the examination of one dossier: state -> {verb: next state}
EXAMINATION = {
    "received": {"admit": "admissible", "reject": "inadmissible"},
    "inadmissible": {"reconsider": "received", "decide": "decided"},
    "admissible": {
        "renew": "admissible",
        "reconsider": "received",
        "shortlist": "shortlisted",
        "set_aside": "set_aside",
        "decide": "decided",
    },
    "shortlisted": {"unlist": "admissible", "set_aside": "set_aside", "decide": "decided"},
    "set_aside": {"unlist": "admissible", "shortlist": "shortlisted", "decide": "decided"},
    "decided": {},
}

#: The life of one expert's assessment of one dossier: state -> {verb: next state}
ASSESSMENT = {
    "draft": {"write": "draft", "submit": "submitted", "recuse": "recused"},
    "submitted": {"reopen": "draft", "recuse": "recused"},
    "recused": {},
}


def next_state(table: Mapping[str, Mapping[str, str]], state: str, verb: str) -> str:
    """Return the state that ``verb`` leads to in ``table`` (SELECTION, EXAMINATION or ASSESSMENT).

    Raises:
        Refused: the state does not allow the verb; code ``state``.
    """
    if verb not in table[state]:
        raise Refused(
            "state",
            N_(
                "This cannot be done now: the work has gone on to another step, perhaps by somebody else. "
                "Reload the page to see what can be done."
            ),
            state=state,
            verb=verb,
        )
    return table[state][verb]


#: What an expert can be asked for; pairs are made of one of LAW and one of TECHNIQUE.
LAW, TECHNIQUE, SECTOR = "law", "technique", "sector"
SKILLS = {LAW: N_("law"), TECHNIQUE: N_("technique"), SECTOR: N_("sector")}
PAIR = (LAW, TECHNIQUE)

#: The sectors of public services by which experts and dossiers are brought together.
SECTORS = {
    "agents": N_("work of public agents"),
    "citizens": N_("relations with users of public services"),
    "ecology": N_("ecology, water and energy"),
    "education": N_("education and research"),
    "employment": N_("employment"),
    "health": N_("health"),
    "justice": N_("justice and security"),
    "social": N_("social action and housing"),
    "sport": N_("sport and culture"),
    "transport": N_("transport"),
}

#: Two experts for each dossier, or three: the third knows its sector.
EXPERTS_PER_DOSSIER = (2, 3)
#: How many dossiers of one selection an expert may take at most.
MAXIMUM_CAPACITY = 60


def wanted_skills(experts_per_dossier: int) -> tuple[str, ...]:
    """Return the skills that each dossier is assessed for: the pair, then the sector."""
    return PAIR + (SECTOR,) * (experts_per_dossier - len(PAIR))


#: Each criterion is scored on this scale; 5 is best.
LOWEST, HIGHEST = 1, 5
SCALE = {1: N_("1: absent"), 2: N_("2: weak"), 3: N_("3: fair"), 4: N_("4: good"), 5: N_("5: excellent")}

#: Scores that say more than most: the expert writes why.
EXPLAINED = frozenset({1, 2, 5})


def asks_why(value: int) -> bool:
    """Say whether a score needs a comment."""
    return value in EXPLAINED


#: Scores of one criterion this far apart are pointed out for discussion.
WIDE_SPREAD = 2

OUTCOMES = {"laureate": N_("laureate"), "advised": N_("advised"), "refused": N_("refused")}
#: the outcomes that open a support file, with its track
TRACKS = {"laureate": "enhanced", "advised": "advised"}
