"""What people do with the assistant, one module for each matter. Acts are journalled without content."""
