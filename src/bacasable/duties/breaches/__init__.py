"""The register of personal data breaches, its clock of 72 hours and both notices."""
