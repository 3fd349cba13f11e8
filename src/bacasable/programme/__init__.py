"""The sandbox office: one Django application, rooms in the order of a file's life."""
