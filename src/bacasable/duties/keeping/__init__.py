"""Retention executed: what is due, visas of the archives, purges and their receipts."""
