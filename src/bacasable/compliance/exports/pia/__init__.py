"""The impact assessment of the CNIL's PIA software: read, edited, written, and begun from a declaration."""
