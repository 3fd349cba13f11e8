"""What every installation stores of its accounts, of who signs in and of who writes to it.

Who holds an account, and for what, is up to the installation: :func:`of_accounts` is told.
"""

from bacasable.compliance.processing import (
    DataField,
    LawfulBasis,
    NotPersonal,
    Period,
    Purpose,
    Retention,
    model_fields,
)
from bacasable.compliance.service import N_

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

ACCOUNT = Retention("account", N_("accounts"), N_("the last sign-in"), current=Period(months=24))
STAFF = Retention(
    "staff", N_("staff accounts and roles"), N_("the closing of the account"), current=Period(months=12)
)
LINK = Retention("link", N_("one-time links"), N_("the issue of the link"), current=Period(days=30))
SESSION = Retention("session", N_("sessions"), N_("the sign-in"), current=Period(days=7))
MAIL = Retention("mail", N_("mails sent"), N_("the sending, or the last failure"), current=Period(days=90))
JOURNAL = Retention("journal", N_("journal of acts"), N_("the act"), current=Period(months=60))
SECURITY_LOG = Retention(
    "security_log",
    N_("security logs"),
    N_("the event"),
    current=Period(months=6),
    intermediate=Period(months=6),
)


def of_accounts(
    holders: tuple[str, ...], purposes: tuple[str, ...] = (), answers: tuple[str, ...] = ()
) -> tuple[DataField, ...]:
    """Return the data of accounts held by ``holders`` (keys of persons, "staff" among them).

    ``purposes`` are those that accounts serve besides security, ``answers`` those of mails alone;
    "correspondent" must be among the declaration's persons.
    """
    everybody = (*holders, "correspondent")
    return (
        DataField(
            "account_address",
            N_("e-mail address, which is also the sign-in name"),
            "contact",
            holders,
            (*purposes, SECURE.key),
            ACCOUNT,
            model_fields("people.User", "email"),
        ),
        DataField(
            "account_name",
            N_("name"),
            "identity",
            holders,
            purposes or (SECURE.key,),
            ACCOUNT,
            model_fields("people.User", "name"),
            required=False,
        ),
        DataField(
            "account_credentials",
            N_("password digest, state and dates of the account"),
            "account",
            holders,
            (SECURE.key,),
            ACCOUNT,
            model_fields(
                "people.User",
                "id public_id password last_login language is_active session_generation created_at",
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
            model_fields("people.RoleGrant", "user role granted_by granted_at ended_at"),
            source="administrator",
        ),
        DataField(
            "one_time_links",
            N_("one-time links: address, what they open, dates, digest of the secret"),
            "account",
            everybody,
            (*purposes, SECURE.key),
            LINK,
            model_fields(
                "people.OneTimeLink", "email purpose target secret_digest created_at expires_at spent_at"
            ),
        ),
        DataField(
            "sessions",
            N_("signed-in sessions"),
            "connection",
            holders,
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
            everybody,
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
            everybody,
            (*purposes, *answers) or (SECURE.key,),
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
            "journal",
            N_("journal of acts: pseudonymous identifier of the account, act, object, date"),
            "pseudonym",
            everybody,
            (ACCOUNT_FOR.key,),
            JOURNAL,
            model_fields("people.JournalEntry", "number at actor action subject facts"),
            source="platform",
        ),
    )


#: What a line of the logs may hold; the value of any other key is not written (:mod:`bacasable.portal.logs`).
LOGGED = (
    *("event", "level", "logger", "timestamp", "process", "traceback"),
    *("route", "method", "status", "milliseconds", "id", "code", "reason", "problem"),
    *("child", "pid", "again_in_seconds", "worker", "work", "task", "error", "about"),
    *("dossier", "file", "letter", "exception", "recommendation", "service", "store"),
)

ROW = N_("internal number or random identifier of a row, or the row that it belongs to")

NOT_PERSONAL = (
    NotPersonal(
        ROW,
        model_fields("people.RoleGrant", "id")
        + model_fields("people.OutgoingMail", "id public_id")
        + model_fields("axes.AccessAttempt", "id")
        + model_fields("axes.AccessAttemptExpiration", "access_attempt")
        + model_fields("axes.AccessFailureLog", "id")
        + model_fields("axes.AccessLog", "id")
        + model_fields("otp_static.StaticDevice", "id")
        + model_fields("otp_static.StaticToken", "id")
        + model_fields("otp_totp.TOTPDevice", "id")
        + model_fields("people.OneTimeLink", "id public_id")
        + model_fields("people.JournalHead", "id")
        + model_fields("people.Instance", "id"),
    ),
    NotPersonal(
        N_("digests that chain the journal"),
        model_fields("people.JournalEntry", "previous digest")
        + model_fields("people.JournalHead", "number digest")
        + model_fields("people.JournalCheckpoint", "number envelope"),
    ),
    NotPersonal(
        N_("what this installation is"),
        model_fields("people.Instance", "public_id deployment created_at"),
    ),
    NotPersonal(
        N_("tasks of the worker: their arguments are internal numbers, their tracebacks are scrubbed"),
        model_fields(
            "django_tasks_database.DBTaskResult",
            "id status enqueued_at started_at finished_at args_kwargs priority task_path worker_ids "
            "queue_name backend_name run_after return_value exception_class_path traceback",
        ),
    ),
    NotPersonal(
        N_("names of models and permissions of the web framework; the platform uses its own table of roles"),
        model_fields("contenttypes.ContentType", "id app_label model")
        + model_fields("auth.Permission", "id name content_type codename")
        + model_fields("auth.Group", "id name permissions")
        + model_fields("auth.Group_permissions", "id group permission"),
    ),
    NotPersonal(
        N_("the database: its tables are declared field by field"),
        ("HOME/data",),
    ),
    NotPersonal(
        N_("settings, keys, public files of the site, and what processes tell one another while they run"),
        ("HOME/bacasable.env", "HOME/declarations.json", "HOME/keys", "HOME/static", "HOME/run"),
    ),
    NotPersonal(
        N_("signed measurements of controls: numbers and digests"),
        ("HOME/evidence",),
    ),
    NotPersonal(
        N_("technical logs: routes, references of objects and numbers, redacted before they are written"),
        tuple(f"LOG/{key}" for key in LOGGED),
    ),
)
