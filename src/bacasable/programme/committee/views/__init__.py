"""Pages of the committee, one module for each matter."""
