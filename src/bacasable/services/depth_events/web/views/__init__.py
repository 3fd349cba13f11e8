"""Pages of depth events."""
