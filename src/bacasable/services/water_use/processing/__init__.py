"""What the water service processes, why, and for how long: the first file to read.

It informs, it never decides. Readings lie in Parquet under a pseudonym of the meter; who lives behind it lies
in the database, sealed; the key that joins the two lies apart from both and can be destroyed.
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
from bacasable.services.water_use.processing.held import HELD, NOT_PERSONAL
from bacasable.services.water_use.processing.purposes import (
    ACCESS,
    ACCESS_ONLY,
    ADVICE,
    AFTER_CLOSING_DAILY,
    AFTER_CLOSING_HOURLY,
    ASKED_HOURS,
    CASE,
    CODE,
    COMPARE,
    CONSENT,
    CONTRACT,
    DAYS,
    DRAW,
    EVALUATE,
    FORECAST,
    HOURLY,
    HOURS,
    HOUSEHOLD,
    IDENTITY,
    IMPORT,
    INCIDENT,
    INDEXES,
    INFORM,
    KEPT_ACCESS,
    KEPT_ADVICE,
    KEPT_CASE,
    KEPT_CHOICE,
    KEPT_CODE,
    KEPT_CONTRACT,
    KEPT_DAILY,
    KEPT_DRAW,
    KEPT_HOURLY,
    KEPT_HOUSEHOLD,
    KEPT_IMPORT,
    KEPT_INCIDENT,
    KEPT_LETTER,
    LEAKS,
    LETTER,
    NOTIFY,
    OBJECTION,
    OPEN_TO_OBJECTION,
    READINGS,
    REFUSED_USES,
    RELEASE,
    RUN,
    TRAIN,
)

__all__ = [
    "ACCESS",
    "ACCESS_ONLY",
    "ADVICE",
    "AFTER_CLOSING_DAILY",
    "AFTER_CLOSING_HOURLY",
    "ASKED_HOURS",
    "CASE",
    "CODE",
    "COMPARE",
    "CONSENT",
    "CONTRACT",
    "DAYS",
    "DRAW",
    "EVALUATE",
    "FORECAST",
    "HOURLY",
    "HOURS",
    "HOUSEHOLD",
    "IDENTITY",
    "IMPORT",
    "INCIDENT",
    "INDEXES",
    "INFORM",
    "KEPT_ACCESS",
    "KEPT_ADVICE",
    "KEPT_CASE",
    "KEPT_CHOICE",
    "KEPT_CODE",
    "KEPT_CONTRACT",
    "KEPT_DAILY",
    "KEPT_DRAW",
    "KEPT_HOURLY",
    "KEPT_HOUSEHOLD",
    "KEPT_IMPORT",
    "KEPT_INCIDENT",
    "KEPT_LETTER",
    "LEAKS",
    "LETTER",
    "NOTIFY",
    "OBJECTION",
    "OPEN_TO_OBJECTION",
    "PROCESSING",
    "READINGS",
    "REFUSED_USES",
    "RELEASE",
    "RUN",
    "TRAIN",
]

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
    data=HELD,
    not_personal=NOT_PERSONAL,
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
