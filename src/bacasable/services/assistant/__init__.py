"""Assistant for civil servants (after Albert). Furnished by a later issue."""
