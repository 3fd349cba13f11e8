"""What a person types on their own page, and what another agent answers them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bacasable.services.job_advice.web.actions.interviews import LONGEST
from bacasable.services.job_advice.web.forms import ConfirmedForm
from bacasable.ui.fields import LongTextField


def _words(label: Any, rows: int, hint: Any = "", required: bool = True) -> LongTextField:
    field = LongTextField(label=label, max_length=LONGEST, required=required, help_text=hint)
    field.widget.attrs["rows"] = rows
    return field


class CodeForm(forms.Form):
    """The code on a person's paper."""

    code = forms.CharField(
        label=gettext_lazy("Code on my paper"),
        help_text=gettext_lazy("Four groups of four signs. Capitals, spaces and dashes do not matter."),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class WordForm(ConfirmedForm):
    """What the person writes from their own page."""

    text = _words(label=gettext_lazy("In my own words"), rows=4)


class HumanForm(ConfirmedForm):
    """A request for a human, with words or without."""

    text = _words(label=gettext_lazy("What it is about"), rows=3, required=False)


class RemovalForm(ConfirmedForm):
    """Entries of a part of a profile that are wrong, and what is missing in it."""

    wrong = forms.MultipleChoiceField(
        label=gettext_lazy("What is wrong, to be taken out"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    text = _words(
        label=gettext_lazy("What is missing, for my adviser to add"),
        rows=3,
        required=False,
    )

    def __init__(self, *args: Any, entries: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if entries:
            self.fields["wrong"].choices = list(entries)  # type: ignore[attr-defined]
        else:
            del self.fields["wrong"]


class AnswerForm(ConfirmedForm):
    """The answer of another agent, with its reasons; no outcome is chosen beforehand."""

    outcome = forms.ChoiceField(label=gettext_lazy("What becomes of it?"), widget=forms.RadioSelect)
    text = _words(label=gettext_lazy("Answer and reasons, as the person will read them"), rows=5)

    def __init__(self, *args: Any, outcomes: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = [  # type: ignore[attr-defined]
            (key, _(label).capitalize()) for key, label in outcomes.items()
        ]
