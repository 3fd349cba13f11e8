"""What an adviser types with the person: who they are, the parts of a profile, a view, a decision, dates."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bacasable.compliance.service import N_
from bacasable.services.job_advice.engine.profiles import Profile
from bacasable.services.job_advice.web.actions.interviews import LONGEST
from bacasable.services.job_advice.web.labels import DIFFICULTIES, HOURS, INTERESTS, LEVELS, LIMITS
from bacasable.ui.fields import DayMonthYearField, LongTextField

_YES_NO = (("", gettext_lazy("Not said")), ("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No")))
#: The choice of none: never empty, so that no answer is not taken for it.
NONE = "none"
_TOLD = {"yes": True, "no": False}
#: Signs of a reason, at most.
LONGEST_REASON = 600


def _choices(labels: Mapping[Any, str]) -> list[tuple[Any, str]]:
    return [
        (key, _(label).capitalize() if label[:1].islower() else _(label)) for key, label in labels.items()
    ]


class PersonForm(forms.Form):
    """Whose file is opened."""

    name = forms.CharField(
        label=gettext_lazy("Name, as the person gives it"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    number = forms.CharField(
        label=gettext_lazy("Number of the person at the employment service"),
        help_text=gettext_lazy("Only to find the person again. Never the social security number."),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class PartForm(forms.Form):
    """A part of a profile; nothing is required, and "not said" is an answer."""

    #: Fields of the profile that this part tells.
    tells: Sequence[str] = ()

    def __init__(self, *args: Any, profile: Profile, **kwargs: Any) -> None:
        kwargs["initial"] = {name: _written(getattr(profile, name)) for name in self.tells}
        super().__init__(*args, **kwargs)
        self.profile = profile

    def told(self) -> Profile:
        """Return the profile as it was just told.

        Raises:
            ValueError: a value that no profile can have.
        """
        return replace(self.profile, **{name: self._read(name) for name in self.tells})

    def _read(self, name: str) -> Any:
        value, before = self.cleaned_data[name], getattr(self.profile, name)
        if isinstance(before, frozenset):
            return frozenset(value)
        if isinstance(before, tuple):
            return tuple(value)
        if isinstance(self.fields[name], forms.ChoiceField):
            return _TOLD.get(value)
        return None if value == "" else value


def _number(label: Any, most: int, hint: Any = "", least: int = 0) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, help_text=hint, min_value=least, max_value=most, required=False, localize=False
    )


def _several(label: Any, labels: Mapping[Any, str], hint: Any = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        help_text=hint,
        choices=lambda: _choices(labels),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


class MobilityForm(PartForm):
    """Where the person looks for work, and how far they go."""

    tells = ("department", "mobility_km", "moves_house", "licence_b")
    department = forms.CharField(
        label=gettext_lazy("Department in which the person looks"),
        help_text=gettext_lazy("Its code: 44, 2A, 974."),
        max_length=60,
        required=False,
    )
    mobility_km = _number(gettext_lazy("Kilometres from home, at most"), 1000)
    moves_house = forms.ChoiceField(
        label=gettext_lazy("Would move house for a job"), choices=_YES_NO, required=False
    )
    licence_b = forms.ChoiceField(label=gettext_lazy("Driving licence (B)"), choices=_YES_NO, required=False)

    def clean_department(self) -> str:
        """Write a code as the tables do."""
        typed: str = self.cleaned_data["department"].strip().upper()
        typed = typed.zfill(2) if typed else ""
        if typed:
            try:
                Profile(department=typed)
            except ValueError:
                raise forms.ValidationError(
                    _("Write the code of a department: 01 to 95, 2A, 2B, 971 to 974 or 976.")
                ) from None
        return typed


class HoursForm(PartForm):
    """How long and when the person works, and how long they would train."""

    tells = ("weekly_hours", "refused_hours", "training_months")
    weekly_hours = _number(
        gettext_lazy("Hours a week, at most"),
        60,
        gettext_lazy("Compared with those of trainings; the tables do not tell those of jobs."),
        least=1,
    )
    refused_hours = _several(gettext_lazy("Does not work"), HOURS)
    training_months = _number(
        gettext_lazy("Months of training, at most"), 60, gettext_lazy("0: no training. Empty: not said.")
    )


class LimitsForm(PartForm):
    """What the person says they cannot do: functions, never a diagnosis."""

    tells = ("limits",)
    limits = _several(
        gettext_lazy("I cannot, or should not"),
        LIMITS,
        gettext_lazy("Chosen by the person. The list is all that may be said: no illness, no reason."),
    )


class SearchForm(PartForm):
    """How the search goes, in the person's own view."""

    tells = ("difficulties", "months_searching", "applications_a_month", "interviews")
    difficulties = _several(gettext_lazy("What is hard, as the person says it"), DIFFICULTIES)
    months_searching = _number(gettext_lazy("Months since the search began"), 600)
    applications_a_month = _number(gettext_lazy("Applications a month"), 1000)
    interviews = _number(gettext_lazy("Interviews so far"), 1000)


class InterestsForm(PartForm):
    """What the person likes to do."""

    tells = ("interests",)
    interests = _several(gettext_lazy("The person likes to"), INTERESTS)


#: Parts of a profile that are a plain form.
PART_FORMS: Mapping[str, type[PartForm]] = {
    "mobility": MobilityForm,
    "hours": HoursForm,
    "limits": LimitsForm,
    "search": SearchForm,
    "interests": InterestsForm,
}


class TitleForm(forms.Form):
    """A job in the person's own words, to be looked up among occupations."""

    title = forms.CharField(
        label=gettext_lazy("The job, in the person’s own words"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class CandidateForm(forms.Form):
    """One of five occupations, or none of them; for a job held, for how long and until when."""

    title = forms.CharField(widget=forms.HiddenInput, max_length=120)
    code = forms.ChoiceField(
        label=gettext_lazy("Which of these is it?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one of them, or none of these.")},
    )
    months = _number(gettext_lazy("For how many months"), 720)
    ended_months_ago = _number(gettext_lazy("Ended how many months ago"), 720, gettext_lazy("0: still held."))

    def __init__(self, *args: Any, candidates: Sequence[tuple[str, str]], held: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [*candidates, (NONE, _("None of these occupations"))]
        self.fields["code"].choices = choices  # type: ignore[attr-defined]
        if not held:
            del self.fields["months"], self.fields["ended_months_ago"]

    def clean_code(self) -> str:
        """Return the code chosen, empty for none of them."""
        chosen = str(self.cleaned_data["code"])
        return "" if chosen == NONE else chosen


class WordsForm(forms.Form):
    """Words to look something up with."""

    words = forms.CharField(
        label=gettext_lazy("Words"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class ChosenForm(forms.Form):
    """Some of the skills that were found; none is ticked beforehand."""

    chosen = forms.MultipleChoiceField(
        label=gettext_lazy("What the person can do"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, found: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["chosen"].choices = list(found)  # type: ignore[attr-defined]


class DiplomaForm(forms.Form):
    """The level of a diploma, and words of its title to look it up with."""

    level = forms.TypedChoiceField(
        label=gettext_lazy("Level"),
        choices=lambda: [
            ("", _("Not known")),
            *((str(key), _(label).capitalize()) for key, label in LEVELS.items()),
        ],
        coerce=int,
        empty_value=None,
        required=False,
    )
    title = forms.CharField(label=gettext_lazy("Title, to look it up"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two at least."""
        given = super().clean() or {}
        if not given.get("level") and not given.get("title"):
            raise forms.ValidationError(_("Give a level, or words of the title."))
        return given


def _text(label: Any, *, rows: int, **options: Any) -> LongTextField:
    """Return a field of so many lines; "enter" makes a line in it and never sends the form."""
    field = LongTextField(label=label, **options)
    field.widget.attrs["rows"] = rows
    return field


class ConfirmedForm(forms.Form):
    """Words that are looked at before they are kept; ``confirmed`` names the texts that were read again."""

    confirmed = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)


class ViewForm(ConfirmedForm):
    """The adviser's own view, before suggestions."""

    text = _text(
        label=gettext_lazy("What I would advise, before I see suggestions"),
        max_length=LONGEST,
        rows=4,
        help_text=gettext_lazy("The person may read it. “No view yet” is an answer."),
    )


class NoteForm(ConfirmedForm):
    """The note of an interview."""

    text = _text(
        label=gettext_lazy("Note"),
        max_length=LONGEST,
        rows=4,
        required=False,
        help_text=gettext_lazy("About work only: nothing on health, family, origin, religion or union."),
    )


_ITEM_VERBS = {
    "retained": N_("Retain"),
    "modified": N_("Modify"),
    "refused": N_("Refuse"),
    "deferred": N_("Decide later"),
}
_OWN_VERBS = {"own_advice": N_("My own advice"), "none_of_these": N_("None of these")}


class DecisionForm(ConfirmedForm):
    """What is done of one suggestion: four verbs side by side, one field for the words, one for the reason.

    No field sends the form when "enter" is typed in it, and no verb is chosen: nothing is retained unawares.
    """

    verb = forms.ChoiceField(
        label=gettext_lazy("What do we do with it?"),
        choices=lambda: _choices(_ITEM_VERBS),
        widget=forms.RadioSelect,
    )
    text = _text(
        label=gettext_lazy("Words of the suggestion, to change if you modify it"),
        max_length=LONGEST_REASON,
        rows=2,
        required=False,
    )
    reason = _text(label=gettext_lazy("Reason"), max_length=LONGEST_REASON, rows=2, required=False)


class OwnAdviceForm(ConfirmedForm):
    """An advice of one's own, or none of these: always there, at the same cost."""

    verb = forms.ChoiceField(
        label=gettext_lazy("Beside the suggestions"),
        choices=lambda: _choices(_OWN_VERBS),
        widget=forms.RadioSelect,
    )
    text = _text(
        label=gettext_lazy("Words of your own advice"), max_length=LONGEST_REASON, rows=2, required=False
    )
    reason = _text(label=gettext_lazy("Reason"), max_length=LONGEST_REASON, rows=2, required=False)


class DatesForm(forms.Form):
    """From when to when a step is to be done."""

    starts_on = DayMonthYearField(label=gettext_lazy("From"), required=False)
    ends_on = DayMonthYearField(label=gettext_lazy("Until"), required=False)


def _written(value: Any) -> Any:
    """Return a value of a profile as a form shows it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, frozenset):
        return sorted(value)
    return value
