"""What changes the tables of the water service: each act with its entry in the journal."""
