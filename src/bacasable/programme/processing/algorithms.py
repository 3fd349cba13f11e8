"""The algorithm on which the programme's decisions rest: the committee's scoring grid, which helps people."""

from bacasable.compliance.processing import Algorithm
from bacasable.compliance.service import N_
from bacasable.programme.processing.purposes import EXAMINE

ALGORITHMS = (
    Algorithm(
        "scoring_grid",
        N_("Weighted scoring grid of the committee"),
        (EXAMINE.key,),
        decision=N_("which projects of a call are supported"),
        contribution="help",
        kind="rules",
        data=("scores",),
        step=N_(
            "after the experts have scored: the ranking is shown to the committee before it deliberates, and "
            "the president decides"
        ),
        operations=N_(
            "the mean of the experts' scores on each criterion, weighted; the ranking, and how it moves when "
            "a weight or an expert is left out"
        ),
        parameters=N_("the criteria and weights of the call, frozen when it is published"),
        affects=N_("the bodies that apply: to be supported or not"),
        rules_at=N_("the page of each call, under criteria"),
    ),
)
