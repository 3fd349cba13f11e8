"""What each factor says: in plain words for the adviser and the person, and in easy words (FALC).

Of the messages of a reader, the first is said whose every value the trace holds. Values are those of the
factor's facts, and: ``which`` (the labels named), ``where`` (the territory that the figures are of), ``day``
(a date written day first), ``length`` (whole months).
"""

from collections.abc import Mapping
from typing import NamedTuple


class Told(NamedTuple):
    """Messages of one factor, for each reader the most detailed first."""

    plain: tuple[str, ...]
    easy: tuple[str, ...]


REASONS: Mapping[str, Told] = {
    # an occupation, and where the person comes from
    "skills_near": Told(
        (("Its skills are near those of {start_label}."), ("Its skills are near those that you have.")),
        (("You have already done similar tasks."),),
    ),
    "knowledge_near": Told(
        (
            ("What one must know for it is near what {start_label} asks for."),
            ("What one must know for it is near what you know."),
        ),
        (("You already know a part of this job."),),
    ),
    "titles_near": Told(
        (("Its titles are near those of {start_label}."), ("Its titles are near those of your jobs.")),
        (("This job looks like one of your jobs."),),
    ),
    "contexts_near": Told(
        (
            ("It is done under conditions like those of {start_label}."),
            ("It is done under conditions that you know."),
        ),
        (("You know this way of working."),),
    ),
    "same_field": Told(
        (("It is in the same field as {start_label}."), ("It is in a field that you know.")),
        (("You know this sort of job."),),
    ),
    "same_interest": Told(
        (
            ("It appeals to the same interests as {start_label}."),
            ("It appeals to the same interests as what you did."),
        ),
        (("This job is for people who like the same things."),),
    ),
    "experts_from_near": Told(
        (
            ("Experts of occupations name ways to it from occupations near {start_label}."),
            ("Experts of occupations name ways to it from occupations near yours."),
        ),
        (("Experts say: people like you can go to this job."),),
    ),
    "experts_often": Told(
        (("Experts of occupations often name it as a job that one can move to."),),
        (("Experts say: many people can go to this job."),),
    ),
    "experts_direct": Told(
        (
            ("Experts of occupations name the way to it from {start_label}."),
            ("Experts of occupations name the way to it from a job that you held."),
        ),
        (("Experts say: your job leads to this job."),),
    ),
    # an occupation, by itself
    "own_target": Told(
        (("It is a job that you want (wish number {position})."), ("It is a job that you want.")),
        (("You said: I want this job."),),
    ),
    "interest": Told((("It fits what you like to do."),), (("You like to do such things."),)),
    "skills_covered": Told(
        (
            ("You have {covered} of the {asked} skills that it asks for, among them: {which}."),
            ("You have {covered} of the {asked} skills that it asks for."),
            ("Which of its skills you have."),
        ),
        (("You can already do this: {first}."), ("You can already do a part of this job.")),
    ),
    "knowledge_covered": Told(
        (
            ("You know {covered} of the {asked} subjects that it asks for, among them: {which}."),
            ("You know {covered} of the {asked} subjects that it asks for."),
            ("Which of its subjects you know."),
        ),
        (("You already know this: {first}."), ("You already know a part of this job.")),
    ),
    "core_missing": Told(
        (
            ("{missing} of its {asked} main skills are still to be gained, among them: {which}."),
            ("{missing} of its {asked} main skills are still to be gained."),
            ("Which of its main skills you lack."),
        ),
        (("You must still learn this: {first}."), ("You must still learn things for this job.")),
    ),
    "tension_high": Told(
        (
            ("Recruiters found it hard to find people: {mark:,} of 5 ({where}, {year})."),
            ("Recruiters find it hard to find people."),
        ),
        (("Firms look for people for this job."),),
    ),
    "tension_low": Told(
        (
            ("Recruiters found people easily: {mark:,} of 5 ({where}, {year})."),
            ("Recruiters find people easily."),
        ),
        (("Many people want this job. It is harder to find a place."),),
    ),
    "hiring": Told(
        (
            ("Employers hired: intensity {mark:,} of 5 ({where}, {year})."),
            ("How many people employers hire."),
        ),
        (("Firms hire people for this job."),),
    ),
    "elsewhere": Told(
        (
            ("Offers are often not where people look for work: {mark:,} of 5 ({where}, {year})."),
            ("Offers are often not where people look for work."),
        ),
        (("Offers are often far from home."),),
    ),
    "hours_refused": Told(
        (("It may ask for hours that you do not work: {contexts}."), ("At which hours it is done.")),
        (("This job may ask for hours that you do not want: {contexts}."), ("Look at the hours.")),
    ),
    "limits_met": Told(
        (("It may ask for what you said that you cannot do: {contexts}."), ("What it asks of the body.")),
        (("This job may ask for things that you cannot do: {contexts}."), ("Look at the limits.")),
    ),
    "driving_needed": Told(
        (("It may ask you to drive: {contexts}."), ("It may ask you to drive.")),
        (("You may need a driving licence."),),
    ),
    "level_above": Told(
        (
            ("Diplomas that lead to it are of level {asked}; yours is of level {level}."),
            ("Diplomas that lead to it are of level {asked}."),
            ("How far its diplomas are from yours."),
        ),
        (("This job often asks for a higher diploma."),),
    ),
    "diploma_fits": Told((("Your diploma leads to it."),), (("You have the right diploma."),)),
    "regulated": Told(
        (("It is a regulated job: a diploma or a permit may be required by law."),),
        (("The law may ask for a diploma for this job."),),
    ),
    "wage": Told(
        (
            ("Median pay of this family of jobs: {median_eur:,} euros a month ({period}). Not counted."),
            ("Pay of this family of jobs: {band} euros a month ({period}). Not counted."),
            ("How this family of jobs is paid. Not counted."),
        ),
        (
            ("Half of the people in such jobs earn more than {median_eur:,} euros a month."),
            ("Ask about the pay."),
        ),
    ),
    "working_conditions": Told(
        (
            ("Hard working conditions: {mark:,} of 5 ({where}, {year}). Not counted."),
            ("How hard the working conditions are. Not counted."),
        ),
        (("Ask about the working conditions."),),
    ),
    # a skill, a soft skill
    "core_of_target": Told(
        (("It is a main skill of {target_label}."), ("It is a main skill of the job.")),
        (("This is important for the job: {target_label}."), ("This is important for the job.")),
    ),
    "asked_by_target": Told(
        (("{target_label} asks for it."), ("The job asks for it.")),
        (("This is useful for the job: {target_label}."), ("This is useful for the job.")),
    ),
    "opens_others": Told(
        (
            ("{opened} of {of} occupations near yours ask for it too, among them: {which}."),
            ("{opened} of {of} occupations near yours ask for it too."),
            ("Other occupations ask for it too."),
        ),
        (("This is useful for other jobs too: {first}."), ("This is useful for other jobs too.")),
    ),
    "market_of_those": Told(
        (
            ("Recruiters look for people in occupations that ask for it: {mark:,} of 5 ({year})."),
            ("Recruiters look for people in occupations that ask for it."),
        ),
        (("Firms look for people who can do this."),),
    ),
    "rising": Told(
        (("It is on the rise in {target_label}."), ("It is on the rise.")),
        (("More and more firms ask for this."),),
    ),
    # a training
    "leads_to_target": Told(
        (("It leads to {target_label}."), ("It leads to the job.")),
        (("This training leads to the job: {target_label}."), ("This training leads to the job.")),
    ),
    "leads_to_others": Told(
        (
            ("It leads to {opened} of {of} occupations near yours, among them: {which}."),
            ("It leads to other occupations near yours."),
        ),
        (("This training leads to other jobs too: {first}."), ("This training leads to other jobs too.")),
    ),
    "covers_gap": Told(
        (
            ("It teaches {share} % of what you lack, by the titles of its parts: {which}."),
            ("It teaches {share} % of what you lack, by the titles of its parts."),
            ("How much of what you lack it teaches."),
        ),
        (("You learn this there: {first}."), ("You learn what you need there.")),
    ),
    "level_next": Told(
        (
            ("Its level ({level}) can be entered from yours ({own})."),
            ("Its level is {level}."),
            ("Whether its level can be entered from yours."),
        ),
        (("You have the level to enter."),),
    ),
    "level_far": Told(
        (("Its level ({level}) is far above yours ({own})."), ("Its level is far above yours.")),
        (("This training is hard. Ask for advice first."),),
    ),
    "too_long": Told(
        (
            ("It lasts {length} months; you said {most} at most."),
            ("It lasts {length} months."),
            ("How long it lasts."),
        ),
        (("This training is long: {length} months."), ("Ask how long it lasts.")),
    ),
    "too_many_hours": Told(
        (
            ("It takes {weekly} hours a week; you said {most} at most."),
            ("It takes {weekly} hours a week."),
            ("How many hours a week it takes."),
        ),
        (
            ("This training takes {weekly} hours a week: more than you said."),
            ("Ask how many hours a week it takes."),
        ),
    ),
    "session_near": Told(
        (
            ("A session begins on {day} at {city}, {km} km away."),
            ("A session begins on {day} at {city}."),
            ("A session is near."),
        ),
        (("It begins on {day} at {city}."), ("It is near.")),
    ),
    "session_far": Told(
        (
            ("The next session is further than you go: {city}, {km} km, on {day}."),
            ("The next session is far."),
        ),
        (("It is far: {city}."), ("It is far.")),
    ),
    "by_apprenticeship": Told(
        (("It can be followed as an apprentice, paid."),),
        (("You can learn and work at the same time."),),
    ),
    "market_of_target": Told(
        (
            ("Recruiters look for people in the job that it leads to: {mark:,} of 5 ({where}, {year})."),
            ("Recruiters look for people in the job that it leads to."),
        ),
        (("Firms look for people with this training."),),
    ),
    "expires_soon": Told(
        (
            ("Its registration ends on {until_day}; ask whether it is renewed."),
            ("Its registration ends soon."),
        ),
        (("Ask if this training goes on next year."),),
    ),
    "expired": Told(
        (
            ("Its registration ended on {until_day}, by these tables; ask whether it was renewed."),
            ("Its registration has ended, by these tables."),
        ),
        (("Ask if this training still exists."),),
    ),
    # an event
    "about_target": Told(
        (("It is about {target_label}."), ("It is about the job.")),
        (("It is about your job: {target_label}."), ("It is about your job.")),
    ),
    "about_near": Told(
        (("It is about an occupation near yours: {first}."), ("It is about an occupation near yours.")),
        (("It is about a job like yours: {first}."), ("It is about a job like yours.")),
    ),
    "for_obstacle": Told(
        (
            ("It is of a kind that helps with what seems to be in the way: {obstacle_said}."),
            ("It helps."),
        ),
        (("It can help you."),),
    ),
    "near": Told(
        (
            ("It takes place at {city}, {km} km away, on {day}."),
            ("It takes place at {city}, on {day}."),
            ("How far it is."),
        ),
        (("It is near: {city}."), ("Ask where it is.")),
    ),
    "far": Told(
        (
            ("It takes place at {city}, {km} km away, further than you go."),
            ("It is further than you go."),
        ),
        (("It is far: {city}."), ("It is far.")),
    ),
    "soon": Told(
        (("It takes place in {days} days, on {day}."), ("It takes place soon.")),
        (("It is on {day}."), ("It is soon.")),
    ),
}

#: Factors that say in several ways that two occupations are near: a brief rendering says the strongest.
NEARNESS = frozenset(
    (
        "skills_near",
        "knowledge_near",
        "titles_near",
        "contexts_near",
        "same_field",
        "same_interest",
        "experts_from_near",
        "experts_often",
        "experts_direct",
    )
)
