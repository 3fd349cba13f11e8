"""Pages: the household's portal, and the boards of the utility and of the data protection officer."""
