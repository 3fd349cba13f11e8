"""Sentences of an opinion, each from one entry of its trace: exhaustive, brief, or easy to read.

A sentence holds a message (its id is English) and the values of the trace that fill it; pages and controls
say it in the reader's language. Beside it stand the fields of the profile and the rows of the tables read.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from string import Formatter
from typing import Any, Literal, Self

from bacasable.privacy.messages import N_, Said
from bacasable.services.job_advice.engine.trace import Advice, Factor, Row, Suggestion
from bacasable.services.job_advice.engine.wording import obstacles
from bacasable.services.job_advice.engine.wording.reasons import NEARNESS, REASONS, Counted, Told

Reader = Literal["adviser", "jobseeker", "easy"]
Sign = Literal["for", "against", "missing", "shown"]
READERS: tuple[Reader, ...] = ("adviser", "jobseeker", "easy")
#: Reasons that a brief rendering gives: with its opening and closing, five sentences at most.
_FOR, _AGAINST = 2, 1
_NAMED = ("first", "second", "third")
_PLACES = {
    "department": N_("department {code}"),
    "region": N_("region {code}"),
    "country": N_("France"),
}
_MONTHS = (
    *(N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June")),
    *(N_("July"), N_("August"), N_("September"), N_("October"), N_("November"), N_("December")),
)


class _Unstopped(Said):
    """A sentence within another: without its full stop."""

    def __new__(cls, template: str, /) -> Self:
        made = str.__new__(cls, template.rstrip("."))
        made.template, made.values = template, {}
        return made

    def translated(
        self, translate: Callable[[str], str], grouped: Callable[[int], str] = "{:,}".format
    ) -> str:
        return super().translated(translate, grouped).rstrip(".")


@dataclass(frozen=True)
class Sentence:
    """A message and its values; what it was read from; whether it speaks for, against, or tells a lack.

    ``contribution`` is what it adds to the score; ``name`` that of the factor, the rule or the note.
    """

    message: str
    values: Mapping[str, Any]
    sign: Sign = "shown"
    fields: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    contribution: float = 0.0
    name: str = ""

    @property
    def said(self) -> Said:
        """The sentence, to be said in a language."""
        return Said(self.message, **self.values)

    def cites(self) -> list[Said]:
        """Return what it counts, the fields that it read, and each row with its version and date."""
        made = []
        if self.contribution:
            made.append(Said(N_("counts {points:,}"), points=round(self.contribution, 2)))
        if self.fields:
            read = _joined(Said(obstacles.FIELDS[one]) for one in self.fields)
            made.append(Said(N_("from the profile: {field}"), field=read))
        return made + [
            Said(
                N_("table {table}, row {key}, version {version} of {date}"),
                table=row.table,
                key=row.key,
                version=row.version,
                date=_day(row.date),
            )
            for row in self.rows
        ]


def sentences(advice: Advice, suggestion: Suggestion, reader: Reader = "adviser") -> list[Sentence]:
    """Return what is said of one suggestion.

    The adviser gets every factor, those that count most first, then what is missing; the person three to
    five sentences: what is proposed, the main reasons for, the main one against, who decides.
    """
    if suggestion not in advice.suggestions:
        raise ValueError(f"{suggestion.kind} {suggestion.key} is no suggestion of this opinion")
    counted = sorted(suggestion.factors, key=lambda one: (one.missing, -abs(one.contribution)))
    if reader == "adviser":
        return [_of_factor(one, reader) for one in counted]
    speaks = [one for one in counted if one.contribution > 0]
    near = [one for one in speaks if one.name in NEARNESS][:1]
    speaks = [one for one in speaks if one.name not in NEARNESS or one in near][:_FOR]
    against = [one for one in counted if one.contribution < 0][:_AGAINST]
    lacks = [] if against else [one for one in counted if one.missing][:_AGAINST]
    opening = _fitting(obstacles.OPENINGS[suggestion.kind], reader, {"label": suggestion.label})
    closing = _fitting(obstacles.CLOSING, reader, {})
    return [
        Sentence(*opening, name="opening"),
        *(_of_factor(one, reader) for one in (*speaks, *against, *lacks)),
        Sentence(*closing, name="closing"),
    ]


def diagnosis(advice: Advice, reader: Reader = "adviser") -> list[Sentence]:
    """Return what seems to be in the way, its signs, what speaks for something else, what would tell.

    The person is told the obstacle and two of its signs.
    """
    told = advice.diagnosis
    if told.obstacle is None:
        return [Sentence(N_("Nothing in what was told points to a main obstacle."), {}, name="none")]
    named = {"obstacle": Said(obstacles.OBSTACLES[told.obstacle]), "percent": round(100 * told.sure)}
    if reader == "easy":
        named = {"obstacle": Said(obstacles.EASY_OBSTACLES[told.obstacle])}
        made = [Sentence(N_("This may be hard for you: {obstacle}."), named, name=told.obstacle)]
    else:
        message = N_("What is in the way may be {obstacle}: {percent} % of the signs say so.")
        made = [Sentence(message, named, name=told.obstacle)]
    signs = [
        Sentence(
            *_fitting(obstacles.RULES[one.rule], reader, one.facts),
            sign="for",
            fields=one.fields,
            rows=one.rows,
            contribution=one.strength,
            name=one.rule,
        )
        for one in told.evidence.get(told.obstacle, ())
    ]
    if reader != "adviser":
        return made + signs[:2]
    made += signs
    for other, found in told.evidence.items():
        if other != told.obstacle:
            made += [
                Sentence(
                    N_("For {obstacle}: {sign}"),
                    {
                        "obstacle": Said(obstacles.OBSTACLES[other]),
                        "sign": _said(obstacles.RULES[one.rule], reader, one.facts),
                    },
                    sign="against",
                    fields=one.fields,
                    rows=one.rows,
                    contribution=one.strength,
                    name=one.rule,
                )
                for one in found
            ]
    if told.missing:
        what = _joined(Said(obstacles.FIELDS[one]) for one in told.missing)
        message = N_("To be surer, one would need to know: {what}.")
        made.append(Sentence(message, {"what": what}, sign="missing", fields=told.missing, name="missing"))
    return made


def notes(advice: Advice) -> list[Sentence]:
    """Return what limits the opinion as a whole."""
    made = []
    for code, values in advice.notes:
        told = Told(obstacles.NOTES[code], obstacles.NOTES[code])
        fields = tuple(values.get("fields", ()))
        if answers := [Said(obstacles.FIELDS[one]) for one in fields if one != "targets"]:
            values = {**values, "what": _joined(answers)}
        made.append(Sentence(*_fitting(told, "adviser", values), fields=fields, name=code))
    return made


def _of_factor(one: Factor, reader: Reader) -> Sentence:
    sign: Sign = "for" if one.contribution > 0 else "against" if one.contribution < 0 else "shown"
    if not one.missing:
        message, values = _fitting(REASONS[one.name], reader, one.facts)
        return Sentence(message, values, sign, one.fields, one.rows, one.contribution, one.name)
    fields = [Said(obstacles.FIELDS[name]) for name in one.fields]
    if reader == "easy":
        return Sentence(
            N_("We do not know all. Talk about it."), {}, "missing", one.fields, one.rows, 0.0, one.name
        )
    if fields:
        message, values = N_("Not known, to judge “{about}”: look at {what}."), {"what": _joined(fields)}
    else:
        message, values = N_("Not known, to judge “{about}”: the tables do not say it."), {}
    values["about"] = _Unstopped(_last(REASONS[one.name]))
    return Sentence(message, values, "missing", one.fields, one.rows, 0.0, one.name)


def _joined(parts: Iterable[Said]) -> Said:
    listed = list(parts)
    made = listed[0]
    for one in listed[1:]:
        made = Said(N_("{first}, {then}"), first=made, then=one)
    return made


def _said(told: Told, reader: Reader, facts: Mapping[str, Any]) -> Said:
    message, values = _fitting(told, reader, facts)
    return Said(message, **values)


def _fitting(told: Told, reader: Reader, facts: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the first message whose every value is known, with the values that it says."""
    known = _values(facts)
    for entry in told.easy if reader == "easy" else told.plain:
        message = _counted(entry, known)
        names = [name for _, name, _, _ in Formatter().parse(message) if name]
        if all(name in known for name in names):
            return message, {name: known[name] for name in names}
    raise ValueError("no message can be said with these facts")


def _counted(entry: str | Counted, known: Mapping[str, Any]) -> str:
    if isinstance(entry, str):
        return entry
    return entry.one if known.get(entry.by) == 1 else entry.more


def _last(told: Told) -> str:
    """Return the last message of a factor, which needs no value: it tells what would be judged."""
    return _counted(told.plain[-1], {})


def _day(written: str) -> str:
    """Return a date of the tables (``2026-11-23``) in words; what is no whole date as it is."""
    try:
        read = date.fromisoformat(written)
    except ValueError:
        return written
    month = Said(_MONTHS[read.month - 1])
    if read.day == 1:
        return Said(N_("1 {month} {year}"), month=month, year=read.year)
    return Said(N_("{day} {month} {year}"), day=read.day, month=month, year=read.year)


def _values(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts, and what messages call otherwise."""
    known = {name: value for name, value in facts.items() if value not in ("", None)}
    named = [Said(N_("“{label}”"), label=known[name]) for name in _NAMED if name in known]
    if named:
        known["which"] = _joined(named)
    if known.get("km") == 0:
        # the tables place things by department: what is in one is at no distance that could be told
        del known["km"]
    if (level := known.get("level")) in _PLACES and (level == "country" or "territory" in known):
        known["where"] = Said(
            _PLACES[str(level)], **({"code": known["territory"]} if level != "country" else {})
        )
    for name, said in (("starts", "day"), ("until", "until_day")):
        if name in known:
            known[said] = _day(str(known[name]))
    if "months" in known:
        known["length"] = max(1, round(known["months"]))
    if known.get("obstacle") in obstacles.OBSTACLES:
        known["obstacle_said"] = Said(obstacles.OBSTACLES[known["obstacle"]])
    return known
