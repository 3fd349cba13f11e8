"""What tries the assistant: planted personal data, models that record, invent or obey. For controls alone."""
