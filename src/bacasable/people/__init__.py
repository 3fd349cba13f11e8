"""Accounts, roles, sign-in, and the journal's database store."""
