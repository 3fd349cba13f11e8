"""The ledger of guidance as a table for a spreadsheet, its cells neutralised."""

import csv
import io
from datetime import UTC

from django.utils.translation import gettext as _

from bacasable.programme.support import queries
from bacasable.programme.support.models import SupportFile
from bacasable.ui.cells import neutral


def ledger(file: SupportFile) -> str:
    """Return the ledger as CSV (RFC 4180, UTF-8 with its mark, instants in UTC), a line for each guidance."""
    stream = io.StringIO()
    stream.write("\ufeff")
    writer = csv.writer(stream)
    writer.writerow(
        [
            _("number"),
            _("date (UTC)"),
            _("said by"),
            _("guidance"),
            _("facts relied on"),
            _("legal basis"),
            _("question"),
            _("meeting (UTC)"),
            _("replaces"),
            _("replaced by"),
            _("followed"),
            _("why"),
            _("said by the project"),
            _("on (UTC)"),
        ]
    )
    for line in queries.ledger_of(file):
        replacing = getattr(line, "replaced_by", None)
        cells = [
            line.number,
            line.said_at.astimezone(UTC).isoformat(timespec="seconds"),
            str(line.said_by),
            line.text,
            line.facts,
            line.legal_basis,
            line.question.number if line.question else "",
            line.meeting.held_at.astimezone(UTC).isoformat(timespec="minutes") if line.meeting else "",
            line.replaces.number if line.replaces else "",
            replacing.number if replacing else "",
            line.get_followed_display(),
            line.followed_why,
            str(line.followed_by or ""),
            line.followed_at.astimezone(UTC).isoformat(timespec="seconds") if line.followed_at else "",
        ]
        writer.writerow([neutral(cell) for cell in cells])
    return stream.getvalue()
