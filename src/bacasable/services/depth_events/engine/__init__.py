"""From distances to events, and what could still identify somebody: a library, without pages or network."""
