"""Water consumption: a household sees itself beside similar homes, leaks are caught, no one's habits are read."""
