"""What is brought to the register: the file of an impact assessment."""

from django import forms
from django.utils.translation import gettext_lazy

from bacasable.compliance.exports.pia.document import LARGEST_BYTES


class AssessmentForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File of the assessment (JSON)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".json,application/json"}),
    )

    def content(self) -> bytes:
        """Return the bytes that were sent, one more than the largest at most: the reader refuses it."""
        return bytes(self.cleaned_data["file"].read(LARGEST_BYTES + 1))
