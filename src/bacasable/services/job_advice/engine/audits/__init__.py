"""What a population is proposed: ratios between groups, crowding, what proposals tell of who people are."""

from bacasable.privacy.lazily import names_of

__getattr__ = names_of(
    __name__,
    {
        "Audit": "auditing",
        "Market": "proposals",
        "Proposals": "proposals",
        "asked": "asking",
        "audit": "auditing",
        "market": "proposals",
    },
    extra="jobs",
)
