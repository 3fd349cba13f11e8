"""The support of a project after the decision. Furnished by a later issue."""
