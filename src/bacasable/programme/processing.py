"""The platform's own declaration: what it stores of candidates, staff and whoever writes to it, and why.

The first file to read. A test walks every stored field of the installation and fails on one that is not here,
printing the line to add.
"""

from bacasable.compliance.processing import (
    AiActProfile,
    Contact,
    Controller,
    DataField,
    Dpia,
    LawfulBasis,
    Measure,
    Oversight,
    Period,
    Processing,
    Purpose,
    Recipient,
    Retention,
    model_fields,
)
from bacasable.compliance.service import N_
from bacasable.programme.impersonal import NOT_PERSONAL

# Purposes

EXAMINE = Purpose(
    "examine_applications",
    N_("receive and examine applications to a call for projects"),
    LawfulBasis.PUBLIC_TASK,
    founded_on=N_("GDPR 57(1)(d); French Act no. 78-17, art. 8"),
)
ANSWER = Purpose(
    "answer_people",
    N_("answer the people who write to the office"),
    LawfulBasis.PUBLIC_TASK,
    founded_on=N_("GDPR 57(1)(d); French Act no. 78-17, art. 8"),
)
SECURE = Purpose(
    "secure_access",
    N_("give access to the right people only, and detect attacks"),
    LawfulBasis.LEGAL_OBLIGATION,
    founded_on=N_("GDPR 5(1)(f), 32"),
)
ACCOUNT_FOR = Purpose(
    "account_for_acts",
    N_("prove who did what, and when"),
    LawfulBasis.LEGAL_OBLIGATION,
    founded_on=N_("GDPR 5(2), 24; CRPA L.112-3"),
)

# How long

DOSSIER = Retention(
    "dossier",
    N_("dossiers"),
    starts=N_("the decision on the call, or the withdrawal"),
    current=Period(months=24),
    intermediate=Period(months=60),
    final="transfer",
    needs_archive_visa=True,
)
ACCOUNT = Retention("account", N_("accounts"), N_("the last sign-in"), current=Period(months=24))
STAFF = Retention(
    "staff", N_("staff accounts and roles"), N_("the end of the role"), current=Period(months=12)
)
LINK = Retention("link", N_("one-time links"), N_("the issue of the link"), current=Period(days=30))
SESSION = Retention("session", N_("sessions"), N_("the sign-in"), current=Period(days=7))
UPLOAD = Retention("upload", N_("unfinished uploads"), N_("the first piece"), current=Period(days=7))
REQUEST = Retention("link_request", N_("requests for links"), N_("the request"), current=Period(days=1))
MAIL = Retention("mail", N_("mails sent"), N_("the sending"), current=Period(days=90))
QUESTION = Retention(
    "question", N_("questions about a call"), N_("the decision on the call"), current=Period(months=24)
)
JOURNAL = Retention("journal", N_("journal of acts"), N_("the act"), current=Period(months=60))
SECURITY_LOG = Retention(
    "security_log",
    N_("security logs"),
    N_("the event"),
    current=Period(months=6),
    intermediate=Period(months=6),
)

APPLICANTS = ("candidate", "co_author")
ACCOUNTS = (*APPLICANTS, "staff")

DATA = (
    DataField(
        "account_address",
        N_("e-mail address, which is also the sign-in name"),
        "contact",
        ACCOUNTS,
        (EXAMINE.key, SECURE.key),
        ACCOUNT,
        model_fields("people.User", "email"),
    ),
    DataField(
        "account_name",
        N_("name"),
        "identity",
        ACCOUNTS,
        (EXAMINE.key,),
        ACCOUNT,
        model_fields("people.User", "name"),
        required=False,
    ),
    DataField(
        "account_credentials",
        N_("password digest, state and dates of the account"),
        "account",
        ACCOUNTS,
        (SECURE.key,),
        ACCOUNT,
        model_fields(
            "people.User", "id public_id password last_login language is_active session_generation created_at"
        ),
        source="platform",
    ),
    DataField(
        "roles",
        N_("roles granted, by whom and when"),
        "professional_life",
        ("staff",),
        (SECURE.key, ACCOUNT_FOR.key),
        STAFF,
        model_fields("people.RoleGrant", "user role granted_by granted_at"),
        source="administrator",
    ),
    DataField(
        "one_time_links",
        N_("one-time links: address, what they open, dates, digest of the secret"),
        "account",
        (*ACCOUNTS, "correspondent"),
        (EXAMINE.key, SECURE.key),
        LINK,
        model_fields(
            "people.OneTimeLink", "email purpose target secret_digest created_at expires_at spent_at"
        ),
    ),
    DataField(
        "sessions",
        N_("signed-in sessions"),
        "connection",
        ACCOUNTS,
        (SECURE.key,),
        SESSION,
        model_fields("sessions.Session", "session_key session_data expire_date"),
        source="platform",
    ),
    DataField(
        "second_factor",
        N_("second factor of staff: secret, recovery codes, dates of use"),
        "account",
        ("staff",),
        (SECURE.key,),
        STAFF,
        model_fields(
            "otp_totp.TOTPDevice",
            "user name key step t0 digits tolerance drift last_t confirmed created_at last_used_at "
            "throttling_failure_count throttling_failure_timestamp",
        )
        + model_fields(
            "otp_static.StaticDevice",
            "user name confirmed created_at last_used_at throttling_failure_count "
            "throttling_failure_timestamp",
        )
        + model_fields("otp_static.StaticToken", "device token"),
        source="platform",
    ),
    DataField(
        "failed_sign_ins",
        N_("sign-in attempts: keyed digest of the address typed, network address, dates"),
        "connection",
        (*ACCOUNTS, "correspondent"),
        (SECURE.key,),
        SECURITY_LOG,
        model_fields(
            "axes.AccessAttempt",
            "username ip_address user_agent http_accept path_info get_data post_data attempt_time "
            "failures_since_start",
        )
        + model_fields("axes.AccessAttemptExpiration", "expires_at")
        + model_fields(
            "axes.AccessFailureLog",
            "username ip_address user_agent http_accept path_info attempt_time locked_out",
        )
        + model_fields(
            "axes.AccessLog",
            "username ip_address user_agent http_accept path_info attempt_time logout_time session_hash",
        ),
        source="platform",
    ),
    DataField(
        "mails_sent",
        N_("mails on their way or sent: address, encrypted content, dates, outcome"),
        "contact",
        (*ACCOUNTS, "correspondent"),
        (EXAMINE.key, ANSWER.key),
        MAIL,
        (
            "HOME/outbox",
            *model_fields(
                "people.OutgoingMail",
                "to about sealed data_key state attempts last_error created_at due_at claimed_at sent_at "
                "failed_at",
            ),
        ),
        source="platform",
    ),
    DataField(
        "requests_for_links",
        N_("requests for a link: keyed digests of the sender and of the message, date"),
        "pseudonym",
        ("correspondent",),
        (SECURE.key,),
        REQUEST,
        model_fields("programme.LinkRequest", "at sender_digest message_digest network_digest"),
        source="platform",
    ),
    DataField(
        "journal",
        N_("journal of acts: pseudonymous identifier of the account, act, object, date"),
        "pseudonym",
        (*ACCOUNTS, "correspondent"),
        (ACCOUNT_FOR.key,),
        JOURNAL,
        model_fields("people.JournalEntry", "number at actor action subject facts"),
        source="platform",
    ),
    DataField(
        "application_answers",
        N_("answers of the application: the draft, and each version submitted"),
        "free_text",
        (*APPLICANTS, "named_person"),
        (EXAMINE.key,),
        DOSSIER,
        model_fields("programme.Dossier", "title answers withdrawal_reason")
        + model_fields("programme.Version", "answers manifest completeness eligibility"),
    ),
    DataField(
        "application_files",
        N_("files of the application, encrypted, with their names"),
        "free_text",
        (*APPLICANTS, "named_person"),
        (EXAMINE.key,),
        DOSSIER,
        (
            "HOME/files",
            *model_fields("programme.Attachment", "name sha256 blob added_by added_at removed_at"),
        ),
    ),
    DataField(
        "unfinished_uploads",
        N_("files on their way"),
        "free_text",
        APPLICANTS,
        (EXAMINE.key,),
        UPLOAD,
        model_fields("programme.Upload", "name blob by started_at expires_at"),
    ),
    DataField(
        "authorship",
        N_("who writes, submits and withdraws an application, and when"),
        "professional_life",
        APPLICANTS,
        (EXAMINE.key, ACCOUNT_FOR.key),
        DOSSIER,
        model_fields("programme.Membership", "dossier user role joined_at")
        + model_fields("programme.Dossier", "reference state created_at changed_at submitted_at withdrawn_at")
        + model_fields("programme.Version", "dossier submitted_at submitted_by receipt digest"),
    ),
    DataField(
        "missing_parts",
        N_("requests for missing parts: what, by whom, until when"),
        "free_text",
        (*APPLICANTS, "staff"),
        (EXAMINE.key,),
        DOSSIER,
        model_fields(
            "programme.MissingPartsRequest", "dossier parts message due_at sent_by sent_at answered_at"
        ),
        source="staff",
    ),
    DataField(
        "questions",
        N_("questions about a call, without their author, and the answers published to all"),
        "free_text",
        ("correspondent",),
        (ANSWER.key,),
        QUESTION,
        model_fields("programme.Question", "body asked_at answer answered_at published_at"),
        required=False,
    ),
    DataField(
        "staff_acts_on_calls",
        N_("who extended a call's deadline, when and why"),
        "professional_life",
        ("staff",),
        (ACCOUNT_FOR.key,),
        DOSSIER,
        model_fields("programme.CallExtension", "by at reason"),
        source="staff",
    ),
)

PROCESSING = Processing(
    service="platform",
    title=N_("The programme's platform"),
    controller=Controller(
        name=N_("the authority that runs this installation"),
        contact=N_("at the address of the call"),
        dpo=Contact(N_("the authority's data protection officer")),
    ),
    persons={
        "candidate": N_("people who apply for their body"),
        "co_author": N_("co-authors whom they invite"),
        "named_person": N_("people whom an application names"),
        "correspondent": N_("people who write to the office or ask for a link"),
        "staff": N_("staff of the authority"),
    },
    purposes=(EXAMINE, ANSWER, SECURE, ACCOUNT_FOR),
    data=DATA,
    not_personal=NOT_PERSONAL,
    recipients=(
        Recipient(N_("officers who examine the call"), "internal", (EXAMINE.key, ANSWER.key)),
        Recipient(N_("administrators of accounts, without the dossiers"), "internal", (SECURE.key,)),
    ),
    security=(
        Measure(
            "files_encrypted", N_("files encrypted at rest, one key per dossier"), "files_unreadable_at_rest"
        ),
        Measure("deny_by_default", N_("every page checks a permission; what is not allowed is refused")),
        Measure("second_factor", N_("password and second factor for staff")),
        Measure("chained_journal", N_("acts journalled in a chain of digests, without content")),
    ),
    dpia=Dpia(
        criteria=(),
        reason=N_(
            "applications of bodies, a few hundred people, no scoring or automated decision about them: none "
            "of the nine criteria is met"
        ),
    ),
    oversight=Oversight(
        by=N_("officers"),
        means=N_("each dossier is read and decided by people"),
        can_depart=N_("completeness and eligibility are shown as help and decide nothing"),
    ),
    ai_act=AiActProfile(uses_ai=False),
)
