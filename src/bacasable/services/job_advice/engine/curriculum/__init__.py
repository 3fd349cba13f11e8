"""A CV read on the spot: who it is about is cut first, what they did is shown; nothing stays."""

from bacasable.privacy.lazily import names_of

__getattr__ = names_of(
    __name__,
    {
        "CvReading": "reading",
        "DiplomaRead": "reading",
        "JobRead": "reading",
        "SkillRead": "reading",
        "cut": "cutting",
        "read_cv": "reading",
        "text_of": "texts",
    },
    extra="jobs",
)
