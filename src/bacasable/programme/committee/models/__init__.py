"""The committee's records: panel and conflicts, assessments, decision and letters, conference."""

from bacasable.programme.committee.models.conference import Conference, Registration
from bacasable.programme.committee.models.decision import (
    Decision,
    Delegation,
    Deliberation,
    Letter,
    Outcome,
)
from bacasable.programme.committee.models.panel import (
    Assignment,
    ConflictDeclaration,
    Examination,
    ExpertProfile,
    PanelMember,
    Selection,
)
from bacasable.programme.committee.models.scores import Assessment, AuditionSlot, Score

__all__ = [
    "Assessment",
    "Assignment",
    "AuditionSlot",
    "Conference",
    "ConflictDeclaration",
    "Decision",
    "Delegation",
    "Deliberation",
    "Examination",
    "ExpertProfile",
    "Letter",
    "Outcome",
    "PanelMember",
    "Registration",
    "Score",
    "Selection",
]
