"""Stored fields of the platform that say nothing about a person, and why; the others are in processing.py."""

from bacasable.compliance.processing import NotPersonal, model_fields
from bacasable.compliance.service import N_

ROW = N_("internal number or random identifier of a row, or the row that it belongs to")
PUBLISHED = N_("public text and calendar of a call or edition: bodies and projects, no person")
MEASURED = N_("recommendations, measurements and signatures about a service, no person")

NOT_PERSONAL = (
    NotPersonal(
        ROW,
        model_fields("people.RoleGrant", "id")
        + model_fields("people.OutgoingMail", "id public_id")
        + model_fields("programme.LinkRequest", "id")
        + model_fields("axes.AccessAttempt", "id")
        + model_fields("axes.AccessAttemptExpiration", "access_attempt")
        + model_fields("axes.AccessFailureLog", "id")
        + model_fields("axes.AccessLog", "id")
        + model_fields("otp_static.StaticDevice", "id")
        + model_fields("otp_static.StaticToken", "id")
        + model_fields("otp_totp.TOTPDevice", "id")
        + model_fields("people.OneTimeLink", "id public_id")
        + model_fields("people.JournalHead", "id")
        + model_fields("people.Instance", "id")
        + model_fields("programme.Dossier", "id call revision current_version is_fictional")
        + model_fields("programme.Membership", "id")
        + model_fields("programme.Attachment", "id public_id dossier media_type size")
        + model_fields("programme.Upload", "id public_id dossier length offset")
        + model_fields("programme.Version", "id number revision")
        + model_fields("programme.MissingPartsRequest", "id")
        + model_fields("programme.Question", "id public_id call")
        + model_fields("programme.CallExtension", "id call"),
    ),
    NotPersonal(
        N_("numbers dossiers within a year"), model_fields("programme.ReferenceCounter", "year last")
    ),
    NotPersonal(
        N_("digests that chain the journal"),
        model_fields("people.JournalEntry", "previous digest")
        + model_fields("people.JournalHead", "number digest"),
    ),
    NotPersonal(
        N_("what this installation is"),
        model_fields("people.Instance", "public_id deployment created_at"),
    ),
    NotPersonal(
        N_("random key, wrapped by the instance's key"), model_fields("programme.Dossier", "data_key")
    ),
    NotPersonal(
        PUBLISHED,
        model_fields(
            "programme.Call",
            "id slug title theme keywords summary text language regime state opens_at closes_at time_zone "
            "grace_minutes places_planned contact_address contact_is_live eligibility criteria_are_published "
            "criteria_frozen_at is_historical is_fictional decided_at published_at closed_at created_at "
            "revision",
        )
        + model_fields("programme.CallExtension", "previous_closes_at closes_at")
        + model_fields("programme.Criterion", "id call order label description weight")
        + model_fields("programme.Phase", "id call order title description duration_months")
        + model_fields("programme.Fact", "id call order text on mark source_name source_url")
        + model_fields(
            "programme.SelectedProject",
            "id call slug order track name body summary service mark source_url",
        ),
    ),
    NotPersonal(
        MEASURED,
        model_fields(
            "programme.StoredEvidence",
            "id public_id service control verdict value trials low high envelope sha256 key_id measured_at "
            "received_at",
        )
        + model_fields(
            "programme.Recommendation",
            "id public_id key service title text legal_basis state created_at closed_at",
        )
        + model_fields(
            "programme.Contract",
            "id recommendation control direction threshold maximum_age_days closed_by",
        ),
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
)
