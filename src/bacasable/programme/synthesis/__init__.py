"""The published synthesis of a support: composed, replied to, published, corrected; and the public search."""
