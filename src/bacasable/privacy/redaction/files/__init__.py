"""Redact files, restore them, and tell what personal data lies where.

    redact_file(Path("letter.docx"), Path("letter.redacted.docx"))
    for report in scan(Path("folder")): ...

Text, Markdown, JSON lines and CSV are read piece by piece, in flat memory whatever their size; JSON
documents, DOCX, ODT and PDF up to a size (:data:`RECORD`, :data:`DOCUMENT`). Nothing is ever written half.
"""

from bacasable.privacy.redaction.files.choices import Fields
from bacasable.privacy.redaction.files.formats import FORMATS, Format
from bacasable.privacy.redaction.files.lines import RECORD
from bacasable.privacy.redaction.files.packages import DOCUMENT
from bacasable.privacy.redaction.files.redacting import (
    Reading,
    Writing,
    count_file,
    redact_file,
    restore_file,
)
from bacasable.privacy.redaction.files.reports import Report, as_html, as_json, places
from bacasable.privacy.redaction.files.scanning import entries, fault, scan, scan_entry

__all__ = [
    "DOCUMENT",
    "FORMATS",
    "RECORD",
    "Fields",
    "Format",
    "Reading",
    "Report",
    "Writing",
    "as_html",
    "as_json",
    "count_file",
    "entries",
    "fault",
    "places",
    "redact_file",
    "restore_file",
    "scan",
    "scan_entry",
]
