"""The forms of the desk: what the queue shows, and the request for missing parts."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from bacasable.compliance import clock
from bacasable.people.models import User
from bacasable.programme.call.models import Call
from bacasable.programme.desk.models import LawfulException
from bacasable.programme.desk.rules import LONGEST_EXCEPTION
from bacasable.programme.dossiers.models import Dossier


class FilterForm(forms.Form):
    """What the queue shows; every field may stay empty."""

    words = forms.CharField(label=_("Words of the title, or reference"), required=False, max_length=100)
    call = forms.ChoiceField(label=_("Call"), required=False)
    waiting = forms.BooleanField(
        label=_("Only those from which parts are awaited"),
        required=False,
        widget=forms.CheckboxInput(attrs={"value": "1"}),
    )
    eligibility = forms.ChoiceField(
        label=_("Eligibility"),
        required=False,
        choices=[
            ("", _("All")),
            ("eligible", _("rules met")),
            ("to_discuss", _("to discuss")),
            ("not_eligible", _("rules not met")),
        ],
    )
    order = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[
            ("received", _("last received first")),
            ("oldest", _("first received first")),
            ("reference", _("reference")),
            ("completeness", _("least complete first")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        calls = Call.objects.exclude(state=Call.State.DRAFT).values_list("slug", "title")
        self.fields["call"].choices = [("", _("All")), *calls]  # type: ignore[attr-defined]


class MissingPartsForm(forms.Form):
    """Which parts, in which words, until when: the day ends at 23:59 in the call's zone."""

    parts = forms.MultipleChoiceField(
        label=_("Missing parts"), choices=(), required=True, widget=forms.CheckboxSelectMultiple
    )
    message = forms.CharField(
        label=_("Message to the candidate"),
        help_text=_("Say what is expected. The candidate receives it by e-mail."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    due_on = forms.DateField(
        label=_("Until the end of the day"),
        help_text=_("Between 1 and 90 days from now."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, dossier: Dossier, parts: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dossier = dossier
        self.fields["parts"].choices = parts  # type: ignore[attr-defined]

    def clean_due_on(self) -> datetime:
        """Return the last instant of the day, in the call's zone."""
        day = self.cleaned_data["due_on"]
        due_at = datetime.combine(day, time(23, 59, 59), tzinfo=self.dossier.call.zone)
        if not timedelta(0) < due_at - clock.now() <= timedelta(days=91):
            raise forms.ValidationError(_("Choose a day between tomorrow and 90 days from now."))
        return due_at


class FindDossierForm(forms.Form):
    """Go to the exceptions of a dossier."""

    reference = forms.CharField(label=_("Reference of the dossier"), max_length=32)


class ExceptionForm(forms.Form):
    """To whom a dossier is opened, on which ground, why, until when: the day ends in the call's zone."""

    inspector = forms.ModelChoiceField(
        label=_("Inspector"), queryset=User.objects.none(), to_field_name="public_id", empty_label=None
    )
    ground = forms.ChoiceField(
        label=_("Ground"), choices=LawfulException.Ground.choices, widget=forms.RadioSelect
    )
    reasons = forms.CharField(
        label=_("Reasons"),
        help_text=_("What was received or found, and why this dossier must be read. They are kept."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    ends_at = forms.DateField(
        label=_("Until the end of the day"),
        help_text=_("90 days from now at most; choose no longer than is needed."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, dossier: Dossier, inspectors: "QuerySet[User]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dossier = dossier
        self.fields["inspector"].queryset = inspectors  # type: ignore[attr-defined]

    def clean_ends_at(self) -> datetime:
        """Return the last instant of the day, in the call's zone."""
        day = self.cleaned_data["ends_at"]
        try:
            ends_at = datetime.combine(day, time(23, 59, 59), tzinfo=self.dossier.call.zone)
            fits = timedelta(0) < ends_at - clock.now() <= LONGEST_EXCEPTION
        except OverflowError:
            fits = False
        if not fits:
            raise forms.ValidationError(_("Choose a day between today and 89 days from now."))
        return ends_at
