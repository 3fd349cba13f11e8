"""The acknowledgement of a deposit: a tagged PDF (PDF/UA-1) in the language of the call."""

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bacasable.exchange import documents
from bacasable.people import instance
from bacasable.programme.dossiers import wording
from bacasable.programme.dossiers.models import Version

TEMPLATE = Path(__file__).with_name("receipt.typ")
_UTC = ZoneInfo("UTC")


def render(version: Version) -> bytes:
    """Return the PDF that acknowledges ``version``, saved or about to be.

    It states the server's time of the deposit in the call's time zone and in UTC, the SHA-256 of each file
    and of the whole (:func:`answers.digest`). Source of the duty: CRPA, article L.112-3.
    """
    with translation.override(version.dossier.call.language):
        return documents.render(TEMPLATE, content(version), made_at=version.submitted_at)


def content(version: Version) -> dict[str, Any]:
    """Return what the acknowledgement says, in the active language: text only, never code."""
    dossier = version.dossier
    call = dossier.call
    office = instance.configuration().office_name
    facts = [
        (_("Reference"), dossier.reference),
        (_("Version"), str(version.number)),
        (_("Received"), wording.instant(version.submitted_at, call.zone)),
        (_("Received, in universal time"), wording.instant(version.submitted_at, _UTC)),
        (_("Call for projects"), call.title),
        (_("Project"), _answer(version, "project", "title")),
        (_("Body that applies"), _answer(version, "organisation", "name")),
        (_("Files"), str(len(version.manifest))),
        (_("Required parts present"), _("%(percent)s %%") % {"percent": version.completeness}),
    ]
    legal = [
        _(
            "This acknowledgement is sent under article L.112-3 of the Code of relations between the public "
            "and the administration (CRPA). It states what the office received and when; it does not say "
            "that the dossier is complete, eligible or selected."
        ),
        _(
            "The time is that of the server. A later version of the dossier has its own acknowledgement; "
            "this one stands until then."
        ),
    ]
    if call.contact_address and call.contact_is_live:
        legal.append(_("Office in charge: %(office)s, %(address)s.") % _office(office, call.contact_address))
    else:
        legal.append(_("Office in charge: %(office)s.") % _office(office, ""))
    return {
        "language": call.language,
        "title": _("Acknowledgement of receipt"),
        "office": office,
        "introduction": _("The office received the dossier described below."),
        "facts": [{"label": label, "value": value} for label, value in facts if value],
        "files_title": _("Files received"),
        "no_files": _("No file is attached to this dossier."),
        "file_column": _("File, and its SHA-256 digest"),
        "size_column": _("Size"),
        "files": [
            {"name": file["name"], "size": octets(file["size"]), "sha256": file["sha256"]}
            for file in version.manifest
        ],
        "digest_title": _("Digest of the whole"),
        "digest": version.digest,
        "digest_words": _(
            "SHA-256 of the answers and of the list of files (JSON with sorted keys, UTF-8). One changed "
            "character gives another digest: with it anybody can check that nothing was altered. Spaces "
            "between the groups are not part of a digest."
        ),
        "legal_title": _("What this acknowledgement says"),
        "legal": legal,
        "footer": f"{dossier.reference} – {_('version %(number)s') % {'number': version.number}}",
        "page_words": _("page {page} of {pages}"),
    }


def _office(office: str, address: str) -> dict[str, str]:
    return {"office": office, "address": address}


def _answer(version: Version, step: str, question: str) -> str:
    return str(version.answers.get(step, {}).get(question, ""))


def octets(size: int) -> str:
    """Return a size in bytes as people read it, exact under a kilobyte, in the active language."""
    if size < 1000:
        return ngettext("%(size)s byte", "%(size)s bytes", size) % {"size": size}
    separator = "," if (translation.get_language() or "").startswith("fr") else "."
    if size < 1_000_000:
        return _("%(size)s kB") % {"size": f"{size / 1000:.0f}"}
    return _("%(size)s MB") % {"size": f"{size / 1_000_000:.1f}".replace(".", separator)}
