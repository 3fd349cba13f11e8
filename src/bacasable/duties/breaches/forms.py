"""What the officer types of a breach."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bacasable.compliance.catalogue import catalogue, processing_of
from bacasable.duties.breaches.models import Notification
from bacasable.duties.breaches.rules import NATURES, Risk
from bacasable.ui.fields import DayMonthYearField, InstantField, LongTextField


class BreachForm(forms.Form):
    """The record of article 33(5); what is not known yet is left empty and completed later."""

    title = forms.CharField(
        label=gettext_lazy("What happened, in a line"),
        help_text=gettext_lazy("Name nobody, here and below: the register tells facts."),
        max_length=200,
    )
    aware_at = InstantField(
        label=gettext_lazy("Since when is it known?"),
        help_text=gettext_lazy("The 72 hours to notify the authority run from there."),
    )
    nature = forms.MultipleChoiceField(
        label=gettext_lazy("What happened to the data?"), choices=(), widget=forms.CheckboxSelectMultiple
    )
    services = forms.MultipleChoiceField(
        label=gettext_lazy("Which services?"),
        choices=(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    facts = LongTextField(label=gettext_lazy("Facts"), max_length=8000, rows=6)
    began_on = DayMonthYearField(label=gettext_lazy("It began on"), required=False)
    ended_on = DayMonthYearField(label=gettext_lazy("It ended on"), required=False)
    categories = LongTextField(
        label=gettext_lazy("Categories of data"), max_length=2000, rows=2, required=False
    )
    persons = LongTextField(
        label=gettext_lazy("Categories of persons"), max_length=2000, rows=2, required=False
    )
    persons_count = forms.IntegerField(
        label=gettext_lazy("Number of persons, about"),
        min_value=0,
        max_value=2_000_000_000,
        required=False,
    )
    records_count = forms.IntegerField(
        label=gettext_lazy("Number of records, about"),
        min_value=0,
        max_value=2_000_000_000,
        required=False,
    )
    consequences = LongTextField(
        label=gettext_lazy("Likely consequences for the persons"), max_length=4000, rows=3, required=False
    )
    measures = LongTextField(
        label=gettext_lazy("Measures taken or proposed"), max_length=4000, rows=3, required=False
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["nature"].choices = [  # type: ignore[attr-defined]
            (key, _(label)) for key, label in NATURES.items()
        ]
        self.fields["services"].choices = [  # type: ignore[attr-defined]
            (key, _(processing_of(service).title)) for key, service in catalogue().items()
        ]


class AssessForm(forms.Form):
    risk = forms.ChoiceField(
        label=gettext_lazy("What risk for the rights and freedoms of the persons?"),
        choices=(),
        widget=forms.RadioSelect,
    )
    reasons = LongTextField(label=gettext_lazy("Why"), max_length=4000, rows=3)
    no_notice_reasons = LongTextField(
        label=gettext_lazy("Why the persons need not be told in spite of a high risk (art. 34(3))"),
        help_text=gettext_lazy(
            "Data that nobody can read, measures that end the risk, or a public notice where telling each "
            "would be out of proportion."
        ),
        max_length=2000,
        rows=2,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["risk"].choices = [  # type: ignore[attr-defined]
            (risk.value, _(risk.label)) for risk in Risk if risk is not Risk.UNKNOWN
        ]


class NotifyForm(forms.Form):
    to = forms.ChoiceField(
        label=gettext_lazy("Who was told?"), choices=Notification.To.choices, widget=forms.RadioSelect
    )
    sent_at = InstantField(label=gettext_lazy("When?"))
    is_complete = forms.BooleanField(
        label=gettext_lazy("The notice is complete"),
        help_text=gettext_lazy("Leave it empty for a first phase: the rest follows (art. 33(4))."),
        required=False,
    )
    reference = forms.CharField(
        label=gettext_lazy("Reference given by the authority, or how the persons were told"),
        max_length=200,
        required=False,
    )
    delay_reasons = LongTextField(
        label=gettext_lazy("Reasons of the delay, after 72 hours"), max_length=2000, rows=2, required=False
    )


#: The verbs of a record, each with its form.
VERBS: dict[str, type[forms.Form]] = {
    "assess": AssessForm,
    "notify": NotifyForm,
    "close": forms.Form,
    "reopen": forms.Form,
}
