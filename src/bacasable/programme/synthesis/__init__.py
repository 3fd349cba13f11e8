"""The published synthesis. Furnished by a later issue."""
