"""What is said of an opinion, rendered from its trace: brief for the person, exhaustive for the adviser.

Each sentence says values of one factor of the trace, and nothing else; the adviser reads beside it the row of
the tables that it was read with, its version and date, and what it adds to the score.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bacasable.compliance.service import N_
from bacasable.services.job_advice.engine.trace import Advice, Evidence, Factor, Row, Suggestion
from bacasable.services.job_advice.web import labels
from bacasable.services.job_advice.web.models import KINDS

#: Reasons that a brief rendering gives, for and against.
_FOR, _AGAINST = 3, 2
#: Factors that say in eight ways that two occupations are near: a brief rendering gives the strongest.
_NEARNESS = frozenset(
    (
        *("skills_near", "knowledge_near", "titles_near", "contexts_near", "same_field", "same_interest"),
        *("experts_from_near", "experts_often"),
    )
)
_FACTORS: Mapping[str, str] = {
    "own_target": N_("It is a job that you want."),
    "interest": N_("It fits what you like to do."),
    "skills_covered": N_("You have %(covered)s of the %(asked)s skills that it asks for: %(which)s."),
    "knowledge_covered": N_("You know %(covered)s of the %(asked)s subjects that it asks for: %(which)s."),
    "core_missing": N_("%(missing)s of its %(asked)s main skills are still to be gained: %(which)s."),
    "skills_near": N_("Its skills are near those of %(start_label)s."),
    "knowledge_near": N_("What it asks one to know is near what %(start_label)s asks for."),
    "titles_near": N_("Its titles are near those of %(start_label)s."),
    "contexts_near": N_("It is done under conditions like those of %(start_label)s."),
    "same_field": N_("It is in the same field as %(start_label)s."),
    "same_interest": N_("It appeals to the same interests as %(start_label)s."),
    "experts_from_near": N_("Experts name ways to it from occupations near %(start_label)s."),
    "experts_often": N_("Experts often name ways to it."),
    "experts_direct": N_("Experts name the way to it from %(start_label)s."),
    "tension_high": N_("Recruiters found it hard to find people (%(mark)s of 5, %(where)s, %(year)s)."),
    "tension_low": N_("Recruiters easily found people (%(mark)s of 5, %(where)s, %(year)s)."),
    "hiring": N_("Employers hired (intensity %(mark)s of 5, %(where)s, %(year)s)."),
    "elsewhere": N_("Offers are rarely where the people are (%(mark)s of 5, %(where)s, %(year)s)."),
    "hours_refused": N_("It may ask for hours that you do not work: %(contexts)s."),
    "limits_met": N_("It may ask for what you cannot do: %(contexts)s."),
    "driving_needed": N_("It may ask you to drive: %(contexts)s."),
    "level_above": N_("Diplomas that lead to it are of level %(asked)s; yours is of level %(level)s."),
    "diploma_fits": N_("Your diploma leads to it."),
    "regulated": N_("It is regulated: a diploma may be required."),
    "wage": N_("Median pay of the family of occupations: %(median_eur)s euros a month (%(period)s)."),
    "working_conditions": N_("Hard working conditions: %(mark)s of 5 (%(where)s, %(year)s)."),
    "core_of_target": N_("It is a main skill of %(target_label)s."),
    "asked_by_target": N_("%(target_label)s asks for it."),
    "opens_others": N_("It brings you nearer to %(opened)s of %(of)s occupations: %(which)s."),
    "market_of_those": N_("Recruiters look for people there (%(mark)s of 5, %(year)s)."),
    "rising": N_("It is on the rise."),
    "leads_to_target": N_("It leads to %(target_label)s."),
    "leads_to_others": N_("It leads to %(opened)s of %(of)s occupations near yours: %(which)s."),
    "covers_gap": N_("It teaches %(share)s %% of what is missing: %(which)s."),
    "level_next": N_("Its level (%(level)s) follows yours."),
    "level_far": N_("Its level (%(level)s) is far from yours (%(own)s)."),
    "too_long": N_("It lasts %(months)s months; you said %(most)s at most."),
    "too_many_hours": N_("It takes %(weekly)s hours a week; you said %(most)s at most."),
    "session_near": N_("A session begins on %(starts)s (%(city)s, %(km)s km)."),
    "session_far": N_("The next session is far: %(city)s, %(km)s km, on %(starts)s."),
    "by_apprenticeship": N_("It may be had by apprenticeship."),
    "market_of_target": N_("Recruiters look for people there (%(mark)s of 5, %(where)s, %(year)s)."),
    "expires_soon": N_("Its registration ends soon."),
    "expired": N_("Its registration has ended."),
    "about_target": N_("It is about %(target_label)s."),
    "about_near": N_("It is about an occupation near yours: %(first)s."),
    "for_obstacle": N_("It helps with what seems to be in the way."),
    "near": N_("It takes place at %(city)s, %(km)s km away."),
    "far": N_("It takes place at %(city)s, %(km)s km away: further than you go."),
    "soon": N_("It is in %(days)s days, on %(starts)s."),
}
_MISSING: Mapping[str, str] = {
    "targets": N_("the jobs wanted"),
    "held": N_("the jobs held"),
    "skills": N_("the skills"),
    "diplomas": N_("the diplomas"),
    "department": N_("the department"),
    "mobility_km": N_("how far the person goes"),
    "moves_house": N_("whether the person would move house"),
    "licence_b": N_("the driving licence"),
    "weekly_hours": N_("the hours a week"),
    "refused_hours": N_("the hours that the person does not work"),
    "limits": N_("the limits at work"),
    "training_months": N_("how long the person would train"),
    "months_searching": N_("since when the person looks for work"),
    "applications_a_month": N_("the applications a month"),
    "interviews": N_("the interviews so far"),
    "difficulties": N_("what is hard"),
    "interests": N_("the interests"),
}
_OBSTACLES: Mapping[str, str] = {
    "project": N_("the choice of a job"),
    "skills": N_("skills or a diploma to gain"),
    "market": N_("a market with few offers"),
    "search": N_("the way of looking for work"),
    "constraints": N_("limits of hours, travel or conditions"),
}
_RULES: Mapping[str, str] = {
    "driving_without_licence": N_("%(target_label)s may ask for a licence that the person does not have."),
    "hours_rule_out": N_("The hours that the person does not work rule out %(share)s %% of occupations."),
    "limits_rule_out": N_("The limits stated rule out %(count)s occupations (%(share)s %%)."),
    "stays_near": N_("The person goes %(mobility_km)s km at most."),
    "wish_against_hours": N_("%(target_label)s may ask for hours that the person does not work."),
    "wish_against_limits": N_("%(target_label)s may ask for what the person cannot do."),
    "few_recruitments": N_("Few hirings for %(target_label)s (%(mark)s of 5, %(where)s, %(year)s)."),
    "offers_elsewhere": N_("Offers for %(target_label)s are elsewhere (%(mark)s of 5, %(where)s, %(year)s)."),
    "slack_market": N_("Recruiters easily find people for %(target_label)s (%(mark)s of 5, %(year)s)."),
    "no_wish": N_("The person named no job that they want."),
    "wish_far_from_past": N_("%(target_label)s is far from what the person did so far."),
    "applications_without_interview": N_("%(applications)s applications led to %(interviews)s interviews."),
    "easy_market_long_search": N_("Recruiters look for people for %(target_label)s, and the search lasts."),
    "few_applications": N_("%(applications_a_month)s applications a month."),
    "interviews_without_offer": N_("Interviews led to no offer."),
    "core_skills_lacked": N_("%(share)s %% of the main skills of %(target_label)s are missing."),
    "diploma_below": N_("%(target_label)s asks for level %(asked)s; the diploma is of level %(level)s."),
    "long_since": N_("The last job ended %(months)s months ago."),
    "regulated_without_diploma": N_(
        "%(target_label)s is regulated, and no diploma that leads to it is told."
    ),
    "skills_far": N_("The skills are far from those of %(target_label)s."),
    "skills_not_covered": N_("%(share)s %% of the skills of %(target_label)s are there."),
}
_NOTES: Mapping[str, str] = {
    "weekly_hours_not_in_tables": N_(
        "The tables do not tell the hours a week of jobs: only those of trainings were looked at."
    ),
    "limits_rule_out": N_("The limits stated left %(count)s occupations aside."),
    "contradiction": N_("%(label)s is wanted, and goes against other answers: it is shown all the same."),
}
_LEVELS: Mapping[str, str] = {
    "department": N_("department %(territory)s"),
    "region": N_("region %(territory)s"),
    "country": N_("France"),
}
_BECAUSE: Mapping[str, str] = {
    "applies": N_("apply"),
    "applies_after": N_("apply after the training"),
    "trains_for": N_("train"),
    "prepares": N_("prepare"),
    "explores": N_("find out"),
}


@dataclass(frozen=True)
class Line:
    """A sentence and where it comes from: row, version and date, and what it adds to the score."""

    text: str
    source: str = ""


def kind(suggestion: Suggestion) -> str:
    """Return what kind of thing is suggested."""
    return _(dict(KINDS)[suggestion.kind])


def brief(opinion: Advice, suggestion: Suggestion) -> list[str]:
    """Return the main reasons, for and against, in plain words."""
    counted = sorted(suggestion.factors, key=lambda one: -abs(one.contribution))
    speaks = [one for one in counted if one.contribution > 0]
    near = [one for one in speaks if one.name in _NEARNESS][:1]
    speaks = [one for one in speaks if one.name not in _NEARNESS or one in near][:_FOR]
    against = [one for one in counted if one.contribution < 0][:_AGAINST]
    return [_sentence(one.name, one.facts) for one in (*speaks, *against)]


def exhaustive(opinion: Advice, suggestion: Suggestion) -> list[tuple[str, list[Line]]]:
    """Return all factors under their heading: for, against, missing, shown without counting."""
    groups: dict[str, list[Line]] = {"for": [], "against": [], "missing": [], "shown": []}
    for one in sorted(suggestion.factors, key=lambda factor: -abs(factor.contribution)):
        if one.missing:
            groups["missing"].append(Line(_missing(one), _source(one, counts=False)))
        elif one.contribution:
            place = "for" if one.contribution > 0 else "against"
            groups[place].append(Line(_sentence(one.name, one.facts), _source(one, counts=True)))
        else:
            groups["shown"].append(Line(_sentence(one.name, one.facts), _source(one, counts=False)))
    titles = {
        "for": _("For"),
        "against": _("Against"),
        "missing": _("Missing, to be surer"),
        "shown": _("Shown, and not counted"),
    }
    return [(titles[name], lines) for name, lines in groups.items()]


def diagnosis(opinion: Advice) -> list[str]:
    """Return what seems to be in the way, its signs, what speaks for something else, what would tell."""
    told = opinion.diagnosis
    if told.obstacle is None:
        return [_("Nothing in what was told points to a main obstacle.")]
    lines = [
        _("It may be %(obstacle)s. %(percent)d %% of the signs say so.")
        % {"obstacle": _(_OBSTACLES[told.obstacle]), "percent": round(100 * told.sure)}
    ]
    lines += [_sign(one) for one in told.evidence.get(told.obstacle, ())]
    others = [_(_OBSTACLES[name]) for name in told.evidence if name != told.obstacle]
    if others:
        lines.append(_("Other signs speak of: %(others)s.") % {"others": ", ".join(others)})
    if told.missing:
        missing = ", ".join(_(_MISSING[name]) for name in told.missing[:4] if name in _MISSING)
        lines.append(_("To be surer, ask about: %(missing)s.") % {"missing": missing})
    return lines


def notes(opinion: Advice) -> list[str]:
    """Return what limits the opinion as a whole."""
    return [_filled(_NOTES[code], values) for code, values in opinion.notes if code in _NOTES]


def path(opinion: Advice) -> list[dict[str, str]]:
    """Return the steps of a possible path, as a timeline shows them."""
    made = []
    for step in opinion.path:
        weeks = ngettext("%(count)d week", "%(count)d weeks", step.weeks) % {"count": step.weeks}
        when = (
            _("from now, %(weeks)s") % {"weeks": weeks}
            if not step.starts_week
            else _("from week %(first)d, %(weeks)s") % {"first": step.starts_week, "weeks": weeks}
        )
        does = _(_BECAUSE.get(step.because.partition(":")[0], "")) if step.because else ""
        made.append({"when": when, "title": step.label, "text": does, "state": "future"})
    return made


def _sign(one: Evidence) -> str:
    if one.rule.startswith("says_"):
        words = labels.DIFFICULTIES.get(one.rule.removeprefix("says_"))  # type: ignore[call-overload]
        return _("The person says: “%(words)s”.") % {"words": _(words or one.rule)}
    return _filled(_RULES.get(one.rule, ""), one.facts)


def _sentence(name: str, facts: Mapping[str, Any]) -> str:
    return _filled(_FACTORS[name], facts)


def _filled(template: str, facts: Mapping[str, Any]) -> str:
    """Return a template of this module in the page's language, with the facts of the trace in it."""
    told: dict[str, Any] = {name: _said(value) for name, value in facts.items()}
    named = [str(facts[name]) for name in ("first", "second", "third") if name in facts]
    told["which"] = ", ".join(named)
    if "level" in facts and facts["level"] in _LEVELS:
        told["where"] = _(_LEVELS[str(facts["level"])]) % {"territory": facts.get("territory", "")}
    return _(template) % told


def _said(value: Any) -> str:
    return number_format(value) if isinstance(value, float) else str(value)


def _missing(one: Factor) -> str:
    names = [_(_MISSING[name]) for name in one.fields if name in _MISSING]
    if not names:
        return _("The tables do not say it.")
    return _("Not told: %(what)s.") % {"what": ", ".join(names)}


def _source(one: Factor, *, counts: bool) -> str:
    parts = [_row(row) for row in one.rows[:2]]
    if counts:
        parts.insert(0, _("counts %(points)s") % {"points": number_format(one.contribution, 2)})
    return "; ".join(parts)


def _row(row: Row) -> str:
    told = {"table": row.table, "key": row.key, "version": row.version, "date": row.date}
    return _("table %(table)s, row %(key)s, version %(version)s of %(date)s") % told
