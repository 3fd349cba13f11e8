"""Events on time-of-flight depth frames (after PRIV-IA)."""
