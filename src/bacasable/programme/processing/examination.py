"""Data of the committee: experts, conflicts, scores, decisions, letters, conference, lawful exceptions."""

from bacasable.compliance.processing import DataField, model_fields
from bacasable.compliance.service import N_
from bacasable.people.processing import ACCOUNT_FOR, STAFF
from bacasable.programme.processing.purposes import APPLICANTS, EVENTS, EXAMINE, REGISTRATION, SELECTION

EXPERTS = ("expert", "staff")

EXAMINATION = (
    DataField(
        "expert_profiles",
        N_("skills, organisation and capacity of the experts"),
        "professional_life",
        ("expert",),
        (EXAMINE.key,),
        STAFF,
        model_fields("programme.ExpertProfile", "user organisation skills sectors capacity"),
        source="staff",
    ),
    DataField(
        "panels",
        N_("who sits, who invited them, the undertaking of confidentiality as it was signed"),
        "professional_life",
        EXPERTS,
        (
            EXAMINE.key,
            ACCOUNT_FOR.key,
        ),
        SELECTION,
        model_fields(
            "programme.PanelMember", "user invited_by invited_at undertaking undertaking_signed_at left_at"
        ),
    ),
    DataField(
        "conflicts",
        N_("links that an expert declares with a project"),
        "professional_life",
        ("expert",),
        (EXAMINE.key,),
        SELECTION,
        model_fields("programme.ConflictDeclaration", "member has_conflict nature declared_at"),
    ),
    DataField(
        "admissibility",
        N_("admissibility of a dossier, its reasons, by whom and when"),
        "professional_life",
        (*APPLICANTS, "staff"),
        (EXAMINE.key,),
        SELECTION,
        model_fields("programme.Examination", "dossier state reasons checked_by checked_at"),
        source="staff",
    ),
    DataField(
        "assignments",
        N_("which expert reads which dossier, from when to when, and why not any more"),
        "professional_life",
        EXPERTS,
        (EXAMINE.key,),
        SELECTION,
        model_fields("programme.Assignment", "member assigned_by assigned_at ended_at end_reason"),
        source="staff",
    ),
    DataField(
        "scores",
        N_("scores and comments of an expert on a project"),
        "opinion_on_person",
        (*APPLICANTS, "expert", "named_person"),
        (EXAMINE.key,),
        SELECTION,
        model_fields("programme.Assessment", "assignment state comment changed_at submitted_at")
        + model_fields("programme.Score", "value comment"),
        source="staff",
    ),
    DataField(
        "auditions",
        N_("when and where a candidate is heard"),
        "professional_life",
        APPLICANTS,
        (EXAMINE.key,),
        SELECTION,
        model_fields("programme.AuditionSlot", "starts_at minutes place examination confirmed_at"),
        source="staff",
    ),
    DataField(
        "deliberations",
        N_("minutes of the committee, who was present, the ranking of the moment"),
        "free_text",
        (*APPLICANTS, "expert", "staff"),
        (EXAMINE.key,),
        SELECTION,
        model_fields("programme.Deliberation", "held_at present minutes ranking recorded_by recorded_at"),
        source="staff",
    ),
    DataField(
        "decisions",
        N_("what was decided of a dossier, the reasons, the signatory and their delegation"),
        "opinion_on_person",
        (*APPLICANTS, "staff"),
        (
            EXAMINE.key,
            ACCOUNT_FOR.key,
        ),
        SELECTION,
        model_fields(
            "programme.Decision",
            "decided_by signatory_name signatory_capacity number_reason decided_at published_at",
        )
        + model_fields("programme.Outcome", "examination kind reasons")
        + model_fields(
            "programme.Delegation", "given_by to capacity act_reference starts_at ends_at given_at revoked_at"
        ),
        source="staff",
    ),
    DataField(
        "letters",
        N_("letters of decision, encrypted, as made and as signed"),
        "opinion_on_person",
        (*APPLICANTS, "staff"),
        (
            EXAMINE.key,
            ACCOUNT_FOR.key,
        ),
        SELECTION,
        model_fields(
            "programme.Letter",
            "reference blob sha256 made_at signed_blob signed_sha256 signed_at signed_filed_by "
            "sent_at read_at",
        ),
        source="staff",
    ),
    DataField(
        "registrations",
        N_("registrations to a public conference: name, address, needs for access"),
        "contact",
        ("attendee",),
        (EVENTS.key,),
        REGISTRATION,
        model_fields("programme.Registration", "public_id email name needs language at cancelled_at"),
        required=False,
    ),
    DataField(
        "lawful_exceptions",
        N_("dossiers opened to an inspector: ground, reasons, by whom, until when"),
        "professional_life",
        (*APPLICANTS, "staff"),
        (ACCOUNT_FOR.key,),
        SELECTION,
        model_fields(
            "programme.LawfulException",
            "public_id dossier inspector ground reasons given_by given_at ends_at revoked_at",
        ),
        source="staff",
    ),
)
