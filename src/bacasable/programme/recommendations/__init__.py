"""Recommendations as executable contracts: each closes on evidence."""
