"""The pages of a support file."""
