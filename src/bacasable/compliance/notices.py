"""The notice of GDPR articles 13 and 14 for a form, read from the declaration of what it stores."""

from collections.abc import Collection
from dataclasses import dataclass

from bacasable.compliance.declaration import DataField
from bacasable.compliance.exports.interface import Context
from bacasable.compliance.exports.reading import Reading
from bacasable.compliance.processing import Processing
from bacasable.compliance.rights import Right, applicable
from bacasable.compliance.service import N_


@dataclass(frozen=True)
class Notice:
    """A notice in the language of its reader: each line is a label and its sentences.

    ``article`` is 13, or 14 where nothing comes from the person; what does not is told either way.
    """

    article: str
    lines: tuple[tuple[str, tuple[str, ...]], ...]


def collected(declared: Processing, stored: Collection[str]) -> tuple[DataField, ...]:
    """Return the data that a declaration keeps in any of these data sets (``app.Model``, or a store)."""
    return tuple(
        item
        for item in declared.data
        if any(place in stored or place.rpartition(".")[0] in stored for place in item.stored_in)
    )


def notice(declared: Processing, stored: Collection[str], context: Context) -> Notice:
    """Return the notice of a form that writes to the data sets ``stored``.

    Raises:
        ValueError: nothing that the declaration holds is stored there.
    """
    data = collected(declared, stored)
    if not data:
        raise ValueError(f"{declared.service}: nothing is declared in {', '.join(sorted(stored))}")
    reading, say = Reading(declared, context), context.say
    keys = {key for item in data for key in item.purposes}
    purposes = [purpose for purpose in declared.purposes if purpose.key in keys]
    found = applicable(declared)
    rights = [right for right in Right if any(found[right][purpose.key].applies for purpose in purposes)]
    indirect = [item for item in data if item.source != "person"]

    def of_each(tell: str) -> tuple[str, ...]:
        """Return what each purpose says, once."""
        said = (line for purpose in purposes for line in getattr(reading, tell)(purpose))
        return tuple(dict.fromkeys(said))

    lines: list[tuple[str, tuple[str, ...]]] = [
        (say(N_("Controller")), (reading.controller(),)),
        (say(N_("Joint controllers")), reading.joint()),
        (say(N_("Data protection officer")), (reading.dpo(),)),
        (
            say(N_("Purposes and lawful basis")),
            tuple(
                say(N_("%(label)s: %(value)s"), label=reading.purpose(one), value=reading.basis(one))
                for one in purposes
            ),
        ),
        (say(N_("Data")), tuple(say(item.label) for item in data)),
        (
            say(N_("What does not come from you")),
            tuple(
                say(N_("%(label)s: %(value)s"), label=say(item.label), value=reading.source(item))
                for item in indirect
            ),
        ),
        (say(N_("Recipients")), of_each("recipients")),
        (say(N_("Processors")), of_each("processors")),
        (say(N_("Kept for")), reading.retentions(data)),
        (say(N_("Transfers outside the Union")), of_each("transfers") or (say(N_("none")),)),
        (say(N_("Automated decisions")), (reading.automated(),)),
        (
            say(N_("What is required")),
            (say(N_("What is not marked optional is needed; without it the form is not taken.")),),
        ),
        (
            say(N_("Your rights")),
            (
                *(say(right.label) for right in rights),
                say(N_("Complain to the supervisory authority (in France, the CNIL).")),
            ),
        ),
    ]
    told = ((label, tuple(filter(None, sentences))) for label, sentences in lines)
    return Notice("14" if len(indirect) == len(data) else "13", tuple(line for line in told if line[1]))
