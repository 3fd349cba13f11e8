"""Take answers from a document that a candidate already has; nothing is stored here.

Each reader is a function of bytes: Word or OpenDocument with the headings of our template, or an impact
assessment of the CNIL's PIA software (JSON).
"""

from collections.abc import Sequence

from bacasable.compliance.service import N_
from bacasable.programme.dossiers import media
from bacasable.programme.dossiers.importers import opendocument, outline, pia, word
from bacasable.programme.dossiers.importers.report import ImportReport, Read, Unread
from bacasable.programme.dossiers.question_types import Step
from bacasable.programme.dossiers.refusals import Refused

__all__ = ["EXTENSIONS", "LARGEST_BYTES", "ImportReport", "Read", "Unread", "read"]

EXTENSIONS = ("docx", "odt", "json")
LARGEST_BYTES = 20 * 1024 * 1024


def read(name: str, content: bytes, steps: Sequence[Step]) -> ImportReport:
    """Return what a document holds of the answers to ``steps``.

    Args:
        name: of the file; its extension says which reader to use, and the content must agree.

    Raises:
        Refused: ``extension``, ``too_large``, ``headings``, ``pia``, or as :func:`media.media_type`.
    """
    extension = name.rpartition(".")[2].strip().lower()
    if len(content) > LARGEST_BYTES:
        raise Refused(
            "too_large",
            N_("This document is larger than %(limit)s MB. Take its pictures out: only text is read."),
            limit=LARGEST_BYTES // (1024 * 1024),
        )
    if extension == "json":
        return pia.read(content, steps)
    if extension not in EXTENSIONS:
        raise Refused(
            "extension",
            N_(
                "Only the application template (.docx or .odt) and the export of the CNIL's PIA software "
                "(.json) can be read."
            ),
        )
    media.media_type(f"document.{extension}", content)
    reader = word if extension == "docx" else opendocument
    return outline.read(reader.blocks(content), steps)
