"""Requests of persons: received, identity checked, answered within the month."""
