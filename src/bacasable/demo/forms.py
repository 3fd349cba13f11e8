"""The form that moves the demo's clock."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ClockForm(forms.Form):
    """An instant in the portal's time zone."""

    at = forms.DateTimeField(
        label=_("Date and time of the demonstration"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )
