"""Requests of persons, mails that may be one, and the count of what the form and the mailbox took."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from bacasable.compliance import clock
from bacasable.compliance.rights import Clock, Right, State


class RightsRequest(models.Model):
    """One request of a person: what they ask, of which service, where it stands, what was answered.

    ``identity_seen`` says in words what proved who asks; a copy of an identity document is never kept.
    ``work`` holds what an erasure did, store by store: counts and reasons, no value. A request by mail is
    ``to_qualify`` until an officer said which right of which service it is about: those are guesses. What its
    mail held besides its text (``attachments``), or beyond what is kept (``is_cut``), is not here.
    """

    class Channel(models.TextChoices):
        WEB = "web", _("form of this site")
        MAIL = "mail", _("e-mail")
        LETTER = "letter", _("letter")
        COUNTER = "counter", _("at the counter or by telephone")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    service = models.CharField(_("service"), max_length=60)
    right = models.CharField(_("what is asked"), max_length=20)
    state = models.CharField(_("state"), max_length=20, default=State.RECEIVED.value)
    channel = models.CharField(_("received by"), max_length=10, choices=Channel, default=Channel.WEB)
    language = models.CharField(max_length=5, default="fr")
    email = models.EmailField(_("e-mail address"), blank=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    identifier_name = models.CharField(max_length=60, blank=True)
    identifier_value = models.CharField(max_length=200, blank=True)
    body = models.TextField(_("request in the person's words"), max_length=4000)
    to_qualify = models.BooleanField(default=False)
    attachments = models.PositiveIntegerField(default=0)
    is_cut = models.BooleanField(default=False)
    received_at = models.DateTimeField(_("received"), default=clock.now)
    identity_asked = models.TextField(max_length=1000, blank=True)
    identity_asked_at = models.DateTimeField(null=True, blank=True)
    identity_seen = models.CharField(max_length=300, blank=True)
    identity_at = models.DateTimeField(null=True, blank=True)
    waited_days = models.PositiveIntegerField(default=0)
    extended_at = models.DateTimeField(null=True, blank=True)
    extension_reasons = models.TextField(max_length=2000, blank=True)
    answer = models.TextField(_("answer"), max_length=8000, blank=True)
    recipients_told = models.TextField(max_length=1000, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    handled_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, null=True, related_name="+")
    work = models.JSONField(default=dict)

    class Meta:
        ordering = ["received_at"]
        indexes = [models.Index(fields=["state", "received_at"], name="duties_rights_open")]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """How the request is called in letters and in the journal."""
        return f"DP-{self.received_at:%Y}-{self.public_id.hex[:8].upper()}"

    @property
    def where(self) -> State:
        return State(self.state)

    @property
    def asked(self) -> Right:
        return Right(self.right)

    @property
    def clock(self) -> Clock:
        """Its time limits."""
        return Clock(self.received_at, self.waited_days, self.extended_at is not None)


class ReceivedMail(models.Model):
    """A mail that may be a request, kept until an officer says so; then it is one, or it is gone.

    ``reason`` says why the mailbox did not decide by itself; ``about`` is the open request that it answers.
    """

    class Reason(models.TextChoices):
        ANSWER = "answer", _("it names a request of the same person")
        ELSEWHERE = "elsewhere", _("it came to another address, and its subject is about personal data")
        AUTOMATIC = "automatic", _("it came from a list or a machine, and got no receipt")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sender = models.EmailField(_("e-mail address"))
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    body = models.TextField(_("text"), blank=True)
    attachments = models.PositiveIntegerField(default=0)
    is_cut = models.BooleanField(default=False)
    received_at = models.DateTimeField(_("received"))
    reason = models.CharField(_("why it waits"), max_length=10, choices=Reason)
    about = models.ForeignKey(RightsRequest, on_delete=models.CASCADE, null=True, related_name="mails")

    class Meta:
        ordering = ["received_at"]

    def __str__(self) -> str:
        return f"mail {self.public_id}"


class RequestCount(models.Model):
    """One use of the public form or one mail taken, to bound them: keyed digests, kept for a day.

    The network is empty for a mail, the message for the form.
    """

    sender_digest = models.CharField(max_length=64)
    network_digest = models.CharField(max_length=64, blank=True)
    message_digest = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["at"], name="duties_request_count_at")]

    def __str__(self) -> str:
        return f"count {self.pk}"
