"""bacasable: a sandbox for artificial intelligence on personal data in public services."""
