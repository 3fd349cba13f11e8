"""What happens to keys, challenges and evidence. The one writer of this room."""

from bacasable.programme.evidence.actions.challenges import challenge, withdraw_challenge
from bacasable.programme.evidence.actions.dependencies import report_dependencies
from bacasable.programme.evidence.actions.enrolment import confirm_key, enrol, revoke_key, seen
from bacasable.programme.evidence.actions.reception import publish_evidence, receive, refuse_unread

__all__ = [
    "challenge",
    "confirm_key",
    "enrol",
    "publish_evidence",
    "receive",
    "refuse_unread",
    "report_dependencies",
    "revoke_key",
    "seen",
    "withdraw_challenge",
]
