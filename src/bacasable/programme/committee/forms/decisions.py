"""What a president, a delegate or an officer types around a decision."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from bacasable.people.models import User
from bacasable.programme.call.models import Call
from bacasable.programme.committee.actions.decisions import NUMBER_REASON_LENGTH, REASONS_LENGTH
from bacasable.programme.committee.actions.publication import LENGTHS
from bacasable.programme.committee.models import Examination, Outcome
from bacasable.programme.committee.queries.decisions import Signatory
from bacasable.ui.fields import InstantField, LongTextField


class DecisionForm(forms.Form):
    """An outcome and its reasons for each dossier, who signs, and why more or fewer than planned.

    The fields of a dossier are ``kind_<id>`` and ``reasons_<id>``, the id being its examination's.
    """

    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, examinations: Iterable[Examination], signatory: Signatory, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.examinations = list(examinations)
        for examination in self.examinations:
            self._add_fields_of(examination)
        self.fields["number_reason"] = LongTextField(
            label=gettext_lazy("Why more or fewer laureates than planned"),
            help_text=gettext_lazy(
                "Needed when the number differs from that of the call. Letters give it, then the public page "
                "of the call once the laureates are published."
            ),
            max_length=NUMBER_REASON_LENGTH,
            rows=3,
            required=False,
        )
        self.fields["signatory_name"] = forms.CharField(
            label=gettext_lazy("Name of the signatory"),
            help_text=gettext_lazy("First name and surname, as letters show them."),
            max_length=200,
            initial=signatory.name,
        )
        self.fields["signatory_capacity"] = forms.CharField(
            label=gettext_lazy("Capacity of the signatory"),
            max_length=200,
            initial=signatory.capacity,
            disabled=signatory.delegation is not None,
        )
        self.fields["is_read"] = forms.BooleanField(
            label=gettext_lazy(
                "I have read the outcome and the reasons of each dossier. The decision cannot be changed "
                "afterwards."
            )
        )

    def _add_fields_of(self, examination: Examination) -> None:
        refused_only = examination.state == Examination.State.INADMISSIBLE
        kinds = [
            (value, label)
            for value, label in Outcome.Kind.choices
            if not refused_only or value == Outcome.Kind.REFUSED
        ]
        reference = examination.dossier.reference
        self.fields[f"kind_{examination.pk}"] = forms.ChoiceField(
            label=_("Outcome of %(reference)s") % {"reference": reference},
            choices=[("", pgettext_lazy("no outcome chosen yet", "Choose")), *kinds]
            if not refused_only
            else kinds,
        )
        self.fields[f"reasons_{examination.pk}"] = LongTextField(
            label=_("Reasons for %(reference)s") % {"reference": reference},
            max_length=REASONS_LENGTH,
            rows=4,
            initial=examination.reasons if refused_only else "",
        )

    def outcomes(self) -> dict[int, tuple[str, str]]:
        """Return ``{examination id: (kind, reasons)}``, once the form is valid."""
        return {
            examination.pk: (
                self.cleaned_data[f"kind_{examination.pk}"],
                self.cleaned_data[f"reasons_{examination.pk}"],
            )
            for examination in self.examinations
        }

    def add_problems(self, problems: Mapping[int, str]) -> None:
        """Show each problem of :class:`actions.decisions.Undecided` at its dossier."""
        words = {
            "unchecked": _("Its admissibility was not checked: admit it or reject it first."),
            "kind": _("Choose an outcome."),
            "inadmissible": _("It is not admissible: it can only be refused."),
            "reasons": _("Write the reasons."),
            "long": _("Shorten the reasons."),
        }
        for examination, code in problems.items():
            field = f"reasons_{examination}" if code in ("reasons", "long") else f"kind_{examination}"
            self.add_error(field if field in self.fields else None, words[code])


class PersonChoice(forms.ModelChoiceField):
    def label_from_instance(self, person: Any) -> str:
        return f"{person.name} ({person.email})" if person.name else str(person.email)


class DelegationForm(forms.Form):
    """Who signs for the president, on what, from when until when."""

    to = PersonChoice(
        label=gettext_lazy("Delegate"),
        queryset=User.objects.none(),
        empty_label=pgettext_lazy("no person chosen yet", "Choose"),
    )
    call = forms.ModelChoiceField(
        label=gettext_lazy("For"),
        queryset=Call.objects.none(),
        required=False,
        empty_label=gettext_lazy("every call"),
    )
    capacity = forms.CharField(
        label=gettext_lazy("Capacity, as letters show it"),
        help_text=gettext_lazy("Such as: Secretary General."),
        max_length=200,
    )
    act_reference = forms.CharField(
        label=gettext_lazy("Act of delegation"),
        help_text=gettext_lazy("Its number, its date and where it was published."),
        max_length=200,
    )
    starts_at = InstantField(label=pgettext_lazy("of a delegation", "From"))
    ends_at = InstantField(label=pgettext_lazy("of a delegation", "Until"))

    def __init__(self, *args: Any, people: Any, calls: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["to"].queryset = people  # type: ignore[attr-defined]
        self.fields["call"].queryset = calls  # type: ignore[attr-defined]


class SendingForm(forms.Form):
    """Whether letters without a copy signed elsewhere are sent as they were generated."""

    accept_unsigned = forms.BooleanField(
        label=gettext_lazy("I know that letters without a signed copy are sent without a signature."),
        required=False,
    )


class PublicationForm(forms.Form):
    """The public name, body and summary of each project: ``name_<outcome id>`` and so on."""

    def __init__(self, *args: Any, presented: Mapping[int, Mapping[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.presented = presented
        labels = {
            "name": gettext_lazy("Name of the project"),
            "body": gettext_lazy("Led by"),
            "summary": gettext_lazy("Summary"),
        }
        for pk, shown in presented.items():
            for key, limit in LENGTHS.items():
                options = {
                    "label": labels[key],
                    "max_length": limit,
                    "initial": shown[key],
                    "required": key == "name",
                }
                self.fields[f"{key}_{pk}"] = (
                    LongTextField(rows=3, **options) if key == "summary" else forms.CharField(**options)
                )

    def lines(self) -> dict[int, dict[str, str]]:
        """Return what :func:`actions.publish` takes, once the form is valid."""
        return {pk: {key: self.cleaned_data[f"{key}_{pk}"] for key in LENGTHS} for pk in self.presented}
