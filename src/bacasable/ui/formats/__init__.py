"""Formats of dates where those of Django do not read as pages say them."""
