"""A project's key: enrolled with a token shown once, confirmed by the office, revoked by either side."""

import secrets
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.db.models import Q

from bacasable.compliance import clock, signing
from bacasable.compliance.service import N_
from bacasable.people import journal
from bacasable.people.models import User
from bacasable.people.permissions import require
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.evidence import letters
from bacasable.programme.evidence.keys import enrolled_keys
from bacasable.programme.evidence.models import ProjectKey
from bacasable.programme.evidence.rules import KEY_TRANSITIONS, MOST_KEYS, TOKEN_PREFIX
from bacasable.programme.evidence.signals import key_revoked
from bacasable.programme.support.models import SupportFile

STATE = N_("This key was confirmed or revoked meanwhile. Read the page again.")
ELSEWHERE = N_(
    "This key is enrolled already. Each instance has a key of its own: make one with `keys rotate`."
)


def digest_of(token: str) -> str:
    """Return what is stored of a token."""
    return sha256(token.encode()).hexdigest()


@transaction.atomic
def enrol(*, file: SupportFile, pem: str, label: str, by: User) -> tuple[ProjectKey, str]:
    """Enrol the public key of a project's instance; return it with the token, which is never shown again.

    Nothing that it signs is believed before :func:`confirm_key`.

    Raises:
        PermissionDenied: ``by`` is not the candidate.
        Refused: ``private_key``, ``pem``, ``own_key``, ``enrolled_elsewhere``, ``too_many_keys``.
    """
    file = SupportFile.objects.select_for_update().get(pk=file.pk)
    require(by, "evidence.enrol", file)
    key_id, public = _public_key(pem)
    if file.keys.filter(revoked_at__isnull=True).count() >= MOST_KEYS:
        raise Refused(
            "too_many_keys",
            N_("This project has %(most)s keys. Revoke those that no longer serve first."),
            most=MOST_KEYS,
        )
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    try:
        with transaction.atomic():
            key = ProjectKey.objects.create(
                file=file,
                key_id=key_id,
                pem=public,
                label=label.strip()[:100],
                token_digest=digest_of(token),
                enrolled_by=by,
                enrolled_at=clock.now(),
            )
    except IntegrityError:
        raise Refused("enrolled_elsewhere", ELSEWHERE) from None
    journal.record(
        "evidence.key_enrolled", by=by, subject=f"dossier:{file.dossier.reference}", key=key_id[:16]
    )
    return key, token


def _public_key(pem: str) -> tuple[str, str]:
    """Return the identifier and the PEM, written again, of an Ed25519 public key."""
    if "PRIVATE KEY" in pem:
        raise Refused(
            "private_key",
            N_(
                "This is a private key: it must never leave its machine. It was not kept here; make another "
                "with `bacasable keys rotate` and enrol the public one."
            ),
        )
    try:
        ((key_id, held),) = signing.Keyring.of_pem(pem.strip().encode() + b"\n").keys.items()
    except signing.KeyRefused:
        raise Refused(
            "pem",
            N_(
                "This is not an Ed25519 public key in PEM. Paste what `bacasable evidence keys --pem` prints."
            ),
        ) from None
    if key_id in enrolled_keys().keys:
        raise Refused(
            "own_key",
            N_("This is the key of this very installation. Enrol the key of the instance that measures."),
        )
    if ProjectKey.objects.filter(Q(key_id=key_id)).exists():
        raise Refused("enrolled_elsewhere", ELSEWHERE)
    return key_id, held.pem.decode()


def _locked(key: ProjectKey, verb: str) -> ProjectKey:
    taken = ProjectKey.objects.select_for_update().get(pk=key.pk)
    if verb not in KEY_TRANSITIONS[taken.state]:
        raise Refused("state", STATE)
    return taken


@transaction.atomic
def confirm_key(*, key: ProjectKey, by: User) -> ProjectKey:
    """Believe a key: its fingerprint was compared with the project by another channel.

    Raises:
        PermissionDenied: ``by`` is no officer.
        Refused: ``state``, it is not waiting for that.
    """
    require(by, "evidence.confirm_key", key.file)
    key = _locked(key, "confirm")
    key.confirmed_by, key.confirmed_at = by, clock.now()
    key.save(update_fields=["confirmed_by", "confirmed_at"])
    letters.key_confirmed(key)
    journal.record(
        "evidence.key_confirmed",
        by=by,
        subject=f"dossier:{key.file.dossier.reference}",
        key=key.key_id[:16],
    )
    return key


@transaction.atomic
def revoke_key(*, key: ProjectKey, reason: str, by: User) -> ProjectKey:
    """Believe a key no more, whenever it signed; what rested on it is measured again.

    Raises:
        PermissionDenied: ``by`` is of neither side.
        Refused: ``reason`` (none given), ``state`` (revoked already).
    """
    require(by, "evidence.revoke_key", key.file)
    if not reason.strip():
        raise Refused("reason", N_("Say why this key is revoked: both sides read it."))
    key = _locked(key, "revoke")
    key.revoked_by, key.revoked_at, key.revoked_because = by, clock.now(), reason.strip()[:500]
    key.save(update_fields=["revoked_by", "revoked_at", "revoked_because"])
    letters.key_revoked(key)
    key_revoked.send(sender=ProjectKey, key=key, by=by)
    journal.record(
        "evidence.project_key_revoked",
        by=by,
        subject=f"dossier:{key.file.dossier.reference}",
        key=key.key_id[:16],
    )
    return key


def seen(*, key: ProjectKey) -> None:
    """Note that an instance spoke to us, to the minute."""
    now = clock.now().replace(second=0, microsecond=0)
    if key.last_seen_at != now:
        ProjectKey.objects.filter(pk=key.pk).update(last_seen_at=now)
