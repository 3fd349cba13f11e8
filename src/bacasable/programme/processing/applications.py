"""Data of accounts, of applications and of whoever writes to the office."""

from bacasable.compliance.processing import DataField, model_fields
from bacasable.compliance.service import N_
from bacasable.programme.processing.purposes import (
    ACCOUNT,
    ACCOUNT_FOR,
    ACCOUNTS,
    ANSWER,
    APPLICANTS,
    DOSSIER,
    EXAMINE,
    JOURNAL,
    LINK,
    MAIL,
    QUESTION,
    REQUEST,
    SECURE,
    SECURITY_LOG,
    SESSION,
    STAFF,
    UPLOAD,
)

APPLICATIONS = (
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
