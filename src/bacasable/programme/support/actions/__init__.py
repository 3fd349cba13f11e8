"""What people do with a support file."""

from bacasable.programme.support.actions.agreement import (
    file_signed_agreement,
    sign_agreement,
    write_agreement,
)
from bacasable.programme.support.actions.changes import advance, complete, exit, extend, resume, suspend
from bacasable.programme.support.actions.documents import (
    add_document,
    read_signed_agreement,
    readable_document,
    remove_document,
)
from bacasable.programme.support.actions.meetings import (
    approve_minutes,
    call_meeting,
    cancel_meeting,
    minute,
    remark,
)
from bacasable.programme.support.actions.opening import link_project, lock_files_of, open_file
from bacasable.programme.support.actions.register import answer, ask, follow, guide
from bacasable.programme.support.actions.roadmap import add_milestone, drop_milestone, finish_milestone
from bacasable.programme.support.actions.team import add_member, remove_member

__all__ = [
    "add_document",
    "add_member",
    "add_milestone",
    "advance",
    "answer",
    "approve_minutes",
    "ask",
    "call_meeting",
    "cancel_meeting",
    "complete",
    "drop_milestone",
    "exit",
    "extend",
    "file_signed_agreement",
    "finish_milestone",
    "follow",
    "guide",
    "link_project",
    "lock_files_of",
    "minute",
    "open_file",
    "read_signed_agreement",
    "readable_document",
    "remark",
    "remove_document",
    "remove_member",
    "resume",
    "sign_agreement",
    "suspend",
    "write_agreement",
]
