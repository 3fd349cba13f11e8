"""What the water service holds of people, and where; and what it holds that is nobody's."""

from bacasable.compliance.processing import DataField, NotPersonal, model_fields
from bacasable.compliance.service import N_
from bacasable.services.water_use.processing.purposes import (
    ACCESS,
    ACCESS_ONLY,
    ADVICE,
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
    READINGS,
    RELEASE,
    RUN,
    TRAIN,
)

_ALL_USES = (INFORM.key, LEAKS.key, COMPARE.key, TRAIN.key, FORECAST.key, EVALUATE.key)

HELD = (
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
        leaves="pseudonym",
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
        (LEAKS.key, FORECAST.key, HOURLY.key, COMPARE.key),
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
            "average_basis "
            "first_day last_day warned_at notified_at attestation_due attested_at acknowledged_at "
            "called_at explained_as",
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
)

NOT_PERSONAL = (
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
        + model_fields(IMPORT, "file file_name data_key mapping state done total report rejects finished_at"),
    ),
    NotPersonal(
        N_("where readings lie, by pseudonym: declared column by column"),
        ("HOME/water_use",),
    ),
)
