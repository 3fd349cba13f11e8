"""What values of a profile are called on pages: limits, hours, difficulties, interests, levels."""

from collections.abc import Mapping

from bacasable.compliance.service import N_
from bacasable.services.job_advice.engine.profiles import Difficulty, Hours, Limit

LIMITS: Mapping[Limit, str] = {
    "no_heavy_loads": N_("carry heavy loads"),
    "no_long_standing": N_("stand for long"),
    "no_repeated_gestures": N_("repeat the same gestures"),
    "no_height": N_("work at height"),
    "no_noise": N_("work in noise"),
    "no_outdoor_work": N_("work outdoors"),
    "no_screen_work": N_("work at a screen"),
    "no_driving": N_("drive"),
    "no_chemicals": N_("handle chemicals"),
    "no_crowd": N_("work amid many people"),
}
HOURS: Mapping[Hours, str] = {
    "night": N_("at night"),
    "weekend": N_("at weekends"),
    "evening": N_("in the evening"),
    "shifts": N_("in shifts"),
    "split_days": N_("in split days"),
    "on_call": N_("on call"),
}
DIFFICULTIES: Mapping[Difficulty, str] = {
    "no_clear_project": N_("I do not know which job to look for"),
    "several_projects": N_("I hesitate between several jobs"),
    "few_offers": N_("I find few offers"),
    "few_applications": N_("I apply little"),
    "no_answers": N_("I get no answer"),
    "no_interviews": N_("I get answers, and no interview"),
    "interviews_without_offer": N_("I get interviews, and no offer"),
    "no_transport": N_("I lack transport"),
    "no_childcare": N_("I lack childcare"),
    "no_computer": N_("I lack a computer or a connection"),
}
#: Holland's six interests, as the official table of occupations gives them, letter by letter.
INTERESTS: Mapping[str, str] = {
    "R": N_("make, repair, work with one’s hands"),
    "I": N_("understand, observe, search"),
    "A": N_("create, imagine, express"),
    "S": N_("help, care, teach"),
    "E": N_("undertake, persuade, lead"),
    "C": N_("order, check, follow rules"),
}
LEVELS: Mapping[int, str] = {
    3: N_("level 3 (CAP, BEP)"),
    4: N_("level 4 (baccalauréat, BP)"),
    5: N_("level 5 (BTS, DUT)"),
    6: N_("level 6 (licence, BUT)"),
    7: N_("level 7 (master, engineer)"),
    8: N_("level 8 (doctorate)"),
}
#: What the parts of a profile are called, in the order in which an interview goes through them.
PARTS: Mapping[str, str] = {
    "held": N_("Jobs held"),
    "targets": N_("Jobs wanted"),
    "skills": N_("Skills"),
    "diplomas": N_("Diplomas"),
    "mobility": N_("Where, and how far"),
    "hours": N_("Hours and training"),
    "limits": N_("Limits at work"),
    "search": N_("How the search goes"),
    "interests": N_("Interests"),
}
