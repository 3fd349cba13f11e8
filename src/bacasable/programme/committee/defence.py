"""The defence file of one decision: everything that the authority would show of it, in one archive.

It is for the authority: experts are named in it, and it says so. Each entry's SHA-256 is in
``MANIFEST.sha256``, in the form that ``sha256sum --check`` reads.
"""

import json
from collections.abc import Iterator
from datetime import UTC
from typing import Any

from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from bacasable.exchange.archives import Archive
from bacasable.people import instance
from bacasable.people.journal import DATABASE_JOURNAL, entry_of
from bacasable.people.models import JournalEntry
from bacasable.programme.committee import documents
from bacasable.programme.committee.models import Assessment, Outcome
from bacasable.programme.committee.queries.decisions import examined_version, was_scored
from bacasable.programme.dossiers import wording
from bacasable.programme.dossiers.queries import steps_of


def archive(outcome: Outcome) -> Iterator[bytes]:
    """Yield the ZIP, piece by piece; see :func:`queries.decisions.outcome_to_defend` for what to prefetch."""
    packed = Archive()
    at = outcome.decision.decided_at
    for name, content in _texts(outcome):
        yield from packed.add(name, [content], at=at, compressed=True)
    wrapped = bytes(outcome.examination.dossier.data_key)
    for name, blob in _files(outcome):
        yield from packed.add(name, instance.vault().read(wrapped, blob), at=at)
    manifest = "".join(f"{digest}  {name}\n" for name, digest in packed.digests.items())
    yield from packed.add("MANIFEST.sha256", [manifest.encode()], at=at)
    yield packed.end()


def _texts(outcome: Outcome) -> Iterator[tuple[str, bytes]]:
    call = outcome.decision.selection.call
    with translation.override(call.language):
        yield "README.txt", _readme(outcome).encode()
        mention = documents.mention(call) if was_scored(outcome.examination) else _unscored()
        yield "mention.txt", (mention + "\n").encode()
        yield "minutes.txt", _minutes(outcome).encode()
    yield "dossier/dossier.json", _json(_dossier(outcome))
    yield "grid.json", _json(_grid(outcome))
    yield "scores.json", _json(_scores(outcome))
    yield "ranking.json", _json(_rankings(outcome))
    yield "decision.json", _json(_decision(outcome))
    yield from _journal(outcome)


def _files(outcome: Outcome) -> Iterator[tuple[str, str]]:
    """Yield ``(name in the archive, name in the vault)`` of what is encrypted."""
    version = examined_version(outcome.examination)
    for number, entry in enumerate(version.manifest, start=1):
        yield f"dossier/files/{number:02d}-{entry['name']}", entry["blob"]
    if version.receipt:
        yield "dossier/receipt.pdf", version.receipt
    yield "letter.pdf", outcome.letter.blob
    if outcome.letter.signed_blob:
        yield "letter-signed.pdf", outcome.letter.signed_blob


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n").encode()


def _readme(outcome: Outcome) -> str:
    paragraphs = [
        _("Defence file of the decision on the dossier %(reference)s")
        % {"reference": outcome.examination.dossier.reference},
        _(
            "For the authority alone. This file names the experts who scored the dossier and holds what the "
            "committee said. Before any of it is handed to somebody, take out what the law protects."
        ),
        _(
            "dossier/: the version that was examined, its files, the receipt of its deposit. grid.json: the "
            "criteria and their weights. scores.json: the scores and comments of each expert. minutes.txt: "
            "the minutes of the deliberations. ranking.json: the ranking as the committee saw it. "
            "decision.json: what was decided, by whom, with its reasons. mention.txt: the mention of the "
            "letter that a scoring grid was used. letter.pdf, letter-signed.pdf: the letter as generated, "
            "and as signed elsewhere where it was."
        ),
        _(
            "journal.jsonl: the entries of the journal about this dossier, its assessments, its letter, the "
            "selection and the decision. Each line holds the SHA-256 of its content: that of the line as "
            "JSON with sorted keys and without white space, its “digest” left out. Entries about other "
            "matters stand between them, so this extract does not chain by itself: journal-head.json gives "
            "the number and digest of the last entry of the whole journal, which the authority verifies "
            "with: bacasable journal verify --head journal-head.json"
        ),
        _("To check that nothing changed since this archive was made: sha256sum --check MANIFEST.sha256"),
    ]
    return "\n\n".join(paragraphs) + "\n"


def _unscored() -> str:
    return _("No expert scored this dossier: the letter does not mention a scoring grid.")


def _minutes(outcome: Outcome) -> str:
    zone = outcome.decision.selection.call.zone
    told = [
        "\n\n".join(
            (
                _("Deliberation of %(at)s") % {"at": wording.instant(held.held_at, zone)},
                _("Present:") + "\n" + held.present,
                held.minutes,
            )
        )
        for held in outcome.decision.selection.deliberations.all()
    ]
    return ("\n\n----\n\n".join(told) or _("No minutes were recorded.")) + "\n"


def _dossier(outcome: Outcome) -> dict[str, Any]:
    version = examined_version(outcome.examination)
    dossier = outcome.examination.dossier
    return {
        "reference": dossier.reference,
        "call": outcome.decision.selection.call.slug,
        "version": version.number,
        "submitted_at": version.submitted_at.astimezone(UTC).isoformat(),
        "digest": version.digest,
        "answers": version.answers,
        "questions": {
            step.key: {question.key: question.label for question in step.questions}
            for step in steps_of(outcome.decision.selection.call)
        },
        "files": [
            {key: entry[key] for key in ("name", "media_type", "size", "sha256")}
            for entry in version.manifest
        ],
        "admissibility": {
            "checked_at": outcome.examination.checked_at,
            "reasons": outcome.examination.reasons,
        },
    }


def _grid(outcome: Outcome) -> dict[str, Any]:
    call = outcome.decision.selection.call
    return {
        "call": call.slug,
        "frozen_at": call.criteria_frozen_at,
        "criteria": [
            {
                "criterion": criterion.pk,
                "label": criterion.label,
                "description": criterion.description,
                "weight": criterion.weight,
                "source": criterion.source,
                "weight_is_ours": criterion.weight_is_ours,
            }
            for criterion in call.criteria.all()
        ],
    }


def _scores(outcome: Outcome) -> list[dict[str, Any]]:
    assessments = (
        Assessment.objects.filter(assignment__examination=outcome.examination)
        .select_related("assignment__member__user", "version")
        .prefetch_related("scores__criterion")
        .order_by("pk")
    )
    return [
        {
            "assessment": assessment.public_id,
            "expert": assessment.assignment.member.user.name,
            "account": assessment.assignment.member.user.public_id,
            "for": assessment.assignment.skill,
            "undertaking_signed_at": assessment.assignment.member.undertaking_signed_at,
            "state": assessment.state,
            "counts": assessment.state == Assessment.State.SUBMITTED,
            "version_read": assessment.version.number,
            "submitted_at": assessment.submitted_at,
            "comment": assessment.comment,
            "scores": [
                {
                    "criterion": score.criterion_id,
                    "label": score.criterion.label,
                    "value": score.value,
                    "comment": score.comment,
                }
                for score in assessment.scores.all()
            ],
        }
        for assessment in assessments
    ]


def _rankings(outcome: Outcome) -> list[dict[str, Any]]:
    return [
        {"held_at": held.held_at, "ranking": held.ranking}
        for held in outcome.decision.selection.deliberations.all()
    ]


def _decision(outcome: Outcome) -> dict[str, Any]:
    decision, letter = outcome.decision, outcome.letter
    delegation = decision.delegation
    return {
        "decision": decision.public_id,
        "dossier": outcome.examination.dossier.reference,
        "outcome": outcome.kind,
        "reasons": outcome.reasons,
        "decided_at": decision.decided_at,
        "decided_by": decision.decided_by.public_id,
        "signatory_name": decision.signatory_name,
        "signatory_capacity": decision.signatory_capacity,
        "delegation": {
            "act": delegation.act_reference,
            "capacity": delegation.capacity,
            "starts_at": delegation.starts_at,
            "ends_at": delegation.ends_at,
        }
        if delegation
        else None,
        "places_planned": decision.selection.call.places_planned,
        "number_reason": decision.number_reason,
        "published_at": decision.published_at,
        "letter": {
            "reference": letter.reference,
            "sha256": letter.sha256,
            "signed_sha256": letter.signed_sha256 or None,
            "signed_begins_with_generated": letter.signed_holds_generated if letter.signed_sha256 else None,
            "sent_at": letter.sent_at,
            "first_read_at": letter.read_at,
        },
    }


def _journal(outcome: Outcome) -> Iterator[tuple[str, bytes]]:
    """Yield the extract, then the head of the whole journal as it stood when the extract was read."""
    examination, decision = outcome.examination, outcome.decision
    reference, slug = examination.dossier.reference, decision.selection.call.slug
    assignments = examination.assignments.values_list("pk", "assessment__public_id")
    subjects = {
        f"dossier:{reference}",
        f"examination:{reference}",
        f"letter:{outcome.letter.reference}",
        f"call:{slug}",
        f"selection:{slug}",
        f"decision:{decision.public_id}",
        *(f"assignment:{assignment}" for assignment, _assessment in assignments),
        *(f"assessment:{assessment}" for _assignment, assessment in assignments if assessment),
    }
    if decision.delegation_id:
        subjects.add(f"delegation:{decision.delegation_id}")
    head = DATABASE_JOURNAL.head()
    about = Q(subject__in=subjects) | Q(facts__dossier=reference)
    rows = JournalEntry.objects.filter(about, number__lte=head.number).order_by("number")
    lines = [entry_of(row).line() for row in rows.iterator(chunk_size=500)]
    yield "journal.jsonl", b"".join(lines)
    yield "journal-head.json", head.as_json().encode()
