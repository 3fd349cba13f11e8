"""Water consumption: a home sees itself beside similar ones, leaks are caught, no one's habits are read."""
