"""What the diagnosis and its limits say: obstacles, the signs that point to them, notes, fields, steps."""

from collections.abc import Mapping

from bacasable.privacy.messages import N_
from bacasable.services.job_advice.engine.trace import Kind, Obstacle
from bacasable.services.job_advice.engine.wording.reasons import Counted, Told

OBSTACLES: Mapping[Obstacle, str] = {
    "project": N_("the choice of a job"),
    "skills": N_("skills or a diploma to gain"),
    "market": N_("a market with few offers"),
    "search": N_("the way of looking for work"),
    "constraints": N_("limits of hours, travel or conditions"),
}
EASY_OBSTACLES: Mapping[Obstacle, str] = {
    "project": N_("to choose a job"),
    "skills": N_("to know all that the job asks for"),
    "market": N_("to find an offer"),
    "search": N_("to look for work"),
    "constraints": N_("to find a job that fits your life"),
}
RULES: Mapping[str, Told] = {
    "no_wish": Told((N_("No job that you want was named."),), (N_("You have not chosen a job yet."),)),
    "wishes_scattered": Told(
        (
            N_("The jobs that you want are in {fields} fields that differ."),
            N_("The jobs that you want differ much."),
        ),
        (N_("You want several jobs that are very different."),),
    ),
    "says_no_clear_project": Told(
        (N_("You said that you do not know which job to look for."),), (N_("You do not know which job."),)
    ),
    "says_several_projects": Told(
        (N_("You said that you hesitate between several jobs."),), (N_("You hesitate between several jobs."),)
    ),
    "wish_far_from_past": Told(
        (
            N_("{target_label} is far from the jobs that you held."),
            N_("The job is far from those that you held."),
        ),
        (N_("The job that you want is very different from before."),),
    ),
    "core_skills_lacked": Told(
        (
            N_("{share} % of the main skills of {target_label} are missing."),
            N_("Main skills of the job are missing."),
        ),
        (N_("You must still learn important things."),),
    ),
    "skills_far": Told(
        (
            N_("Your skills are far from those of {target_label}."),
            N_("Your skills are far from those asked."),
        ),
        (N_("You must learn new things."),),
    ),
    "skills_not_covered": Told(
        (
            N_("You have {share} % of the skills of {target_label}."),
            N_("You have few of the skills asked."),
        ),
        (N_("You must learn many things."),),
    ),
    "diploma_below": Told(
        (
            N_("Diplomas that lead to {target_label} are of level {asked}; yours is of level {level}."),
            N_("The job asks for a higher diploma."),
        ),
        (N_("The job asks for a higher diploma."),),
    ),
    "regulated_without_diploma": Told(
        (
            N_("{target_label} is regulated, and no diploma that leads to it was told."),
            N_("The job is regulated, and no diploma that leads to it was told."),
        ),
        (N_("The law may ask for a diploma for this job."),),
    ),
    "long_since": Told(
        (
            Counted(
                "months",
                N_("The last job ended one month ago."),
                N_("The last job ended {months} months ago."),
            ),
            N_("The last job ended long ago."),
        ),
        (N_("You have not worked for a long time."),),
    ),
    "slack_market": Told(
        (
            N_("Recruiters easily find people for {target_label}: {mark:,} of 5 ({where}, {year})."),
            N_("Recruiters easily find people for the job."),
        ),
        (N_("Many people look for this job."),),
    ),
    "few_recruitments": Told(
        (
            N_("Few people are hired as {target_label}: {mark:,} of 5 ({where}, {year})."),
            N_("Few people are hired for the job."),
        ),
        (N_("Firms hire few people for this job."),),
    ),
    "offers_elsewhere": Told(
        (
            N_("Offers for {target_label} are often not where people look: {mark:,} of 5 ({where}, {year})."),
            N_("Offers are often not where people look for work."),
        ),
        (N_("Offers are often far from home."),),
    ),
    "says_few_offers": Told((N_("You said that you find few offers."),), (N_("You find few offers."),)),
    "few_applications": Told(
        (
            Counted(
                "applications_a_month",
                N_("You send one application a month."),
                N_("You send {applications_a_month} applications a month."),
            ),
            N_("You send few applications."),
        ),
        (N_("You send few applications."),),
    ),
    "says_few_applications": Told((N_("You said that you apply little."),), (N_("You apply little."),)),
    "applications_without_interview": Told(
        (
            N_("Applications sent: some {applications}. Interviews had: {interviews}."),
            N_("Applications lead to few interviews."),
        ),
        (N_("You send applications. You get few interviews."),),
    ),
    "says_no_answers": Told((N_("You said that you get no answer."),), (N_("Firms do not answer you."),)),
    "says_no_interviews": Told(
        (N_("You said that you get no interview."),), (N_("You do not get interviews."),)
    ),
    "interviews_without_offer": Told(
        (N_("You said that interviews lead to no offer."),), (N_("You get interviews. Then it stops."),)
    ),
    "says_no_computer": Told(
        (N_("You said that you lack a computer or a connection."),), (N_("You have no computer."),)
    ),
    "easy_market_long_search": Told(
        (
            N_("Recruiters look for people for {target_label}, and the search lasts."),
            N_("Recruiters look for people, and the search lasts."),
        ),
        (N_("Firms look for people. Your search is long."),),
    ),
    "limits_rule_out": Told(
        (
            Counted(
                "count",
                N_("The limits stated leave aside one occupation ({share} %)."),
                N_("The limits stated leave aside {count} occupations ({share} %)."),
            ),
            N_("The limits stated leave occupations aside."),
        ),
        (N_("You cannot do some jobs."),),
    ),
    "wish_against_limits": Told(
        (
            N_("{target_label} may ask for what you said that you cannot do."),
            N_("The job may ask for what you said that you cannot do."),
        ),
        (N_("The job may ask for things that you cannot do."),),
    ),
    "wish_against_hours": Told(
        (
            N_("{target_label} may ask for hours that you do not work."),
            N_("The job may ask for hours that you do not work."),
        ),
        (N_("The job may ask for hours that you do not want."),),
    ),
    "hours_rule_out": Told(
        (
            N_("{share} % of occupations near yours may ask for hours that you do not work."),
            N_("Many occupations near yours may ask for hours that you do not work."),
        ),
        (N_("Many jobs ask for hours that you do not want."),),
    ),
    "stays_near": Told(
        (N_("You go {mobility_km} km from home at most."), N_("You look for work near home.")),
        (N_("You look for work near home."),),
    ),
    "says_no_transport": Told((N_("You said that you lack transport."),), (N_("You have no transport."),)),
    "says_no_childcare": Told(
        (N_("You said that you lack somebody to mind children."),),
        (N_("You need somebody to mind children."),),
    ),
    "driving_without_licence": Told(
        (
            N_("{target_label} may ask for a driving licence, and you have none."),
            N_("The job may ask for a driving licence, and you have none."),
        ),
        (N_("You may need a driving licence."),),
    ),
}

NOTES: Mapping[str, tuple[str | Counted, ...]] = {
    "profile_empty": (N_("Nothing was said yet from which a job could be proposed: start with jobs held."),),
    "contradiction": (
        N_("{label} is wanted, and goes against other answers ({what}): it is shown all the same."),
        N_("Some answers go against each other ({what}): look at them again together."),
    ),
    "limits_rule_out": (
        Counted(
            "count",
            N_("The limits stated left one occupation aside."),
            N_("The limits stated left {count} occupations aside."),
        ),
    ),
    "limits_rule_all_out": (
        N_("The limits stated would leave aside every occupation: they count against, and are shown."),
    ),
    "weekly_hours_not_in_tables": (
        N_("The tables do not tell the hours a week of jobs: only those of trainings were looked at."),
    ),
    "training_refused": (N_("No training is wanted: none is proposed."),),
    "nothing_found": (N_("Nothing was found to propose: say more, or advise by yourself."),),
    "tables_missing": (N_("The archive {archive} was not imported: what it tells is missing."),),
    "synthetic": (N_("Made on invented occupations and figures: for a demonstration only."),),
    "diploma_unknown": (N_("A diploma is not in the tables ({certification}): only its level counts."),),
    "skills_unknown": (
        Counted(
            "count",
            N_("One skill is not in the tables: it was left aside."),
            N_("{count} skills are not in the tables: they were left aside."),
        ),
    ),
    "interests_unknown": (
        Counted(
            "count",
            N_("One interest is not known: it was left aside."),
            N_("{count} interests are not known: they were left aside."),
        ),
    ),
    "territory_unknown": (
        N_("Department {department} is not in the tables: figures of the country were used."),
    ),
    "territory_not_said": (N_("No department was said: figures of the country were used."),),
    "occupation_unknown": (
        N_("{code} is not an occupation of these tables: {instead} stands for it; check it."),
        N_("{code} is not an occupation of these tables: it was left aside."),
    ),
}
FIELDS: Mapping[str, str] = {
    "targets": N_("the jobs wanted"),
    "held": N_("the jobs held"),
    "skills": N_("the skills"),
    "diplomas": N_("the diplomas"),
    "interests": N_("the interests"),
    "department": N_("the department"),
    "mobility_km": N_("the distance from home"),
    "moves_house": N_("whether to move house"),
    "licence_b": N_("the driving licence"),
    "weekly_hours": N_("the hours a week"),
    "refused_hours": N_("the hours not worked"),
    "limits": N_("the limits at work"),
    "difficulties": N_("what is hard"),
    "training_months": N_("the length of a training"),
    "months_searching": N_("since when work is looked for"),
    "applications_a_month": N_("the applications a month"),
    "interviews": N_("the interviews so far"),
}
OPENINGS: Mapping[Kind, Told] = {
    "occupation": Told((N_("A job to look at: {label}."),), (N_("Here is a job: {label}."),)),
    "skill": Told((N_("A skill to gain: {label}."),), (N_("You can learn this: {label}."),)),
    "soft_skill": Told(
        (N_("A strength to build: {label}."),), (N_("You can work on this strength: {label}."),)
    ),
    "training": Told((N_("A training to look at: {label}."),), (N_("Here is a training: {label}."),)),
    "event": Told((N_("An event to go to: {label}."),), (N_("You can go there: {label}."),)),
}
CLOSING = Told((N_("It is an opinion: you and your adviser decide."),), (N_("You choose. You can say no."),))
