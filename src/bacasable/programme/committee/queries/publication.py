"""What of a decision becomes public, and how it is first presented."""

from bacasable.programme.committee.models import Decision, Outcome
from bacasable.programme.committee.queries.decisions import (
    body_name,
    examined_version,
    outcomes_of,
    project_title,
)
from bacasable.programme.dossiers.models import Dossier

SUMMARY_LENGTH = 1000


def publishable(decision: Decision) -> list[Outcome]:
    """Return laureates, then advised, by reference: never a refusal, nor a dossier withdrawn since."""
    kept = outcomes_of(decision).exclude(kind=Outcome.Kind.REFUSED)
    return list(kept.exclude(examination__dossier__state=Dossier.State.WITHDRAWN))


def presentation_of(outcome: Outcome) -> dict[str, str]:
    """Return ``{"name", "body", "summary"}`` as the dossier gives them, the summary cut to fit."""
    version = examined_version(outcome.examination)
    summary = str(version.answers.get("project", {}).get("summary", ""))
    if len(summary) > SUMMARY_LENGTH:
        summary = summary[: SUMMARY_LENGTH - 1].rsplit(" ", 1)[0] + "…"
    return {"name": project_title(version), "body": body_name(version), "summary": summary}
