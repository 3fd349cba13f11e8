"""The signs that the rules of the diagnosis read: one number each, with what it comes from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import get_args

from bacasable.services.job_advice.engine.profiles import Difficulty
from bacasable.services.job_advice.engine.scoring.aims import Aims
from bacasable.services.job_advice.engine.scoring.occupations import Scored
from bacasable.services.job_advice.engine.scoring.person import Person
from bacasable.services.job_advice.engine.scoring.scorer import HOURS, LIMITS, Scorer
from bacasable.services.job_advice.engine.trace import Row

#: Near occupations among which those that limits or hours are against are counted.
_NEAR = 30


@dataclass(frozen=True)
class Sign:
    """A number, and what it comes from."""

    value: float
    rows: tuple[Row, ...] = ()
    facts: Mapping[str, str | int | float] = field(default_factory=dict)


def signs(scorer: Scorer, person: Person, scored: Scored, aims: Aims) -> dict[str, Sign]:
    """Return the signs that the profile and the tables give; those that they do not give are left out."""
    profile = person.profile
    made: dict[str, Sign] = {}
    fields = {scorer.fields[place] for place in person.targets}
    if not profile.targets or person.targets:
        made["wishes"] = Sign(len(person.targets))
    if person.targets:
        made["fields_of_wishes"] = Sign(len(fields), facts={"fields": len(fields)})
    if profile.difficulties:
        for one in get_args(Difficulty):
            made[f"says_{one}"] = Sign(float(one in profile.difficulties))
    for name in ("months_searching", "applications_a_month", "mobility_km"):
        value = getattr(profile, name)
        if value is not None:
            made[name] = Sign(value, facts={name: value})
    if profile.mobility_km is not None and profile.moves_house:
        del made["mobility_km"]
    sent = (profile.applications_a_month or 0) * (profile.months_searching or 0)
    if profile.interviews is not None and sent:
        facts = {"applications": sent, "interviews": profile.interviews}
        made["applications_for_an_interview"] = Sign(sent / max(profile.interviews, 0.5), facts=facts)
    if profile.held:
        latest = min(one.ended_months_ago for one in profile.held)
        made["months_since_held"] = Sign(latest, facts={"months": latest})
    if aims.first is not None:
        _of_target(scorer, person, scored, aims.first, made)
    _of_constraints(scorer, person, scored, aims, made)
    return made


def _of_target(scorer: Scorer, person: Person, scored: Scored, target: int, made: dict[str, Sign]) -> None:
    code, label = scorer.codes[target], scorer.labels[target]
    named = {"target": code, "target_label": label}
    row = scorer.referential.row
    for name, factor in (
        ("skills_covered_of_wish", "skills_covered"),
        ("core_missing_of_wish", "core_missing"),
    ):
        value = float(scored.value(factor)[target])
        if value == value and person.targets:
            rows = (row("occupation_skills", code),)
            made[name] = Sign(value, rows, named | {"share": round(100 * value)})
    held = [place for place, one in enumerate(person.starts) if one.field == "held"]
    if held and person.targets:
        kin = scorer.kinship.tables[0]
        near = max(
            1.0 if person.starts[place].place == target else float(kin[person.starts[place].place, target])
            for place in held
        )
        made["skills_near_of_wish"] = Sign(near, (row("occupation_skills", code),), named)
    labour = scorer.labour(target, person.department)
    for name, mark in (
        ("tension_of_target", labour.tension),
        ("hiring_of_target", labour.hiring),
        ("mismatch_of_target", labour.mismatch),
    ):
        if mark is not None:
            facts = named | {"mark": mark, "year": labour.year or 0, "level": labour.level}
            if labour.territory:
                facts["territory"] = labour.territory
            made[name] = Sign(mark, labour.rows[:1], facts)
    asked = scorer.certifications.level_asked[target]
    if asked == asked and person.level is not None:
        facts = named | {"asked": int(asked), "level": person.level}
        made["levels_above"] = Sign(asked - person.level, (row("certification_occupations", code),), facts)
    if person.profile.diplomas:
        lacks = scorer.regulated[target] and target not in person.leads
        made["regulated_without_diploma"] = Sign(float(lacks), (row("occupations", code),), named)
    if person.profile.licence_b is not None:
        lacks = scorer.driving[target] and not person.profile.licence_b
        made["driving_without_licence"] = Sign(float(lacks), (row("occupation_contexts", code),), named)


def _of_constraints(
    scorer: Scorer, person: Person, scored: Scored, aims: Aims, made: dict[str, Sign]
) -> None:
    profile = person.profile
    if profile.limits:
        reached = min(len(aims.candidates), _NEAR) + aims.ruled_out
        if reached:
            share = 1.0 if aims.relaxed else aims.ruled_out / (aims.ruled_out + len(aims.candidates))
            made["share_ruled_out"] = Sign(
                share, facts={"count": aims.ruled_out, "share": round(100 * share)}
            )
        if person.targets:
            met = [
                one for one, is_met in zip(LIMITS, scorer.limits[person.targets[0]], strict=True) if is_met
            ]
            _against(scorer, person, made, "limits_met_by_target", sorted(set(met) & set(profile.limits)))
    if profile.refused_hours:
        near = aims.candidates[:_NEAR]
        if len(near):
            share = float((scored.value("hours_refused")[near] > 0).mean())
            made["share_against_hours"] = Sign(share, facts={"share": round(100 * share)})
        if person.targets:
            hours = [
                one for one, is_met in zip(HOURS, scorer.hours[person.targets[0]], strict=True) if is_met
            ]
            _against(
                scorer, person, made, "hours_met_by_target", sorted(set(hours) & set(profile.refused_hours))
            )


def _against(scorer: Scorer, person: Person, made: dict[str, Sign], name: str, against: list[str]) -> None:
    code = scorer.codes[person.targets[0]]
    facts: dict[str, str | int | float] = {"target": code, "target_label": scorer.labels[person.targets[0]]}
    if against:
        facts["against"] = ", ".join(against)
    made[name] = Sign(len(against), (scorer.referential.row("occupation_contexts", code),), facts)
