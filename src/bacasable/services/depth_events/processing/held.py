"""What depth events holds of people, and where; and what it holds that is nobody's."""

from bacasable.compliance.processing import DataField, NotPersonal, model_fields
from bacasable.compliance.service import N_
from bacasable.services.depth_events.processing.purposes import (
    ACT,
    ANSWER,
    HANDOVER,
    INCIDENT,
    INTERRUPTION,
    INTERVENTION,
    KEPT_ACT,
    KEPT_INCIDENT,
    KEPT_LOOK,
    KEPT_OBJECTION,
    KEPT_OVERLAP,
    KEPT_RING,
    KEPT_SHIFT,
    KEPT_STATISTIC,
    LOOK,
    OBJECTION,
    OVERLAP,
    OVERSEE,
    RING,
    SECURE,
    SENSOR,
    STATION,
    STATISTIC,
    STATISTICS,
    ZONE,
)

HELD = (
    DataField(
        "depth_frame",
        N_("distances, cut at a height and made coarse as they are measured; in memory only"),
        "image_or_depth",
        ("passer_by",),
        (STATISTICS.key, INTERVENTION.key),
        KEPT_RING,
        (f"{RING}.heights_mm",),
        source=N_("sensors of the station"),
    ),
    DataField(
        "incident",
        N_("an alert: what, where to half a metre, when, how sure; nobody is named or numbered"),
        "location",
        ("passer_by",),
        (INTERVENTION.key,),
        KEPT_INCIDENT,
        model_fields(
            INCIDENT,
            "station sensor zone incident_key kind severity confidence x_m y_m facts started_at updated_at "
            "ended_at received_at escalated_at",
        ),
        source=N_("sensors of the station"),
    ),
    DataField(
        "count",
        N_("aggregates over a period and an area, of enough people"),
        "location",
        ("passer_by",),
        (STATISTICS.key,),
        KEPT_STATISTIC,
        model_fields(STATISTIC, "sensor zone measure value is_suppressed minimum from_at to_at"),
        source=N_("sensors of the station"),
    ),
    DataField(
        "act",
        N_("what was done of an alert, what it turned out to be, when and by which account"),
        "professional_life",
        ("operator",),
        (OVERSEE.key, INTERVENTION.key),
        KEPT_ACT,
        model_fields(ACT, "incident verb outcome note at by"),
        source="staff",
    ),
    DataField(
        "handover",
        N_("what a shift left to the next, and which accounts"),
        "professional_life",
        ("operator",),
        (OVERSEE.key,),
        KEPT_SHIFT,
        model_fields(HANDOVER, "station by at note taken_by taken_at"),
        source="staff",
    ),
    DataField(
        "look",
        N_("which account looked at what is left of a sensor's frames, why, until when"),
        "professional_life",
        ("operator",),
        (SECURE.key,),
        KEPT_LOOK,
        model_fields(LOOK, "sensor by reason asked_at until"),
        source="staff",
    ),
    DataField(
        "overlap",
        N_("which account declared that cameras film a zone, and where that is"),
        "professional_life",
        ("operator",),
        (SECURE.key,),
        KEPT_OVERLAP,
        model_fields(
            OVERLAP, "sensor zone filmed_by from_on until_on words made_at made_by ended_at ended_by"
        ),
        source="staff",
    ),
    DataField(
        "request",
        N_("a request: which place, from when to when, what is asked; no name"),
        "location",
        ("passer_by",),
        (ANSWER.key,),
        KEPT_OBJECTION,
        model_fields(OBJECTION, "reference sensor kind from_at to_at made_at due_at state erased"),
    ),
    DataField(
        "answer",
        N_("the answer to a request, and which account gave it"),
        "professional_life",
        ("operator",),
        (ANSWER.key,),
        KEPT_OBJECTION,
        model_fields(OBJECTION, "answer answered_at answered_by"),
        source="staff",
    ),
)

NOT_PERSONAL = (
    NotPersonal(
        N_("numbers and random identifiers of records"),
        model_fields(INCIDENT, "id public_id is_simulated")
        + model_fields(ACT, "id public_id")
        + model_fields(STATISTIC, "id")
        + model_fields(HANDOVER, "id public_id")
        + model_fields(LOOK, "id public_id")
        + model_fields(OVERLAP, "id public_id")
        + model_fields(OBJECTION, "id public_id"),
    ),
    NotPersonal(
        N_("stations, sensors and zones: where they are, what they do, whether they work"),
        model_fields(
            STATION,
            "id key title longitude latitude width_m depth_m is_simulated is_online avoidance "
            "objection_set_aside_by objection_means panel_generated_on updated_at",
        )
        + model_fields(
            SENSOR,
            "id station key title x_m y_m height_m area mode setting events state state_reason state_since "
            "occupancy last_at",
        )
        + model_fields(ZONE, "id sensor key title kind corners")
        + model_fields(INTERRUPTION, "id station sensor kind from_at to_at"),
    ),
    NotPersonal(
        N_("broker and station of a demonstration: settings, a password of this machine, messages that wait"),
        ("HOME/depth_events",),
    ),
)
