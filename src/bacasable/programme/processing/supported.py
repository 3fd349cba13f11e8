"""Data of the support: team, exchanges, documents, keys, recommendations, syntheses."""

from bacasable.compliance.processing import DataField, model_fields
from bacasable.compliance.service import N_
from bacasable.people.processing import ACCOUNT_FOR
from bacasable.programme.processing.purposes import APPLICANTS, SUPPORT, SUPPORT_PROJECTS

BOTH_SIDES = (*APPLICANTS, "expert", "staff")

SUPPORTED = (
    DataField(
        "support_teams",
        N_("who supports a project, for which skill, from when to when"),
        "professional_life",
        ("expert", "staff"),
        (SUPPORT_PROJECTS.key,),
        SUPPORT,
        model_fields("programme.TeamMember", "user skill is_lead joined_at left_at"),
        source="staff",
    ),
    DataField(
        "support_files",
        N_("state and dates of the support of a project; its changes, their reasons and authors"),
        "professional_life",
        BOTH_SIDES,
        (
            SUPPORT_PROJECTS.key,
            ACCOUNT_FOR.key,
        ),
        SUPPORT,
        model_fields("programme.SupportFile", "dossier state phase opened_at starts_on ends_on ended_at")
        + model_fields(
            "programme.SupportChange", "kind side reason previous_ends_on ends_on phase asked_on by at"
        ),
    ),
    DataField(
        "agreements",
        N_("support agreement: text, who signed it, in which capacity, when"),
        "professional_life",
        BOTH_SIDES,
        (
            SUPPORT_PROJECTS.key,
            ACCOUNT_FOR.key,
        ),
        SUPPORT,
        model_fields(
            "programme.Agreement",
            "text sha256 written_by written_at office_signed_by office_name office_capacity "
            "office_signed_at project_signed_by project_name project_capacity project_signed_at "
            "signed_blob signed_sha256 signed_filed_by signed_filed_at",
        ),
    ),
    DataField(
        "support_exchanges",
        N_("questions, answers, guidance, meetings and minutes, milestones"),
        "free_text",
        (*BOTH_SIDES, "named_person"),
        (SUPPORT_PROJECTS.key,),
        SUPPORT,
        model_fields("programme.SupportQuestion", "body asked_by asked_at answer answered_by answered_at")
        + model_fields(
            "programme.Guidance", "text facts said_by said_at followed followed_why followed_by followed_at"
        )
        + model_fields(
            "programme.Meeting",
            "held_at place agenda present minutes minutes_at approved_by approved_at called_by called_at "
            "cancelled_at cancelled_because",
        )
        + model_fields("programme.MinutesRemark", "text by at")
        + model_fields("programme.FollowStatement", "followed why by at")
        + model_fields("programme.Milestone", "title description due_on done_on dropped_because"),
    ),
    DataField(
        "support_documents",
        N_("documents shared or handed in, encrypted, with their names and reviews"),
        "free_text",
        (*BOTH_SIDES, "named_person"),
        (SUPPORT_PROJECTS.key,),
        SUPPORT,
        model_fields("programme.SupportDocument", "name sha256 blob added_by added_at removed_at removed_by")
        + model_fields(
            "programme.ReviewedDocument",
            "name sha256 blob handed_in_by handed_in_at verdict reasons reviewed_by reviewed_at expires_on",
        ),
    ),
    DataField(
        "project_keys",
        N_("who enrolled, confirmed or revoked the key of a project, and when; challenges issued"),
        "professional_life",
        BOTH_SIDES,
        (
            SUPPORT_PROJECTS.key,
            ACCOUNT_FOR.key,
        ),
        SUPPORT,
        model_fields(
            "programme.ProjectKey",
            "label enrolled_by enrolled_at confirmed_by confirmed_at revoked_by revoked_at "
            "revoked_because last_seen_at",
        )
        + model_fields("programme.Challenge", "issued_by issued_at due_at withdrawn_at"),
    ),
    DataField(
        "recommendation_authors",
        N_("who wrote, read over, discussed or ended a recommendation, and in which words"),
        "free_text",
        (*BOTH_SIDES, "named_person"),
        (SUPPORT_PROJECTS.key,),
        SUPPORT,
        model_fields(
            "programme.RecommendationVersion",
            "title text facts change author written_at reviewer reviewed_at",
        )
        + model_fields("programme.Exchange", "side verb reason_key text by at")
        + model_fields("programme.Recommendation", "title text facts ending_reason"),
    ),
    DataField(
        "syntheses",
        N_("synthesis of a support: passages, replies of the project, authors and dates"),
        "free_text",
        (*BOTH_SIDES, "named_person"),
        (SUPPORT_PROJECTS.key,),
        SUPPORT,
        model_fields(
            "programme.Synthesis",
            "title summary state reply_due_at project_agreed_at created_by created_at published_at "
            "published_by",
        )
        + model_fields("programme.Passage", "heading body confidentiality why source")
        + model_fields(
            "programme.Reply", "passage text is_public asks_secret is_late by at response responded_at"
        )
        + model_fields("programme.Publication", "reason by at superseded_at"),
    ),
)
