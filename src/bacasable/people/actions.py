"""Everything that changes accounts, roles and sign-ins: one function for each act, journalled with it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from bacasable.compliance import clock
from bacasable.people import journal, links, lockout, outgoing, second_factor, signals
from bacasable.people.models import OneTimeLink, OutgoingMail, RoleGrant, User
from bacasable.people.permissions import forget_granted_roles, roles, walled_roles
from bacasable.people.staff import label_of

ADMINISTRATOR = "administrator"
#: Links for one address in an hour, after which a request is answered alike but mails nothing.
LINKS_PER_HOUR = 5
ENROL_LIFETIME = timedelta(hours=72)

By = User | str


class Refused(Exception):
    """An act that the rules of accounts forbid; the message tells the person why and what to do."""


@dataclass(frozen=True)
class Created:
    """A staff account and the link that its holder must open to set a password and a second factor."""

    user: User
    link: str


def check_role(role: str) -> None:
    """Raise ``Refused`` unless ``role`` is one that an administrator can grant."""
    grantable = [key for key, known in roles().items() if known.granted]
    if role not in grantable:
        raise Refused(
            _("'%(role)s' is not a role that can be granted; choose among: %(roles)s.")
            % {"role": role, "roles": ", ".join(grantable)}
        )


def check_mix(role: str, held: set[str]) -> None:
    """Raise ``Refused`` where ``role`` and those ``held`` stand on both sides of the inspection wall."""
    walled = walled_roles()
    others = sorted(held - walled if role in walled else held & walled)
    if others:
        raise Refused(
            _(
                "'%(role)s' cannot be given beside: %(others)s. An inspector holds no other role, so that "
                "nothing confidential reaches an inspection. Take back %(others)s first, or choose somebody "
                "else."
            )
            % {"role": label_of(role), "others": ", ".join(label_of(other) for other in others)}
        )


@transaction.atomic
def create_staff(*, email: str, name: str, roles: list[str], by: By) -> Created:
    """Make a staff account, or give roles to the account that the address has; mail the link that sets it up.

    ``roles`` are keys of granted roles, at least one.

    Raises:
        Refused: no role, an unknown one, or the account is deactivated.
    """
    if not roles:
        raise Refused(_("Choose at least one role."))
    for role in roles:
        check_role(role)
    email = email.strip().lower()
    user = User.objects.select_for_update().filter(email=email).first()
    if user is None:
        user = User.objects.create_user(email, name=name, language=settings.LANGUAGE_CODE)
        journal.record("people.account_created", by=by, subject=_subject(user), how="staff")
    elif not user.is_active:
        raise Refused(_("This account is deactivated. Activate it first, on its page."))
    elif name and not user.name:
        User.objects.filter(pk=user.pk).update(name=name)
        user.name = name
    for role in roles:
        grant_role(user=user, role=role, by=by)
    return Created(user, send_enrolment(user=user, by=by))


@transaction.atomic
def send_enrolment(*, user: User, by: By) -> str:
    """Mail ``user`` the link that sets a password and a second factor; earlier ones stop working.

    Returns the link, for an installation whose mail is not set up yet; show it to nobody else.
    """
    OneTimeLink.objects.filter(
        email=user.email, purpose=OneTimeLink.Purpose.ENROL, spent_at__isnull=True
    ).update(expires_at=clock.now())
    link = links.issue(email=user.email, purpose=OneTimeLink.Purpose.ENROL, lifetime=ENROL_LIFETIME)
    with translation.override(user.language):
        _mail(
            user.email,
            _("Set up your account at %(office)s") % {"office": settings.BACASABLE.office_name},
            _(
                "Hello,\n\nAn account was made for you at %(office)s. Open this page to choose a password "
                "and set up the code of your second factor:\n\n%(link)s\n\nThe link works once, within "
                "%(hours)d hours. If you did not expect this message, ignore it."
            )
            % {
                "office": settings.BACASABLE.office_name,
                "link": link,
                "hours": ENROL_LIFETIME.total_seconds() // 3600,
            },
            about=_subject(user),
        )
    journal.record("people.enrolment_sent", by=by, subject=_subject(user))
    return link


@transaction.atomic
def grant_role(*, user: User, role: str, by: By) -> None:
    """Give a role. Nothing happens when the person has it already.

    Raises:
        Refused: an unknown role; one that cannot stand beside those held, since an inspector holds no other;
            or a room knows that the person takes part in something that the role excludes.
    """
    check_role(role)
    _lock(user)
    held = set(user.grants.values_list("role", flat=True))
    if role not in held:
        check_mix(role, held)
        signals.role_granting.send(User, user=user, role=role)
    given = {
        "granted_by": by if isinstance(by, User) else None,
        "ended_at": None if User.objects.filter(pk=user.pk, is_active=True).exists() else clock.now(),
    }
    _grant, created = RoleGrant.objects.get_or_create(user=user, role=role, defaults=given)
    if created:
        forget_granted_roles(user)
        end_sessions(user=user)
        journal.record("people.role_granted", by=by, subject=_subject(user), role=role)


@transaction.atomic
def revoke_role(*, user: User, role: str, by: By) -> None:
    """Take a role back and end the person's sessions.

    Raises:
        Refused: it would leave the installation without an administrator.
    """
    _lock_administrators()
    if role == ADMINISTRATOR:
        _keep_one_administrator(user)
    deleted, _rows = RoleGrant.objects.filter(user=user, role=role).delete()
    if deleted:
        forget_granted_roles(user)
        end_sessions(user=user)
        journal.record("people.role_revoked", by=by, subject=_subject(user), role=role)


@transaction.atomic
def deactivate(*, user: User, by: By) -> None:
    """Close an account: its sessions end and no link or password opens it. Nothing of it is erased.

    Raises:
        Refused: it is the last administrator's.
    """
    _lock_administrators()
    _keep_one_administrator(user)
    if User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
        RoleGrant.objects.filter(user=user).update(ended_at=clock.now())
        end_sessions(user=user)
        journal.record("people.account_deactivated", by=by, subject=_subject(user))


@transaction.atomic
def activate(*, user: User, by: By) -> None:
    """Open a deactivated account again, with the roles and the second factor that it had."""
    if User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
        RoleGrant.objects.filter(user=user).update(ended_at=None)
        journal.record("people.account_activated", by=by, subject=_subject(user))


@transaction.atomic
def reset_second_factor(*, user: User, by: By) -> str:
    """Forget a lost authenticator and the password, end the sessions, mail a link to set them up again."""
    _lock(user)
    second_factor.forget(user)
    user.set_unusable_password()
    User.objects.filter(pk=user.pk).update(password=user.password)
    end_sessions(user=user)
    link = send_enrolment(user=user, by=by)
    journal.record("people.second_factor_reset", by=by, subject=_subject(user))
    return link


@transaction.atomic
def enrol(*, user: User, password: str, code: str) -> list[str] | None:
    """Set the password and put the authenticator in force when ``code`` proves it; return recovery codes.

    Returns None, and changes nothing, when the code is wrong.
    """
    _lock(user)
    if not second_factor.confirm(second_factor.prepare(user), code):
        return None
    user.set_password(password)
    User.objects.filter(pk=user.pk).update(password=user.password)
    end_sessions(user=user)
    codes = second_factor.new_recovery_codes(user)
    journal.record("people.enrolled", by=user, subject=_subject(user))
    return codes


@transaction.atomic
def change_password(*, user: User, password: str) -> None:
    """Set a new password; every other session of the person ends."""
    user.set_password(password)
    User.objects.filter(pk=user.pk).update(password=user.password)
    end_sessions(user=user)
    journal.record("people.password_changed", by=user, subject=_subject(user))


@transaction.atomic
def replace_authenticator(*, user: User, code: str) -> bool:
    """Put the authenticator being set up in force in place of the present one, when ``code`` proves it."""
    if not second_factor.confirm(second_factor.prepare(user), code):
        return False
    end_sessions(user=user)
    journal.record("people.authenticator_replaced", by=user, subject=_subject(user))
    return True


@transaction.atomic
def replace_recovery_codes(*, user: User) -> list[str]:
    """Return new recovery codes; the former ones stop working."""
    codes = second_factor.new_recovery_codes(user)
    journal.record("people.recovery_codes_replaced", by=user, subject=_subject(user))
    return codes


@transaction.atomic
def change_account(*, user: User, name: str, language: str) -> None:
    """Change one's own name and language."""
    User.objects.filter(pk=user.pk).update(name=name, language=language)
    user.name, user.language = name, language
    journal.record("people.account_changed", by=user, subject=_subject(user))


@transaction.atomic
def sign_out_everywhere(*, user: User) -> None:
    """End every session of the person; the caller keeps the present one."""
    end_sessions(user=user)
    journal.record("people.signed_out_everywhere", by=user, subject=_subject(user))


@transaction.atomic
def end_sessions(*, user: User) -> None:
    """Make every open session of ``user`` void at its next request."""
    User.objects.filter(pk=user.pk).update(session_generation=F("session_generation") + 1)
    user.refresh_from_db(fields=["session_generation"])


@transaction.atomic
def note_sign_in(*, user: User, how: str) -> None:
    """Record a sign-in of staff and by what it was proved."""
    journal.record("people.signed_in", by=user, subject=_subject(user), how=how)


@transaction.atomic
def send_sign_in_link(*, email: str, target: str = "") -> None:
    """Mail a link to sign in when ``email`` has an account that may use one; otherwise do nothing.

    The caller answers alike in every case, so that nobody learns which addresses have an account.
    """
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if user is None:
        return
    an_hour_ago = clock.now() - timedelta(hours=1)
    recent = OutgoingMail.objects.filter(about=_subject(user), created_at__gte=an_hour_ago)
    if recent.count() >= LINKS_PER_HOUR:
        return
    with translation.override(user.language):
        if user.grants.exists():
            text = _(
                "Hello,\n\nSomebody asked for a link to sign in with this address. Your account has a role "
                "in the office: it opens with your password and code only, from the page for staff."
            )
        else:
            link = links.issue(email=user.email, purpose=OneTimeLink.Purpose.SIGN_IN, target=target)
            text = _(
                "Hello,\n\nOpen this page to sign in at %(office)s:\n\n%(link)s\n\nThe link works once, "
                "within 24 hours. If you did not ask for it, ignore this message."
            ) % {"office": settings.BACASABLE.office_name, "link": link}
        _mail(
            user.email,
            _("Sign in at %(office)s") % {"office": settings.BACASABLE.office_name},
            text,
            about=_subject(user),
        )


@transaction.atomic
def forget_sign_ins() -> dict[str, int]:
    """Remove ended sessions and the attempts that no lockout counts any more, by the hour. Counts by kind.

    Both end by the real clock and by settings in minutes, not by a retention: that is the longest they may
    be kept, and where this does not run nobody could sign in either.
    """
    real_now = clock_of_sessions()
    attempts = AccessAttempt.objects.filter(attempt_time__lt=real_now - 2 * lockout.COOL_OFF)
    return {
        "attempts": attempts.delete()[0],
        "sessions": Session.objects.filter(expire_date__lt=real_now).delete()[0],
    }


def clock_of_sessions() -> datetime:
    """Return the real instant: sessions and lockouts do not follow the demo's clock."""
    return datetime.now(UTC)


def _subject(user: User) -> str:
    return f"user:{user.public_id}"


def _mail(to: str, subject: str, text: str, *, about: str) -> None:
    outgoing.queue(outgoing.Mail(to, subject, text), about=about)


def _lock(user: User) -> None:
    User.objects.select_for_update().get(pk=user.pk)


def _lock_administrators() -> None:
    """Hold every administrator's account, in one order, so that two removals cannot cross."""
    list(
        User.objects.select_for_update()
        .filter(pk__in=RoleGrant.objects.filter(role=ADMINISTRATOR).values("user_id"))
        .order_by("pk")
    )


def _keep_one_administrator(user: User) -> None:
    grants = RoleGrant.objects.filter(role=ADMINISTRATOR, user__is_active=True)
    if grants.filter(user=user).exists() and not grants.exclude(user=user).exists():
        raise Refused(
            _("This is the last administrator. Give the role to somebody else first, then try again.")
        )
