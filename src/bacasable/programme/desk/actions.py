"""What the office does at its desk, journalled."""

from typing import Any

from django.db import transaction

from bacasable.people import journal


@transaction.atomic
def record_export(*, kind: str, count: int, by: Any) -> None:
    """Write in the journal that ``count`` dossiers left as ``kind`` (``xlsx`` or ``zip``)."""
    journal.record("desk.exported", by=by, subject="desk", kind=kind, count=count)
