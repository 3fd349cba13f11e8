"""What a project says that its controls rest on now: a change is announced, and measured again."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from bacasable.compliance import clock
from bacasable.compliance.envelope import EvidenceRefused
from bacasable.compliance.reported import verify_report
from bacasable.compliance.signing import Keyring
from bacasable.people import journal
from bacasable.people.models import User
from bacasable.programme.evidence.keys import enrolled
from bacasable.programme.evidence.models import ProjectKey, ReportedDependencies
from bacasable.programme.evidence.signals import dependencies_reported
from bacasable.programme.support.models import SupportFile


@transaction.atomic
def report_dependencies(*, key: ProjectKey, envelope_bytes: bytes, by: User | str) -> int:
    """Keep a signed report, the last word on each control, and announce each that changed; count those.

    Raises:
        EvidenceRefused: with the reason; ``replayed`` where a later report came already.
    """
    key = ProjectKey.objects.select_for_update().get(pk=key.pk)
    if key.state == "enrolled":
        raise EvidenceRefused("unconfirmed_key", f"the office has not confirmed key {key.key_id[:16]} yet")
    report = verify_report(envelope_bytes, Keyring({key.key_id: enrolled(key)}), now=clock.now())
    held = ReportedDependencies.objects.select_for_update().filter(file=key.file)
    known = {f"{row.service}.{row.control}": row for row in held}
    if any(known[name].reported_at > report.issued_at for name in report.controls if name in known):
        raise EvidenceRefused("replayed", "a later report came already; send a new one")
    changed = [
        name
        for name in sorted(report.controls)
        if name not in known or known[name].digests != report.controls[name]
    ]
    for name, digests in report.controls.items():
        service, _, control = name.partition(".")
        note(key.file, service, control, digests, key.key_id, report.issued_at)
    for name in changed:
        service, _, control = name.partition(".")
        dependencies_reported.send(
            sender=ReportedDependencies, file=key.file, service=service, control=control, by=by
        )
    if changed:
        journal.record(
            "evidence.dependencies_reported",
            by=by,
            subject=f"dossier:{key.file.dossier.reference}",
            key=key.key_id[:16],
            changed=len(changed),
        )
    return len(changed)


def note(
    file: SupportFile, service: str, control: str, digests: Mapping[str, str], key_id: str, at: datetime
) -> None:
    """Keep what a control rests on as said at ``at``, unless something later was said."""
    row, is_new = ReportedDependencies.objects.get_or_create(
        file=file,
        service=service,
        control=control,
        defaults={"digests": dict(digests), "key_id": key_id, "reported_at": at},
    )
    if not is_new and row.reported_at <= at:
        row.digests, row.key_id, row.reported_at = dict(digests), key_id, at
        row.save(update_fields=["digests", "key_id", "reported_at"])
