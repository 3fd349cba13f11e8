"""What changes a file: one function for each act, journalled with it."""
