"""What each factor says: in plain words for the adviser and the person, and in easy words (FALC).

Of the messages of a reader, the first is said whose every value the trace holds. Values are those of the
factor's facts, and: ``which`` (the labels named), ``where`` (the territory that the figures are of), ``day``
(a date in words), ``length`` (whole months).
"""

from collections.abc import Mapping
from typing import NamedTuple

from bacasable.privacy.messages import N_


class Counted(NamedTuple):
    """A message that is another where the value called ``by`` is one."""

    by: str
    one: str
    more: str


class Told(NamedTuple):
    """Messages of one factor, for each reader the most detailed first."""

    plain: tuple[str | Counted, ...]
    easy: tuple[str | Counted, ...]


REASONS: Mapping[str, Told] = {
    # an occupation, and where the person comes from
    "skills_near": Told(
        (N_("Its skills are near those of {start_label}."), N_("Its skills are near those that you have.")),
        (N_("You have already done similar tasks."),),
    ),
    "knowledge_near": Told(
        (
            N_("What one must know for it is near what {start_label} asks for."),
            N_("What one must know for it is near what you know."),
        ),
        (N_("You already know a part of this job."),),
    ),
    "titles_near": Told(
        (N_("Its titles are near those of {start_label}."), N_("Its titles are near those of your jobs.")),
        (N_("This job looks like one of your jobs."),),
    ),
    "contexts_near": Told(
        (
            N_("It is done under conditions like those of {start_label}."),
            N_("It is done under conditions that you know."),
        ),
        (N_("You know this way of working."),),
    ),
    "same_field": Told(
        (N_("It is in the same field as {start_label}."), N_("It is in a field that you know.")),
        (N_("You know this sort of job."),),
    ),
    "same_interest": Told(
        (
            N_("It appeals to the same interests as {start_label}."),
            N_("It appeals to the same interests as what you did."),
        ),
        (N_("This job is for people who like the same things."),),
    ),
    "experts_from_near": Told(
        (
            N_("Experts of occupations name ways to it from occupations near {start_label}."),
            N_("Experts of occupations name ways to it from occupations near yours."),
        ),
        (N_("Experts say: people like you can go to this job."),),
    ),
    "experts_often": Told(
        (N_("Experts of occupations often name it as a job that one can move to."),),
        (N_("Experts say: many people can go to this job."),),
    ),
    "experts_direct": Told(
        (
            N_("Experts of occupations name the way to it from {start_label}."),
            N_("Experts of occupations name the way to it from a job that you held."),
        ),
        (N_("Experts say: your job leads to this job."),),
    ),
    # an occupation, by itself
    "own_target": Told(
        (N_("It is a job that you want (wish number {position})."), N_("It is a job that you want.")),
        (N_("You said: I want this job."),),
    ),
    "interest": Told((N_("It fits what you like to do."),), (N_("You like to do such things."),)),
    "skills_covered": Told(
        (
            Counted(
                "covered",
                N_("You have one of the {asked} skills that it asks for: {which}."),
                N_("You have {covered} of the {asked} skills that it asks for, among them: {which}."),
            ),
            Counted(
                "covered",
                N_("You have one of the {asked} skills that it asks for."),
                N_("You have {covered} of the {asked} skills that it asks for."),
            ),
            N_("Which of its skills you have."),
        ),
        (N_("You can already do this: {first}."), N_("You can already do a part of this job.")),
    ),
    "knowledge_covered": Told(
        (
            Counted(
                "covered",
                N_("You know one of the {asked} subjects that it asks for: {which}."),
                N_("You know {covered} of the {asked} subjects that it asks for, among them: {which}."),
            ),
            Counted(
                "covered",
                N_("You know one of the {asked} subjects that it asks for."),
                N_("You know {covered} of the {asked} subjects that it asks for."),
            ),
            N_("Which of its subjects you know."),
        ),
        (N_("You already know this: {first}."), N_("You already know a part of this job.")),
    ),
    "core_missing": Told(
        (
            Counted(
                "missing",
                N_("One of its {asked} main skills is still to be gained: {which}."),
                N_("{missing} of its {asked} main skills are still to be gained, among them: {which}."),
            ),
            Counted(
                "missing",
                N_("One of its {asked} main skills is still to be gained."),
                N_("{missing} of its {asked} main skills are still to be gained."),
            ),
            N_("Which of its main skills you lack."),
        ),
        (N_("You must still learn this: {first}."), N_("You must still learn things for this job.")),
    ),
    "tension_high": Told(
        (
            N_("Recruiters found it hard to find people: {mark:,} of 5 ({where}, {year})."),
            N_("Recruiters find it hard to find people."),
        ),
        (N_("Firms look for people for this job."),),
    ),
    "tension_low": Told(
        (
            N_("Recruiters found people easily: {mark:,} of 5 ({where}, {year})."),
            N_("Recruiters find people easily."),
        ),
        (N_("Many people want this job. It is harder to find a place."),),
    ),
    "hiring": Told(
        (
            N_("Employers hired: intensity {mark:,} of 5 ({where}, {year})."),
            N_("How many people employers hire."),
        ),
        (N_("Firms hire people for this job."),),
    ),
    "elsewhere": Told(
        (
            N_("Offers are often not where people look for work: {mark:,} of 5 ({where}, {year})."),
            N_("Offers are often not where people look for work."),
        ),
        (N_("Offers are often far from home."),),
    ),
    "hours_refused": Told(
        (N_("It may ask for hours that you do not work: {contexts}."), N_("At which hours it is done.")),
        (N_("This job may ask for hours that you do not want: {contexts}."), N_("Look at the hours.")),
    ),
    "limits_met": Told(
        (N_("It may ask for what you said that you cannot do: {contexts}."), N_("What it asks of the body.")),
        (N_("This job may ask for things that you cannot do: {contexts}."), N_("Look at the limits.")),
    ),
    "driving_needed": Told(
        (N_("It may ask you to drive: {contexts}."), N_("It may ask you to drive.")),
        (N_("You may need a driving licence."),),
    ),
    "level_above": Told(
        (
            N_("Diplomas that lead to it are of level {asked}; yours is of level {level}."),
            N_("Diplomas that lead to it are of level {asked}."),
            N_("How far its diplomas are from yours."),
        ),
        (N_("This job often asks for a higher diploma."),),
    ),
    "diploma_fits": Told((N_("Your diploma leads to it."),), (N_("You have the right diploma."),)),
    "regulated": Told(
        (N_("It is a regulated job: a diploma or a permit may be required by law."),),
        (N_("The law may ask for a diploma for this job."),),
    ),
    "wage": Told(
        (
            N_("Median pay of this family of jobs: {median_eur:,} euros a month ({period}). Not counted."),
            N_("Pay of this family of jobs: {band} euros a month ({period}). Not counted."),
            N_("How this family of jobs is paid. Not counted."),
        ),
        (
            N_("Half of the people in such jobs earn more than {median_eur:,} euros a month."),
            N_("Ask about the pay."),
        ),
    ),
    "working_conditions": Told(
        (
            N_("Hard working conditions: {mark:,} of 5 ({where}, {year}). Not counted."),
            N_("How hard the working conditions are. Not counted."),
        ),
        (N_("Ask about the working conditions."),),
    ),
    # a skill, a soft skill
    "core_of_target": Told(
        (N_("It is a main skill of {target_label}."), N_("It is a main skill of the job.")),
        (N_("This is important for the job: {target_label}."), N_("This is important for the job.")),
    ),
    "asked_by_target": Told(
        (N_("{target_label} asks for it."), N_("The job asks for it.")),
        (N_("This is useful for the job: {target_label}."), N_("This is useful for the job.")),
    ),
    "opens_others": Told(
        (
            Counted(
                "opened",
                N_("One of {of} occupations near yours asks for it too: {which}."),
                N_("{opened} of {of} occupations near yours ask for it too, among them: {which}."),
            ),
            Counted(
                "opened",
                N_("One of {of} occupations near yours asks for it too."),
                N_("{opened} of {of} occupations near yours ask for it too."),
            ),
            N_("Other occupations ask for it too."),
        ),
        (N_("This is useful for other jobs too: {first}."), N_("This is useful for other jobs too.")),
    ),
    "market_of_those": Told(
        (
            N_("Recruiters look for people in occupations that ask for it: {mark:,} of 5 ({year})."),
            N_("Recruiters look for people in occupations that ask for it."),
        ),
        (N_("Firms look for people who can do this."),),
    ),
    "rising": Told(
        (N_("It is on the rise in {target_label}."), N_("It is on the rise.")),
        (N_("More and more firms ask for this."),),
    ),
    # a training
    "leads_to_target": Told(
        (N_("It leads to {target_label}."), N_("It leads to the job.")),
        (N_("This training leads to the job: {target_label}."), N_("This training leads to the job.")),
    ),
    "leads_to_others": Told(
        (
            Counted(
                "opened",
                N_("It leads to one of {of} occupations near yours: {which}."),
                N_("It leads to {opened} of {of} occupations near yours, among them: {which}."),
            ),
            N_("It leads to other occupations near yours."),
        ),
        (N_("This training leads to other jobs too: {first}."), N_("This training leads to other jobs too.")),
    ),
    "covers_gap": Told(
        (
            N_("It teaches {share} % of what you lack, by the titles of its parts: {which}."),
            N_("It teaches {share} % of what you lack, by the titles of its parts."),
            N_("How much of what you lack it teaches."),
        ),
        (N_("You learn this there: {first}."), N_("You learn what you need there.")),
    ),
    "level_next": Told(
        (
            N_("Its level ({level}) can be entered from yours ({own})."),
            N_("Its level is {level}."),
            N_("Whether its level can be entered from yours."),
        ),
        (N_("You have the level to enter."),),
    ),
    "level_far": Told(
        (N_("Its level ({level}) is far above yours ({own})."), N_("Its level is far above yours.")),
        (N_("This training is hard. Ask for advice first."),),
    ),
    "too_long": Told(
        (
            Counted(
                "length",
                N_("It lasts one month; you said {most} at most."),
                N_("It lasts {length} months; you said {most} at most."),
            ),
            Counted("length", N_("It lasts one month."), N_("It lasts {length} months.")),
            N_("How long it lasts."),
        ),
        (
            Counted(
                "length",
                N_("This training is long: one month."),
                N_("This training is long: {length} months."),
            ),
            N_("Ask how long it lasts."),
        ),
    ),
    "too_many_hours": Told(
        (
            N_("It takes {weekly} hours a week; you said {most} at most."),
            N_("It takes {weekly} hours a week."),
            N_("How many hours a week it takes."),
        ),
        (
            N_("This training takes {weekly} hours a week: more than you said."),
            N_("Ask how many hours a week it takes."),
        ),
    ),
    "session_near": Told(
        (
            N_("A session begins on {day} at {city}, {km} km away."),
            N_("A session begins on {day} at {city}."),
            N_("A session is near."),
        ),
        (N_("It begins on {day} at {city}."), N_("It is near.")),
    ),
    "session_far": Told(
        (
            N_("The next session is further than you go: {city}, {km} km, on {day}."),
            N_("The next session is far."),
        ),
        (N_("It is far: {city}."), N_("It is far.")),
    ),
    "by_apprenticeship": Told(
        (N_("It can be followed as an apprentice, paid."),),
        (N_("You can learn and work at the same time."),),
    ),
    "market_of_target": Told(
        (
            N_("Recruiters look for people in the job that it leads to: {mark:,} of 5 ({where}, {year})."),
            N_("Recruiters look for people in the job that it leads to."),
        ),
        (N_("Firms look for people with this training."),),
    ),
    "expires_soon": Told(
        (
            N_("Its registration ends on {until_day}; ask whether it is renewed."),
            N_("Its registration ends soon."),
        ),
        (N_("Ask if this training goes on next year."),),
    ),
    "expired": Told(
        (
            N_("Its registration ended on {until_day}, by these tables; ask whether it was renewed."),
            N_("Its registration has ended, by these tables."),
        ),
        (N_("Ask if this training still exists."),),
    ),
    # an event
    "about_target": Told(
        (N_("It is about {target_label}."), N_("It is about the job.")),
        (N_("It is about your job: {target_label}."), N_("It is about your job.")),
    ),
    "about_near": Told(
        (N_("It is about an occupation near yours: {first}."), N_("It is about an occupation near yours.")),
        (N_("It is about a job like yours: {first}."), N_("It is about a job like yours.")),
    ),
    "for_obstacle": Told(
        (
            N_("It is of a kind that helps with what seems to be in the way: {obstacle_said}."),
            N_("It helps."),
        ),
        (N_("It can help you."),),
    ),
    "near": Told(
        (
            N_("It takes place at {city}, {km} km away, on {day}."),
            N_("It takes place at {city}, on {day}."),
            N_("How far it is."),
        ),
        (N_("It is near: {city}."), N_("Ask where it is.")),
    ),
    "far": Told(
        (
            N_("It takes place at {city}, {km} km away, further than you go."),
            N_("It is further than you go."),
        ),
        (N_("It is far: {city}."), N_("It is far.")),
    ),
    "soon": Told(
        (N_("It takes place soon, on {day}."), N_("It takes place soon.")),
        (N_("It is on {day}."), N_("It is soon.")),
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
