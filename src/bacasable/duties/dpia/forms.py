"""What the officer types of an assessment that was validated, and of one that holds no more."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from bacasable.duties.dpia.rules import ENDINGS, LARGEST_BYTES
from bacasable.ui.fields import DayMonthYearField, LongTextField


class RecordForm(forms.Form):
    """When and by whom it was validated, on what grounds, where it is, when it is looked at again."""

    validated_on = DayMonthYearField(label=gettext_lazy("Validated on"))
    validated_by = forms.CharField(
        label=gettext_lazy("Validated by"),
        help_text=gettext_lazy("The controller's representative: function and name."),
        max_length=200,
    )
    reason = LongTextField(
        label=gettext_lazy("What the validation rests on"),
        help_text=gettext_lazy(
            "The risks that remain and why they are acceptable, the opinion of the officer."
        ),
        max_length=2000,
        rows=4,
    )
    reference = forms.CharField(
        label=gettext_lazy("Reference of the assessment"),
        help_text=gettext_lazy("Where it can be read; it may be left out where its file is attached."),
        max_length=200,
        required=False,
    )
    file = forms.FileField(
        label=gettext_lazy("File of the assessment"),
        help_text=gettext_lazy("PDF, Word, OpenDocument or JSON, 20 MB at most. It is kept encrypted."),
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(ENDINGS)}),
        required=False,
    )
    review_on = DayMonthYearField(
        label=gettext_lazy("Next review by"),
        help_text=gettext_lazy("Three years ahead at most; sooner where the risks may change."),
    )
    declaration = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def clean(self) -> dict[str, Any]:
        """Return what the action takes: of the file its name and bytes, one more than the largest at most."""
        cleaned: dict[str, Any] = super().clean() or {}
        file = cleaned.pop("file", None)
        if file:
            cleaned |= {"file_name": file.name, "content": file.read(LARGEST_BYTES + 1)}
        return cleaned


class RevokeForm(forms.Form):
    reason = LongTextField(label=gettext_lazy("Why it is revoked"), max_length=2000, rows=3)
