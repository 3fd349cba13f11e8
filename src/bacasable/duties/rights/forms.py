"""What a person types to exercise a right, and what the officer types to answer."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bacasable.compliance.rights import Right
from bacasable.duties.rights.models import RightsRequest
from bacasable.duties.rights.queries import declarations
from bacasable.ui.fields import InstantField, LongTextField


class _Request(forms.Form):
    service = forms.ChoiceField(label=gettext_lazy("Which service is it about?"), choices=())
    right = forms.ChoiceField(label=gettext_lazy("What do you ask?"), choices=(), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service"].choices = [  # type: ignore[attr-defined]
            (key, _(declared.title)) for key, declared in declarations().items()
        ]
        self.fields["right"].choices = [  # type: ignore[attr-defined]
            (right.value, _(right.label)) for right in Right
        ]


class AskForm(_Request):
    """The public form: which right, of which service, in one's own words, and where to answer."""

    body = LongTextField(
        label=gettext_lazy("Your request, in your own words"),
        help_text=gettext_lazy("Say what it is about. Send no copy of an identity document."),
        max_length=4000,
        rows=6,
    )
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        help_text=gettext_lazy(
            "The one that the service knows you by. You receive a link: it proves that the address is yours."
        ),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )


class RecordForm(_Request):
    """A request that came by mail, by letter or at the counter, as the officer records it."""

    channel = forms.ChoiceField(
        label=gettext_lazy("How did it come?"),
        choices=[choice for choice in RightsRequest.Channel.choices if choice[0] != "web"],
    )
    received_at = InstantField(label=gettext_lazy("When was it received?"))
    name = forms.CharField(label=gettext_lazy("Name of the person"), max_length=200, required=False)
    email = forms.EmailField(
        label=gettext_lazy("E-mail address of the person"),
        help_text=gettext_lazy("Without one, the answer is a letter to print."),
        max_length=254,
        required=False,
    )
    identifier_name = forms.CharField(
        label=gettext_lazy("Other identifier: its name in the service"), max_length=60, required=False
    )
    identifier_value = forms.CharField(
        label=gettext_lazy("Other identifier: its value"), max_length=200, required=False
    )
    body = LongTextField(label=gettext_lazy("What the person asks"), max_length=4000, rows=6)

    def clean(self) -> dict[str, Any]:
        """Ask for something that tells the person."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not any(cleaned.get(key) for key in ("name", "email", "identifier_value")):
            self.add_error("name", _("Give a name, an address or another identifier."))
        if bool(cleaned.get("identifier_name")) != bool(cleaned.get("identifier_value")):
            self.add_error("identifier_value", _("Give both the name and the value of the identifier."))
        return cleaned


class QualifyForm(_Request):
    """Which right of which service a mail is about, once somebody has read it."""


class IdentityAskedForm(forms.Form):
    text = LongTextField(
        label=gettext_lazy("What you ask the person, and why there is a doubt"), max_length=1000, rows=3
    )


class IdentityProvedForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("What you saw that proves it"),
        help_text=gettext_lazy("In words, such as: identity card shown at the counter. Keep no copy."),
        max_length=300,
    )


class ExtendForm(forms.Form):
    text = LongTextField(
        label=gettext_lazy("Why two more months are needed"),
        help_text=gettext_lazy("The person is told. Complexity or number of requests only (art. 12(3))."),
        max_length=2000,
        rows=3,
    )


class AnswerForm(forms.Form):
    text = LongTextField(label=gettext_lazy("Your answer to the person"), max_length=8000, rows=8)
    recipients_told = LongTextField(
        label=gettext_lazy("Recipients whom you told (art. 19)"),
        help_text=gettext_lazy("For a correction, an erasure or a restriction: who received the data."),
        max_length=1000,
        rows=2,
        required=False,
    )
    explained = LongTextField(
        label=gettext_lazy("Why the places that still mention the person stay as they are"),
        max_length=1000,
        rows=2,
        required=False,
    )


class RefuseForm(forms.Form):
    text = LongTextField(
        label=gettext_lazy("Why the request is refused"),
        help_text=gettext_lazy("The person is told the reasons and the remedies (art. 12(4))."),
        max_length=8000,
        rows=4,
    )


class HandOverForm(forms.Form):
    """How the files of a person without an address are handed over."""

    way = forms.ChoiceField(
        label=gettext_lazy("How are they handed over?"),
        choices=[
            ("paper", gettext_lazy("printed: a readable PDF")),
            ("sealed", gettext_lazy("as a file: a PDF that only a code opens, the same as JSON inside")),
        ],
        widget=forms.RadioSelect,
    )
    code = forms.CharField(
        label=gettext_lazy("Code that opens the file"),
        help_text=gettext_lazy(
            "For the file only, 12 characters at least. Tell it to the person apart from the file; it is "
            "kept nowhere."
        ),
        min_length=12,
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        """Want a code for a file, and none for paper."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("way") == "sealed" and not cleaned.get("code") and "code" not in self.errors:
            self.add_error("code", _("Write a code of 12 characters or more."))
        if cleaned.get("way") == "paper":
            cleaned["code"] = ""
        return cleaned


#: The officer's verbs, each with its form.
VERBS: dict[str, type[forms.Form]] = {
    "qualify": QualifyForm,
    "ask_identity": IdentityAskedForm,
    "prove_identity": IdentityProvedForm,
    "extend": ExtendForm,
    "answer": AnswerForm,
    "refuse": RefuseForm,
}
