"""How occupations, skills, trainings and events are weighed for one profile: named factors that add up."""

from bacasable.privacy.lazily import names_of

__getattr__ = names_of(
    __name__,
    {
        "Kinship": "kinship",
        "KIN": "kinship",
        "Person": "person",
        "Scorer": "scorer",
        "Weights": "weights",
    },
    extra="jobs",
)
