"""What the diagnosis and its limits say: obstacles, the signs that point to them, notes, fields, steps."""

from collections.abc import Mapping

from bacasable.services.job_advice.engine.trace import Kind, Obstacle
from bacasable.services.job_advice.engine.wording.reasons import Told

OBSTACLES: Mapping[Obstacle, str] = {
    "project": ("the choice of a job"),
    "skills": ("skills or a diploma to gain"),
    "market": ("a market with few offers"),
    "search": ("the way of looking for work"),
    "constraints": ("limits of hours, travel or conditions"),
}
RULES: Mapping[str, Told] = {
    "no_wish": Told((("No job that you want was named."),), (("You have not chosen a job yet."),)),
    "wishes_scattered": Told(
        (
            ("The jobs that you want are in {fields} fields that differ."),
            ("The jobs that you want differ much."),
        ),
        (("You want several jobs that are very different."),),
    ),
    "says_no_clear_project": Told(
        (("You said that you do not know which job to look for."),), (("You do not know which job."),)
    ),
    "says_several_projects": Told(
        (("You said that you hesitate between several jobs."),), (("You hesitate between several jobs."),)
    ),
    "wish_far_from_past": Told(
        (
            ("{target_label} is far from the jobs that you held."),
            ("The job is far from those that you held."),
        ),
        (("The job that you want is very different from before."),),
    ),
    "core_skills_lacked": Told(
        (
            ("{share} % of the main skills of {target_label} are missing."),
            ("Main skills of the job are missing."),
        ),
        (("You must still learn important things."),),
    ),
    "skills_far": Told(
        (
            ("Your skills are far from those of {target_label}."),
            ("Your skills are far from those asked."),
        ),
        (("You must learn new things."),),
    ),
    "skills_not_covered": Told(
        (
            ("You have {share} % of the skills of {target_label}."),
            ("You have few of the skills asked."),
        ),
        (("You must learn many things."),),
    ),
    "diploma_below": Told(
        (
            ("Diplomas that lead to {target_label} are of level {asked}; yours is of level {level}."),
            ("The job asks for a higher diploma."),
        ),
        (("The job asks for a higher diploma."),),
    ),
    "regulated_without_diploma": Told(
        (
            ("{target_label} is regulated, and no diploma that leads to it was told."),
            ("The job is regulated, and no diploma that leads to it was told."),
        ),
        (("The law may ask for a diploma for this job."),),
    ),
    "long_since": Told(
        (("The last job ended {months} months ago."), ("The last job ended long ago.")),
        (("You have not worked for a long time."),),
    ),
    "slack_market": Told(
        (
            ("Recruiters easily find people for {target_label}: {mark:,} of 5 ({where}, {year})."),
            ("Recruiters easily find people for the job."),
        ),
        (("Many people look for this job."),),
    ),
    "few_recruitments": Told(
        (
            ("Few people are hired as {target_label}: {mark:,} of 5 ({where}, {year})."),
            ("Few people are hired for the job."),
        ),
        (("Firms hire few people for this job."),),
    ),
    "offers_elsewhere": Told(
        (
            ("Offers for {target_label} are often not where people look: {mark:,} of 5 ({where}, {year})."),
            ("Offers are often not where people look for work."),
        ),
        (("Offers are often far from home."),),
    ),
    "says_few_offers": Told((("You said that you find few offers."),), (("You find few offers."),)),
    "few_applications": Told(
        (("You send {applications_a_month} applications a month."), ("You send few applications.")),
        (("You send few applications."),),
    ),
    "says_few_applications": Told((("You said that you apply little."),), (("You apply little."),)),
    "applications_without_interview": Told(
        (
            ("Some {applications} applications led to {interviews} interviews."),
            ("Applications lead to few interviews."),
        ),
        (("You send applications. You get few interviews."),),
    ),
    "says_no_answers": Told((("You said that you get no answer."),), (("Firms do not answer you."),)),
    "says_no_interviews": Told((("You said that you get no interview."),), (("You do not get interviews."),)),
    "interviews_without_offer": Told(
        (("You said that interviews lead to no offer."),), (("You get interviews. Then it stops."),)
    ),
    "says_no_computer": Told(
        (("You said that you lack a computer or a connection."),), (("You have no computer."),)
    ),
    "easy_market_long_search": Told(
        (
            ("Recruiters look for people for {target_label}, and the search lasts."),
            ("Recruiters look for people, and the search lasts."),
        ),
        (("Firms look for people. Your search is long."),),
    ),
    "limits_rule_out": Told(
        (
            ("The limits stated leave aside {count} occupations ({share} %)."),
            ("The limits stated leave occupations aside."),
        ),
        (("You cannot do some jobs."),),
    ),
    "wish_against_limits": Told(
        (
            ("{target_label} may ask for what you said that you cannot do."),
            ("The job may ask for what you said that you cannot do."),
        ),
        (("The job may ask for things that you cannot do."),),
    ),
    "wish_against_hours": Told(
        (
            ("{target_label} may ask for hours that you do not work."),
            ("The job may ask for hours that you do not work."),
        ),
        (("The job may ask for hours that you do not want."),),
    ),
    "hours_rule_out": Told(
        (
            ("{share} % of occupations near yours may ask for hours that you do not work."),
            ("Many occupations near yours may ask for hours that you do not work."),
        ),
        (("Many jobs ask for hours that you do not want."),),
    ),
    "stays_near": Told(
        (("You go {mobility_km} km from home at most."), ("You look for work near home.")),
        (("You look for work near home."),),
    ),
    "says_no_transport": Told((("You said that you lack transport."),), (("You have no transport."),)),
    "says_no_childcare": Told(
        (("You said that you lack somebody to mind children."),),
        (("You need somebody to mind children."),),
    ),
    "driving_without_licence": Told(
        (
            ("{target_label} may ask for a driving licence, and you have none."),
            ("The job may ask for a driving licence, and you have none."),
        ),
        (("You may need a driving licence."),),
    ),
}

NOTES: Mapping[str, tuple[str, ...]] = {
    "profile_empty": (("Nothing was said yet from which a job could be proposed: start with jobs held."),),
    "contradiction": (
        ("{label} is wanted, and goes against other answers: it is shown all the same."),
        ("Some answers go against each other: look at them again together."),
    ),
    "limits_rule_out": (("The limits stated left {count} occupations aside."),),
    "limits_rule_all_out": (
        ("The limits stated would leave aside every occupation: they count against, and are shown."),
    ),
    "weekly_hours_not_in_tables": (
        ("The tables do not tell the hours a week of jobs: only those of trainings were looked at."),
    ),
    "training_refused": (("No training is wanted: none is proposed."),),
    "nothing_found": (("Nothing was found to propose: say more, or advise by yourself."),),
    "tables_missing": (("The archive {archive} was not imported: what it tells is missing."),),
    "synthetic": (("Made on invented occupations and figures: for a demonstration only."),),
    "diploma_unknown": (("A diploma is not in the tables ({certification}): only its level counts."),),
    "skills_unknown": (("{count} skills are not in the tables: they were left aside."),),
    "interests_unknown": (("{count} interests are not known: they were left aside."),),
    "territory_unknown": (
        ("Department {department} is not in the tables: figures of the country were used."),
    ),
    "territory_not_said": (("No department was said: figures of the country were used."),),
    "occupation_unknown": (
        ("{code} is not an occupation of these tables: {instead} stands for it; check it."),
        ("{code} is not an occupation of these tables: it was left aside."),
    ),
}
FIELDS: Mapping[str, str] = {
    "targets": ("the jobs wanted"),
    "held": ("the jobs held"),
    "skills": ("the skills"),
    "diplomas": ("the diplomas"),
    "interests": ("the interests"),
    "department": ("the department"),
    "mobility_km": ("the distance from home"),
    "moves_house": ("whether to move house"),
    "licence_b": ("the driving licence"),
    "weekly_hours": ("the hours a week"),
    "refused_hours": ("the hours not worked"),
    "limits": ("the limits at work"),
    "difficulties": ("what is hard"),
    "training_months": ("the length of a training"),
    "months_searching": ("since when work is looked for"),
    "applications_a_month": ("the applications a month"),
    "interviews": ("the interviews so far"),
}
OPENINGS: Mapping[Kind, Told] = {
    "occupation": Told((("A job to look at: {label}."),), (("Here is a job: {label}."),)),
    "skill": Told((("A skill to gain: {label}."),), (("You can learn this: {label}."),)),
    "soft_skill": Told((("A strength to build: {label}."),), (("You can work on this strength: {label}."),)),
    "training": Told((("A training to look at: {label}."),), (("Here is a training: {label}."),)),
    "event": Told((("An event to go to: {label}."),), (("You can go there: {label}."),)),
}
CLOSING = Told((("It is an opinion: you and your adviser decide."),), (("You choose. You can say no."),))
