"""Accounts, granted roles, one-time links, and the journal's rows."""

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from bacasable.compliance import clock


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        if password is None:
            user.set_unusable_password()
        else:
            user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person with an account. The e-mail address, in lower case, is the sign-in name."""

    public_id = models.UUIDField(_("public identifier"), default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=5, default="fr")
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created"), default=clock.now, editable=False)
    session_generation = models.PositiveIntegerField(
        default=0, editable=False, help_text="Grows to end every open session of the person."
    )

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        super().clean()
        self.email = self.email.strip().lower()

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Bind sessions to the password and to the generation: when either changes, they end."""
        stamp = f"{self.password}:{self.session_generation}"
        return salted_hmac("bacasable.people.session", stamp, secret=secret, algorithm="sha256").hexdigest()


class RoleGrant(models.Model):
    """A role given to a person by another; the roles themselves are data of the catalogue.

    A role taken back is deleted. One of an account that was closed has ``ended_at``, from which it is kept.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(_("role"), max_length=40)
    granted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    granted_at = models.DateTimeField(_("granted"), default=clock.now)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "role"], name="people_one_grant_per_role")]

    def __str__(self) -> str:
        return f"{self.role} of user {self.user_id}"


class OneTimeLink(models.Model):
    """A link that opens a page whose button spends it, once, before it expires.

    Only the digest of its secret is stored. ``purpose`` says what spending it does; ``target`` is the
    reference of what it opens (a call's slug, a dossier's reference), never personal data.
    """

    class Purpose(models.TextChoices):
        APPLY = "apply", _("apply to a call")
        SIGN_IN = "sign_in", _("sign in")
        JOIN = "join", _("join a dossier as co-author")
        ENROL = "enrol", _("set up a staff account")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    secret_digest = models.CharField(max_length=64)
    email = models.EmailField()
    purpose = models.CharField(max_length=16, choices=Purpose)
    target = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    spent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["email", "created_at"], name="people_link_by_email")]

    def __str__(self) -> str:
        return f"{self.purpose} link {self.public_id}"


class JournalEntry(models.Model):
    """One act, chained to the one before: :mod:`bacasable.compliance.journal`. Never content of files."""

    number = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    action = models.CharField(max_length=80, db_index=True)
    subject = models.CharField(max_length=120, db_index=True)
    facts = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number} {self.action}"


class JournalHead(models.Model):
    """The one row that writers of the journal lock: the number and digest of the last entry."""

    number = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"journal head {self.number}"


class JournalCheckpoint(models.Model):
    """What stands, signed, for the entries up to ``number`` that expired: a DSSE envelope, whole."""

    number = models.PositiveBigIntegerField(primary_key=True)
    envelope = models.TextField()

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"journal checkpoint {self.number}"


class Instance(models.Model):
    """The one row that says what this installation is: an authority, a service, or a demo."""

    class Deployment(models.TextChoices):
        AUTHORITY = "authority", _("authority")
        SERVICE = "service", _("service")
        DEMO = "demo", _("demonstration")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    deployment = models.CharField(max_length=12, choices=Deployment)
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.deployment} {self.public_id}"


class OutgoingMail(models.Model):
    """A mail to deliver: :mod:`bacasable.people.outgoing`. Address and content are removed once it is sent.

    ``sealed`` is the content, encrypted under ``data_key``, itself wrapped by the instance's key. ``about``
    is the reference of what the mail tells of, never personal data; ``last_error`` is a code.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("not delivered")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    to = models.EmailField(blank=True)
    about = models.CharField(max_length=120, blank=True, db_index=True)
    sealed = models.BinaryField(default=bytes)
    data_key = models.BinaryField(default=bytes)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_error = models.CharField(_("last error"), max_length=80, blank=True)
    created_at = models.DateTimeField(_("created"), default=clock.now)
    due_at = models.DateTimeField(_("next attempt"), default=clock.now)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    failed_at = models.DateTimeField(_("given up"), null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "due_at"], name="people_mail_due")]

    def __str__(self) -> str:
        return f"mail {self.public_id}"
