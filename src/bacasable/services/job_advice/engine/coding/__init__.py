"""Words that people type to what the referential calls it: occupations and skills, with how sure that is."""

from bacasable.privacy.lazily import names_of

__getattr__ = names_of(
    __name__,
    {
        "Coded": "titles",
        "Titled": "titles",
        "TitleCoder": "titles",
        "Wordings": "wordings",
        "of_referential": "wordings",
        "code_skills": "skills",
        "SkillCoder": "skills",
        "SkillFound": "skills",
        "train_beside": "beside",
        "coder_of": "beside",
    },
    extra="jobs",
)
