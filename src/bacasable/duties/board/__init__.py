"""What waits for the data protection officer, over all rooms."""
