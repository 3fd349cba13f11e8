"""The support of a project: team, agreement, questions, guidance, roadmap, meetings, documents."""
