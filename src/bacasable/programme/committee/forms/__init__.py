"""The committee's forms, one module for each matter."""
