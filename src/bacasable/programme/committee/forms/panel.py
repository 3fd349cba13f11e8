"""The forms of admissibility, panel, links and assignments."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bacasable.people.models import User
from bacasable.programme.call.models import Call
from bacasable.programme.committee import rules, wording
from bacasable.programme.committee.models import ConflictDeclaration, Examination, ExpertProfile
from bacasable.programme.committee.queries.panel import Name, profile_of

Long = forms.Textarea(attrs={"rows": 5})


class FilterForm(forms.Form):
    """Which dossiers the list of admissibility shows; every field may stay empty."""

    words = forms.CharField(
        label=gettext_lazy("Words of the title, or reference"), required=False, max_length=100
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[("", gettext_lazy("All")), *Examination.State.choices],
    )
    eligibility = forms.ChoiceField(
        label=gettext_lazy("Eligibility"),
        required=False,
        choices=[
            ("", gettext_lazy("All")),
            ("eligible", gettext_lazy("rules met")),
            ("to_discuss", gettext_lazy("to discuss")),
            ("not_eligible", gettext_lazy("rules not met")),
            ("no_rules", gettext_lazy("not assessed")),
        ],
    )


class CheckForm(forms.Form):
    """Admissible or not; a refusal has reasons."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("This dossier is"),
        choices=[
            ("admit", gettext_lazy("admissible: experts will read the version shown here")),
            ("reject", gettext_lazy("inadmissible")),
        ],
        widget=forms.RadioSelect,
    )
    sector = forms.ChoiceField(
        label=gettext_lazy("Sector"),
        help_text=gettext_lazy("Experts who know it are preferred when dossiers are assigned."),
        required=False,
    )
    reasons = forms.CharField(
        label=gettext_lazy("Reasons"),
        help_text=gettext_lazy("Needed if the dossier is inadmissible: the candidate will read them."),
        required=False,
        max_length=4000,
        widget=Long,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [("", _("Not said")), *((key, _(label)) for key, label in rules.SECTORS.items())]
        self.fields["sector"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("verdict") == "reject" and not (cleaned.get("reasons") or "").strip():
            self.add_error("reasons", _("Say why: the candidate has a right to the reasons."))
        return cleaned


class ReasonsForm(forms.Form):
    """Why something is done."""

    reasons = forms.CharField(label=gettext_lazy("Reasons"), max_length=4000, widget=Long)


class TakeBackForm(forms.Form):
    """Which assignment is taken back, and why."""

    assignment = forms.ChoiceField(
        label=gettext_lazy("Take the dossier back from"), widget=forms.RadioSelect, choices=()
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)

    def __init__(self, *args: Any, choices: Sequence[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["assignment"].choices = choices  # type: ignore[attr-defined]


class InviteForm(forms.Form):
    """Which experts join the panel."""

    experts = forms.MultipleChoiceField(
        label=gettext_lazy("Experts to invite"),
        help_text=gettext_lazy("Accounts that read every dossier by another role cannot sit."),
        widget=forms.CheckboxSelectMultiple,
        choices=(),
    )

    def __init__(self, *args: Any, users: Sequence[User], **options: Any) -> None:
        super().__init__(*args, **options)
        self.users = {str(user.public_id): user for user in users}
        self.fields["experts"].choices = [  # type: ignore[attr-defined]
            (key, _with_skills(user)) for key, user in self.users.items()
        ]

    def chosen(self) -> list[User]:
        """Return the accounts that were ticked."""
        return [self.users[key] for key in self.cleaned_data["experts"]]


def _with_skills(user: User) -> str:
    skills = wording.skills(profile_of(user).skills)
    return f"{user} – {skills}" if skills else str(user)


class ProfileForm(forms.Form):
    """What an expert knows and how many dossiers they take."""

    organisation = forms.CharField(label=gettext_lazy("Organisation"), required=False, max_length=200)
    skills = forms.MultipleChoiceField(
        label=gettext_lazy("Skills"),
        help_text=gettext_lazy("Each dossier is read by one expert of law and one of technique."),
        widget=forms.CheckboxSelectMultiple,
    )
    sectors = forms.MultipleChoiceField(
        label=gettext_lazy("Sectors"), required=False, widget=forms.CheckboxSelectMultiple
    )
    capacity = forms.IntegerField(
        label=gettext_lazy("Dossiers at most, in one selection"),
        min_value=0,
        max_value=rules.MAXIMUM_CAPACITY,
    )

    def __init__(self, *args: Any, profile: ExpertProfile, **options: Any) -> None:
        options["initial"] = {name: getattr(profile, name) for name in self.base_fields}
        super().__init__(*args, **options)
        for name, table in (("skills", rules.SKILLS), ("sectors", rules.SECTORS)):
            self.fields[name].choices = [(key, _(label)) for key, label in table.items()]  # type: ignore[attr-defined]


class UndertakingForm(forms.Form):
    """The box that signs."""

    accept = forms.BooleanField(
        label=gettext_lazy("I have read this undertaking and I sign it"),
        error_messages={"required": gettext_lazy("Tick the box to sign. Without it you see no dossier.")},
    )


@dataclass(frozen=True)
class LinkRow:
    """The two fields of one name."""

    name: Name
    link: forms.BoundField
    nature: forms.BoundField


class LinksForm(forms.Form):
    """For each name whether there is a link, and which; names left open stay undeclared."""

    none_else = forms.BooleanField(
        label=gettext_lazy("I read the whole list and have no link with any name that I left open"),
        required=False,
    )

    def __init__(
        self, *args: Any, names: Sequence[Name], said: dict[int, ConflictDeclaration], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.names = names
        for name in names:
            before = said.get(name.examination.pk)
            self.fields[f"link_{name.examination.pk}"] = forms.ChoiceField(
                label=f"{name.title} – {name.body}",
                choices=[("no", _("No link")), ("yes", _("A link"))],
                widget=forms.RadioSelect,
                required=False,
                initial=None if before is None else "yes" if before.has_conflict else "no",
            )
            self.fields[f"nature_{name.examination.pk}"] = forms.CharField(
                label=_("Which link"),
                required=False,
                max_length=1000,
                initial=before.nature if before else "",
            )

    def rows(self) -> Iterator[LinkRow]:
        """Yield the fields name by name."""
        for name in self.names:
            pk = name.examination.pk
            yield LinkRow(name, self[f"link_{pk}"], self[f"nature_{pk}"])

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        for name in self.names:
            pk = name.examination.pk
            if cleaned.get(f"link_{pk}") == "yes" and not (cleaned.get(f"nature_{pk}") or "").strip():
                self.add_error(f"nature_{pk}", _("Say in a few words what the link is."))
        return cleaned

    def said(self) -> dict[int, tuple[bool, str]]:
        """Return what was said, by the primary key of the examination."""
        found = {}
        for name in self.names:
            pk = name.examination.pk
            link = self.cleaned_data[f"link_{pk}"] or ("no" if self.cleaned_data["none_else"] else "")
            if link:
                found[pk] = (link == "yes", self.cleaned_data[f"nature_{pk}"])
        return found


class DueForm(forms.Form):
    """Until when experts score: the day ends at 23:59 in the call's zone."""

    due_on = forms.DateField(
        label=gettext_lazy("Scores are due by the end of"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, call: Call, **options: Any) -> None:
        super().__init__(*args, **options)
        self.call = call

    def clean_due_on(self) -> datetime:
        """Return the last second of the day, in the call's zone."""
        try:
            return datetime.combine(self.cleaned_data["due_on"], time(23, 59, 59), tzinfo=self.call.zone)
        except (OverflowError, ValueError):
            raise forms.ValidationError(_("Choose another day.")) from None


class NumberForm(forms.Form):
    """How many experts read each dossier."""

    number = forms.TypedChoiceField(
        label=gettext_lazy("Experts for each dossier"),
        coerce=int,
        choices=[
            (2, gettext_lazy("two: law and technique")),
            (3, gettext_lazy("three: law, technique and the sector")),
        ],
        widget=forms.RadioSelect,
    )


class GiveForm(forms.Form):
    """One dossier by hand: an expert for each skill that it lacks, or nobody yet."""

    def __init__(
        self, *args: Any, choices: dict[str, list[tuple[str, str]]], proposed: dict[str, str], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        for skill, experts in choices.items():
            self.fields[skill] = forms.ChoiceField(
                label=wording.skill(skill),
                required=False,
                choices=[("", _("Nobody yet")), *experts],
                initial=proposed.get(skill, ""),
            )
