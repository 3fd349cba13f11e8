"""The officer's form of a conference, and the short form of who comes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from bacasable.programme.call.models import Call
from bacasable.programme.committee.actions.conferences import FIELDS
from bacasable.programme.committee.models import Conference
from bacasable.ui.fields import InstantField, LongTextField


class ConferenceForm(forms.ModelForm):
    """The event; its instants are read in the zone of the call."""

    starts_at = InstantField(label=gettext_lazy("Starts"))
    ends_at = InstantField(label=gettext_lazy("Ends"))
    registration_closes_at = InstantField(
        label=gettext_lazy("Registration closes"),
        help_text=gettext_lazy("Left empty, the page takes no registrations."),
        required=False,
    )
    programme = LongTextField(
        label=gettext_lazy("Programme"),
        help_text=gettext_lazy("A blank line starts a paragraph, “- ” an item of a list, “## ” a heading."),
        max_length=8000,
        rows=10,
        required=False,
    )
    accessibility = LongTextField(
        label=gettext_lazy("Accessibility of the event"),
        help_text=gettext_lazy("Access to the place, sign language, captions, and whom to ask."),
        max_length=2000,
        rows=3,
        required=False,
    )
    seats = forms.IntegerField(
        label=gettext_lazy("Seats"),
        help_text=gettext_lazy("Left empty, registrations are not limited."),
        min_value=1,
        max_value=100_000,
        required=False,
    )
    replay_url = forms.URLField(
        label=gettext_lazy("Address of the replay"),
        help_text=gettext_lazy("Shown as a link once the conference is over."),
        max_length=200,
        required=False,
        assume_scheme="https",
    )
    replay_note = LongTextField(
        label=gettext_lazy("About the replay"),
        help_text=gettext_lazy("Such as: with captions; transcript on request."),
        max_length=1000,
        rows=2,
        required=False,
    )

    class Meta:
        model = Conference
        fields = FIELDS

    def __init__(self, *args: Any, call: Call, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("starts_at", "ends_at", "registration_closes_at"):
            self.fields[name].zone = call.zone  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """Return what :func:`actions.save_conference` takes, once the form is valid."""
        return {name: self.cleaned_data[name] for name in FIELDS}


class RegistrationForm(forms.Form):
    """What is asked of who comes, and nothing more."""

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )
    needs = forms.CharField(
        label=gettext_lazy("What you need to take part (optional)"),
        help_text=gettext_lazy(
            "Such as: sign language, a place for a wheelchair. Only the organisers read it; write nothing "
            "about your health."
        ),
        max_length=500,
        required=False,
    )
