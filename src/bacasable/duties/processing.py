"""What an installation declares that runs services and no programme: its accounts, and what the duties store.

Where the programme is installed, its declaration takes in the same data, with its own people and purposes.
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
from bacasable.people.processing import ACCOUNT_FOR, JOURNAL, SECURE, of_accounts
from bacasable.people.processing import NOT_PERSONAL as OF_ACCOUNTS

EXERCISE_RIGHTS = Purpose(
    "exercise_rights",
    N_("answer the people who exercise their rights, and prove it"),
    LawfulBasis.LEGAL_OBLIGATION,
    founded_on=N_("GDPR 12 to 22; French Act no. 78-17, art. 48 to 56 and 85"),
)

#: How long requests and breaches are kept: no text says it; a choice to be checked by each controller.
REQUEST = Retention(
    "rights_request",
    N_("requests of persons and their answers"),
    N_("the answer, the refusal or the withdrawal"),
    current=Period(months=36),
)
UNSORTED = Retention(
    "rights_mail",
    N_("mails that may be requests of persons"),
    N_("the arrival; earlier once it is sorted"),
    current=Period(months=3),
)
ERASURES = Retention("erasures", N_("ledger of erasures"), N_("the erasure"), current=Period(months=13))
FORM_COUNT = Retention(
    "rights_form_count", N_("counts of the form and of mails"), N_("the request"), current=Period(days=1)
)
BREACH = Retention(
    "breach", N_("register of breaches"), N_("the closing of the breach"), current=Period(months=60)
)

RECORDED_DPIA = Retention(
    "dpia",
    N_("validated impact assessments"),
    N_("the record that replaces it"),
    current=Period(months=60),
)

#: What the rooms of the duties store of people, and what they store that says nothing about anybody.
DATA: tuple[DataField, ...] = (
    DataField(
        "keeping_acts",
        N_("who recorded a visa of the archives or started a purge"),
        "professional_life",
        ("staff",),
        (ACCOUNT_FOR.key,),
        JOURNAL,
        model_fields("duties.Visa", "recorded_by") + model_fields("duties.PurgeRun", "by"),
        source="staff",
    ),
    DataField(
        "rights_request",
        N_("requests of persons: what they ask, who they are, how it was proved, what was answered"),
        "contact",
        ("correspondent",),
        (EXERCISE_RIGHTS.key,),
        REQUEST,
        model_fields(
            "duties.RightsRequest",
            "service right state channel language email name identifier_name identifier_value body "
            "to_qualify attachments is_cut received_at identity_asked identity_asked_at identity_seen "
            "identity_at waited_days extended_at extension_reasons answer recipients_told closed_at work",
        ),
    ),
    DataField(
        "rights_mail",
        N_("mails that may be requests, until an officer has sorted them: sender, subject, text"),
        "contact",
        ("correspondent",),
        (EXERCISE_RIGHTS.key,),
        UNSORTED,
        model_fields(
            "duties.ReceivedMail", "sender subject body attachments is_cut received_at reason about"
        ),
    ),
    DataField(
        "rights_acts",
        N_("who dealt with a request"),
        "professional_life",
        ("staff",),
        (ACCOUNT_FOR.key,),
        REQUEST,
        model_fields("duties.RightsRequest", "handled_by"),
        source="staff",
    ),
    DataField(
        "rights_form_counts",
        N_("uses of the form and mails taken: keyed digests of address, network and message"),
        "connection",
        ("correspondent",),
        (SECURE.key,),
        FORM_COUNT,
        model_fields("duties.RequestCount", "sender_digest network_digest message_digest at"),
        source="platform",
    ),
    DataField(
        "erasures",
        N_("ledger of erasures: whom, sealed, so that a restored backup erases them again"),
        "contact",
        ("correspondent",),
        (EXERCISE_RIGHTS.key,),
        ERASURES,
        ("HOME/erasures.jsonl",),
        source="platform",
    ),
    DataField(
        "dpia_acts",
        N_("who validated an impact assessment, who recorded or revoked it, why, and the file attached"),
        "professional_life",
        ("staff",),
        (ACCOUNT_FOR.key,),
        RECORDED_DPIA,
        model_fields(
            "duties.DpiaRecord",
            "validated_by reason reference file file_name recorded_by revoked_by revocation_reason",
        ),
        source="staff",
    ),
    DataField(
        "breach_acts",
        N_("who recorded a breach or sent a notice"),
        "professional_life",
        ("staff",),
        (ACCOUNT_FOR.key,),
        BREACH,
        model_fields("duties.Breach", "recorded_by") + model_fields("duties.Notification", "by"),
        source="staff",
    ),
)
NOT_PERSONAL: tuple[NotPersonal, ...] = (
    NotPersonal(
        N_("visas of the archives and receipts of purges: retentions, counts and dates, no person"),
        model_fields(
            "duties.Visa",
            "id public_id service retention retention_sha256 reference given_on ends_on recorded_at "
            "withdrawn_at",
        )
        + model_fields("duties.PurgeRun", "id public_id at lines count is_whole receipt"),
    ),
    NotPersonal(
        N_("validated impact assessments: which declaration, dates, the sealed key of the file"),
        model_fields(
            "duties.DpiaRecord",
            "id public_id service declaration_sha256 risk_sha256 validated_on data_key review_on "
            "recorded_at revoked_at replaced_at",
        ),
    ),
    NotPersonal(
        N_("internal number or random identifier of a row, or the row that it belongs to"),
        model_fields("duties.RightsRequest", "id public_id")
        + model_fields("duties.ReceivedMail", "id public_id")
        + model_fields("duties.RequestCount", "id")
        + model_fields("duties.Notification", "id breach"),
    ),
    NotPersonal(
        N_("register of breaches: facts, effects and measures, without a person's name"),
        model_fields(
            "duties.Breach",
            "id public_id title state nature facts services aware_at began_on ended_on categories persons "
            "persons_count records_count consequences measures risk risk_reasons assessed_at delay_reasons "
            "no_notice_reasons closed_at recorded_at revision",
        )
        + model_fields("duties.Notification", "to sent_at is_complete reference"),
    ),
)

PROCESSING = Processing(
    service="instance",
    title=N_("This installation: accounts, rights, journal"),
    controller=Controller(
        name=N_("the body that runs this installation"),
        contact=N_("at the address of this site"),
        dpo=Contact(N_("its data protection officer")),
    ),
    persons={
        "staff": N_("staff with an account"),
        "correspondent": N_("people who write or ask for a link"),
    },
    purposes=(SECURE, ACCOUNT_FOR, EXERCISE_RIGHTS),
    data=of_accounts(("staff",)) + DATA,
    not_personal=OF_ACCOUNTS
    + NOT_PERSONAL
    + (
        NotPersonal(
            N_("encrypted files of services: a row of the service that put one there names and declares it"),
            ("HOME/files",),
        ),
    ),
    recipients=(Recipient(N_("administrators of accounts"), "internal", (SECURE.key,)),),
    security=(
        Measure("deny_by_default", N_("every page checks a permission; what is not allowed is refused")),
        Measure("second_factor", N_("password and second factor for staff")),
        Measure("chained_journal", N_("acts journalled in a chain of digests, without content")),
    ),
    dpia=Dpia(
        criteria=(), reason=N_("accounts of staff and requests of people: none of the nine criteria is met")
    ),
    oversight=Oversight(
        by=N_("administrators and the data protection officer"),
        means=N_("nothing is decided about a person here"),
        can_depart=N_("nothing is decided about a person here"),
    ),
    ai_act=AiActProfile(uses_ai=False),
)
