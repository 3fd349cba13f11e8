"""Synthetic people of a referential: what the scorer sees of them, and, apart, what it never does."""

from bacasable.privacy.lazily import names_of

__getattr__ = names_of(
    __name__,
    {"Marginals": "marginals", "People": "people", "Protected": "people", "draw_people": "people"},
    extra="jobs",
)
