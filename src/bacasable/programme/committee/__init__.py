"""The committee: assignment, scoring, ranking, deliberation. Furnished by a later issue."""
