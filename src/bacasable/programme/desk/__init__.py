"""Pages that cross rooms: home, the officer's work queue, exports."""
