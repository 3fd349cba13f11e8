"""What people type about a call: the candidate's short forms, and the officer's draft."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from bacasable.programme.call import actions, eligibility, rule_sets, rules
from bacasable.programme.call.jurisdictions import jurisdiction, jurisdictions
from bacasable.programme.call.models import Call, Criterion, Phase, Question
from bacasable.programme.call.refusals import Problem, Refused
from bacasable.ui.fields import InstantField, LongTextField

MAXIMUM_KEYWORDS = 20
MAXIMUM_LINES = 20


def say(problem: Problem) -> str:
    """Return a problem and its remedy in the reader's language."""
    message = _(problem.message) % problem.values
    remedy = _(problem.remedy) % problem.values
    return _("%(message)s: %(remedy)s.") % {"message": message[:1].upper() + message[1:], "remedy": remedy}


def add_problems(form: forms.BaseForm, problems: Iterable[Problem]) -> None:
    """Show each problem at its field, or above the form where the field is elsewhere."""
    for problem in problems:
        field = problem.place.split("[")[0].split(".")[0]
        text = say(problem)
        if problem.place != field:
            text = f"{problem.place}: {text}"
        form.add_error(field if field in form.fields else None, text)


class ApplyForm(forms.Form):
    """The address to which a link is sent; nothing else is asked."""

    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )


class QuestionForm(forms.Form):
    body = LongTextField(
        label=gettext_lazy("Your question"),
        help_text=gettext_lazy(
            "It is published with its answer. Write nothing that says who you are, and no name of a person."
        ),
        max_length=2000,
        rows=5,
    )


class EligibilityForm(forms.Form):
    """The questions of a call's rules. Every answer may be left open; nothing of it is stored."""

    UNKNOWN = "unknown"

    def __init__(self, *args: Any, rules: Sequence[eligibility.Rule], **options: Any) -> None:
        super().__init__(*args, **options)
        words = {"yes": _("Yes"), "no": _("No")}
        for rule in rules:
            choices = [
                (value, words.get(value, label) if rule.kind == "yes_no" else label)
                for value, label in rule.choices
            ]
            self.fields[rule.key] = field = forms.ChoiceField(
                label=rule.question,
                help_text=rule.help,
                choices=[*choices, (self.UNKNOWN, _("I do not know, or it does not apply"))],
                required=False,
                widget=forms.RadioSelect,
            )
            field.template_name = "programme/call/_eligibility_field.html"  # type: ignore[attr-defined]


class LocalTimeField(InstantField):
    """A day and a time of day whose zone another field of the form gives; a naive ``datetime``."""

    def compress(self, values: list[int]) -> datetime:
        day, month, year, hour, minute = values
        try:
            return datetime(year, month, day, hour, minute)  # noqa: DTZ001 (the form's zone is added in clean)
        except ValueError:
            raise ValidationError(_("This date or time does not exist."), "invalid") from None


class _CalendarForm(forms.BaseForm):
    """Reads local times in the zone of the call, and refuses those that the clocks skip."""

    def resolve(self, name: str, zone_name: str, *, later: bool = False) -> None:
        local = self.cleaned_data.get(name)
        if local is None:
            return
        try:
            resolved = rules.resolve_local(local, rules.zone_named(zone_name), place=name, later=later)
        except Refused as refusal:
            add_problems(self, refusal.problems)
        else:
            self.cleaned_data[name] = resolved.at
            if resolved.twice:
                self.twice = [*getattr(self, "twice", []), name]


class CallForm(_CalendarForm, forms.ModelForm):
    """A draft. ``revision`` is the one that the officer read: two officers do not overwrite each other."""

    keywords = forms.CharField(
        label=gettext_lazy("Keywords"),
        help_text=gettext_lazy("Separated by commas."),
        required=False,
        max_length=1000,
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the text"), choices=lambda: settings.LANGUAGES, initial="fr"
    )
    text = LongTextField(
        label=gettext_lazy("Text of the call"),
        help_text=gettext_lazy(
            "A blank line starts a paragraph, “- ” an item of a list, “## ” a heading; *emphasis*, "
            "[link](address). Any other markup is shown as it is typed."
        ),
        max_length=40000,
        rows=18,
    )
    summary = LongTextField(label=gettext_lazy("Summary"), max_length=1000, rows=4)
    opens_at = LocalTimeField(label=pgettext_lazy("of a call", "Opens"))
    closes_at = LocalTimeField(label=pgettext_lazy("of a call", "Closes"))
    jurisdiction = forms.ChoiceField(
        label=gettext_lazy("Jurisdiction"),
        help_text=gettext_lazy(
            "The clauses of letters, the texts to sign and the remedies are those of its law."
        ),
    )
    with_grid = forms.BooleanField(
        label=gettext_lazy("Start from the criteria that its authority publishes"),
        help_text=gettext_lazy(
            "Ticked, they replace the criteria below when you save, where it publishes some."
        ),
        required=False,
    )
    grace_minutes = forms.IntegerField(
        label=gettext_lazy("Grace, in minutes"),
        help_text=gettext_lazy("Stated on the page: deposits are still accepted after the closing time."),
        min_value=0,
        max_value=7 * 24 * 60,
        initial=0,
    )
    places_planned = forms.IntegerField(
        label=gettext_lazy("Places planned"), min_value=0, max_value=1000, required=False
    )
    rule_set = forms.ChoiceField(
        label=gettext_lazy("Start from a set of rules"),
        help_text=gettext_lazy("Choosing a set replaces the rules below when you save."),
        required=False,
    )
    eligibility = LongTextField(
        label=gettext_lazy("Eligibility rules (JSON)"), required=False, max_length=60000, rows=16, strip=True
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    class Meta:
        model = Call
        fields = (
            "title",
            "slug",
            "theme",
            "keywords",
            "language",
            "regime",
            "summary",
            "text",
            "jurisdiction",
            "time_zone",
            "grace_minutes",
            "places_planned",
            "contact_address",
            "contact_is_live",
            "criteria_are_published",
        )
        help_texts = {
            "slug": gettext_lazy("Lower case letters, digits and hyphens; part of the address of the page."),
            "time_zone": gettext_lazy("A name of the IANA database, such as Europe/Paris."),
            "contact_is_live": gettext_lazy("A mail to this address is answered with a link."),
            "criteria_are_published": gettext_lazy("Otherwise the page says that they are not communicated."),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        call = self.instance
        sets = [(key, _(rule_set.label)) for key, rule_set in rule_sets.RULE_SETS.items()]
        cast(forms.ChoiceField, self.fields["rule_set"]).choices = [("", _("Keep the rules below")), *sets]
        lands = [(key, land.said(land.name, get_language() or "fr")) for key, land in jurisdictions().items()]
        cast(forms.ChoiceField, self.fields["jurisdiction"]).choices = lands
        self.initial["revision"] = call.revision
        self.initial["keywords"] = ", ".join(call.keywords)
        self.initial["eligibility"] = json.dumps(call.eligibility, ensure_ascii=False, indent=2)
        if call.pk:
            for name in ("opens_at", "closes_at"):
                local = getattr(call, name).astimezone(call.zone)
                self.initial[name] = local.replace(tzinfo=None)

    def clean_keywords(self) -> list[str]:
        words = dict.fromkeys(" ".join(word.split()) for word in self.cleaned_data["keywords"].split(","))
        found = [word for word in words if word]
        if len(found) > MAXIMUM_KEYWORDS:
            raise ValidationError(_("Keep at most %(maximum)s keywords.") % {"maximum": MAXIMUM_KEYWORDS})
        return found

    def clean_slug(self) -> str:
        return str(self.cleaned_data["slug"]).lower()

    def clean_time_zone(self) -> str:
        name: str = self.cleaned_data["time_zone"]
        try:
            rules.zone_named(name)
        except Refused as refusal:
            raise ValidationError([say(problem) for problem in refusal.problems]) from None
        return name

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if zone_name := cleaned.get("time_zone"):
            self.resolve("opens_at", zone_name)
            self.resolve("closes_at", zone_name, later=True)
        if cleaned.get("rule_set"):
            with translation.override(cleaned.get("language") or None):
                cleaned["eligibility"] = rule_sets.translated(cleaned["rule_set"], _)
        elif "eligibility" in cleaned:
            cleaned["eligibility"] = self._read_rules(cleaned["eligibility"])
        return cleaned

    def _read_rules(self, text: str) -> object:
        try:
            definition = json.loads(text or "[]")
            stored = json.dumps(definition, ensure_ascii=False, allow_nan=False)
            stored.encode()
        except json.JSONDecodeError as error:
            self.add_error(
                "eligibility",
                _(
                    "Line %(line)s, character %(column)s: this is not JSON. Check commas, brackets and "
                    "quotation marks."
                )
                % {"line": error.lineno, "column": error.colno},
            )
            return []
        except (ValueError, RecursionError):
            self.add_error(
                "eligibility",
                _("This JSON holds values that cannot be stored. Keep to plain texts and lists."),
            )
            return []
        if "\\u0000" in stored:
            self.add_error("eligibility", _("Null characters are not allowed."))
            return []
        add_problems(self, eligibility.problems_of(definition))
        return definition

    def fields_of_call(self) -> dict[str, Any]:
        """Return what :func:`actions.create` and :func:`actions.update` take, once the form is valid."""
        return {name: self.cleaned_data[name] for name in actions.FIELDS}

    def grid(self) -> list[dict[str, Any]]:
        """Return the criteria that the officer asked to start from; none where they asked for none."""
        if not self.cleaned_data["with_grid"]:
            return []
        land = jurisdiction(self.cleaned_data["jurisdiction"])
        language = self.cleaned_data["language"]
        return [
            {
                "label": land.said(line.label, language),
                "description": land.said(line.description, language),
                "weight": line.weight,
                "source": line.source,
                "weight_is_ours": line.weight_is_ours,
            }
            for line in land.grid
        ]


class CriterionForm(forms.ModelForm):
    weight = forms.IntegerField(label=gettext_lazy("Weight"), min_value=1, max_value=100, initial=1)

    class Meta:
        model = Criterion
        fields = ("label", "description", "weight", "source", "weight_is_ours")
        widgets = {
            "description": forms.Textarea(attrs={"rows": 2}),
            "source": forms.HiddenInput,
            "weight_is_ours": forms.HiddenInput,
        }


class PhaseForm(forms.ModelForm):
    class Meta:
        model = Phase
        fields = ("title", "description", "duration_months")
        widgets = {"description": forms.Textarea(attrs={"rows": 2})}


class _Lines(forms.BaseFormSet):
    """Rows in their order; a blank row, or one whose box “remove” is ticked, is left out."""

    def lines(self) -> list[dict[str, Any]]:
        return [
            {name: form.cleaned_data[name] for name in form.Meta.fields}
            for form in self.forms
            if form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]


def _lines(form: type[forms.ModelForm], extra: int) -> type[_Lines]:
    made = forms.formset_factory(
        form,
        formset=_Lines,
        extra=extra,
        can_delete=True,
        max_num=MAXIMUM_LINES,
        absolute_max=MAXIMUM_LINES + extra,
        validate_max=True,
    )
    return cast(type[_Lines], made)


CriterionLines = _lines(CriterionForm, extra=2)
PhaseLines = _lines(PhaseForm, extra=1)


def rows_of(call: Call) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
    """Return the stored criteria and phases of a call as initial values of their rows."""
    return (
        list(call.criteria.values("label", "description", "weight", "source", "weight_is_ours")),
        list(call.phases.values("title", "description", "duration_months")),
    )


class ExtensionForm(_CalendarForm, forms.Form):
    closes_at = LocalTimeField(label=gettext_lazy("New closing time"))
    reason = LongTextField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Published on the page of the call."),
        max_length=1000,
        rows=3,
    )

    def __init__(self, *args: Any, call: Call, **options: Any) -> None:
        super().__init__(*args, **options)
        self.call = call

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.resolve("closes_at", self.call.time_zone, later=True)
        return cleaned


class AnswerForm(forms.ModelForm):
    body = LongTextField(
        label=gettext_lazy("Question, as published"),
        help_text=gettext_lazy("Take out what would say who asked, and names of persons."),
        max_length=2000,
        rows=4,
    )
    answer = LongTextField(label=gettext_lazy("Answer"), max_length=4000, rows=8)

    class Meta:
        model = Question
        fields = ("body", "answer")
