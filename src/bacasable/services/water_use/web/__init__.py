"""The pages of the water service: the household's, the utility's, the data protection officer's."""
