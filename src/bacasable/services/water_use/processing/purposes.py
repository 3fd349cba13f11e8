"""Why the water service processes data, for how long, and what the data never serve."""

from bacasable.compliance.processing import LawfulBasis, Period, Purpose, Retention
from bacasable.compliance.service import N_

CONTRACT = "water_use.Contract"
HOUSEHOLD = "water_use.Household"
IDENTITY = "water_use.Identity"
ACCESS = "water_use.Access"
CODE = "water_use.PaperCode"
CONSENT = "water_use.HourlyConsent"
OBJECTION = "water_use.Objection"
INCIDENT = "water_use.Incident"
LETTER = "water_use.Letter"
ADVICE = "water_use.AdviceTaken"
DRAW = "water_use.LotDraw"
CASE = "water_use.CaseAccess"
RELEASE = "water_use.Release"
RUN = "water_use.Run"
IMPORT = "water_use.ReadingImport"
#: Data sets in Parquet: a row per meter and day, and the indexes of meters that are read by hand.
READINGS = "readings"
INDEXES = "indexes"
#: The columns of a day: its volume, how much of it is known or estimated, the flow that never stopped.
DAYS = ("day", "total", "hours", "estimated", "kind", "flow", "district", "month")
#: The columns of the 24 hours of a day.
HOURS = tuple(f"h{hour:02d}" for hour in range(24))

_SERVICE_LAW = N_("the public service of drinking water: in France, CGCT art. L.2224-7 and L.2224-7-1")
INFORM = Purpose(
    "inform_household",
    N_("show a household its own use of water, and what it may do"),
    LawfulBasis.PUBLIC_TASK,
    founded_on=_SERVICE_LAW,
)
HOURLY = Purpose(
    "show_hours",
    N_("keep and show the hours of a day, for a household that asks for it"),
    LawfulBasis.CONSENT,
)
LEAKS = Purpose(
    "detect_leaks",
    N_("warn early of water that never stops running"),
    LawfulBasis.PUBLIC_TASK,
    founded_on=_SERVICE_LAW,
)
NOTIFY = Purpose(
    "notify_excess",
    N_("tell the subscriber of a volume above twice the average, as the law demands"),
    LawfulBasis.LEGAL_OBLIGATION,
    founded_on=N_("CGCT art. L.2224-12-4 III bis and R.2224-20-1"),
)
COMPARE = Purpose(
    "compare",
    N_("publish how much similar homes use, so that a household can place itself among them"),
    LawfulBasis.PUBLIC_TASK,
    founded_on=_SERVICE_LAW,
)
TRAIN = Purpose(
    "train_model",
    N_("learn how much a home of some size is expected to use"),
    LawfulBasis.PUBLIC_TASK,
    founded_on=_SERVICE_LAW,
)
FORECAST = Purpose(
    "forecast_demand",
    N_("forecast the demand of a district"),
    LawfulBasis.PUBLIC_TASK,
    founded_on=_SERVICE_LAW,
)
EVALUATE = Purpose(
    "evaluate_effect",
    N_("measure, by lot, whether the comparison helps and whom it could harm"),
    LawfulBasis.PUBLIC_TASK,
    founded_on=_SERVICE_LAW,
)
ACCESS_ONLY = Purpose(
    "open_to_the_right_person",
    N_("open a home's figures to who lives there and to nobody else"),
    LawfulBasis.LEGAL_OBLIGATION,
    founded_on=N_("GDPR, art. 32"),
)

#: Purposes to which a household may object with a click.
OPEN_TO_OBJECTION = (COMPARE, TRAIN, EVALUATE)

#: After the end of the contract: 3 years for daily, 2 for infra-daily volumes (FNCCR, note of 2021, by
#: analogy with energy). The four years while it runs: the period looked at, and the three before it (the
#: law).
AFTER_CLOSING_DAILY = Period(months=36)
AFTER_CLOSING_HOURLY = Period(months=24)
#: How long the hours of a household that asked for them are kept.
ASKED_HOURS = AFTER_CLOSING_HOURLY
KEPT_CONTRACT = Retention(
    "water_contract", N_("contracts"), N_("the end of the contract"), current=AFTER_CLOSING_DAILY
)
KEPT_DAILY = Retention(
    "water_daily",
    N_("daily volumes and indexes, at most 3 years after the end of the contract"),
    N_("the day"),
    current=Period(months=48),
)
KEPT_HOURLY = Retention(
    "water_hourly",
    N_(
        "hourly volumes: a rolling window to see leaks, then only the total of the day; 24 months for a "
        "household that asked for them"
    ),
    N_("the day"),
    current=Period(days=30),
)
KEPT_HOUSEHOLD = Retention(
    "water_household", N_("what a household said of itself"), N_("the end of the contract"), Period(months=1)
)
KEPT_CHOICE = Retention(
    "water_choice",
    N_("consents and objections, to prove them"),
    N_("the withdrawal, or the end of the contract"),
    current=Period(months=36),
)
KEPT_ACCESS = Retention(
    "water_access", N_("who opens a home's figures"), N_("the end of the access"), current=Period(months=12)
)
KEPT_CODE = Retention("water_code", N_("paper codes"), N_("the making of the code"), current=Period(months=6))
KEPT_INCIDENT = Retention(
    "water_incident", N_("leaks and unusual volumes"), N_("the last day seen"), current=Period(months=36)
)
KEPT_LETTER = Retention("water_letter", N_("letters"), N_("the letter"), current=Period(months=36))
KEPT_ADVICE = Retention(
    "water_advice", N_("actions that a household says it did"), N_("the day"), current=Period(months=24)
)
KEPT_DRAW = Retention("water_draw", N_("lots drawn"), N_("the draw"), current=Period(months=24))
KEPT_CASE = Retention(
    "water_case", N_("curves opened by the utility"), N_("the end of the case"), current=Period(months=36)
)
KEPT_IMPORT = Retention(
    "water_import", N_("imports of readings"), N_("the import"), current=Period(months=12)
)

#: What the readings never serve, by a word of the purpose that somebody would ask for.
REFUSED_USES = {
    "tariff": N_("what is read to inform a household sets no price: a tariff rests on the billed index"),
    "billing": N_("what is read to inform a household is billed to nobody: bills rest on the billed index"),
    "cut_off": N_(
        "water is not cut off from a home (in France, CASF art. L.115-3), and no measure here leads to it"
    ),
    "fraud": N_("it informs, it never accuses: a household that looks at its use is not watched for fraud"),
    "residency": N_(
        "whether a home is lived in, by whom and when is never worked out: no proof of residence, no control"
    ),
    "occupancy": N_("whether somebody is at home is never worked out, nor given to anybody"),
}
