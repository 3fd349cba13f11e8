"""Read the committee's records, one module for each matter."""
