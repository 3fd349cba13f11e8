"""What households type: a code, what they say of their home, what a leak was."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bacasable.services.water_use.engine.meters import Declared
from bacasable.services.water_use.web.models import DWELLINGS, EXPLANATIONS

_YES_NO = (("", gettext_lazy("Not said")), ("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No")))
_TOLD = {"yes": True, "no": False}
#: More people than live behind one meter of a home.
MOST_MEMBERS = 20


class CodeForm(forms.Form):
    """The code of a letter."""

    code = forms.CharField(
        label=gettext_lazy("Code of your letter"),
        help_text=gettext_lazy("Four groups of four signs, such as ABCD-EFGH-JKMN-PQRS."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


class HomeForm(forms.Form):
    """What a household says of its home; nothing is required, and "not said" is an answer."""

    members = forms.IntegerField(
        label=gettext_lazy("People who live here"), min_value=1, max_value=MOST_MEMBERS, required=False
    )
    dwelling = forms.ChoiceField(
        label=gettext_lazy("Kind of home"),
        choices=lambda: [("", _("Not said")), *((key, _(label).capitalize()) for key, label in DWELLINGS)],
        required=False,
    )
    garden = forms.ChoiceField(
        label=gettext_lazy("A garden that is watered"), choices=_YES_NO, required=False
    )
    pool = forms.ChoiceField(label=gettext_lazy("A pool"), choices=_YES_NO, required=False)
    dishwasher = forms.ChoiceField(label=gettext_lazy("A dishwasher"), choices=_YES_NO, required=False)

    def __init__(self, *args: Any, home: Declared, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "members": home.members,
            "dwelling": home.dwelling or "",
            **{name: written(getattr(home, name)) for name in ("garden", "pool", "dishwasher")},
        }
        super().__init__(*args, **kwargs)
        self.home = home

    def said(self) -> Declared:
        """Return the home as it was just described."""
        given = self.cleaned_data
        return Declared(
            meter=self.home.meter,
            district=self.home.district,
            surface_m2=self.home.surface_m2,
            members=given["members"],
            dwelling=given["dwelling"] or None,
            **{name: _TOLD.get(given[name]) for name in ("garden", "pool", "dishwasher")},
        )


class LeakForm(forms.Form):
    """What a household says of a leak."""

    explained_as = forms.ChoiceField(
        label=gettext_lazy("What is it?"),
        choices=lambda: [(key, _(label).capitalize()) for key, label in EXPLANATIONS],
        widget=forms.RadioSelect,
    )


def written(value: bool | None) -> str:
    """Return yes, no or not said, as forms and published quantiles write it."""
    return "" if value is None else ("yes" if value else "no")
