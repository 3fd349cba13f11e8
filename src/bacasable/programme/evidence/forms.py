"""The form by which an officer files an envelope."""

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bacasable.compliance.evidence import LARGEST_ENVELOPE
from bacasable.programme.evidence.rules import REASONS


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
            raise forms.ValidationError(gettext(REASONS["oversize"]))
        return given
