"""Pages, programming interface and records of the assistant."""
