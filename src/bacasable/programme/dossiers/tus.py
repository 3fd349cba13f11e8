"""Files in pieces that survive a lost connection: tus 1.0.0, https://tus.io/protocols/resumable-upload.

Core protocol, with the extensions creation, expiration, checksum and termination. Errors answer JSON
``{"code", "message"}``, the message in the person's language. The CSRF token travels in the header
``X-CSRFToken``.
"""

import base64
import hashlib
import uuid
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from bacasable.compliance import clock
from bacasable.exchange.vault import WrongOffset
from bacasable.people import arrival
from bacasable.people.permissions import allow
from bacasable.programme.dossiers import files, queries, wording
from bacasable.programme.dossiers.models import Dossier, Upload
from bacasable.programme.dossiers.refusals import Refused

VERSION = "1.0.0"
EXTENSIONS = "creation,expiration,checksum,termination"
ALGORITHMS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256}
PIECE_TYPE = "application/offset+octet-stream"
CHECKSUM_MISMATCH = 460
#: Refusals that have a status of their own; what is refused for its content or its name is 422.
STATUS = {
    "too_large": 413,
    "length": 413,
    "too_many": 409,
    "too_much": 409,
    "too_late": 403,
    "closed": 403,
    "state": 403,
    "parts": 403,
}


class _Unusable(Exception):
    """A request that the protocol does not allow, with its status."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message


@allow("dossier.write", by_object=True)
def uploads(request: HttpRequest, reference: str) -> HttpResponse:
    """The collection: OPTIONS says what the server can do, POST announces a file."""
    dossier = queries.own(reference, request.user, "dossier.write")
    return _answer(request, dossier, {"OPTIONS": _options, "POST": _create})


@allow("dossier.write", by_object=True)
def piece(request: HttpRequest, reference: str, public_id: uuid.UUID) -> HttpResponse:
    """One upload: HEAD says where to go on, PATCH adds a piece, DELETE gives it up."""
    dossier = queries.own(reference, request.user, "dossier.write")
    upload = dossier.uploads.filter(public_id=public_id).first()
    if upload is None:
        raise Http404
    upload.dossier = dossier
    verbs = {"OPTIONS": _options, "HEAD": _head, "PATCH": _patch, "DELETE": _delete}
    if upload.expires_at <= clock.now():
        verbs = dict.fromkeys(verbs, _gone)
    return _answer(request, upload, verbs)


def _answer(request: HttpRequest, subject: Any, verbs: dict[str, Any]) -> HttpResponse:
    method = request.method or ""
    if method == "POST":  # for networks that let only POST through; a GET never becomes a write
        method = request.headers.get("X-HTTP-Method-Override", method).upper()
    response: HttpResponse
    try:
        if method not in verbs:
            raise _Unusable(405, "method", _("This address does not answer this method."))
        if method != "OPTIONS" and request.headers.get("Tus-Resumable") != VERSION:
            raise _Unusable(412, "version", _("This server speaks version 1.0.0 of the tus protocol."))
        response = verbs[method](request, subject)
    except _Unusable as problem:
        response = JsonResponse({"code": problem.code, "message": problem.message}, status=problem.status)
        if problem.status == 405:
            response["Allow"] = ", ".join(verbs)
        if problem.status == 412:
            response["Tus-Version"] = VERSION
    except WrongOffset as problem:
        message = _("This piece does not begin where the stored file ends. Ask where, then go on from there.")
        response = JsonResponse({"code": "offset", "message": message}, status=409)
        response["Upload-Offset"] = str(problem.expected)
    except Refused as refused:
        call = (subject if isinstance(subject, Dossier) else subject.dossier).call
        response = JsonResponse(
            {"code": refused.code, "message": wording.refusal(refused, call)},
            status=STATUS.get(refused.code, 422),
        )
    response["Tus-Resumable"] = VERSION
    response["Cache-Control"] = "no-store"
    return response


def _options(request: HttpRequest, subject: object) -> HttpResponse:
    response = HttpResponse(status=204)
    response["Tus-Version"] = VERSION
    response["Tus-Extension"] = EXTENSIONS
    response["Tus-Max-Size"] = str(files.limits().file_bytes)
    response["Tus-Checksum-Algorithm"] = ",".join(ALGORITHMS)
    return response


def _create(request: HttpRequest, dossier: Dossier) -> HttpResponse:
    if "Upload-Defer-Length" in request.headers:
        raise _Unusable(400, "length", _("Say the length of the file when you announce it."))
    upload = files.begin_upload(
        dossier=dossier,
        name=_metadata(request.headers.get("Upload-Metadata", "")).get("filename", ""),
        length=_number(request, "Upload-Length"),
        by=request.user,  # type: ignore[arg-type]
    )
    response = HttpResponse(status=201)
    response["Location"] = reverse("dossiers:upload_piece", args=[dossier.reference, upload.public_id])
    response["Upload-Expires"] = _http_date(upload.expires_at)
    return response


def _head(request: HttpRequest, upload: Upload) -> HttpResponse:
    # A server killed between the last piece and the check of the whole file would leave both waiting: the
    # client that asks where it stands is told that all arrived, so the file is attached first.
    files.finish_upload(upload=upload, by=request.user)  # type: ignore[arg-type]
    response = HttpResponse(status=200)
    response["Upload-Offset"] = str(files.position(upload))
    response["Upload-Length"] = str(upload.length)
    response["Upload-Expires"] = _http_date(upload.expires_at)
    return response


def _patch(request: HttpRequest, upload: Upload) -> HttpResponse:
    if request.headers.get("Content-Type", "").split(";")[0].strip() != PIECE_TYPE:
        raise _Unusable(415, "type", _("A piece is sent as application/offset+octet-stream."))
    offset = _number(request, "Upload-Offset")
    content = request.read()
    _check(request.headers.get("Upload-Checksum"), content)
    reached, _attachment = files.add_piece(
        upload=upload,
        content=content,
        offset=offset,
        by=request.user,  # type: ignore[arg-type]
        received_at=arrival.received_at(request),
    )
    response = HttpResponse(status=204)
    response["Upload-Offset"] = str(reached)
    response["Upload-Expires"] = _http_date(upload.expires_at)
    return response


def _delete(request: HttpRequest, upload: Upload) -> HttpResponse:
    files.cancel_upload(upload=upload, by=request.user)  # type: ignore[arg-type]
    return HttpResponse(status=204)


def _gone(request: HttpRequest, upload: Upload) -> HttpResponse:
    raise _Unusable(410, "expired", _("This upload was interrupted for too long. Add the file again."))


def _number(request: HttpRequest, header: str) -> int:
    value = request.headers.get(header, "")
    if not (value.isascii() and value.isdigit() and len(value) <= 18):
        raise _Unusable(
            400, "header", _("The header %(header)s is missing or is not a number.") % {"header": header}
        )
    return int(value)


def _metadata(header: str) -> dict[str, str]:
    """Read ``name base64, name base64``: the values as text."""
    found = {}
    for pair in filter(None, (part.strip() for part in header.split(","))):
        name, _space, value = pair.partition(" ")
        try:
            found[name] = base64.b64decode(value, validate=True).decode()
        except ValueError:  # not ASCII, not base64, or not UTF-8
            raise _Unusable(
                400, "metadata", _("The header Upload-Metadata is not base64 of UTF-8.")
            ) from None
    return found


def _check(header: str | None, content: bytes) -> None:
    if header is None:
        return
    algorithm, _space, expected = header.partition(" ")
    if algorithm not in ALGORITHMS:
        raise _Unusable(400, "checksum", _("This checksum is not one that the server computes."))
    if base64.b64encode(ALGORITHMS[algorithm](content).digest()).decode() != expected.strip():
        raise _Unusable(CHECKSUM_MISMATCH, "checksum", _("This piece was altered on its way. Send it again."))


def _http_date(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC), usegmt=True)
