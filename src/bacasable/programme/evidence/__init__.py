"""Signed evidence received by the office."""
