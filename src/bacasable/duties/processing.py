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
    Processing,
    Purpose,
    Recipient,
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
)
NOT_PERSONAL: tuple[NotPersonal, ...] = (
    NotPersonal(
        N_("visas of the archives and receipts of purges: retentions, counts and dates, no person"),
        model_fields(
            "duties.Visa",
            "id public_id service retention reference given_on ends_on recorded_at withdrawn_at",
        )
        + model_fields("duties.PurgeRun", "id public_id at lines count is_whole receipt"),
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
    purposes=(SECURE, ACCOUNT_FOR),
    data=of_accounts(("staff",)) + DATA,
    not_personal=OF_ACCOUNTS + NOT_PERSONAL,
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
