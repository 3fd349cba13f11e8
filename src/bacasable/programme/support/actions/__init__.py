"""What people do in a support file, one module for each matter."""
