"""The declaration in the Data Privacy Vocabulary (DPV 2.3) as JSON-LD, its context in the file.

Every term is one of the lists of DPV that were read (:data:`TERMS`); none is invented. What those lists have
no property for (controller, persons, recipients, durations, rights) is listed as missing, never forced into
another one. The file is checked before it leaves: a term that is not in the list stops it.
"""

import json
from collections.abc import Iterator
from typing import Any

from bacasable.compliance.declaration import DataField, Measure, Purpose
from bacasable.compliance.exports.interface import Context, Export, Exported
from bacasable.compliance.exports.reading import Reading
from bacasable.compliance.exports.sheet import Section, Sheet, Source, Table
from bacasable.compliance.law import CATEGORIES, LawfulBasis, SpecialGround
from bacasable.compliance.processing import Processing
from bacasable.compliance.service import N_

PREFIXES = {
    "dpv": "https://w3id.org/dpv#",
    "pd": "https://w3id.org/dpv/pd#",
    "ai": "https://w3id.org/dpv/ai#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "eu-aiact": "https://w3id.org/dpv/legal/eu/aiact#",
}
#: Vocabularies that say title, date and text; not lists of DPV.
_GENERAL = {
    "dct": "http://purl.org/dc/terms/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_BASES = {
    LawfulBasis.CONSENT: "eu-gdpr:A6-1-a",
    LawfulBasis.CONTRACT: "eu-gdpr:A6-1-b",
    LawfulBasis.LEGAL_OBLIGATION: "eu-gdpr:A6-1-c",
    LawfulBasis.VITAL_INTERESTS: "eu-gdpr:A6-1-d",
    LawfulBasis.PUBLIC_TASK: "eu-gdpr:A6-1-e",
    LawfulBasis.LEGITIMATE_INTERESTS: "eu-gdpr:A6-1-f",
}
#: Article 9(2)(a) to (j); article 10 has no term in the lists.
_GROUNDS = {
    ground: f"eu-gdpr:A9-2-{ground.value[-2]}" for ground in SpecialGround if ground.value.startswith("9(2)(")
}
_CATEGORIES: dict[str, tuple[str, ...]] = {
    "identity": ("pd:Identifying",),
    "contact": ("pd:Contact",),
    "account": ("pd:Authenticating",),
    "professional_life": ("pd:Professional",),
    "personal_life": ("pd:Social", "pd:Behavioural"),
    "education": ("pd:Education",),
    "economic": ("pd:Financial",),
    "connection": ("pd:Tracking",),
    "location": ("pd:Location",),
    "consumption": ("pd:ServiceConsumptionBehaviour",),
    "image_or_depth": ("pd:External",),
    "free_text": ("dpv:UnstructuredData", "dpv:PersonalData"),
    "opinion_on_person": ("pd:IndividualProfile",),
    "pseudonym": ("dpv:PseudonymisedData",),
    "national_number": ("pd:OfficialID",),
    "racial_or_ethnic_origin": ("pd:EthnicOrigin",),
    "political_opinions": ("pd:PoliticalOpinion",),
    "religious_beliefs": ("pd:ReligiousBelief",),
    "trade_union": ("pd:TradeUnionMembership",),
    "genetic": ("pd:Genetic",),
    "biometric": ("pd:Biometric",),
    "health": ("pd:Health",),
    "sex_life": ("pd:Sexual",),
    "offences": ("pd:Criminal",),
}
_SPECIAL = {"9(1)": "dpv:SpecialCategoryPersonalData", "10": "dpv:SensitivePersonalData"}
_GUARANTEES = {"45": "eu-gdpr:A45-3"}
_RISKS = {
    "minimal": "eu-aiact:RiskLevelMinimal",
    "transparency": "eu-aiact:RiskLevelTransparencyRequired",
    "high": "eu-aiact:RiskLevelHigh",
    "prohibited": "eu-aiact:RiskLevelProhibited",
}
#: Every term of DPV 2.3 that this module writes; a test looks each up in the published lists.
TERMS = frozenset(
    {
        "dpv:PersonalDataProcess",
        "dpv:hasPersonalDataProcess",
        "dpv:Purpose",
        "dpv:hasPurpose",
        "dpv:hasLegalBasis",
        "dpv:PersonalData",
        "dpv:hasPersonalData",
        "dpv:TechnicalOrganisationalMeasure",
        "dpv:hasTechnicalOrganisationalMeasure",
        "dpv:hasAssessment",
        "eu-gdpr:DPIANecessityAssessment",
        "eu-gdpr:DPIARequired",
        "eu-gdpr:DPIANotRequired",
        "ai:hasAISystem",
        "eu-aiact:AISystem",
        "eu-aiact:hasRiskLevel",
        *_BASES.values(),
        *_GROUNDS.values(),
        *(term for terms in _CATEGORIES.values() for term in terms),
        *_SPECIAL.values(),
        *_GUARANTEES.values(),
        *_RISKS.values(),
    }
)
#: What a declaration says and the lists have no property for.
_WITHOUT_TERM = (
    N_("controller, joint controllers and data protection officer"),
    N_("categories of persons"),
    N_("recipients and processors"),
    N_("storage durations"),
    N_("rights that apply"),
    N_("human oversight"),
)
SOURCES = (Source(N_("Data Privacy Vocabulary 2.3, the published lists of terms"), "read"),)


class UnknownTerm(ValueError):
    """A term that the lists of DPV do not hold would have been written."""


def render(declaration: Processing, context: Context) -> Exported:
    """Return the graph as JSON-LD.

    Raises:
        UnknownTerm: the graph holds a term that is not in the lists: a defect of this module.
    """
    reading = Reading(declaration, context)
    document = _document(reading)
    check(document)
    content = json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    return Exported(content.encode("utf-8", "replace"), reading.missing)


def sheet(declaration: Processing, context: Context) -> Sheet:
    """Return the terms chosen, for people: what of the declaration became which term."""
    reading, say = Reading(declaration, context), context.say
    _document(reading)
    columns = (say(N_("declared")), say(N_("term of the vocabulary")))

    def table(title: str, rows: Iterator[tuple[str, str]]) -> Section:
        return Section(say(title), tables=(Table(columns, tuple(rows)),))

    return reading.sheet(
        say(N_("Data Privacy Vocabulary: %(title)s"), title=reading.title()),
        [
            table(
                N_("Purposes and lawful bases"),
                ((reading.purpose(one), ", ".join(_bases_of(one))) for one in declaration.purposes),
            ),
            table(
                N_("Personal data"),
                ((say(item.label), ", ".join(_types_of(item))) for item in declaration.data),
            ),
            table(
                N_("Security measures"),
                (
                    (reading.measure(one), "dpv:TechnicalOrganisationalMeasure")
                    for one in declaration.security
                ),
            ),
            table(N_("Assessments"), iter([(reading.dpia(), f"eu-gdpr:DPIA{_needed(declaration)}")])),
        ],
        sources=SOURCES,
    )


def check(value: Any) -> None:
    """Refuse a JSON-LD document with a term of DPV that is not in :data:`TERMS`, or without its context.

    Raises:
        UnknownTerm: naming the term.
    """
    for term in _terms(value):
        prefix = term.partition(":")[0]
        if prefix in PREFIXES and term not in TERMS:
            raise UnknownTerm(f"{term} is not a term of DPV 2.3 that was read; choose one of the lists")
        if prefix not in PREFIXES | _GENERAL and not term.startswith("urn:"):
            raise UnknownTerm(f"{term} belongs to no vocabulary of the context")


def _terms(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, one in value.items():
            if key == "@context":
                continue
            if not key.startswith("@"):
                yield key
            if key in {"@id", "@type"}:
                yield from one if isinstance(one, list) else (one,)
            else:
                yield from _terms(one)
    elif isinstance(value, list):
        for one in value:
            yield from _terms(one)


def _document(reading: Reading) -> dict[str, Any]:
    declaration, root = reading.declaration, f"urn:bacasable:{reading.declaration.service}"
    for name in _WITHOUT_TERM:
        reading.lacks(name, reading.say(N_("no term in the lists of DPV 2.3 that were read")))
    measures = {one.key: _measure(reading, one, root) for one in declaration.security}
    document: dict[str, Any] = {
        "@context": PREFIXES | _GENERAL,
        "@id": root,
        "@type": "dpv:PersonalDataProcess",
        "dct:title": _text(reading, reading.title()),
        "dct:identifier": declaration.service,
        "dct:issued": {"@value": reading.context.at.date().isoformat(), "@type": "xsd:date"},
        "dpv:hasPersonalDataProcess": [_process(reading, one, root) for one in declaration.purposes],
        "dpv:hasTechnicalOrganisationalMeasure": list(measures.values()),
        "dpv:hasAssessment": {
            "@id": f"{root}:dpia",
            "@type": "eu-gdpr:DPIANecessityAssessment",
            "dct:type": {"@id": f"eu-gdpr:DPIA{_needed(declaration)}"},
            "dct:description": _text(reading, reading.dpia_status()),
        },
    }
    if declaration.ai_act.uses_ai:
        document["ai:hasAISystem"] = _system(reading, root)
    return document


def _process(reading: Reading, purpose: Purpose, root: str) -> dict[str, Any]:
    bases = _bases_of(purpose)
    if purpose.special_ground and purpose.special_ground not in _GROUNDS:
        reading.lacks(
            N_("special ground of the purpose: %(purpose)s"),
            reading.say(N_("no term in the lists of DPV 2.3 that were read")),
            purpose=reading.purpose(purpose),
        )
    for transfer in reading.declaration.transfers:
        if transfer.guarantee not in _GUARANTEES:
            reading.lacks(
                N_("guarantee of the transfer to: %(country)s"),
                reading.say(
                    N_("the lists name one kind of safeguard each; the declaration names the article")
                ),
                country=reading.say(transfer.country),
            )
        elif reading.transfers(purpose):
            bases = (*bases, _GUARANTEES[transfer.guarantee])
    return {
        "@id": f"{root}:process:{purpose.key}",
        "@type": "dpv:PersonalDataProcess",
        "dpv:hasPurpose": {
            "@id": f"{root}:purpose:{purpose.key}",
            "@type": "dpv:Purpose",
            "rdfs:label": _text(reading, reading.purpose(purpose)),
        },
        "dpv:hasLegalBasis": [{"@id": term} for term in dict.fromkeys(bases)],
        "rdfs:comment": _text(reading, reading.basis(purpose)),
        "dpv:hasPersonalData": [
            {
                "@id": f"{root}:data:{item.name}",
                "@type": list(_types_of(item)),
                "rdfs:label": _text(reading, reading.say(item.label)),
            }
            for item in reading.data_of(purpose)
        ],
    }


def _measure(reading: Reading, measure: Measure, root: str) -> dict[str, Any]:
    node: dict[str, Any] = {
        "@id": f"{root}:measure:{measure.key}",
        "@type": "dpv:TechnicalOrganisationalMeasure",
        "rdfs:label": _text(reading, reading.measure(measure)),
    }
    if evidence := reading.evidence(measure):
        node["rdfs:comment"] = _text(reading, evidence)
    return node


def _system(reading: Reading, root: str) -> dict[str, Any]:
    node: dict[str, Any] = {
        "@id": f"{root}:ai-system",
        "@type": "eu-aiact:AISystem",
        "rdfs:label": _text(reading, reading.title()),
    }
    if risk := _RISKS.get(reading.declaration.ai_act.risk):
        node["eu-aiact:hasRiskLevel"] = {"@id": risk}
    reading.lacks(
        N_("role under the AI Act"), reading.say(N_("no term in the lists of DPV 2.3 that were read"))
    )
    return node


def _bases_of(purpose: Purpose) -> tuple[str, ...]:
    found = (_BASES[purpose.basis],) if purpose.basis else ()
    ground = _GROUNDS.get(purpose.special_ground) if purpose.special_ground else None
    return (*found, ground) if ground else found


def _types_of(item: DataField) -> tuple[str, ...]:
    special = _SPECIAL.get(CATEGORIES[item.category].article)
    types = _CATEGORIES.get(item.category, ("dpv:PersonalData",))
    return (*types, special) if special else types


def _needed(declaration: Processing) -> str:
    return "Required" if declaration.dpia.is_due else "NotRequired"


def _text(reading: Reading, text: str) -> dict[str, str]:
    return {"@value": text, "@language": reading.context.language}


EXPORT = Export(
    key="dpv",
    label=N_("Data Privacy Vocabulary (JSON-LD)"),
    media_type="application/ld+json",
    extension="jsonld",
    render=render,
    sheet=sheet,
)
