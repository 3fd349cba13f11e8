"""The entry of the register of processing activities (GDPR 30) as CSV, a row for each purpose.

The columns of the CNIL's own spreadsheet could not be read: these are the elements of article 30(1) and the
questions that a published form asks of a French register. A cell that would start a formula is neutralised.
"""

import csv
import io

from bacasable.compliance.exports.interface import Context, Export, Exported
from bacasable.compliance.exports.reading import GDPR_30, Reading
from bacasable.compliance.exports.sheet import Section, Sheet, Source
from bacasable.compliance.law import LawfulBasis
from bacasable.compliance.processing import Processing, Purpose
from bacasable.compliance.service import N_
from bacasable.privacy.cells import neutral_text

SOURCES = (
    GDPR_30,
    Source(N_("CNIL, template of the register: its columns were not found; these are ours"), "secondary"),
    Source(
        N_("Elements of a sheet of the register, as a departmental authority repeats the CNIL"), "secondary"
    ),
)

#: The elements of article 30(1), then what our declaration knows beyond them.
COLUMNS = (
    N_("processing"),
    N_("purpose"),
    N_("controller"),
    N_("joint controllers"),
    N_("data protection officer"),
    N_("categories of persons"),
    N_("categories of data"),
    N_("special categories"),
    N_("data"),
    N_("source of the data"),
    N_("recipients"),
    N_("processors"),
    N_("transfers outside the Union and their guarantees"),
    N_("storage durations"),
    N_("security measures"),
    N_("lawful basis"),
    N_("automated decisions"),
    N_("impact assessment"),
    N_("rights that apply"),
    N_("human oversight"),
    N_("date of the entry"),
)
#: Asked by the form that was read, and held by no declaration.
_UNDECLARED = (
    N_("service responsible and people in charge of the data"),
    N_("location of the data (country, host)"),
    N_("who reviewed the entry, and when"),
)


def render(declaration: Processing, context: Context) -> Exported:
    """Return the rows as CSV: RFC 4180, UTF-8 with its mark; several values of a cell have a line each."""
    reading = Reading(declaration, context)
    stream = io.StringIO()
    stream.write("\ufeff")
    writer = csv.writer(stream)
    writer.writerow([neutral_text(context.say(name)) for name in COLUMNS])
    for row in rows(reading):
        writer.writerow([neutral_text("\n".join(cell)) for cell in row])
    return Exported(stream.getvalue().encode("utf-8", "replace"), reading.missing)


def sheet(declaration: Processing, context: Context) -> Sheet:
    """Return the entry for people: a section for each purpose, a line for each column that says something."""
    reading = Reading(declaration, context)
    labels = [context.say(name) for name in COLUMNS]
    sections = [
        Section(
            purpose.label and context.say(purpose.label),
            lines=tuple((label, cell) for label, cell in zip(labels, row, strict=True) if any(cell)),
        )
        for purpose, row in zip(declaration.purposes, rows(reading), strict=True)
    ]
    return reading.sheet(
        context.say(N_("Register of processing activities: %(title)s"), title=reading.title()),
        sections,
        sources=SOURCES,
    )


def rows(reading: Reading) -> list[tuple[tuple[str, ...], ...]]:
    """Return a row for each purpose: as many cells as columns, each of several values."""
    for name in _UNDECLARED:
        reading.lacks(name, reading.say(N_("no field of the declaration: write it in the register itself")))
    if reading.rests_on(LawfulBasis.LEGITIMATE_INTERESTS):
        reading.lacks(
            N_("which legitimate interests are pursued, and their balance with the persons'"),
            reading.field("Purpose(founded_on=...)"),
        )
    return [_row(reading, purpose) for purpose in reading.declaration.purposes]


def _row(reading: Reading, purpose: Purpose) -> tuple[tuple[str, ...], ...]:
    declaration, data = reading.declaration, reading.data_of(purpose)
    return (
        (reading.title(),),
        (reading.purpose(purpose),),
        (reading.controller(),),
        reading.joint(),
        (reading.dpo(),),
        reading.persons(data),
        reading.categories(data),
        reading.special(data),
        tuple(reading.say(item.label) for item in data),
        reading.sources(data),
        reading.recipients(purpose),
        reading.processors(purpose),
        reading.transfers(purpose) or (reading.say(N_("none")),),
        reading.retentions(data),
        reading.security(),
        (reading.basis(purpose),),
        (reading.automated(),),
        (reading.dpia(),),
        reading.rights(purpose=purpose),
        tuple(reading.say(told) for told in (declaration.oversight.by, declaration.oversight.means)),
        (reading.context.at.date().isoformat(),),
    )


EXPORT = Export(
    key="register",
    label=N_("Entry of the register of processing activities"),
    media_type="text/csv; charset=utf-8",
    extension="csv",
    render=render,
    sheet=sheet,
)
