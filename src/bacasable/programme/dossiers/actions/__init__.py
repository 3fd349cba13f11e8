"""What people do to a dossier: each act checks its guards and is journalled in its own transaction."""

from bacasable.programme.dossiers.actions.authors import (
    accept_invitation,
    cancel_invitation,
    invite,
    remove_co_author,
)
from bacasable.programme.dossiers.actions.deposit import submit, withdraw
from bacasable.programme.dossiers.actions.drafts import Saved, save_step, start
from bacasable.programme.dossiers.actions.imported import take_import
from bacasable.programme.dossiers.actions.missing_parts import request_missing_parts

__all__ = [
    "Saved",
    "accept_invitation",
    "cancel_invitation",
    "invite",
    "remove_co_author",
    "request_missing_parts",
    "save_step",
    "start",
    "submit",
    "take_import",
    "withdraw",
]
