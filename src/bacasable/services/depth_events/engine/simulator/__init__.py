"""A station that does not exist: bodies walk, sit and fall, seen by sensors that err as real ones do."""
