"""The four services, independent of one another; each enters by the catalogue."""
