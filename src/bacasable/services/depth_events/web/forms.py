"""What the public asks by place and time, and what a manager writes of cameras, panels and answers."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bacasable.compliance import clock
from bacasable.services.depth_events.web.models import MEASURES, OBJECTION_KINDS, OUTCOMES, Sensor

_DATE = forms.DateInput(attrs={"type": "date"})
_TIME = {"type": "time"}
#: A request is about a day at most so many days from now: no sensor tells of others.
MOST_DAYS = 3_660


class PlaceForm(forms.Form):
    """A place, a day and two times: nothing says who asks."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What do you ask?"),
        choices=lambda: [(key, _(words).capitalize()) for key, words in OBJECTION_KINDS],
        widget=forms.RadioSelect,
    )
    sensor = forms.ChoiceField(label=gettext_lazy("Where?"))
    day = forms.DateField(label=gettext_lazy("Which day?"), widget=_DATE)
    from_time = forms.TimeField(
        label=gettext_lazy("From what time?"), widget=forms.TimeInput(attrs=_TIME, format="%H:%M")
    )
    to_time = forms.TimeField(
        label=gettext_lazy("Until what time?"),
        help_text=gettext_lazy("A time before the first is one of the next day."),
        widget=forms.TimeInput(attrs=_TIME, format="%H:%M"),
    )

    def __init__(self, *args: Any, sensors: list[Sensor], avoidable: frozenset[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._sensors = {sensor.key: sensor for sensor in sensors}
        self._avoidable = avoidable
        self.fields["sensor"].choices = [  # type: ignore[attr-defined]
            (sensor.key, f"{number}. {sensor.title}") for number, sensor in enumerate(sensors, start=1)
        ]
        if not avoidable:
            self.fields["kind"].choices = [  # type: ignore[attr-defined]
                choice
                for choice in self.fields["kind"].choices  # type: ignore[attr-defined]
                if choice[0] != "object"
            ]

    def clean(self) -> dict[str, Any]:
        """Make instants of the day and the times."""
        given: dict[str, Any] = super().clean() or {}
        if not self.errors and abs((given["day"] - clock.now().date()).days) > MOST_DAYS:
            self.add_error("day", self.fields["day"].error_messages["invalid"])
        if not self.errors:
            zone = clock.zone()
            first = datetime.combine(given["day"], given["from_time"], zone)
            last = datetime.combine(given["day"], given["to_time"], zone)
            given["from_at"], given["to_at"] = first, last if last > first else last + timedelta(days=1)
        return given

    def asked(self) -> dict[str, Any]:
        """Return what :func:`actions.objecting.ask` takes."""
        given = self.cleaned_data
        return {
            "sensor": self._sensors[given["sensor"]],
            "kind": given["kind"],
            "from_at": given["from_at"],
            "to_at": given["to_at"],
        }


class ReferenceForm(forms.Form):
    """The reference of a request that was made."""

    reference = forms.CharField(
        label=gettext_lazy("Reference of your request"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


class AnswerForm(forms.Form):
    """The answer to a request, and its reason."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("Answer"),
        choices=(("granted", gettext_lazy("Granted")), ("refused", gettext_lazy("Refused"))),
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=gettext_lazy("In words, for the person"),
        help_text=gettext_lazy("A refusal gives its reason. Write nothing about other people."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class OverlapForm(forms.Form):
    """A zone that cameras film too."""

    place = forms.ChoiceField(label=gettext_lazy("Which place?"))
    filmed_by = forms.CharField(
        label=gettext_lazy("Filmed by which body?"),
        help_text=gettext_lazy("The body that answers for the cameras, not a person."),
        max_length=200,
    )
    from_on = forms.DateField(label=gettext_lazy("From which day?"), widget=_DATE)
    until_on = forms.DateField(
        label=gettext_lazy("Until which day, where the end is known?"), widget=_DATE, required=False
    )
    words = forms.CharField(
        label=gettext_lazy("Where to read about these cameras"), max_length=300, required=False
    )

    def __init__(self, *args: Any, sensors: list[Sensor], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._sensors = {str(sensor.pk): sensor for sensor in sensors}
        self.fields["place"].choices = [  # type: ignore[attr-defined]
            choice for sensor in sensors for choice in _places(sensor)
        ]

    def said(self) -> dict[str, Any]:
        """Return what :func:`actions.cctv.declare` takes."""
        given = dict(self.cleaned_data)
        number, _slash, zone = given.pop("place").partition("/")
        return {"sensor": self._sensors[number], "zone": zone, **given}


class LastDayForm(forms.Form):
    """The last day on which cameras film a place."""

    last = forms.DateField(label=gettext_lazy("Last day"), widget=_DATE)


class OutcomeForm(forms.Form):
    """What an alert turned out to be."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("What was it?"),
        choices=lambda: [(key, _(words).capitalize()) for key, words in OUTCOMES],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=gettext_lazy("Note for the next shift"),
        help_text=gettext_lazy("Nothing about who it was."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class LegalForm(forms.Form):
    """What intervention rests on: a text that sets objection aside, or the means to object that work."""

    objection_set_aside_by = forms.CharField(
        label=gettext_lazy("Text that sets the right to object aside (GDPR, art. 23)"),
        help_text=gettext_lazy("Law or decree, with its article and date. Empty where there is none."),
        max_length=300,
        required=False,
    )
    objection_means = forms.CharField(
        label=gettext_lazy("Means to object that work"),
        help_text=gettext_lazy(
            "The way that avoids sensors, and where to object. Empty where there are none."
        ),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class LookForm(forms.Form):
    """Why somebody looks at what is left of a sensor's frames, and for how long."""

    reason = forms.CharField(
        label=gettext_lazy("Why do you look?"),
        help_text=gettext_lazy("Kept for twelve months, with your name. For example: the sensor was moved."),
        max_length=300,
        min_length=10,
    )
    seconds = forms.IntegerField(
        label=gettext_lazy("For how many seconds?"), initial=20, min_value=1, max_value=60
    )


class HandoverForm(forms.Form):
    """What one shift leaves to the next, in a few words."""

    note = forms.CharField(
        label=gettext_lazy("What the next shift has to know"),
        help_text=gettext_lazy("Of places and things, not of people."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class HistoryForm(forms.Form):
    """Which measure of which place, over how many days."""

    place = forms.ChoiceField(label=gettext_lazy("Where?"))
    measure = forms.ChoiceField(
        label=gettext_lazy("What?"),
        choices=lambda: [(key, _(words).capitalize()) for key, words in MEASURES],
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("Since when?"),
        coerce=int,
        choices=lambda: [
            (days, ngettext("%(days)d day", "%(days)d days", days) % {"days": days}) for days in (1, 7, 31)
        ],
    )

    def __init__(self, *args: Any, places: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = places  # type: ignore[attr-defined]


def _places(sensor: Sensor) -> list[tuple[str, str]]:
    whole = _("%(station)s, %(sensor)s: all that it sees") % {
        "station": sensor.station.title,
        "sensor": sensor.title,
    }
    zones = [
        (
            f"{sensor.pk}/{zone.key}",
            _("%(station)s, %(sensor)s: %(zone)s")
            % {"station": sensor.station.title, "sensor": sensor.title, "zone": zone.title},
        )
        for zone in sensor.zones.all()
    ]
    return [(f"{sensor.pk}/", whole), *zones]
