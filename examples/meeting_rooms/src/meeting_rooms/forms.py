"""What people type: when and for how many, which room, a new room."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bacasable.ui.fields import InstantField
from meeting_rooms.engine import Need, Offer
from meeting_rooms.models import EQUIPMENT, Room
from meeting_rooms.wording import why

DURATIONS = (
    (30, gettext_lazy("30 minutes")),
    (60, gettext_lazy("1 hour")),
    (120, gettext_lazy("2 hours")),
    (240, gettext_lazy("half a day")),
)


def _equipment(**options: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        choices=lambda: [(key, _(label)) for key, label in EQUIPMENT],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        **options,
    )


class NeedForm(forms.Form):
    """When, how long, for how many, with what."""

    starts_at = InstantField(label=gettext_lazy("Beginning"))
    minutes = forms.TypedChoiceField(
        label=gettext_lazy("Duration"), choices=DURATIONS, coerce=int, initial=60
    )
    seats = forms.IntegerField(label=gettext_lazy("Seats"), min_value=1, max_value=500, initial=4)
    equipment = _equipment(label=gettext_lazy("Equipment"))

    def need(self) -> Need:
        """Return what the valid form asks for."""
        given = self.cleaned_data
        starts = given["starts_at"]
        ends = starts + timedelta(minutes=given["minutes"])
        return Need(starts, ends, given["seats"], frozenset(given["equipment"]))


class BookingForm(forms.Form):
    """Which of the rooms offered, and what the meeting is about."""

    room = forms.TypedChoiceField(label=gettext_lazy("Room"), widget=forms.RadioSelect, coerce=int)
    subject = forms.CharField(
        label=gettext_lazy("Subject"),
        help_text=gettext_lazy("You alone see it. Do not name people here."),
        max_length=120,
        required=False,
    )

    def __init__(self, *args: Any, offers: list[Offer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["room"].choices = [  # type: ignore[attr-defined]
            (offer.room.key, f"{offer.room.name} – {why(offer)}") for offer in offers
        ]
        if offers and offers[0].is_suggested:
            self.fields["room"].initial = offers[0].room.key


class RoomForm(forms.Form):
    """A new room."""

    name = forms.CharField(label=gettext_lazy("Name of the room"), max_length=80)
    seats = forms.IntegerField(label=gettext_lazy("Seats"), min_value=1, max_value=500)
    equipment = _equipment(label=gettext_lazy("Equipment"))

    def clean_name(self) -> str:
        """Refuse a name that another room has."""
        name = str(self.cleaned_data["name"]).strip()
        if Room.objects.filter(name__iexact=name).exists():
            raise forms.ValidationError(_("Another room has this name."))
        return name
