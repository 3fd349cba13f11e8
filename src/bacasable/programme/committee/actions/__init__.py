"""What people do in the committee, one module for each matter."""
