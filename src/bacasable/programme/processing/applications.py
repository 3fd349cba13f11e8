"""Data of accounts, of applications and of whoever writes to the office."""

from bacasable.compliance.processing import DataField, model_fields
from bacasable.compliance.service import N_
from bacasable.people.processing import ACCOUNT_FOR, SECURE, of_accounts
from bacasable.programme.processing.purposes import (
    ACCOUNTS,
    ANSWER,
    APPLICANTS,
    DOSSIER,
    EXAMINE,
    QUESTION,
    REQUEST,
    UPLOAD,
)

APPLICATIONS = (
    *of_accounts(ACCOUNTS, (EXAMINE.key,), (ANSWER.key,)),
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
