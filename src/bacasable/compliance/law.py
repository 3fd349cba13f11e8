"""The closed lists of the law that declarations choose from: bases, grounds, categories, criteria.

Labels are marked for translation and shown by pages; keys are what code and exports use. Each list names its
article, so that a page can cite it.
"""

from dataclasses import dataclass
from enum import Enum

from bacasable.compliance.service import N_


class LawfulBasis(Enum):
    """GDPR article 6(1): one for each purpose."""

    CONSENT = "6(1)(a)"
    CONTRACT = "6(1)(b)"
    LEGAL_OBLIGATION = "6(1)(c)"
    VITAL_INTERESTS = "6(1)(d)"
    PUBLIC_TASK = "6(1)(e)"
    LEGITIMATE_INTERESTS = "6(1)(f)"

    @property
    def label(self) -> str:
        return _BASES[self.value]


_BASES = {
    "6(1)(a)": N_("consent"),
    "6(1)(b)": N_("contract"),
    "6(1)(c)": N_("legal obligation"),
    "6(1)(d)": N_("vital interests"),
    "6(1)(e)": N_("task in the public interest"),
    "6(1)(f)": N_("legitimate interests"),
}


class SpecialGround(Enum):
    """GDPR article 9(2): what lifts the prohibition on special categories; article 10 for offences."""

    EXPLICIT_CONSENT = "9(2)(a)"
    EMPLOYMENT_AND_SOCIAL_LAW = "9(2)(b)"
    VITAL_INTERESTS = "9(2)(c)"
    NOT_FOR_PROFIT_BODY = "9(2)(d)"
    MADE_PUBLIC = "9(2)(e)"
    LEGAL_CLAIMS = "9(2)(f)"
    SUBSTANTIAL_PUBLIC_INTEREST = "9(2)(g)"
    HEALTH_CARE = "9(2)(h)"
    PUBLIC_HEALTH = "9(2)(i)"
    ARCHIVES_RESEARCH_STATISTICS = "9(2)(j)"
    OFFENCES_UNDER_OFFICIAL_AUTHORITY = "10"

    @property
    def label(self) -> str:
        return _GROUNDS[self.value]


_GROUNDS = {
    "9(2)(a)": N_("explicit consent"),
    "9(2)(b)": N_("employment, social security and social protection law"),
    "9(2)(c)": N_("vital interests of a person unable to consent"),
    "9(2)(d)": N_("members of a not-for-profit body"),
    "9(2)(e)": N_("data manifestly made public by the person"),
    "9(2)(f)": N_("legal claims"),
    "9(2)(g)": N_("substantial public interest"),
    "9(2)(h)": N_("health care, occupational medicine"),
    "9(2)(i)": N_("public health"),
    "9(2)(j)": N_("archives, research, statistics"),
    "10": N_("offences, under the control of official authority"),
}


@dataclass(frozen=True)
class Category:
    """A category of personal data; ``article`` is set where the law treats it apart."""

    key: str
    label: str
    article: str = ""

    @property
    def special(self) -> bool:
        """Whether a special ground must be declared (articles 9 and 10)."""
        return self.article in {"9(1)", "10"}


CATEGORIES: dict[str, Category] = {
    category.key: category
    for category in (
        Category("identity", N_("identity")),
        Category("contact", N_("contact details")),
        Category("account", N_("account and sign-in data")),
        Category("professional_life", N_("professional life")),
        Category("personal_life", N_("personal life, habits, family")),
        Category("education", N_("education and training")),
        Category("economic", N_("economic and financial situation")),
        Category("connection", N_("connection data and logs")),
        Category("location", N_("location")),
        Category("consumption", N_("consumption of water or energy")),
        Category("image_or_depth", N_("images, sound, depth frames")),
        Category("free_text", N_("free text and documents written by people")),
        Category("opinion_on_person", N_("opinions, scores and decisions about a person")),
        Category("pseudonym", N_("pseudonymous identifiers")),
        Category("national_number", N_("national identification number"), "87"),
        Category("racial_or_ethnic_origin", N_("racial or ethnic origin"), "9(1)"),
        Category("political_opinions", N_("political opinions"), "9(1)"),
        Category("religious_beliefs", N_("religious or philosophical beliefs"), "9(1)"),
        Category("trade_union", N_("trade union membership"), "9(1)"),
        Category("genetic", N_("genetic data"), "9(1)"),
        Category("biometric", N_("biometric data that identify a person"), "9(1)"),
        Category("health", N_("health"), "9(1)"),
        Category("sex_life", N_("sex life or sexual orientation"), "9(1)"),
        Category("offences", N_("criminal convictions and offences"), "10"),
    )
}

#: The nine criteria (WP 248 rev. 01, taken up by the CNIL): two of them make an impact assessment due.
DPIA_CRITERIA: dict[str, str] = {
    "evaluation_or_scoring": N_("evaluation or scoring, profiling included"),
    "automated_decision": N_("automated decision with legal or similar effect"),
    "systematic_monitoring": N_("systematic monitoring"),
    "sensitive_data": N_("sensitive or highly personal data"),
    "large_scale": N_("large scale"),
    "matching_datasets": N_("datasets matched or combined"),
    "vulnerable_persons": N_("vulnerable persons"),
    "innovative_use": N_("innovative use of technology"),
    "exclusion_from_right_or_contract": N_("keeps people from a right, a service or a contract"),
}

#: Guarantees of a transfer outside the Union.
TRANSFER_GUARANTEES: dict[str, str] = {
    "45": N_("adequacy decision"),
    "46": N_("appropriate safeguards (standard clauses, binding rules)"),
    "49": N_("derogation for a specific situation"),
}
