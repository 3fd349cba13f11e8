"""Every model of the rooms, where Django looks for them."""

from bacasable.programme.call.models import (
    Call,
    CallExtension,
    Criterion,
    Fact,
    LinkRequest,
    Phase,
    Question,
    SelectedProject,
)
from bacasable.programme.dossiers.models import (
    Attachment,
    Dossier,
    Membership,
    MissingPartsRequest,
    ReferenceCounter,
    Upload,
    Version,
)
from bacasable.programme.evidence.models import StoredEvidence
from bacasable.programme.recommendations.models import Contract, Recommendation

__all__ = [
    "Attachment",
    "Call",
    "CallExtension",
    "Contract",
    "Criterion",
    "Dossier",
    "Fact",
    "LinkRequest",
    "Membership",
    "MissingPartsRequest",
    "Phase",
    "Question",
    "Recommendation",
    "ReferenceCounter",
    "SelectedProject",
    "StoredEvidence",
    "Upload",
    "Version",
]
