"""What people do in the committee, one module for each matter."""

from bacasable.programme.committee.actions.admissibility import admit, admit_all, reconsider, reject, renew
from bacasable.programme.committee.actions.assignments import assign, unassign
from bacasable.programme.committee.actions.conflicts import declare, declare_many
from bacasable.programme.committee.actions.panel import (
    invite,
    remove_member,
    save_profile,
    sign_undertaking,
)
from bacasable.programme.committee.actions.selections import (
    extend_scoring,
    open_scoring,
    open_selection,
    set_experts_per_dossier,
)
from bacasable.programme.committee.queries.panel import propose as propose_assignments

__all__ = [
    "admit",
    "admit_all",
    "assign",
    "declare",
    "declare_many",
    "extend_scoring",
    "invite",
    "open_scoring",
    "open_selection",
    "propose_assignments",
    "reconsider",
    "reject",
    "remove_member",
    "renew",
    "save_profile",
    "set_experts_per_dossier",
    "sign_undertaking",
    "unassign",
]
