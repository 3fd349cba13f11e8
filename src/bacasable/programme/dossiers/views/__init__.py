"""Pages of the people who write a dossier; none of them writes by itself, they call the actions."""
