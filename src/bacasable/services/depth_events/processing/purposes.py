"""Why depth events processes data, in which of its two modes, for how long, and what the data never serve."""

from bacasable.compliance.processing import LawfulBasis, Period, Purpose, Retention
from bacasable.compliance.service import N_

STATION = "depth_events.Station"
SENSOR = "depth_events.Sensor"
ZONE = "depth_events.Zone"
INCIDENT = "depth_events.Incident"
ACT = "depth_events.IncidentAct"
STATISTIC = "depth_events.Statistic"
HANDOVER = "depth_events.Handover"
INTERRUPTION = "depth_events.Interruption"
LOOK = "depth_events.CalibrationLook"
OVERLAP = "depth_events.CctvOverlap"
OBJECTION = "depth_events.ObjectionRequest"
#: What a sensor measures, in the memory of the edge: a ring of a few frames, overwritten, never written down.
RING = "ring"

_SAFETY = N_(
    "the operator's task to keep travellers safe, by the text that the controller names before production; "
    "in France, for RATP and SNCF, Code des transports, art. L.2251-1 (to be checked in the official text)"
)
STATISTICS = Purpose(
    "statistics",
    N_("count, over time and area, how a place is used: never one person, never an alert"),
    LawfulBasis.PUBLIC_TASK,
    founded_on=_SAFETY,
)
INTERVENTION = Purpose(
    "intervention",
    N_("send somebody where a person has fallen, went where it is dangerous, or is caught in a crowd"),
    LawfulBasis.PUBLIC_TASK,
    founded_on=_SAFETY,
)
OVERSEE = Purpose(
    "oversee",
    N_("show who acted on an alert, when, and how often alerts were right"),
    LawfulBasis.LEGAL_OBLIGATION,
    founded_on=N_("GDPR, art. 5(2) and 24: what is done can be shown"),
)
ANSWER = Purpose(
    "answer_requests",
    N_("answer those who object, or ask what is held, by place and time and without saying who they are"),
    LawfulBasis.LEGAL_OBLIGATION,
    founded_on=N_("GDPR, art. 11, 12, 15, 17 and 21"),
)
SECURE = Purpose(
    "secure_places",
    N_("know where sensors stand, whether they work, and where cameras film too"),
    LawfulBasis.LEGAL_OBLIGATION,
    founded_on=N_("GDPR, art. 32; recital 26 for what anonymity rests on"),
)

#: The shortest period that a declaration can say; the ring holds some tenths of a second.
KEPT_RING = Retention(
    "depth_ring",
    N_("frames, in memory: overwritten within a second, never written anywhere"),
    N_("the measurement"),
    current=Period(days=1),
)
#: ``BACASABLE_DEPTH_EVENTS_INCIDENT_DAYS`` may make it shorter.
KEPT_INCIDENT = Retention(
    "depth_incident", N_("incidents (intervention)"), N_("the start of the incident"), current=Period(days=30)
)
KEPT_STATISTIC = Retention(
    "depth_statistic", N_("aggregates (statistics)"), N_("the end of the hour"), current=Period(months=24)
)
KEPT_ACT = Retention(
    "depth_act",
    N_("what operators did of an incident"),
    N_("the start of the incident"),
    current=Period(days=30),
)
KEPT_SHIFT = Retention(
    "depth_shift", N_("handovers between shifts"), N_("the handover"), current=Period(months=6)
)
KEPT_LOOK = Retention(
    "depth_look",
    N_("looks at what a sensor sees, for calibration"),
    N_("the look"),
    current=Period(months=12),
)
KEPT_OVERLAP = Retention(
    "depth_overlap",
    N_("declarations of zones that cameras film too"),
    N_("the end of the overlap"),
    current=Period(months=36),
)
KEPT_OBJECTION = Retention(
    "depth_objection",
    N_("requests by place and time, and their answers"),
    N_("the request"),
    current=Period(months=12),
)

#: What the data never serve, by a word of the purpose that somebody would ask for.
REFUSED_USES = {
    "identif": N_("nobody is identified: distances are cut so that they tell little of who; it is measured"),
    "recogni": N_("nobody is recognised, by face, build or gait: biometrics are refused whatever the text"),
    "biometri": N_("biometrics are refused, whatever the purpose"),
    "gait": N_("nobody is recognised by how they walk: biometrics are refused, whatever the purpose"),
    "facial": N_("distances hold no face, and nobody is recognised: biometrics are refused"),
    "emotion": N_("no mood, intent or emotion is read from how people move"),
    "weapon": N_("a weapon cannot be told from other things by distances: not supported, so not promised"),
    "fire": N_("fire and smoke cannot be told by distances: not supported, so not promised"),
    "tracking": N_("nobody is followed from one place to another: no number of a person exists"),
    "sanction": N_("an alert sends help; it is no evidence against anybody, and no ground for a sanction"),
    "fraud": N_("fare evasion is not looked for: an alert sends help, it accuses nobody"),
    "staff": N_("agents are not watched: neither their rounds nor their pace is worked out from here"),
}
