"""The declaration in the formats that others ask for; each lists what it could not fill, and where to."""
