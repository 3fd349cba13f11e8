"""What is done to records of depth events: the only writers, each act with its journal entry."""
