"""What people do in the committee, one module for each matter."""

from bacasable.programme.committee.actions.admissibility import admit, admit_all, reconsider, reject, renew
from bacasable.programme.committee.actions.assignments import assign, unassign
from bacasable.programme.committee.actions.auditions import (
    add_slot,
    confirm_slot,
    give_slot,
    remove_slot,
    set_aside,
    shortlist,
    unlist,
)
from bacasable.programme.committee.actions.conferences import (
    cancel_registration,
    register,
    save_conference,
)
from bacasable.programme.committee.actions.conflicts import declare, declare_many
from bacasable.programme.committee.actions.decisions import decide, record_defence
from bacasable.programme.committee.actions.delegations import delegate, revoke_delegation
from bacasable.programme.committee.actions.deliberations import (
    record_deliberation,
)
from bacasable.programme.committee.actions.letters_out import (
    file_signed_letter,
    record_reading,
    send_letters,
)
from bacasable.programme.committee.actions.panel import (
    invite,
    remove_member,
    save_profile,
    sign_undertaking,
)
from bacasable.programme.committee.actions.publication import publish
from bacasable.programme.committee.actions.scores import (
    close_scoring,
    reopen_assessment,
    reopen_scoring,
    submit_assessment,
    write_scores,
)
from bacasable.programme.committee.actions.selections import (
    extend_scoring,
    open_scoring,
    open_selection,
    set_experts_per_dossier,
)
from bacasable.programme.committee.queries.panel import propose as propose_assignments

__all__ = [
    "add_slot",
    "admit",
    "admit_all",
    "assign",
    "cancel_registration",
    "close_scoring",
    "confirm_slot",
    "decide",
    "declare",
    "declare_many",
    "delegate",
    "extend_scoring",
    "file_signed_letter",
    "give_slot",
    "invite",
    "open_scoring",
    "open_selection",
    "propose_assignments",
    "publish",
    "reconsider",
    "record_defence",
    "record_deliberation",
    "record_reading",
    "register",
    "reject",
    "remove_member",
    "remove_slot",
    "renew",
    "reopen_assessment",
    "reopen_scoring",
    "revoke_delegation",
    "save_conference",
    "save_profile",
    "send_letters",
    "set_aside",
    "set_experts_per_dossier",
    "shortlist",
    "sign_undertaking",
    "submit_assessment",
    "unassign",
    "unlist",
    "write_scores",
]
