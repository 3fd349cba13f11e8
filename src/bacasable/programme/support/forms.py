"""What people type in a support file."""

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bacasable.programme.committee.rules import SKILLS
from bacasable.programme.support import queries
from bacasable.programme.support.models import Guidance, Meeting, Side, SupportFile, SupportQuestion
from bacasable.ui.fields import DayMonthYearField, InstantField, LongTextField


class QuestionForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("The question is"), choices=SupportQuestion.Kind.choices, widget=forms.RadioSelect
    )
    body = LongTextField(label=gettext_lazy("Question"), max_length=4000, rows=5)


class AnswerForm(forms.Form):
    answer = LongTextField(
        label=gettext_lazy("Answer"),
        help_text=gettext_lazy("It is kept as it is. To go further, ask a question or give a guidance."),
        max_length=8000,
    )


class GuidanceForm(forms.Form):
    """A line of the ledger; the lists offer this file's own questions and meetings."""

    text = LongTextField(label=gettext_lazy("Guidance"), max_length=8000)
    facts = LongTextField(
        label=gettext_lazy("Facts relied on"),
        help_text=gettext_lazy("What the project declared or showed, and without which this would not hold."),
        max_length=4000,
        rows=5,
    )
    legal_basis = forms.CharField(label=gettext_lazy("Legal basis"), max_length=300, required=False)
    question = forms.ModelChoiceField(
        SupportQuestion.objects.none(),
        label=gettext_lazy("Question that it answers"),
        required=False,
        to_field_name="number",
    )
    meeting = forms.ModelChoiceField(
        Meeting.objects.none(),
        label=gettext_lazy("Meeting where it was said"),
        required=False,
        to_field_name="public_id",
    )
    replaces = forms.ModelChoiceField(
        Guidance.objects.none(), required=False, to_field_name="number", widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, file: SupportFile, **options: Any) -> None:
        super().__init__(*args, **options)
        fields: Any = self.fields
        fields["question"].queryset = file.questions.all()
        fields["question"].label_from_instance = lambda q: _("Question %(number)s") % {"number": q.number}
        fields["meeting"].queryset = file.meetings.filter(cancelled_at=None)
        fields["meeting"].label_from_instance = lambda m: (
            f"{m.held_at.astimezone(file.dossier.call.zone):%Y-%m-%d %H:%M}"
        )
        fields["replaces"].queryset = file.guidance.filter(replaced_by__isnull=True)
        for name in ("question", "meeting"):
            fields[name].empty_label = _("None")


class FollowForm(forms.Form):
    followed = forms.ChoiceField(
        label=gettext_lazy("Was this guidance followed?"),
        choices=[choice for choice in Guidance.Followed.choices if choice[0] != Guidance.Followed.UNKNOWN],
        widget=forms.RadioSelect,
    )
    why = LongTextField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("Needed unless it was followed in full."),
        max_length=4000,
        rows=4,
        required=False,
    )


class MilestoneForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("Milestone"), max_length=200)
    description = LongTextField(label=gettext_lazy("Description"), max_length=2000, rows=3, required=False)
    side = forms.ChoiceField(
        label=gettext_lazy("Who acts"), choices=Side.choices, widget=forms.RadioSelect, initial=Side.PROJECT
    )
    due_on = DayMonthYearField(label=gettext_lazy("Due"))


class DropForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why it will not take place"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class MeetingForm(forms.Form):
    held_at = InstantField(label=gettext_lazy("Date and time"))
    place = forms.CharField(
        label=gettext_lazy("Place, or address of the video call"), max_length=200, required=False
    )
    agenda = LongTextField(label=gettext_lazy("Agenda"), max_length=4000, rows=5, required=False)

    def __init__(self, *args: Any, zone: ZoneInfo, **options: Any) -> None:
        super().__init__(*args, **options)
        held_at: Any = self.fields["held_at"]
        held_at.zone = zone
        held_at.help_text = _("In the time zone of the call, %(zone)s.") % {"zone": zone.key}


class MinutesForm(forms.Form):
    present = LongTextField(label=gettext_lazy("Present"), max_length=2000, rows=3)
    minutes = LongTextField(label=gettext_lazy("Minutes"), max_length=20000, rows=12)


class RemarkForm(forms.Form):
    text = LongTextField(label=gettext_lazy("What is wrong or missing"), max_length=4000, rows=5)


class MemberForm(forms.Form):
    user = forms.ModelChoiceField(
        queries.User.objects.none(),
        label=gettext_lazy("Person"),
        to_field_name="public_id",
        empty_label=gettext_lazy("Choose a person"),
    )
    skill = forms.ChoiceField(label=gettext_lazy("For"), widget=forms.RadioSelect)
    is_lead = forms.BooleanField(label=gettext_lazy("Leads the team"), required=False)

    def __init__(self, *args: Any, file: SupportFile, **options: Any) -> None:
        super().__init__(*args, **options)
        fields: Any = self.fields
        fields["user"].queryset = queries.candidates_for(file)
        fields["skill"].choices = [(key, _(label)) for key, label in SKILLS.items()]


class AgreementForm(forms.Form):
    content = LongTextField(label=gettext_lazy("Text of the agreement"), max_length=20000, rows=24)


class SignForm(forms.Form):
    """A signature: ``seen`` is the digest of the text on the page that the person read."""

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    capacity = forms.CharField(
        label=gettext_lazy("Capacity in which you sign"),
        help_text=gettext_lazy("For example: director of digital services."),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    agreed = forms.BooleanField(
        label=gettext_lazy("I have read the text and I sign it"),
        error_messages={"required": gettext_lazy("Tick the box to sign.")},
    )
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)


class ReasonForm(forms.Form):
    """A change with its reasons; ``revision`` is the file's on the page that the person acts from."""

    reason = LongTextField(
        label=gettext_lazy("Reasons"),
        help_text=gettext_lazy("Both sides read them. They are kept."),
        max_length=4000,
        rows=5,
    )
    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class ExtendForm(ReasonForm):
    ends_on = DayMonthYearField(label=gettext_lazy("New end"))
    asked_on = DayMonthYearField(
        label=gettext_lazy("Day on which the project asked"),
        help_text=gettext_lazy("Today if you leave it empty."),
        required=False,
    )
    field_order = ("ends_on", "asked_on", "reason", "revision")


class EndForm(ReasonForm):
    confirm = forms.BooleanField(
        label=gettext_lazy("I end this support for good"),
        error_messages={"required": gettext_lazy("Tick the box to confirm.")},
    )
    field_order = ("reason", "confirm", "revision")
