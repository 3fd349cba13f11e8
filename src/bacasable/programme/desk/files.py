"""The files of the version that the office holds, for who reads it by an exception."""

import uuid

from django.http import Http404

from bacasable.people import instance
from bacasable.programme.desk.queries import received_version
from bacasable.programme.dossiers.models import Attachment, Dossier


def of_received_version(dossier: Dossier, public_id: uuid.UUID) -> tuple[Attachment, bytes]:
    """Return a file of the version that the office holds and its clear content, read and checked whole.

    Raises:
        Http404: the version has no such file.
        Altered, Missing: the vault does not give it back as it was stored.
    """
    attachment = dossier.attachments.filter(public_id=public_id).first()
    manifest = {entry["blob"] for entry in received_version(dossier).manifest}
    if attachment is None or attachment.blob not in manifest:
        raise Http404
    return attachment, b"".join(instance.vault().read(bytes(dossier.data_key), attachment.blob))
