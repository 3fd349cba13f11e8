"""Who sees the board; no Django here."""

from bacasable.compliance.service import N_, Permission

PERMISSIONS = (Permission("board.read", N_("the board of the data protection officer"), ("dpo",)),)
