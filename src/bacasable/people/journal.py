"""The journal's database store: an entry is written in the transaction of the act that it records."""
