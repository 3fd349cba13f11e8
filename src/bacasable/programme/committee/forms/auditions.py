"""The forms of the shortlist, of auditions and of the minutes."""

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bacasable.compliance import clock
from bacasable.programme.committee.actions.auditions import MINUTES
from bacasable.programme.committee.actions.deliberations import LONGEST_MINUTES, LONGEST_PRESENT
from bacasable.programme.committee.models import AuditionSlot, Examination
from bacasable.programme.dossiers import wording
from bacasable.ui.fields import InstantField, LongTextField


class SlotForm(forms.Form):
    """A time at which the committee can hear somebody, in the call's zone."""

    def __init__(self, *args: Any, zone: ZoneInfo, **options: Any) -> None:
        super().__init__(*args, **options)
        shortest, longest = MINUTES
        self.fields["starts_at"] = InstantField(
            label=_("Starts"), help_text=_("Time in the zone %(zone)s.") % {"zone": zone.key}, zone=zone
        )
        self.fields["minutes"] = forms.IntegerField(
            label=_("Length in minutes"),
            min_value=shortest,
            max_value=longest,
            initial=45,
            widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-4"}),
        )
        self.fields["place"] = forms.CharField(
            label=_("Place, or address of the video call"),
            help_text=_("The candidate reads it."),
            max_length=200,
        )


class GiveSlotForm(forms.Form):
    """Gives a free slot to a shortlisted dossier."""

    slot = forms.ChoiceField(label=gettext_lazy("Free slot"))
    examination = forms.ChoiceField(label=gettext_lazy("Shortlisted dossier"))

    def __init__(
        self,
        *args: Any,
        slots: Iterable[AuditionSlot],
        examinations: Iterable[Examination],
        zone: ZoneInfo,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.slots = {str(slot.pk): slot for slot in slots}
        self.examinations = {str(one.pk): one for one in examinations}
        self.fields["slot"].choices = [  # type: ignore[attr-defined]
            (key, wording.instant(slot.starts_at, zone)) for key, slot in self.slots.items()
        ]
        self.fields["examination"].choices = [  # type: ignore[attr-defined]
            (key, f"{one.dossier.reference} – {one.dossier.title}") for key, one in self.examinations.items()
        ]


class DeliberationForm(forms.Form):
    """The minutes of one meeting."""

    def __init__(self, *args: Any, zone: ZoneInfo, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["held_at"] = InstantField(
            label=_("Held"),
            help_text=_("Time in the zone %(zone)s.") % {"zone": zone.key},
            zone=zone,
            initial=clock.now(),
        )
        self.fields["present"] = LongTextField(
            label=_("Present"), help_text=_("Names and capacities."), max_length=LONGEST_PRESENT, rows=4
        )
        self.fields["minutes"] = LongTextField(label=_("Minutes"), max_length=LONGEST_MINUTES, rows=14)
