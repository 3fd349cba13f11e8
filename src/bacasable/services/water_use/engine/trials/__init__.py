"""What the controls attack: what each party sees of homes, and attackers who try to read more from it."""
