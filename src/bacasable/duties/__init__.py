"""The duties as people meet them: rights, retention, breaches, the register, the board of the officer.

It serves every deployment and knows services through the catalogue alone.
"""
