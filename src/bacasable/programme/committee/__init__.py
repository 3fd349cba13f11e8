"""The committee: admissibility, panel, conflicts, scores, ranking, decision, letters, conference."""
