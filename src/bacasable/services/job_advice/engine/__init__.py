"""Opinions with reasons on occupations, skills, trainings and events: a library, without pages or network."""
