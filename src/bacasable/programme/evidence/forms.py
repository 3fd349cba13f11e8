"""The forms of this room: an envelope, a key, a challenge, a fingerprint, a reason."""

import re
from datetime import datetime, timedelta

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import RegexValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bacasable.compliance import clock
from bacasable.compliance.evidence import LARGEST_ENVELOPE
from bacasable.programme.evidence.rules import REASONS

LARGEST_PEM = 1000
SHOWN_END = 8
_NAME = RegexValidator(r"^[a-z][a-z0-9_]*$", _("Small letters, digits and _ only."))


class EnvelopeForm(forms.Form):
    """One file: the envelope as ``bacasable check`` wrote it."""

    envelope = forms.FileField(
        label=_("Evidence file"),
        help_text=_("The file that `bacasable check` wrote, up to 1 MB, without any change."),
        max_length=200,
    )

    def clean_envelope(self) -> UploadedFile:
        given: UploadedFile = self.cleaned_data["envelope"]
        if (given.size or 0) > LARGEST_ENVELOPE:
            raise forms.ValidationError(gettext(REASONS["oversize"]), code="oversize")
        return given


class KeyForm(forms.Form):
    """The public key of an instance, pasted or as a file, and a name for the instance."""

    label = forms.CharField(
        label=_("Name of the instance"),
        help_text=_("So that people recognise it, such as “production, Nantes”."),
        max_length=100,
    )
    pem = forms.CharField(
        label=_("Public key"),
        help_text=_("Run `bacasable evidence keys --pem` on your instance and paste all that it prints."),
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false", "autocomplete": "off"}),
        max_length=LARGEST_PEM,
        required=False,
    )
    pem_file = forms.FileField(
        label=_("Or the file of the public key"), help_text=_("A .pub file."), max_length=200, required=False
    )

    def clean(self) -> dict[str, object]:
        data = super().clean() or {}
        given = data.get("pem_file")
        if given is not None:
            if given.size > LARGEST_PEM:
                self.add_error("pem_file", gettext("This file is too large for a public key."))
            else:
                data["pem"] = given.read().decode("utf-8", "replace")
        if not data.get("pem") and not self.errors:
            self.add_error("pem", gettext("Paste the public key, or choose its file."))
        return data


class FingerprintForm(forms.Form):
    """What the project said of its key by another channel: confirming is more than one click."""

    told = forms.CharField(
        label=_("Last 8 characters of the fingerprint, as the project told you"),
        help_text=_("By telephone or face to face, from `bacasable evidence keys`: never by e-mail."),
        max_length=80,
    )

    def __init__(self, *given: object, key_id: str, **options: object) -> None:
        super().__init__(*given, **options)  # type: ignore[arg-type]
        self.key_id = key_id

    def clean_told(self) -> str:
        told = re.sub(r"[\s:…-]", "", self.cleaned_data["told"]).lower()
        if len(told) < SHOWN_END or not self.key_id.endswith(told):
            raise forms.ValidationError(
                gettext(
                    "This is not the end of the fingerprint of the key enrolled here. Do not confirm it: "
                    "somebody else may have enrolled it. Ask the project again, or revoke this key."
                ),
                code="fingerprint",
            )
        return told


class RevokeForm(forms.Form):
    """Why a key is revoked."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Both sides read it."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=500,
    )


class ChallengeForm(forms.Form):
    """Which control is asked for, and until when."""

    service = forms.CharField(
        label=_("Service"), help_text=_("Its key, such as “platform”."), max_length=40, validators=[_NAME]
    )
    control = forms.CharField(
        label=_("Control"),
        help_text=_("Its key, such as “files_unreadable_at_rest”."),
        max_length=80,
        validators=[_NAME],
    )
    days = forms.IntegerField(label=_("Days to answer"), min_value=1, max_value=365, initial=14)

    def due_at(self) -> datetime:
        """Return the deadline, counted from now."""
        return clock.now() + timedelta(days=int(self.cleaned_data["days"]))
