"""Pages of a support file: the same for the office and for the project."""
