"""The second factor of staff: a time-based code (TOTP, RFC 6238) and recovery codes for a lost telephone."""

import base64
import io
import secrets
from datetime import timedelta

import qrcode
from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from qrcode.image.svg import SvgPathFillImage

from bacasable.people import sessions
from bacasable.people.models import User

RECOVERY_CODES = 10
#: Letters and digits that nobody confuses when copying from paper.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_CODE_LENGTH = 12
SETUP_TIME = timedelta(minutes=30)


def is_set_up(user: User) -> bool:
    """Say whether ``user`` has a confirmed authenticator."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).exists()


@transaction.atomic
def prepare(user: User) -> TOTPDevice:
    """Return the authenticator being set up: the one already shown, or a new one with a new secret."""
    device = TOTPDevice.objects.filter(user=user, confirmed=False).first()
    return device or TOTPDevice.objects.create(user=user, name="totp", confirmed=False)


@transaction.atomic
def confirm(device: TOTPDevice, code: str) -> bool:
    """Put ``device`` in force when ``code`` proves that the telephone has its secret; drop the former."""
    if not device.verify_token(_plain(code)):
        return False
    TOTPDevice.objects.filter(user_id=device.user_id).exclude(pk=device.pk).delete()
    device.confirmed = True
    device.save()
    return True


def check(user: User, code: str) -> str | None:
    """Check a code: one of ``user``'s authenticator, or by its length a recovery code (each works once).

    Returns one of ``sessions.TOTP`` and ``sessions.RECOVERY_CODE``, or None when the code is wrong. A row
    lock makes two simultaneous uses of one code succeed once.
    """
    plain = _plain(code)
    with transaction.atomic():
        if len(plain) == _CODE_LENGTH:
            for sheet in StaticDevice.objects.select_for_update().filter(user=user, confirmed=True):
                if sheet.verify_token(_digest(user, plain)):
                    return sessions.RECOVERY_CODE
            return None
        for device in TOTPDevice.objects.select_for_update().filter(user=user, confirmed=True):
            if device.verify_token(plain):
                return sessions.TOTP
    return None


@transaction.atomic
def new_recovery_codes(user: User) -> list[str]:
    """Replace ``user``'s recovery codes and return the new ones, shown once: only digests are stored."""
    StaticDevice.objects.filter(user=user).delete()
    sheet = StaticDevice.objects.create(user=user, name="recovery", confirmed=True)
    codes = ["".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH)) for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=sheet, token=_digest(user, code)) for code in codes)
    return ["-".join(code[i : i + 4] for i in range(0, _CODE_LENGTH, 4)) for code in codes]


def recovery_codes_left(user: User) -> int:
    return StaticToken.objects.filter(device__user=user).count()


@transaction.atomic
def forget(user: User) -> None:
    """Remove the authenticator and recovery codes of ``user``, who must set up new ones."""
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()


def square(device: TOTPDevice) -> str:
    """Return the authenticator's address as a QR code, an SVG in a ``data:`` address for an ``img``."""
    image = qrcode.make(address(device), image_factory=SvgPathFillImage, box_size=12)
    buffer = io.BytesIO()
    image.save(buffer)
    return "data:image/svg+xml;base64," + base64.b64encode(buffer.getvalue()).decode()


def address(device: TOTPDevice) -> str:
    """Return the ``otpauth:`` address of the authenticator; the issuer is the office's name."""
    return str(device.config_url)


def typed_key(device: TOTPDevice) -> str:
    """Return the secret in base 32, in groups of four, for those who type it instead of scanning."""
    key = base64.b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(key[i : i + 4] for i in range(0, len(key), 4))


def issuer(device: TOTPDevice) -> str:
    return str(settings.BACASABLE.office_name)


def _plain(code: str) -> str:
    return "".join(character for character in code.lower() if character.isascii() and character.isalnum())


def _digest(user: User, plain: str) -> str:
    return salted_hmac("bacasable.people.recovery", f"{user.public_id}:{plain}").hexdigest()[:16]
