"""The duties as code, without web: declarations, controls, evidence, journal."""
