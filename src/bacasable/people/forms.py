"""Forms of sign-in and accounts."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bacasable.people.models import User
from bacasable.people.permissions import roles


def wrong_new_code() -> str:
    """Return what is said of a code that does not prove a new authenticator."""
    return gettext("This code is wrong. Check the clock of the telephone, wait for the next code.")


class AskLink(forms.Form):
    """Ask for a link to sign in."""

    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("The address with which you applied."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        max_length=254,
    )


class Password(forms.Form):
    """First step of staff sign-in. The fields keep what django-axes expects out of its table."""

    email = forms.EmailField(
        label=_("E-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "username", "spellcheck": "false"}),
        max_length=254,
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class Code(forms.Form):
    """Second step: a code of the authenticator, or a recovery code."""

    code = forms.CharField(
        label=_("Code"),
        help_text=_("The six digits that your authenticator shows, or one of your recovery codes."),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "spellcheck": "false", "autocapitalize": "none"}
        ),
    )


class Again(Password, Code):
    """Prove again who you are: the account is known, so only its password and a code are asked."""

    email = None  # type: ignore[assignment]
    field_order = ["password", "code"]


class NewPassword(forms.Form):
    """Choose a password, typed twice."""

    new_password = forms.CharField(
        label=_("New password"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    repeat_password = forms.CharField(
        label=_("The same password again"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["new_password"].help_text = " ".join(password_validators_help_texts())

    def clean_new_password(self) -> str:
        password: str = self.cleaned_data["new_password"]
        validate_password(password, self.user)
        return password

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, second = cleaned.get("new_password"), cleaned.get("repeat_password")
        if first and second and first != second:
            self.add_error("repeat_password", _("The two passwords differ. Type the same one twice."))
        return cleaned


class Enrolment(NewPassword):
    """Set up a staff account: password and the first code of the authenticator."""

    code = forms.CharField(
        label=_("Code that the authenticator shows"),
        max_length=10,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
        ),
    )


class NewCode(forms.Form):
    """The first code of a new authenticator."""

    code = forms.CharField(
        label=_("Code that the authenticator shows"),
        max_length=10,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
        ),
    )


class Account(forms.Form):
    """One's own name and language."""

    name = forms.CharField(
        label=_("Name"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(label=_("Language of pages and messages"), choices=settings.LANGUAGES)


def _grantable() -> list[tuple[str, Any]]:
    """Each role that can be granted, with what its holder does."""
    return [
        (
            key,
            gettext("%(role)s: %(description)s")
            % {"role": gettext(role.label), "description": gettext(role.description)}
            if role.description
            else gettext(role.label),
        )
        for key, role in roles().items()
        if role.granted
    ]


class NewStaff(forms.Form):
    """Make a staff account."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    name = forms.CharField(label=_("Name"), max_length=200)
    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=_grantable, widget=forms.CheckboxSelectMultiple
    )


class FindAccount(forms.Form):
    """Find one account by its exact address."""

    email = forms.EmailField(label=_("Exact e-mail address"), max_length=254)
