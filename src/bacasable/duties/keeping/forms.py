"""The form of a visa."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bacasable.duties.keeping.rules import needing_visa
from bacasable.ui.fields import DayMonthYearField


class VisaForm(forms.Form):
    """Which retention the archives approved, under which reference, from when to when."""

    what = forms.ChoiceField(label=gettext_lazy("What may be destroyed"), choices=())
    reference = forms.CharField(label=gettext_lazy("Reference of the visa"), max_length=120)
    given_on = DayMonthYearField(label=gettext_lazy("Given on"))
    ends_on = DayMonthYearField(label=gettext_lazy("May be used until"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["what"].choices = [  # type: ignore[attr-defined]
            (f"{service}:{key}", f"{_(retention.label)} ({service})")
            for (service, key), retention in needing_visa().items()
        ]

    def clean(self) -> dict[str, Any]:
        """Split what was chosen into service and retention."""
        cleaned: dict[str, Any] = super().clean() or {}
        cleaned["service"], _colon, cleaned["retention"] = cleaned.pop("what", ":").partition(":")
        return cleaned
