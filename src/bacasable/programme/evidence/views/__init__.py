"""Pages of evidence: those that everybody reads, and those that a project and the office share."""
