"""Fictional data, the role switch and the movable clock. Nothing imports this storey."""
