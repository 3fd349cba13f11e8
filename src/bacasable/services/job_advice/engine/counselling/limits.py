"""What limits an opinion, as codes with their values: said to who reads it, never a reason to give none."""

from collections.abc import Mapping, Sequence
from typing import Any

from bacasable.services.job_advice.engine.scoring.aims import Aims
from bacasable.services.job_advice.engine.scoring.person import Person
from bacasable.services.job_advice.engine.scoring.scorer import HOURS, LIMITS, Scorer
from bacasable.services.job_advice.engine.trace import Suggestion

Note = tuple[str, Mapping[str, Any]]


def limiting(
    scorer: Scorer, person: Person, aims: Aims, suggestions: Sequence[Suggestion]
) -> tuple[Note, ...]:
    """Return the notes on an opinion, those on the profile first.

    ``profile_empty``; ``contradiction`` (fields, and what contradicts); ``limits_rule_out`` (count);
    ``limits_rule_all_out``; ``weekly_hours_not_in_tables`` (weekly_hours); ``training_refused``;
    ``nothing_found``; ``tables_missing`` (archive, by each that an import did not have); ``synthetic``.
    """
    profile, made = person.profile, list[Note]()
    if profile.is_empty():
        made.append(("profile_empty", {}))
    made += _contradictions(scorer, person)
    if aims.relaxed:
        made.append(("limits_rule_all_out", {"count": len(aims.candidates)}))
    elif aims.ruled_out:
        made.append(("limits_rule_out", {"count": aims.ruled_out}))
    if profile.weekly_hours is not None:
        made.append(("weekly_hours_not_in_tables", {"weekly_hours": profile.weekly_hours}))
    if profile.training_months == 0:
        made.append(("training_refused", {}))
    if not suggestions:
        made.append(("nothing_found", {}))
    made += [("tables_missing", {"archive": one.archive}) for one in scorer.referential.missing]
    if scorer.referential.is_synthetic:
        made.append(("synthetic", {}))
    return tuple(made)


def _contradictions(scorer: Scorer, person: Person) -> list[Note]:
    """Return wishes that what the person refuses rules out, and answers that cannot both hold."""
    profile, made = person.profile, list[Note]()
    for place in person.targets:
        code, label = scorer.codes[place], scorer.labels[place]
        limits = sorted(
            one
            for one, met in zip(LIMITS, scorer.limits[place], strict=True)
            if met and one in profile.limits
        )
        hours = sorted(
            one
            for one, met in zip(HOURS, scorer.hours[place], strict=True)
            if met and one in profile.refused_hours
        )
        for field, against in (("limits", limits), ("refused_hours", hours)):
            if against:
                values = {"fields": ["targets", field], "code": code, "label": label, "against": against}
                made.append(("contradiction", values))
    if profile.moves_house and profile.mobility_km is not None and profile.mobility_km == 0:
        made.append(("contradiction", {"fields": ["moves_house", "mobility_km"]}))
    if "no_clear_project" in profile.difficulties and "several_projects" in profile.difficulties:
        made.append(("contradiction", {"fields": ["difficulties"]}))
    if profile.interviews and profile.applications_a_month == 0:
        made.append(("contradiction", {"fields": ["interviews", "applications_a_month"]}))
    return made
