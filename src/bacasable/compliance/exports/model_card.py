"""The model card: Markdown with YAML front matter, the measured promises as ``model-index``.

The front matter follows the Hugging Face Hub's specification; each value is written as JSON, which YAML 1.2
reads. A void run proves nothing: it is told in the text and left out of the index.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from bacasable.compliance.exports.interface import Context, Export, Exported, Measured, NotDue
from bacasable.compliance.exports.markdown import as_markdown
from bacasable.compliance.exports.reading import BOTH, VERDICTS, Reading, file_of, number
from bacasable.compliance.exports.sheet import Section, Sheet, Source, Table
from bacasable.compliance.processing import Processing
from bacasable.compliance.service import N_

SOURCES = (
    Source(N_("Hugging Face Hub, model cards: front matter and model-index"), "secondary"),
    Source(N_("Regulation (EU) 2024/1689 (AI Act), the articles named"), "to_check"),
)
#: Line ends of YAML 1.1, and characters that its readers refuse.
_BREAKS = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
RISKS = {
    "not_an_ai_system": N_("not an AI system"),
    "minimal": N_("minimal risk"),
    "transparency": N_("transparency obligations"),
    "high": N_("high risk"),
    "prohibited": N_("prohibited"),
}
ROLES = {
    "none": "",
    "provider": N_("provider"),
    "deployer": N_("deployer"),
    "both": N_("provider and deployer"),
}


def render(declaration: Processing, context: Context) -> Exported:
    """Return the card: front matter, then the sheet in Markdown."""
    made = sheet(declaration, context)
    matter = "\n".join(f"{key}: {_json(value)}" for key, value in _front_matter(declaration, context).items())
    return Exported(f"---\n{matter}\n---\n\n{as_markdown(made)}".encode("utf-8", "replace"), made.missing)


def sheet(declaration: Processing, context: Context) -> Sheet:
    """Return the card for people.

    Raises:
        NotDue: the declaration uses no AI and names no algorithm.
    """
    if not declaration.ai_act.uses_ai and not declaration.algorithms:
        raise NotDue(
            context.say(
                N_(
                    "the declaration uses no AI and names no algorithm; where it does, declare it in "
                    "%(file)s: "
                    "Processing(ai_act=AiActProfile(...), algorithms=(Algorithm(...),))"
                ),
                file=file_of(declaration),
            )
        )
    reading = Reading(declaration, context)
    reading.lacks(
        N_("licence, base model and training data"),
        context.say(N_("no field of the declaration: write them in the front matter of the card")),
    )
    return reading.sheet(
        context.say(N_("Model card: %(title)s"), title=reading.title()),
        _sections(reading),
        sources=SOURCES,
    )


def _front_matter(declaration: Processing, context: Context) -> dict[str, Any]:
    matter: dict[str, Any] = {
        "language": [context.language],
        "tags": ["bacasable", declaration.service],
    }
    results = [_result(found, declaration, context) for found in _believable(context)]
    if results:
        matter["model-index"] = [{"name": declaration.service, "results": results}]
    return matter


def _believable(context: Context) -> list[Measured]:
    return [found for _, found in sorted(context.measured.items()) if found.verdict != "void"]


def _result(found: Measured, declaration: Processing, context: Context) -> dict[str, Any]:
    """Return a result of the index: the control as metric, the measured sample as dataset."""
    return {
        "task": {"type": "other", "name": context.say(declaration.title)},
        "dataset": {
            "type": f"{declaration.service}-{found.control}",
            "name": context.say(found.title),
            "revision": found.sample_sha256,
        },
        "metrics": [
            {
                "type": found.control,
                "name": context.say(found.unit),
                "value": found.value,
                "args": {
                    "interval": [found.low, found.high],
                    "level": found.level,
                    "trials": found.n,
                    "promise": f"{found.direction} {number(found.threshold)}",
                    "verdict": found.verdict,
                    "measured_on": found.measured_at.date().isoformat(),
                    "attacker": found.attacker,
                    "said_by": found.label,
                },
            }
        ],
    }


def _sections(reading: Reading) -> Iterator[Section]:
    say, declaration = reading.say, reading.declaration
    yield Section(
        say(N_("Intended use")),
        lines=(
            (say(N_("Purposes")), tuple(reading.purpose(one) for one in declaration.purposes)),
            (say(N_("People concerned")), reading.persons(declaration.data)),
            (say(N_("Controller")), (reading.controller(),)),
        ),
    )
    for one in declaration.algorithms:
        lines = (
            (say(N_("Decision")), (say(one.decision),)),
            (say(N_("When it comes into the decision")), (say(one.step),)),
            (say(N_("Operations")), (say(one.operations),)),
            (say(N_("Parameters and their weights")), (say(one.parameters),)),
        )
        yield Section(say(one.label), lines=tuple((label, told) for label, told in lines if any(told)))
    yield Section(
        say(N_("Human oversight")),
        lines=(
            (say(N_("By")), (say(declaration.oversight.by),)),
            (say(N_("Means")), (say(declaration.oversight.means),)),
            (say(N_("How people depart from the output")), (say(declaration.oversight.can_depart),)),
            (say(N_("Automated decisions")), (reading.automated(),)),
        ),
    )
    yield Section(
        say(N_("Data")),
        lines=(
            (say(N_("Categories")), reading.categories(declaration.data)),
            (say(N_("Sources")), reading.sources(declaration.data)),
            (say(N_("Storage durations")), reading.retentions(declaration.data)),
        ),
    )
    yield _results(reading)
    yield _ai_act(reading)


def _results(reading: Reading) -> Section:
    say = reading.say
    reading.security()  # notes the measures whose control was not measured
    found = [one for _, one in sorted(reading.context.measured.items())]
    title = say(N_("Measured results"))
    if not found:
        reading.lacks(N_("any measured result"), f"bacasable check {reading.declaration.service}")
        return Section(title, paragraphs=(say(N_("Nothing was measured yet.")),))
    columns = (
        say(N_("control")),
        say(N_("value")),
        say(N_("interval")),
        say(N_("trials")),
        say(N_("promise")),
        say(N_("verdict")),
        say(N_("date")),
    )
    rows = tuple(
        (
            f"{say(one.title)} ({say(one.unit)})",
            number(one.value),
            say(
                N_("%(low)s to %(high)s at %(level)s %%"),
                low=number(one.low),
                high=number(one.high),
                level=number(one.level * 100),
            ),
            str(one.n),
            reading.promise(one),
            say(VERDICTS[one.verdict]),
            one.measured_at.date().isoformat(),
        )
        for one in found
    )
    attackers = tuple(
        say(
            N_("%(control)s, measured against: %(attacker)s"),
            control=say(one.title),
            attacker=say(one.attacker),
        )
        for one in found
    )
    return Section(title, paragraphs=attackers, tables=(Table(columns, rows),))


def _ai_act(reading: Reading) -> Section:
    say, profile = reading.say, reading.declaration.ai_act
    lines: list[tuple[str, tuple[str, ...]]] = [
        (say(N_("Uses AI")), (say(N_("yes") if profile.uses_ai else N_("no")),))
    ]
    if profile.uses_ai:
        lines += [
            (say(N_("Role")), (say(ROLES[profile.role]),)),
            (say(N_("Class declared")), (say(RISKS[profile.risk]),)),
            (
                say(N_("Articles looked at")),
                tuple(say(BOTH, label=one, value=say(why)) for one, why in profile.class_reasons.items()),
            ),
        ]
        if profile.notice_to_persons:
            lines.append((say(N_("Notice to persons")), (say(profile.notice_to_persons),)))
        else:
            reading.lacks(
                N_("notice to persons that they deal with an AI system (AI Act 50)"),
                reading.field("AiActProfile(notice_to_persons=...)"),
            )
    return Section(say(N_("AI Act profile")), lines=tuple(lines))


def _json(value: Any) -> str:
    """Return a value on one line that YAML reads as JSON does: what breaks its lines is escaped."""
    written = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return _BREAKS.sub(lambda found: f"\\u{ord(found[0]):04x}", written)


EXPORT = Export(
    key="model-card",
    label=N_("Model card"),
    media_type="text/markdown; charset=utf-8",
    extension="md",
    render=render,
    sheet=sheet,
)
