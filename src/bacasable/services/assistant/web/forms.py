"""What agents and documentalists type."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bacasable.people.models import User
from bacasable.privacy.messages import Refused
from bacasable.services.assistant.engine.answering import LONGEST_QUESTION, UNKNOWN
from bacasable.services.assistant.engine.sheets import Filters
from bacasable.services.assistant.web import saying
from bacasable.services.assistant.web.models import REASONS, Collection, ReaderGroup
from bacasable.services.assistant.web.readings import Shown

#: Bytes of a document about a person: a letter of some pages.
LARGEST_DOCUMENT = 5 * 1024 * 1024
AUDIENCES = (
    ("", gettext_lazy("everybody")),
    ("particuliers", gettext_lazy("individuals")),
    ("professionnels", gettext_lazy("businesses")),
    ("associations", gettext_lazy("associations")),
)


class QuestionForm(forms.Form):
    """A question, and what it is about."""

    question = forms.CharField(
        label=gettext_lazy("Your question"),
        help_text=gettext_lazy(
            "One question, in a sentence. Names and numbers are hidden before anything is searched."
        ),
        max_length=LONGEST_QUESTION,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    note = forms.CharField(
        label=gettext_lazy("Note about the person"),
        help_text=gettext_lazy(
            "For the reply only: it is not searched, and no model reads it. Leave out health, beliefs and "
            "offences unless the reply needs them."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
    )
    document = forms.FileField(
        label=gettext_lazy("Letter or document of the person"),
        help_text=gettext_lazy(
            "PDF, DOCX, ODT or text, 5 MB at most. Its text is treated as the note is; the file is not kept."
        ),
        required=False,
    )
    audience = forms.ChoiceField(label=gettext_lazy("Who is it for?"), choices=AUDIENCES, required=False)
    confirmed = forms.BooleanField(widget=forms.HiddenInput, required=False)

    def clean_document(self) -> tuple[str, str]:
        """Return the text of the document and its name; both empty where there is none."""
        from bacasable.services.assistant.engine.corpus import documents

        given = self.cleaned_data["document"]
        if not given:
            return "", ""
        if given.size > LARGEST_DOCUMENT:
            raise forms.ValidationError(_("The file is larger than 5 MB. Copy what matters into the note."))
        try:
            return documents.read(given.file, given.name, "note").text, given.name
        except Refused as refused:
            raise forms.ValidationError(saying.spoken(refused.said)) from None

    def filters(self) -> Filters:
        """Return what the asker narrowed."""
        audience = self.cleaned_data["audience"]
        return Filters(audience=frozenset((audience,) if audience else ()))


class CorrectionForm(forms.Form):
    """What was hidden and is no personal data, and what should be hidden too."""

    shown = forms.MultipleChoiceField(
        label=gettext_lazy("Show: this is no personal data"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    again = forms.MultipleChoiceField(
        label=gettext_lazy("Hide again"), widget=forms.CheckboxSelectMultiple, required=False
    )
    more = forms.CharField(
        label=gettext_lazy("Hide these words too"),
        help_text=gettext_lazy("Separate them with commas."),
        max_length=400,
        required=False,
    )

    def __init__(self, *args: Any, shown: Shown, **kwargs: Any) -> None:
        kwargs.setdefault("prefix", f"hidden-{shown.turn.number}")
        super().__init__(*args, **kwargs)
        pieces = {piece.placeholder: piece for piece in (*shown.typed, *shown.about) if piece.placeholder}
        self.values = {key: piece.text for key, piece in pieces.items()}
        self.before: list[str] = shown.words["shown"]
        self._offer("shown", [(key, f"{piece.text} ({piece.label})") for key, piece in pieces.items()])
        self._offer("again", [(str(at), value) for at, value in enumerate(self.before)])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        if choices:
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields[name]

    def asked(self) -> dict[str, list[str]]:
        """Return the corrections as values, for :func:`..actions.conversations.correct`."""
        given = self.cleaned_data
        return {
            "shown": [self.values[key] for key in given.get("shown", ())],
            "again": [self.before[int(at)] for at in given.get("again", ())],
            "more": [word.strip() for word in given["more"].split(",") if word.strip()],
        }


class SituationForm(forms.Form):
    """Which case applies."""

    option = forms.TypedChoiceField(widget=forms.RadioSelect, coerce=int)

    def __init__(self, *args: Any, choice: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["option"].label = choice["question"] or _("Which situation applies?")
        self.fields["option"].choices = [  # type: ignore[attr-defined]
            *enumerate(choice["options"]),
            (UNKNOWN, _("I do not know")),
        ]


class OpinionForm(forms.Form):
    """Whether an answer helped."""

    helped = forms.ChoiceField(
        label=gettext_lazy("Did this answer help you?"),
        choices=(("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))),
        widget=forms.RadioSelect,
    )
    reasons = forms.MultipleChoiceField(
        label=gettext_lazy("If not, why?"),
        choices=lambda: [(key, _(label)) for key, label in REASONS],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    comment = forms.CharField(
        label=gettext_lazy("Comment"),
        help_text=gettext_lazy(
            "It is kept without your name, apart from the conversation. Do not name anybody."
        ),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
    )


class DraftForm(forms.Form):
    """The words of a reply."""

    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=200)
    recipient = forms.CharField(
        label=gettext_lazy("Recipient"),
        help_text=gettext_lazy("Name and address, one line each, as on the envelope."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=600,
        required=False,
    )
    body = forms.CharField(
        label=gettext_lazy("Text"), widget=forms.Textarea(attrs={"rows": 16}), max_length=20_000
    )


class SheetDraftForm(forms.Form):
    """The words of a counter sheet, part by part."""

    subject = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    body = forms.CharField(
        label=gettext_lazy("Answer"), widget=forms.Textarea(attrs={"rows": 10}), max_length=3_000
    )
    conditions = forms.CharField(
        label=gettext_lazy("Situation"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=600,
        required=False,
    )
    services = forms.CharField(
        label=gettext_lazy("Form or online service"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=800,
        required=False,
    )
    offices = forms.CharField(
        label=gettext_lazy("Where to go"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=800,
        required=False,
    )


class CollectionForm(forms.Form):
    """A collection and who reads it."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=160)
    key = forms.SlugField(
        label=gettext_lazy("Short name"),
        help_text=gettext_lazy("Letters, digits and hyphens; it is part of addresses and does not change."),
        max_length=60,
    )
    publisher = forms.CharField(label=gettext_lazy("Publisher"), max_length=160, required=False)
    licence = forms.CharField(label=gettext_lazy("Licence"), max_length=160, required=False)
    maximum_age_days = forms.IntegerField(
        label=gettext_lazy("Days after which a sheet is out of date"),
        min_value=1,
        max_value=36_500,
        required=False,
    )
    is_open = forms.BooleanField(label=gettext_lazy("Everybody who may ask reads it"), required=False)
    readers = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Groups that read it"),
        queryset=ReaderGroup.objects.none(),
        to_field_name="public_id",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, collection: Collection | None = None, **kwargs: Any) -> None:
        if collection is not None:
            kwargs["initial"] = {
                name: getattr(collection, name)
                for name in ("title", "publisher", "licence", "maximum_age_days", "is_open")
            } | {"readers": list(collection.readers.values_list("public_id", flat=True))}
        super().__init__(*args, **kwargs)
        groups = ReaderGroup.objects.all()
        readers = self.fields["readers"]
        readers.queryset = groups  # type: ignore[attr-defined]
        readers.label_from_instance = lambda group: group.title  # type: ignore[attr-defined]
        if collection is not None:
            del self.fields["key"]
        if not groups:
            del self.fields["readers"]


class ImportForm(forms.Form):
    """An archive or a document to import."""

    file = forms.FileField(
        label=gettext_lazy("Archive or document"),
        help_text=gettext_lazy(
            "ZIP of sheets (XML or JSON of service-public.fr, codes), or PDF, DOCX, ODT, HTML, Markdown, "
            "text, JSON lines."
        ),
    )
    replaces = forms.BooleanField(
        label=gettext_lazy("Sheets that are not in this file are deleted from the collection"), required=False
    )


class GroupForm(forms.Form):
    """A new group."""

    title = forms.CharField(label=gettext_lazy("Name of the group"), max_length=120)


class MemberForm(forms.Form):
    """Somebody to put into a group."""

    email = forms.EmailField(label=gettext_lazy("E-mail address of the account"))

    def clean_email(self) -> User:
        """Return the account of this address."""
        found = User.objects.filter(email__iexact=self.cleaned_data["email"], is_active=True).first()
        if found is None:
            raise forms.ValidationError(_("No account has this address. Ask an administrator to make one."))
        return found


class KeyForm(forms.Form):
    """A new key of the interface."""

    label = forms.CharField(
        label=gettext_lazy("What the key is for"),
        help_text=gettext_lazy("To tell your keys apart, for instance the name of the program."),
        max_length=80,
    )
