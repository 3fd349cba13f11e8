"""The support agreement as a tagged PDF (PDF/UA-1), with who signed it and what that signature is."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from bacasable.exchange import documents
from bacasable.people import instance
from bacasable.programme.dossiers import wording as dossier_wording
from bacasable.programme.support import queries
from bacasable.programme.support.models import Agreement, SupportFile

TEMPLATE = Path(__file__).with_name("agreement.typ")


def agreement_pdf(file: SupportFile, agreement: Agreement) -> bytes:
    """Return the PDF of the agreement as it stands, in the language of the call's clauses."""
    with translation.override(queries.language_of(file)):
        last = max(
            filter(None, (agreement.written_at, agreement.office_signed_at, agreement.project_signed_at))
        )
        return documents.render(TEMPLATE, _content(file, agreement), made_at=last)


def _content(file: SupportFile, agreement: Agreement) -> dict[str, Any]:
    dossier = file.dossier
    return {
        "language": queries.language_of(file),
        "title": _("Support agreement"),
        "office": instance.configuration().office_name,
        "facts": [
            {"label": _("Reference"), "value": dossier.reference},
            {"label": _("Project"), "value": dossier.title},
            {"label": _("Call for projects"), "value": dossier.call.title},
            {"label": _("Track"), "value": file.get_track_display()},
        ],
        "text": [part for part in agreement.text.split("\n") if part.strip()],
        "signatures_title": _("Signatures"),
        "signatures": [
            _signature(
                file,
                _("For the office"),
                agreement.office_name,
                agreement.office_capacity,
                agreement.office_signed_at,
            ),
            _signature(
                file,
                _("For the project"),
                agreement.project_name,
                agreement.project_capacity,
                agreement.project_signed_at,
            ),
        ],
        "digest_title": _("Digest of the text (SHA-256)"),
        "digest": agreement.sha256,
        "legal": [
            _(
                "Each signature is a simple electronic signature: a person signed in on this platform wrote "
                "their name and capacity below this text, whose digest was kept with the time. It is not a "
                "qualified signature."
            )
        ]
        + (
            [
                _("A PDF signed elsewhere was filed; its SHA-256 is %(digest)s.")
                % {"digest": agreement.signed_sha256}
            ]
            if agreement.signed_sha256
            else []
        ),
        "footer": dossier.reference,
        "page_words": _("page {page} of {pages}"),
    }


def _signature(file: SupportFile, side: str, name: str, capacity: str, at: datetime | None) -> dict[str, str]:
    if at is None:
        return {"side": side, "name": _("not signed here"), "capacity": "", "at": ""}
    return {
        "side": side,
        "name": name,
        "capacity": capacity,
        "at": dossier_wording.instant(at, file.dossier.call.zone),
    }
