"""Stored fields of the platform that say nothing about a person, and why; the others are in processing.py."""

from bacasable.compliance.processing import NotPersonal, model_fields
from bacasable.compliance.service import N_
from bacasable.people.processing import ROW

PUBLISHED = N_("public text and calendar of a call or edition: bodies and projects, no person")
MEASURED = N_("recommendations, measurements and signatures about a service, no person")

NOT_PERSONAL = (
    NotPersonal(
        ROW,
        model_fields("programme.LinkRequest", "id")
        + model_fields("programme.Dossier", "id call revision current_version is_fictional")
        + model_fields("programme.Membership", "id")
        + model_fields("programme.Attachment", "id public_id dossier media_type size")
        + model_fields("programme.Upload", "id public_id dossier length offset")
        + model_fields("programme.Version", "id number revision")
        + model_fields("programme.MissingPartsRequest", "id")
        + model_fields("programme.Question", "id public_id call")
        + model_fields("programme.CallExtension", "id call")
        + model_fields("programme.Selection", "id call revision")
        + model_fields("programme.Delegation", "id call")
        + model_fields("programme.ExpertProfile", "id")
        + model_fields("programme.PanelMember", "id selection")
        + model_fields("programme.Examination", "id selection version sector")
        + model_fields("programme.ConflictDeclaration", "id examination")
        + model_fields("programme.Assignment", "id examination skill")
        + model_fields("programme.Assessment", "id public_id version revision")
        + model_fields("programme.Score", "id assessment criterion")
        + model_fields("programme.AuditionSlot", "id selection")
        + model_fields("programme.Deliberation", "id selection")
        + model_fields("programme.Decision", "id public_id selection delegation")
        + model_fields("programme.Outcome", "id decision project")
        + model_fields("programme.Letter", "id outcome size signed_size signed_holds_generated")
        + model_fields("programme.Registration", "id conference")
        + model_fields("programme.LawfulException", "id")
        + model_fields("programme.SupportFile", "id project track revision")
        + model_fields("programme.TeamMember", "id file")
        + model_fields("programme.Agreement", "id file signed_size")
        + model_fields("programme.SupportQuestion", "id file number kind asked_from")
        + model_fields("programme.Meeting", "id public_id file")
        + model_fields("programme.MinutesRemark", "id meeting")
        + model_fields("programme.FollowStatement", "id guidance")
        + model_fields("programme.Guidance", "id file number legal_basis question meeting replaces")
        + model_fields("programme.Milestone", "id public_id file side")
        + model_fields("programme.SupportDocument", "id public_id file media_type size side")
        + model_fields("programme.SupportChange", "id file")
        + model_fields("programme.ProjectKey", "id public_id file")
        + model_fields("programme.Challenge", "id public_id file")
        + model_fields("programme.RecommendationVersion", "id recommendation number legal_basis")
        + model_fields("programme.ReviewedDocument", "id public_id contract media_type size")
        + model_fields("programme.Exchange", "id recommendation")
        + model_fields(
            "programme.Synthesis", "id public_id call file project slug language revision is_fictional"
        )
        + model_fields("programme.Passage", "id public_id synthesis order")
        + model_fields("programme.Reply", "id public_id synthesis")
        + model_fields("programme.Publication", "id synthesis number sha256"),
    ),
    NotPersonal(
        N_("numbers dossiers within a year"), model_fields("programme.ReferenceCounter", "year last")
    ),
    NotPersonal(
        N_("random key, wrapped by the instance's key"), model_fields("programme.Dossier", "data_key")
    ),
    NotPersonal(
        PUBLISHED,
        model_fields(
            "programme.Call",
            "id slug title theme keywords summary text language regime state opens_at closes_at time_zone "
            "jurisdiction grace_minutes places_planned contact_address contact_is_live eligibility "
            "criteria_are_published "
            "criteria_frozen_at is_historical is_fictional decided_at published_at closed_at created_at "
            "revision",
        )
        + model_fields("programme.CallExtension", "previous_closes_at closes_at")
        + model_fields("programme.Criterion", "id call order label description weight source weight_is_ours")
        + model_fields("programme.Phase", "id call order title description duration_months")
        + model_fields("programme.Fact", "id call order text on mark source_name source_url")
        + model_fields(
            "programme.SelectedProject",
            "id call slug order track name body summary service note mark source_name source_url",
        ),
    ),
    NotPersonal(
        N_("calendar of the examination of a call, programme of its public conference"),
        model_fields("programme.Selection", "state scores_due_at experts_per_dossier opened_at")
        + model_fields(
            "programme.Conference",
            "id call title starts_at ends_at place programme accessibility registration_closes_at seats "
            "replay_url replay_note published_at",
        ),
    ),
    NotPersonal(
        N_("what is published of a support, frozen, and how it is found: projects and bodies, no person"),
        model_fields("programme.Synthesis", "theme keywords sector")
        + model_fields("programme.Publication", "content card words pdf")
        + model_fields("programme.ForesightCard", "id synthesis signal change horizon driving_force"),
    ),
    NotPersonal(
        N_("public keys, digests of tokens, and what a measurement is bound to"),
        model_fields("programme.ProjectKey", "key_id pem token_digest")
        + model_fields("programme.Challenge", "service control seed nonce"),
    ),
    NotPersonal(
        MEASURED,
        model_fields(
            "programme.StoredEvidence",
            "id public_id file challenge label service control verdict value trials low high threshold "
            "chance "
            "envelope sha256 key_id measured_at received_at public_since",
        )
        + model_fields("programme.RefusedEvidence", "id file challenge reason sha256 at")
        + model_fields("programme.ReportedDependencies", "id file service control digests key_id reported_at")
        + model_fields(
            "programme.Recommendation",
            "id public_id key origin file project after service matters legal_basis mark source_name "
            "source_url state replaced_by due_on revision created_at closed_at failure public_since",
        )
        + model_fields(
            "programme.Contract",
            "id recommendation public_id kind service control direction threshold document maximum_age_days "
            "closed_by closed_by_document challenges",
        )
        + model_fields("programme.Contract_challenges", "id contract challenge"),
    ),
)
