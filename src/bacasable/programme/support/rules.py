"""What the support allows, as data: permissions, tracks, states, phases; no Django here."""

from dataclasses import dataclass

from bacasable.compliance.service import MEMBER, N_, Permission

BOTH_SIDES = ("candidate", "co_author", "team_member", "officer")

PERMISSIONS = (
    Permission("support.list", N_("list the support files that one takes part in"), (MEMBER,)),
    Permission("support.read", N_("read a support file"), (*BOTH_SIDES, "president")),
    Permission("support.write", N_("ask, answer, add documents, say what was followed"), BOTH_SIDES),
    Permission(
        "support.guide", N_("give guidance, keep the roadmap and the minutes"), ("team_member", "officer")
    ),
    Permission(
        "support.agree", N_("sign the support agreement for the project, leave early"), ("candidate",)
    ),
    Permission(
        "support.manage", N_("compose the team, sign for the office, extend, suspend, end"), ("officer",)
    ),
)

#: state -> {verb: next state}
TRANSITIONS = {
    "opened": {"activate": "active", "exit": "exited"},
    "active": {
        "advance": "active",
        "extend": "active",
        "suspend": "suspended",
        "complete": "completed",
        "exit": "exited",
    },
    "suspended": {"resume": "active", "exit": "exited"},
    "completed": {},
    "exited": {},
}
#: states in which both sides write
LIVE = frozenset({"opened", "active"})


@dataclass(frozen=True)
class Track:
    """A way of being supported: its length and its phases, in order."""

    key: str
    label: str
    months: int
    phases: tuple[str, ...]


PHASES = {
    "problems": N_("problems and roadmap"),
    "implementation": N_("implementation of the recommendations"),
    "synthesis": N_("synthesis"),
    "advice": N_("advice"),
}
TRACKS = {
    "enhanced": Track("enhanced", N_("enhanced support"), 6, ("problems", "implementation", "synthesis")),
    "advised": Track("advised", N_("advice"), 3, ("advice",)),
}

#: Who spoke: the office's side or the project's.
OFFICE, PROJECT = "office", "project"
