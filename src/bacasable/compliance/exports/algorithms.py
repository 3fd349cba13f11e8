"""The inventory sheet and the explicit mention: where individual decisions rest on an algorithm (France).

The sheet has the fields of Etalab's guide (version of 11 February 2021); the mention is that of its model
(2 October 2020), with what R.311-3-1-1 of the CRPA asks for. Neither is made where the declaration names no
algorithm and no automated decision.
"""

from collections.abc import Iterable, Iterator

from bacasable.compliance.declaration import Algorithm
from bacasable.compliance.exports.interface import Context, Export, Exported, NotDue
from bacasable.compliance.exports.markdown import as_markdown
from bacasable.compliance.exports.reading import BOTH, Reading, file_of
from bacasable.compliance.exports.sheet import Section, Sheet, Source, Table
from bacasable.compliance.processing import Processing
from bacasable.compliance.service import N_

INVENTORY_SOURCES = (
    Source(N_("CRPA, L.312-1-3 (rules of the main algorithmic processings, published)"), "secondary"),
    Source(N_("Etalab, guide: the inventory of algorithms, 11 February 2021"), "read"),
)
MENTION_SOURCES = (
    Source(N_("CRPA, L.311-3-1, R.311-3-1-1 and R.311-3-1-2"), "secondary"),
    Source(N_("French Act no. 78-17 of 6 January 1978, article 47"), "to_check"),
    Source(N_("Etalab, guide: the explicit mention and its model, 2 October 2020"), "read"),
)
_CONTRIBUTION = {
    "help": N_("help to the decision: a person decides"),
    "alone": N_("decision entirely automated"),
}
_KINDS = {
    "rules": N_("rules written by people"),
    "learned": N_("machine learning"),
}


def decided_with(declaration: Processing, context: Context) -> tuple[Algorithm, ...]:
    """Return the algorithms on which individual decisions rest.

    Raises:
        NotDue: the declaration names none, and no automated decision.
    """
    if not declaration.algorithms and not declaration.automated_decisions.taken:
        raise NotDue(
            context.say(
                N_(
                    "no individual decision rests on an algorithm in this declaration; where one does (a "
                    "scoring "
                    "grid counts), declare it in %(file)s: Processing(algorithms=(Algorithm(...),))"
                ),
                file=file_of(declaration),
            )
        )
    return declaration.algorithms


def render_inventory(declaration: Processing, context: Context) -> Exported:
    """Return the sheets of the inventory in Markdown: the tables of the guide, in two columns."""
    made = inventory(declaration, context)
    return Exported(as_markdown(made).encode("utf-8", "replace"), made.missing)


def inventory(declaration: Processing, context: Context) -> Sheet:
    """Return a sheet of the inventory for each algorithm: the four tables of the guide."""
    reading = Reading(declaration, context)
    algorithms = decided_with(declaration, context)
    if not algorithms:
        _undescribed(reading)
    return reading.sheet(
        context.say(N_("Inventory of algorithms: %(title)s"), title=reading.title()),
        [_administration(reading), *(part for one in algorithms for part in _described(reading, one))],
        sources=INVENTORY_SOURCES,
    )


def _administration(reading: Reading) -> Section:
    say = reading.say
    reading.controller()  # notes what its settings lack
    reading.lacks(
        N_("department in charge"), say(N_("no field of the declaration: write it in the inventory itself"))
    )
    return _section(
        reading,
        say(N_("The administration")),
        (
            (say(N_("Administration concerned")), (reading.controller_name(),)),
            (say(N_("Department in charge")), ("",)),
            (say(N_("Contact")), (reading.controller_contact(),)),
            (say(N_("Information updated on")), (reading.context.at.date().isoformat(),)),
        ),
    )


def _described(reading: Reading, one: Algorithm) -> Iterator[Section]:
    say, declaration = reading.say, reading.declaration
    name = say(one.label)
    purposes = tuple(purpose for purpose in declaration.purposes if purpose.key in one.purposes)
    data = tuple(item for item in declaration.data if item.name in one.data)

    def told(value: str, field: str, what: str) -> tuple[str, ...]:
        if not value:
            reading.lacks(
                N_("%(what)s, of: %(algorithm)s"), reading.field(field), what=say(what), algorithm=name
            )
        return (say(value),)

    yield _section(
        reading,
        say(N_("%(algorithm)s: the algorithm and the decision"), algorithm=name),
        (
            (say(N_("Name of the algorithm")), (name,)),
            (say(N_("Context")), (say(one.decision), say(declaration.oversight.by))),
            (say(N_("Purpose of the algorithm")), tuple(reading.purpose(purpose) for purpose in purposes)),
            (
                say(N_("How and when it comes into the decision")),
                told(one.step, "Algorithm(step=...)", N_("when it comes into the decision")),
            ),
            (say(N_("Level of automation")), (say(_CONTRIBUTION[one.contribution]),)),
            (say(N_("Legal foundations")), tuple(reading.basis(purpose) for purpose in purposes)),
            (
                say(N_("Published rules")),
                told(one.rules_at, "Algorithm(rules_at=...)", N_("where its rules are published")),
            ),
        ),
    )
    count = "" if one.decisions_per_year is None else str(one.decisions_per_year)
    yield _section(
        reading,
        say(N_("%(algorithm)s: the effect of the decision"), algorithm=name),
        (
            (
                say(N_("Individual decisions a year")),
                told(count, "Algorithm(decisions_per_year=...)", N_("number of decisions a year")),
            ),
            (
                say(N_("Reach of the decision")),
                (say(N_("internal procedure") if one.is_internal else N_("external, to users")),),
            ),
            (
                say(N_("People concerned and effects")),
                told(one.affects, "Algorithm(affects=...)", N_("whom the decision affects, and how")),
            ),
        ),
    )
    reading.lacks(
        N_("how the data are collected in the first place, for: %(algorithm)s"),
        say(N_("no field of the declaration: write it in the inventory itself")),
        algorithm=name,
    )
    yield _section(
        reading,
        say(N_("%(algorithm)s: how it works"), algorithm=name),
        (
            (
                say(N_("Data processed")),
                tuple(say(item.label) for item in data)
                or told("", "Algorithm(data=...)", N_("data that it processes")),
            ),
            (
                say(N_("Source of each data")),
                tuple(say(BOTH, label=say(item.label), value=reading.source(item)) for item in data),
            ),
            (say(N_("How the data are collected")), ("",)),
            (say(N_("Kind of algorithm")), (say(_KINDS[one.kind]),)),
            (
                say(N_("Operations")),
                told(one.operations, "Algorithm(operations=...)", N_("operations that it carries out")),
            ),
            (
                say(N_("Parameters and their weights")),
                told(one.parameters, "Algorithm(parameters=...)", N_("parameters and their weights")),
            ),
            (
                say(N_("Source code or flowchart")),
                told(one.source_at, "Algorithm(source_at=...)", N_("address of the code or of a flowchart")),
            ),
        ),
    )


def _section(reading: Reading, title: str, lines: Iterable[tuple[str, tuple[str, ...]]]) -> Section:
    """Return a table of the guide: what is asked, and what is told."""
    columns = (reading.say(N_("information")), reading.say(N_("details")))
    rows = tuple((label, "\n".join(value for value in values if value)) for label, values in lines)
    return Section(title, tables=(Table(columns, rows),))


def render_mention(declaration: Processing, context: Context) -> Exported:
    """Return the mention as plain text, one for each algorithm, to be put in the decisions and on line."""
    made = mention(declaration, context)
    parts = ["\n\n".join((section.title, *section.paragraphs)) for section in made.sections]
    return Exported(("\n\n\n".join(parts) + "\n").encode("utf-8", "replace"), made.missing)


def mention(declaration: Processing, context: Context) -> Sheet:
    """Return the explicit mention of each algorithm, as it stands in a decision."""
    reading = Reading(declaration, context)
    algorithms = decided_with(declaration, context)
    if not algorithms:
        _undescribed(reading)
    return reading.sheet(
        context.say(N_("Explicit mention: %(title)s"), title=reading.title()),
        [_mention(reading, one) for one in algorithms],
        sources=MENTION_SOURCES,
    )


def _mention(reading: Reading, one: Algorithm) -> Section:
    say, declaration = reading.say, reading.declaration
    name = say(one.label)
    purposes = "; ".join(reading.purpose(item) for item in declaration.purposes if item.key in one.purposes)
    office = reading.controller()
    if not reading.controller_contact():
        reading.lacks(N_("where a person asks for the rules (R.311-3-1-1)"), "BACASABLE_CONTROLLER_CONTACT")
    if one.rules_at:
        basis = say(
            N_(
                "This decision was taken on the basis of an algorithmic processing (%(algorithm)s). Its "
                "purpose is "
                "to: %(purpose)s. Its rules are defined here: %(rules)s."
            ),
            algorithm=name,
            purpose=purposes,
            rules=say(one.rules_at),
        )
    else:
        reading.lacks(
            N_("address of the rules of the algorithm: %(algorithm)s (CRPA L.312-1-3)"),
            reading.field("Algorithm(rules_at=...)"),
            algorithm=name,
        )
        basis = say(
            N_(
                "This decision was taken on the basis of an algorithmic processing (%(algorithm)s). Its "
                "purpose is "
                "to: %(purpose)s."
            ),
            algorithm=name,
            purpose=purposes,
        )
    rights = say(
        N_(
            "Under articles L. 311-3-1, R. 311-3-1-1 and R. 311-3-1-2 of the code of relations between "
            "the public "
            "and the administration, you may ask for the rules that define this processing and for the main "
            "characteristics of its use in your case from: %(office)s. If you get no answer within one "
            "month of "
            "the reception of your request, you have two months to refer the matter to the Commission for "
            "access "
            "to administrative documents (CADA), as described on www.cada.fr."
        ),
        office=office,
    )
    last = (
        N_("The decision was taken by automated processing alone.")
        if one.contribution == "alone"
        else N_("A person took the decision: the processing helped.")
    )
    return Section(say(N_("Information on the use of an algorithmic processing")), (basis, rights, say(last)))


def _undescribed(reading: Reading) -> None:
    reading.lacks(
        N_("the algorithm behind the automated decisions that are declared"),
        reading.field("Processing(algorithms=(Algorithm(...),))"),
    )


INVENTORY = Export(
    key="inventory",
    label=N_("Inventory sheet of algorithms"),
    media_type="text/markdown; charset=utf-8",
    extension="md",
    render=render_inventory,
    sheet=inventory,
)
MENTION = Export(
    key="mention",
    label=N_("Explicit mention of an algorithmic processing"),
    media_type="text/plain; charset=utf-8",
    extension="txt",
    render=render_mention,
    sheet=mention,
)
