"""The questions of a dossier, step by step, as data; no Django here.

They are our own: the list of the 2023 edition could not be read, and the pages say so. The templates in Word
and OpenDocument have the translated titles and labels as headings, read back by the import: each is unique.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from bacasable.compliance.service import N_
from bacasable.programme.dossiers.question_types import YES_NO, ExpectedFile, Question, Step


def _text(key: str, label: str, hint: str = "", *, required: bool = True, max_length: int = 200) -> Question:
    return Question(key, label, "text", hint, required, max_length)


def _long(
    key: str,
    label: str,
    hint: str = "",
    *,
    required: bool = True,
    max_length: int = 4000,
    required_when: tuple[str, str, tuple[str, ...]] | None = None,
) -> Question:
    return Question(key, label, "long", hint, required, max_length, required_when=required_when)


def _yes_no(key: str, label: str, hint: str = "", *, required: bool = True) -> Question:
    return Question(key, label, "yes_no", hint, required, choices=YES_NO)


ORGANISATION = Step(
    "organisation",
    N_("Organisation and partners"),
    N_("Who carries the project, who takes part in it, and whom to write to."),
    (
        _text("name", N_("Name of the body that applies")),
        Question(
            "kind",
            N_("Kind of body"),
            "choice",
            required=True,
            choices=(
                ("central", N_("Central administration")),
                ("decentralised", N_("Decentralised service of the State")),
                ("local", N_("Local authority or group of local authorities")),
                ("operator", N_("Public operator or public institution")),
                ("other_public", N_("Other public body")),
                ("private", N_("Private body")),
            ),
        ),
        _text("registration", N_("Registration number"), N_("SIREN or SIRET in France."), required=False),
        _text("contact_name", N_("Name of the contact person")),
        _text("contact_role", N_("Function of the contact person")),
        Question(
            "contact_email",
            N_("E-mail address of the contact person"),
            "email",
            required=True,
            max_length=254,
        ),
        _text("dpo", N_("Data protection officer"), N_("Name, or how to reach the officer."), required=False),
        _long(
            "partners",
            N_("Partners and their part in the project"),
            N_("Public actors, suppliers, research teams. A private body names the public actors here."),
            required=False,
            required_when=("organisation", "kind", ("private",)),
        ),
        _yes_no(
            "letters_attached",
            N_("Letters of the partners are attached"),
            N_("If you answer yes, add at least one file to the dossier."),
            required=False,
        ),
    ),
)

ELIGIBILITY = Step(
    "eligibility",
    N_("Eligibility"),
    N_("The facts that the call's rules look at. They are checked by people: nothing is decided here."),
    (
        _yes_no("uses_ai", N_("The project uses an artificial intelligence system")),
        _yes_no("personal_data", N_("The project processes personal data")),
        _yes_no(
            "public_service",
            N_("The project serves a public service"),
            N_("Quality of the service, access to it, or the work of its agents."),
        ),
        _yes_no("in_development", N_("The project is still in development")),
        _yes_no("public_body", N_("The body that applies is a public body")),
        _yes_no(
            "led_with_public_actor",
            N_("The project is led with one or more public actors"),
            N_("For a private body."),
            required=False,
        ),
        _yes_no(
            "shared_public_need",
            N_("The project answers a need that several public actors identified"),
            N_("For a private body."),
            required=False,
        ),
        _yes_no(
            "supported_elsewhere",
            N_("The sector of the project is already supported by another programme"),
            required=False,
        ),
    ),
)

PROJECT = Step(
    "project",
    N_("Project and its public service"),
    N_("What the project does, for whom, and what it would change."),
    (
        _text("title", N_("Title of the project"), max_length=200),
        _long("summary", N_("Summary of the project"), N_("In plain words."), max_length=2000),
        _long("public_service", N_("Public service concerned and its users"), max_length=3000),
        _long("benefit", N_("Expected benefit for the public"), max_length=3000),
        _long(
            "decisions",
            N_("Decisions that the system makes or helps to make"),
            N_("Say who decides in the end and what a person can change."),
            max_length=3000,
        ),
    ),
)

STAGE = Step(
    "stage",
    N_("Stage of development"),
    N_("Where the project stands and what comes next."),
    (
        Question(
            "current",
            N_("Current stage"),
            "choice",
            required=True,
            choices=(
                ("idea", N_("Idea or study")),
                ("prototype", N_("Prototype")),
                ("test", N_("Test on real data")),
                ("pilot", N_("Pilot with users")),
                ("production", N_("In production")),
            ),
        ),
        _long("done", N_("What has been done so far"), max_length=3000),
        _long("calendar", N_("Calendar of the project"), N_("The main dates ahead."), max_length=2000),
        _long("means", N_("Means"), N_("Budget, people, infrastructure."), required=False, max_length=2000),
    ),
)

DATA = Step(
    "data",
    N_("Data"),
    N_("Which personal data, about whom, from where, and how much. Describe them; do not paste any."),
    (
        Question(
            "categories",
            N_("Categories of data"),
            "multi",
            required=True,
            choices=(
                ("identity", N_("Identity and contact details")),
                ("personal_life", N_("Personal life")),
                ("working_life", N_("Working life")),
                ("economic", N_("Economic and financial situation")),
                ("connection", N_("Connection and usage data")),
                ("location", N_("Location")),
                ("images", N_("Images, sound or depth sensors")),
                ("free_text", N_("Free text")),
                ("health", N_("Health")),
                ("biometric", N_("Biometric or genetic data")),
                ("sensitive", N_("Other sensitive data (article 9 of the GDPR)")),
                ("offences", N_("Offences and convictions")),
            ),
        ),
        _long("description", N_("Description of the data"), max_length=3000),
        _long(
            "sources",
            N_("Sources of the data"),
            N_("Collected from the persons, reused, bought, open."),
            max_length=3000,
        ),
        Question("persons_count", N_("Number of persons concerned"), "number", N_("An estimate is enough.")),
        _text("volume", N_("Volume of the data"), N_("Records, hours, gigabytes."), required=False),
        Question(
            "persons",
            N_("Persons concerned"),
            "multi",
            required=True,
            choices=(
                ("users", N_("Users of the public service")),
                ("agents", N_("Public agents")),
                ("children", N_("Children")),
                ("vulnerable", N_("Persons in a vulnerable situation")),
                ("passers_by", N_("Passers-by and the public at large")),
                ("others", N_("Other persons")),
            ),
        ),
        _long("retention", N_("How long the data are kept"), required=False, max_length=2000),
    ),
)

TECHNIQUES = Step(
    "techniques",
    N_("Artificial intelligence techniques"),
    N_("What the system is made of and how it is trained and run."),
    (
        Question(
            "families",
            N_("Families of techniques"),
            "multi",
            required=True,
            choices=(
                ("generative", N_("Generative model")),
                ("language", N_("Language processing")),
                ("recommendation", N_("Recommendation or matching")),
                ("prediction", N_("Prediction or scoring")),
                ("vision", N_("Computer vision or sensors")),
                ("clustering", N_("Clustering or anomaly detection")),
                ("rules", N_("Rules written by people")),
                ("other", N_("Other technique")),
            ),
        ),
        _long("description", N_("Description of the system"), N_("Models, versions, chain of processing.")),
        _long(
            "training", N_("Training and evaluation"), N_("Data, measures, known errors."), max_length=3000
        ),
        _long("hosting", N_("Where the system runs"), required=False, max_length=2000),
    ),
)

LEGAL = Step(
    "legal",
    N_("Legal problems"),
    N_("The questions of data protection for which you ask for help."),
    (
        _long("questions", N_("Legal questions met"), N_("One paragraph for each question.")),
        _long("lawful_basis", N_("Lawful basis considered"), required=False, max_length=2000),
        Question(
            "dpia",
            N_("Impact assessment"),
            "choice",
            N_("Data protection impact assessment, article 35 of the GDPR."),
            required=True,
            choices=(
                ("done", N_("Done")),
                ("under_way", N_("Under way")),
                ("planned", N_("Planned")),
                ("not_needed", N_("Judged not needed")),
                ("unknown", N_("Not known yet")),
            ),
        ),
    ),
)

TECHNICAL = Step(
    "technical",
    N_("Technical problems"),
    N_("What resists: minimisation, anonymity, security, bias, explanation."),
    (
        _long("questions", N_("Technical questions met"), N_("One paragraph for each question.")),
        _long("tried", N_("What was tried already"), required=False, max_length=3000),
    ),
)

EXPECTATIONS = Step(
    "expectations",
    N_("What you expect of the sandbox"),
    N_("The sandbox supports a project; it lifts no legal constraint."),
    (
        _long("support", N_("Support expected"), max_length=3000),
        _long("publication", N_("What could be published for others"), max_length=2000),
        _long("confidential", N_("What must stay confidential, and why"), required=False, max_length=2000),
    ),
)

COMMITMENT = Step(
    "commitment",
    N_("Commitment of the team"),
    N_("Who will work with the office and how much time they have."),
    (
        _long("team", N_("The team and its skills"), max_length=3000),
        Question("days_per_month", N_("Days per month that the team can give"), "number", required=True),
        _text("sponsor", N_("Name and function of the person who commits the body")),
        _yes_no("implements", N_("The body commits to study the recommendations and to answer them")),
        _yes_no(
            "mandate_attached",
            N_("A mandate or a signed letter is attached"),
            N_("If you answer yes, add at least one file to the dossier."),
            required=False,
        ),
    ),
)

#: The steps, in the order of the task list.
STEPS: tuple[Step, ...] = (
    ORGANISATION,
    ELIGIBILITY,
    PROJECT,
    STAGE,
    DATA,
    TECHNIQUES,
    LEGAL,
    TECHNICAL,
    EXPECTATIONS,
    COMMITMENT,
)

STEP_BY_KEY: Mapping[str, Step] = MappingProxyType({step.key: step for step in STEPS})

#: The answer that names the dossier in lists.
TITLE = ("project", "title")

EXPECTED_FILES: tuple[ExpectedFile, ...] = (
    ExpectedFile("organisation", "letters_attached", "yes", N_("The letters of the partners")),
    ExpectedFile("commitment", "mandate_attached", "yes", N_("The mandate or the signed letter")),
)

#: Without these a dossier is not submitted; anything else that is missing may be asked for afterwards.
ESSENTIAL: frozenset[str] = frozenset(
    {"organisation.name", "organisation.contact_email", "project.title", "project.summary"}
)


def steps_for(rules: Sequence[Any]) -> tuple[Step, ...]:
    """Return a call's steps: its eligibility ``rules`` (of ``call.rules.Rule``), if any, make that step."""
    if not rules:
        return STEPS
    asked = tuple(
        Question(
            rule.key,
            rule.question,
            rule.kind,
            rule.help,
            # a question that only serves another rule's condition is optional
            required=rule.accept is not None,
            choices=YES_NO if rule.kind == "yes_no" else rule.choices,
        )
        for rule in rules
    )
    eligibility = replace(ELIGIBILITY, questions=asked)
    return tuple(eligibility if step is ELIGIBILITY else step for step in STEPS)
