"""What the water service processes, why, and for how long: the first file to read.

It informs, it never decides. Readings lie in Parquet under a pseudonym of the meter; who lives behind it lies
in the database, sealed; the key that joins the two lies apart from both and can be destroyed.
"""

from bacasable.compliance.processing import (
    AiActProfile,
    Contact,
    Controller,
    DataField,
    Dpia,
    LawfulBasis,
    Measure,
    NotPersonal,
    Oversight,
    Period,
    Processing,
    Purpose,
    Recipient,
    Retention,
    model_fields,
)
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

#: After the end of the contract: 3 years for daily, 2 for infra-daily volumes (FNCCR, note of 2021, by analogy
#: with energy). The four years while it runs: the period looked at, and the three before it (the law).
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

_ALL_USES = (INFORM.key, LEAKS.key, COMPARE.key, TRAIN.key, FORECAST.key, EVALUATE.key)

PROCESSING = Processing(
    service="water_use",
    title=N_("Water consumption"),
    controller=Controller(
        name=N_("the body that runs this installation"),
        contact=N_("at the address of this site"),
        dpo=Contact(N_("its data protection officer")),
    ),
    persons={
        "household": N_("people of a home with a water meter"),
        "agent": N_("agents of the water service"),
    },
    purposes=(INFORM, HOURLY, LEAKS, NOTIFY, COMPARE, TRAIN, FORECAST, EVALUATE, ACCESS_ONLY),
    data=(
        DataField(
            "contract",
            N_("number of the contract and of the meter, name and address, sealed; dates of the contract"),
            "contact",
            ("household",),
            (INFORM.key, LEAKS.key, NOTIFY.key),
            KEPT_CONTRACT,
            model_fields(CONTRACT, "number_digest serial_digest sealed opened_on closed_on"),
            source="water service",
        ),
        DataField(
            "building",
            N_("district, kind and surface of the dwelling"),
            "location",
            ("household",),
            (INFORM.key, NOTIFY.key, COMPARE.key, TRAIN.key, FORECAST.key),
            KEPT_CONTRACT,
            model_fields(CONTRACT, "district dwelling surface_m2 grain"),
            source="water service",
        ),
        DataField(
            "household",
            N_("number of people, garden, pool, dishwasher: what the household said"),
            "personal_life",
            ("household",),
            (INFORM.key, COMPARE.key, TRAIN.key),
            KEPT_HOUSEHOLD,
            model_fields(HOUSEHOLD, "members garden pool dishwasher source declared_on"),
            required=False,
        ),
        DataField(
            "meter",
            N_("pseudonym of the meter, one for each purpose"),
            "pseudonym",
            ("household",),
            (*_ALL_USES, HOURLY.key, NOTIFY.key),
            KEPT_DAILY,
            (f"{READINGS}.meter", f"{INDEXES}.meter"),
            source="water service",
            kind="METER",
        ),
        DataField(
            "daily",
            N_("litres of a day, and indexes"),
            "consumption",
            ("household",),
            (*_ALL_USES, HOURLY.key, NOTIFY.key),
            KEPT_DAILY,
            (
                *(f"{READINGS}.{name}" for name in DAYS),
                *(f"{INDEXES}.{name}" for name in ("read_at", "index_litres", "kind")),
            ),
            source="water service",
        ),
        DataField(
            "hourly",
            N_("litres of each hour: in the window in which leaks are seen, or because they were asked for"),
            "consumption",
            ("household",),
            (LEAKS.key, FORECAST.key, HOURLY.key),
            KEPT_HOURLY,
            tuple(f"{READINGS}.{hour}" for hour in HOURS),
            source="water service",
        ),
        DataField(
            "consent",
            N_("whether and when the household asked for its hours"),
            "personal_life",
            ("household",),
            (HOURLY.key,),
            KEPT_CHOICE,
            model_fields(CONSENT, "contract given_at withdrawn_at"),
            required=False,
        ),
        DataField(
            "objection",
            N_("what the household objected to, and when"),
            "personal_life",
            ("household",),
            (COMPARE.key, TRAIN.key, EVALUATE.key),
            KEPT_CHOICE,
            model_fields(OBJECTION, "contract purpose made_at withdrawn_at"),
            required=False,
        ),
        DataField(
            "identity",
            N_("who signed in: a keyed digest of the identity provider's identifier, no name"),
            "account",
            ("household",),
            (ACCESS_ONLY.key,),
            KEPT_ACCESS,
            model_fields(IDENTITY, "public_id subject_digest made_at last_at"),
            source="identity provider",
            required=False,
        ),
        DataField(
            "access",
            N_("which identity opens which home, from when to when"),
            "account",
            ("household",),
            (ACCESS_ONLY.key,),
            KEPT_ACCESS,
            model_fields(ACCESS, "contract identity linked_at ended_at"),
        ),
        DataField(
            "code",
            N_("paper code: a digest of it, its dates, wrong attempts"),
            "account",
            ("household",),
            (ACCESS_ONLY.key,),
            KEPT_CODE,
            model_fields(
                CODE, "contract reference digest made_at expires_at attempts locked_until used_at ended_at"
            ),
            source="platform",
        ),
        DataField(
            "leak",
            N_("a leak or an unusual volume: since when, how much, what was sent and answered"),
            "consumption",
            ("household",),
            (LEAKS.key, NOTIFY.key),
            KEPT_INCIDENT,
            model_fields(
                INCIDENT,
                "contract kind start last_seen litres_per_hour confidence state litres average_litres "
                "first_day last_day warned_at notified_at attestation_due attested_at acknowledged_at "
                "explained_as",
            ),
            source="platform",
        ),
        DataField(
            "letter",
            N_("letters: kind, period, sealed PDF, when and by whom sent"),
            "consumption",
            ("household",),
            (INFORM.key, LEAKS.key, NOTIFY.key),
            KEPT_LETTER,
            model_fields(LETTER, "contract incident kind period file made_at sent_at sent_by"),
            source="platform",
        ),
        DataField(
            "advice",
            N_("actions that the household says it did, and since when"),
            "personal_life",
            ("household",),
            (INFORM.key,),
            KEPT_ADVICE,
            model_fields(ADVICE, "contract action taken_on"),
            required=False,
        ),
        DataField(
            "draw",
            N_("which side a home drew in an evaluation by lot"),
            "consumption",
            ("household",),
            (EVALUATE.key,),
            KEPT_DRAW,
            model_fields(DRAW, "contract evaluation receives drawn_at"),
            source="platform",
        ),
        DataField(
            "case",
            N_("an agent who opened a curve: for which contract, why, until when"),
            "professional_life",
            ("agent",),
            (ACCESS_ONLY.key,),
            KEPT_CASE,
            model_fields(CASE, "contract agent reason opened_at until ended_at"),
        ),
        DataField(
            "importer",
            N_("the account that imported readings"),
            "professional_life",
            ("agent",),
            (ACCESS_ONLY.key,),
            KEPT_IMPORT,
            model_fields(IMPORT, "by asked_at"),
        ),
    ),
    not_personal=(
        NotPersonal(
            N_("numbers and random identifiers of records, or the record that one belongs to"),
            model_fields(CONTRACT, "id public_id")
            + model_fields(HOUSEHOLD, "id contract")
            + model_fields(IDENTITY, "id")
            + model_fields(ACCESS, "id")
            + model_fields(CODE, "id public_id")
            + model_fields(CONSENT, "id")
            + model_fields(OBJECTION, "id")
            + model_fields(INCIDENT, "id public_id")
            + model_fields(LETTER, "id public_id")
            + model_fields(ADVICE, "id")
            + model_fields(DRAW, "id")
            + model_fields(CASE, "id public_id")
            + model_fields(IMPORT, "id public_id"),
        ),
        NotPersonal(
            N_("data keys of contracts and letters, wrapped by the key of the installation"),
            model_fields(CONTRACT, "data_key") + model_fields(LETTER, "data_key"),
        ),
        NotPersonal(
            N_("what is published of similar homes: quantiles of many, none of one"),
            model_fields(RELEASE, "id public_id kind period content digest suppressed made_at"),
        ),
        NotPersonal(
            N_("runs and imports: counts, states, lines that name no home"),
            model_fields(RUN, "id public_id kind state figures error started_at finished_at")
            + model_fields(
                IMPORT, "file file_name data_key mapping state done total report rejects finished_at"
            ),
        ),
        NotPersonal(
            N_("where readings lie, by pseudonym: declared column by column"),
            ("HOME/water_use",),
        ),
    ),
    recipients=(
        Recipient(
            N_("the household itself, once its identity is proven"),
            "internal",
            (INFORM.key, HOURLY.key, COMPARE.key),
        ),
        Recipient(
            N_("agents of the water service: the state of leaks, never curves outside a case that is logged"),
            "internal",
            (LEAKS.key, NOTIFY.key),
        ),
    ),
    security=(
        Measure(
            "linkage_apart",
            N_("readings lie under pseudonyms; the key that joins them to homes is apart, destroyable"),
        ),
        Measure(
            "sealed_contracts",
            N_("names, addresses, numbers of contracts and letters are sealed, one key each"),
        ),
        Measure(
            "identity_before_curves",
            N_("a paper code opens the state of leaks and totals only; curves need a proven identity"),
        ),
        Measure(
            "hours_expire",
            N_("hourly volumes leave totals and the state of leaks behind them, unless the household asked"),
        ),
    ),
    dpia=Dpia(
        criteria=("sensitive_data", "large_scale", "systematic_monitoring", "innovative_use"),
        status="to_do",
        reason=N_(
            "volumes by the hour tell of habits and absences, of many homes, without pause: the controller "
            "assesses before production"
        ),
    ),
    oversight=Oversight(
        by=N_("agents of the water service, before any letter leaves"),
        means=N_("each alert shows since when, how much, how sure and what a wrong alert would be"),
        can_depart=N_("the agent sends, waits or closes; the household says what it was; nothing is decided"),
    ),
    ai_act=AiActProfile(
        uses_ai=True,
        role="both",
        risk="minimal",
        class_reasons={
            "3(1)": N_("expected use and demand are learned from readings"),
            "5(1)(c)": N_("no score of a person: a home is placed by itself among published quantiles"),
            "6(2), Annex III 2": N_(
                "no safety component of the supply of water: a forecast shown to agents commands nothing"
            ),
            "6(2), Annex III 5(a)": N_("opens and closes no access to a public service or benefit"),
        },
        notice_to_persons=N_(
            "Software compares volumes and looks for leaks. It decides nothing: no price, no cut-off, no "
            "control rests on it."
        ),
    ),
    refused_uses=REFUSED_USES,
)
