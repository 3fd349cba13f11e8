"""What agents and managers of the water service type."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bacasable.services.water_use.engine.forecast.drought import LEVELS
from bacasable.services.water_use.web.models import EXPLANATIONS


class CloseForm(forms.Form):
    """How something is closed."""

    explained_as = forms.ChoiceField(
        label=gettext_lazy("What the household said"),
        choices=lambda: [(key, _(label).capitalize()) for key, label in EXPLANATIONS if key != "looking"],
    )


class CaseForm(forms.Form):
    """Why a curve is opened."""

    reason = forms.CharField(
        label=gettext_lazy("Why the curve is needed"),
        help_text=gettext_lazy("A sentence. The household reads it on its page of rights."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class NumberForm(forms.Form):
    """The number of a contract."""

    number = forms.CharField(
        label=gettext_lazy("Number of the contract"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class DroughtForm(forms.Form):
    """What the prefect decided for a district."""

    area = forms.ChoiceField(label=gettext_lazy("District"))
    level = forms.ChoiceField(
        label=gettext_lazy("Level of the order"), choices=[(one, one) for one in LEVELS]
    )
    order = forms.CharField(label=gettext_lazy("The order: its number and date"), max_length=120)
    first = forms.DateField(
        label=gettext_lazy("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label=gettext_lazy("Last day, if the order gives one"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: object, districts: list[str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["area"].choices = [(one, one) for one in districts]  # type: ignore[attr-defined]


class ReadingsForm(forms.Form):
    """A file of readings and what its columns are."""

    file = forms.FileField(label=gettext_lazy("Readings: CSV or Parquet"))
    mapping = forms.FileField(
        label=gettext_lazy("What each column is: a TOML file"),
        help_text=gettext_lazy("The same file as for the command `bacasable water-use import`."),
    )


class DrawForm(forms.Form):
    """An evaluation by lot."""

    evaluation = forms.SlugField(label=gettext_lazy("Short name of the evaluation"), max_length=40)
    percent = forms.IntegerField(
        label=gettext_lazy("Homes of 100 that receive the comparison at once"),
        min_value=10,
        max_value=90,
        initial=50,
    )
