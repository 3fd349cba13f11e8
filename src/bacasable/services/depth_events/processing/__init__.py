"""What depth events processes, why, and for how long: the first file to read.

Two modes, kept apart from the sensor to the page. *Statistics* counts over time and area and can raise no
alert. *Intervention* raises alerts: what it stores is treated as personal data even though it names nobody,
because it leads to an action towards a person. No frame is kept, and no number of a person exists.
"""

from bacasable.compliance.processing import (
    AiActProfile,
    Contact,
    Controller,
    Dpia,
    Measure,
    Oversight,
    Processing,
    Recipient,
)
from bacasable.compliance.service import N_
from bacasable.services.depth_events.processing.held import HELD, NOT_PERSONAL
from bacasable.services.depth_events.processing.purposes import (
    ANSWER,
    INTERVENTION,
    OVERSEE,
    REFUSED_USES,
    SECURE,
    STATISTICS,
)

__all__ = [
    "ANSWER",
    "INTERVENTION",
    "OVERSEE",
    "PROCESSING",
    "REFUSED_USES",
    "SECURE",
    "STATISTICS",
]

PROCESSING = Processing(
    service="depth_events",
    title=N_("Events on depth frames"),
    controller=Controller(
        name=N_("the body that runs this installation"),
        contact=N_("at the address of this site"),
        dpo=Contact(N_("its data protection officer")),
    ),
    persons={
        "passer_by": N_("people who pass where sensors are"),
        "operator": N_("operators, and other agents of the station"),
    },
    purposes=(STATISTICS, INTERVENTION, OVERSEE, ANSWER, SECURE),
    data=HELD,
    not_personal=NOT_PERSONAL,
    recipients=(
        Recipient(
            N_("operators of the station, and the agents whom they send"),
            "internal",
            (INTERVENTION.key, OVERSEE.key),
        ),
        Recipient(
            N_("everybody: aggregates of enough people, as open data"),
            "internal",
            (STATISTICS.key,),
        ),
        Recipient(
            N_("the manager of the service, who answers requests by place and time"),
            "internal",
            (ANSWER.key, SECURE.key),
        ),
        Recipient(
            N_("the data protection officer: measures and registers, never an incident"),
            "internal",
            (SECURE.key,),
        ),
    ),
    security=(
        Measure(
            "cut_at_acquisition",
            N_("heights are cut and cells made coarse first: no later stage can be handed a raw frame"),
        ),
        Measure(
            "frames_overwritten",
            N_("frames lie in a ring of memory that is overwritten; none is written, sent or logged"),
        ),
        Measure(
            "modes_apart",
            N_("statistics and intervention have their own outputs and retention: a count raises no alert"),
        ),
        Measure(
            "no_number_of_a_person",
            N_("an incident has a number drawn at random; nobody has one, and nobody is followed"),
        ),
        Measure(
            "small_cells_hidden",
            N_("a count of too few people is not told"),
        ),
        Measure(
            "filmed_places_known",
            N_("where cameras film too, nothing is called anonymous: a register says where and by whom"),
        ),
    ),
    dpia=Dpia(
        criteria=("systematic_monitoring", "vulnerable_persons", "large_scale", "innovative_use"),
        status="to_do",
        reason=N_(
            "a public place is watched without pause by a technique that people do not know: the controller "
            "assesses before production"
        ),
    ),
    oversight=Oversight(
        by=N_("operators of the station, who look before anybody is sent"),
        means=N_(
            "each alert shows what, where to half a metre, since when, how sure, and how often such alerts "
            "were right"
        ),
        can_depart=N_(
            "the operator goes, sends or does nothing, and says whether it was true; an alert decides nothing"
        ),
    ),
    ai_act=AiActProfile(
        uses_ai=True,
        role="both",
        risk="minimal",
        class_reasons={
            "3(1)": N_("heights of the floor are turned into events by rules and limits chosen on data"),
            "5(1)(h)": N_("no biometric identification, remote or in real time: refused by the gate"),
            "5(1)(f)": N_("no emotion is inferred"),
            "5(1)(g)": N_("nobody is put into a category by their body"),
            "6(2), Annex III 1": N_("no biometrics: neither identification, nor category, nor emotion"),
            "6(2), Annex III 2": N_(
                "no safety component of road, rail or other infrastructure: an operator is told, nothing is "
                "stopped or steered; whoever couples an alert to a train's brake changes the class"
            ),
            "6(2), Annex III 6": N_("not for law enforcement: an alert is no evidence against anybody"),
            "50(1)": N_("nobody converses with it; panels say that sensors and software are there"),
        },
        notice_to_persons=N_(
            "Sensors measure distances here, not images. Software tells operators where somebody may need "
            "help, or counts people. It knows nobody and decides nothing."
        ),
    ),
    refused_uses=REFUSED_USES,
)
