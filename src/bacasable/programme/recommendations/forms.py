"""Forms of this room: write, contract, act with reasons, hand in, review, filter."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bacasable.compliance.catalogue import catalogue
from bacasable.programme.evidence import readings as evidence_readings
from bacasable.programme.recommendations import rules, wording
from bacasable.programme.recommendations.models import Contract, Recommendation, ReviewedDocument
from bacasable.ui.fields import DayMonthYearField

LONG = {"rows": 6, "dir": "auto"}


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.replace(";", ",").split(",") if part.strip()]


class RecommendationForm(forms.Form):
    """The wording of a recommendation; ``change`` and ``revision`` only where the project has read it."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    text = forms.CharField(
        label=gettext_lazy("Recommendation"),
        help_text=gettext_lazy("What to do or to show, in words that the project can act on."),
        max_length=4000,
        widget=forms.Textarea(attrs=LONG),
    )
    facts = forms.CharField(
        label=gettext_lazy("Facts relied on"),
        help_text=gettext_lazy("As the project declared them: when they change, so may the recommendation."),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs=LONG),
    )
    legal_basis = forms.CharField(
        label=gettext_lazy("Legal basis"),
        help_text=gettext_lazy("Such as “GDPR 22, 35(7)(d)”."),
        max_length=200,
        required=False,
    )
    matters = forms.MultipleChoiceField(
        label=gettext_lazy("Matters"),
        help_text=gettext_lazy("Earlier recommendations on the same matters are found by them."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    other_matters = forms.CharField(
        label=gettext_lazy("Other matters"),
        help_text=gettext_lazy("Short keywords, separated by commas."),
        max_length=300,
        required=False,
    )
    due_on = DayMonthYearField(label=gettext_lazy("Due"), required=False)
    service = forms.RegexField(
        label=gettext_lazy("Service"),
        help_text=gettext_lazy(
            "The key by which the project's instance names its service, such as water_use."
        ),
        regex=rules.NAME.pattern + r"\Z",
        max_length=40,
        required=False,
        error_messages={"invalid": gettext_lazy("Use small letters, digits and _ only.")},
    )
    change = forms.CharField(
        label=gettext_lazy("What changes, and why"),
        help_text=gettext_lazy("The project reads it with the new version."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, recommendation: Recommendation | None = None, **options: Any) -> None:
        if recommendation is not None:
            known = [matter for matter in recommendation.matters if matter in rules.MATTERS]
            others = [matter for matter in recommendation.matters if matter not in rules.MATTERS]
            fields = ("title", "text", "facts", "legal_basis", "due_on", "service", "revision")
            initial = {name: getattr(recommendation, name) for name in fields}
            initial |= {"matters": known, "other_matters": ", ".join(others)}
            options["initial"] = initial | options.get("initial", {})
        super().__init__(*args, **options)
        choices = sorted(((key, _(label)) for key, label in rules.MATTERS.items()), key=lambda c: c[1])
        self.fields["matters"].choices = choices  # type: ignore[attr-defined]
        if recommendation is None:
            del self.fields["revision"]
        if recommendation is None or recommendation.state in rules.UNREAD:
            del self.fields["change"]
        else:
            del self.fields["service"]

    def wording(self) -> dict[str, Any]:
        """Return what was written, as :func:`actions.write` takes it."""
        data = self.cleaned_data
        said = {name: data[name] for name in ("title", "text", "facts", "legal_basis", "due_on")}
        return said | {"matters": self.said_matters(), "service": data.get("service", "")}

    def said_matters(self) -> list[str]:
        """Return the matters ticked and typed, also of a form that is not complete."""
        data = getattr(self, "cleaned_data", {})
        return [*data.get("matters", []), *_split(data.get("other_matters", ""))]


class ContractForm(forms.Form):
    """A contract: a control of the catalogue, one of a service not installed here, or a document."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Shown by"), choices=Contract.Kind.choices, widget=forms.RadioSelect
    )
    installed = forms.ChoiceField(
        label=gettext_lazy("Control of a service installed here"),
        help_text=gettext_lazy("Direction, threshold and days left empty below are those of the control."),
        required=False,
    )
    service = forms.RegexField(
        label=gettext_lazy("Or another service"),
        regex=rules.NAME.pattern + r"\Z",
        max_length=40,
        required=False,
        error_messages={"invalid": gettext_lazy("Use small letters, digits and _ only.")},
    )
    control = forms.RegexField(
        label=gettext_lazy("Its control"),
        regex=rules.NAME.pattern + r"\Z",
        max_length=80,
        required=False,
        error_messages={"invalid": gettext_lazy("Use small letters, digits and _ only.")},
    )
    direction = forms.ChoiceField(
        label=gettext_lazy("Direction"), choices=[("", "–"), *Contract.Direction.choices], required=False
    )
    threshold = forms.FloatField(
        label=gettext_lazy("Threshold (%)"),
        help_text=gettext_lazy("It may be stricter than the control's own."),
        min_value=0,
        max_value=100,
        required=False,
        localize=True,
    )
    document = forms.CharField(
        label=gettext_lazy("Document expected"),
        help_text=gettext_lazy("Such as “Record of the training of agents, with dates and contents”."),
        max_length=300,
        required=False,
    )
    maximum_age_days = forms.IntegerField(
        label=gettext_lazy("Holds for (days)"),
        help_text=gettext_lazy("After that the measurement or the document has to be renewed."),
        min_value=1,
        max_value=3650,
        required=False,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["installed"].choices = [("", "–"), *installed_controls()]  # type: ignore[attr-defined]

    def terms(self) -> dict[str, Any]:
        """Return the contract as :func:`actions.add_contract` takes it."""
        data = self.cleaned_data
        terms = {"kind": data["kind"], "maximum_age_days": data["maximum_age_days"]}
        if data["kind"] == Contract.Kind.DOCUMENT:
            return terms | {"document": data["document"]}
        service, _dot, control = data["installed"].partition(".")
        threshold = data["threshold"]
        return terms | {
            "service": service or data["service"],
            "control": control or data["control"],
            "direction": data["direction"],
            "threshold": None if threshold is None else threshold / 100,
        }


def installed_controls() -> list[tuple[str, str]]:
    """Return the controls of the catalogue as choices: ``service.control`` and what each promises."""
    choices = []
    for key, service in catalogue().items():
        for control in service.load("controls") if service.controls else ():
            promise = evidence_readings.promise(control.direction, control.threshold)
            title = evidence_readings.service_title(key)
            choices.append((f"{key}.{control.key}", f"{title} – {_(control.title)} ({promise})"))
    return choices


class ActForm(forms.Form):
    """An act on a recommendation, with its reasons where it needs them."""

    verb = forms.CharField(max_length=20, widget=forms.HiddenInput)
    revision = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    replacement = forms.ModelChoiceField(
        label=gettext_lazy("Replaced by"), queryset=Recommendation.objects.none(), to_field_name="key"
    )
    reasons = forms.CharField(
        label=gettext_lazy("Reasons"),
        help_text=gettext_lazy("Both sides read them, and they stay."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )

    def __init__(
        self, *args: Any, verb: str, others: Iterable[Recommendation] = (), revision: int = 0, **options: Any
    ) -> None:
        options["initial"] = {"verb": verb, "revision": revision}
        super().__init__(*args, **({"auto_id": f"id_{verb}_%s"} | options))
        if verb not in rules.REASONED | {"set_aside", "message"}:
            del self.fields["reasons"]
        elif verb == "message":
            self.fields["reasons"].label = _("Message to the other side")
            self.fields["reasons"].help_text = ""
        if verb == "replace":
            field = self.fields["replacement"]
            chosen = [other.pk for other in others]
            field.queryset = Recommendation.objects.filter(pk__in=chosen)  # type: ignore[attr-defined]
        else:
            del self.fields["replacement"]


class HandInForm(forms.Form):
    """A document handed in for a contract."""

    document = forms.FileField(label=gettext_lazy("Document"), max_length=200)


class ReviewDocumentForm(forms.Form):
    """What a person of the office says of a document."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("Review"),
        choices=[
            (ReviewedDocument.Verdict.ACCEPTED, gettext_lazy("Accept it")),
            (ReviewedDocument.Verdict.REFUSED, gettext_lazy("Refuse it, with reasons")),
        ],
        widget=forms.RadioSelect,
    )
    reasons = forms.CharField(
        label=gettext_lazy("Reasons"), max_length=2000, required=False, widget=forms.Textarea(attrs=LONG)
    )


class FilterForm(forms.Form):
    """What the public list is narrowed to."""

    service = forms.ChoiceField(label=gettext_lazy("Service"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    matter = forms.ChoiceField(label=gettext_lazy("Matter"), required=False)

    def __init__(
        self,
        *args: Any,
        services: Iterable[str],
        matters: Iterable[str],
        states: Iterable[str],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        every = ("", _("all"))
        titles = [(key, evidence_readings.service_title(key)) for key in services]
        labels = dict(Recommendation.State.choices)
        given: dict[str, list[tuple[str, Any]]] = {
            "service": titles,
            "state": [(key, labels[key]) for key in states],
            "matter": sorted(((key, wording.matter(key)) for key in matters), key=lambda choice: choice[1]),
        }
        for name, choices in given.items():
            self.fields[name].choices = [every, *choices]  # type: ignore[attr-defined]
