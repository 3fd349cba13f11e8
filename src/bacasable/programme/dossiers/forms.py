"""The page of a step as a form: what it shows comes from the questions, what it accepts from ``answers``."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.template.defaultfilters import linebreaksbr
from django.utils.datastructures import MultiValueDict
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bacasable.programme.dossiers import answers as reading
from bacasable.programme.dossiers import wording
from bacasable.programme.dossiers.question_types import Question, Step
from bacasable.programme.dossiers.rules import Window


@dataclass(frozen=True)
class Row:
    """A field of the page and, where someone else changed the answer meanwhile, the stored text."""

    field: forms.BoundField
    stored: str | None


class StepForm(forms.Form):
    """The questions of one step.

    It checks nothing itself: ``problems`` and ``conflicts`` are those of :func:`actions.save_step`, which
    also stores. What was refused is shown back as it was typed, beside what is stored; the rest of the page
    shows what is stored, so that it holds what others wrote meanwhile.
    """

    use_required_attribute = False

    def __init__(
        self,
        step: Step,
        answers: Mapping[str, Mapping[str, Any]],
        window: Window,
        *,
        sent: Any = None,
        problems: Mapping[str, reading.Problem] | None = None,
        conflicts: tuple[str, ...] = (),
    ) -> None:
        self.stored = answers.get(step.key, {})
        self.step, self.conflicts = step, conflicts
        self._problems = problems or {}
        super().__init__(self._data(sent) if sent is not None else None, initial=dict(self.stored))
        for question in step.questions:
            if window.allows(f"{step.key}.{question.key}"):
                field = _field(question)
                field.required = reading.is_required(question, answers)
                self.fields[question.key] = field

    def _data(self, sent: Any) -> MultiValueDict:
        refused = {*self._problems, *self.conflicts}
        data = MultiValueDict({key: sent.getlist(key) for key in refused})
        for key, value in self.stored.items():
            if key not in refused:
                data.setlist(key, value if isinstance(value, list) else [value])
        return data

    def full_clean(self) -> None:
        self._errors = forms.utils.ErrorDict()
        self.cleaned_data: dict[str, Any] = {}
        if not self.is_bound:
            return
        for key, problem in self._problems.items():
            self._errors[key] = self.error_class([wording.problem(problem)])
        for key in self.conflicts:
            self._errors[key] = self.error_class(
                [_("Another tab or a co-author saved another answer meanwhile. Choose, then save again.")]
            )

    @property
    def rows(self) -> Iterator[Row]:
        """The fields in order, each with the stored answer where it is in conflict."""
        for question in self.step.questions:
            if question.key in self.fields:
                stored = None
                if question.key in self.conflicts:
                    stored = shown(question, self.stored.get(question.key))
                yield Row(self[question.key], stored)


def sent_answers(step: Step, data: Any) -> dict[str, Any]:
    """Return what a posted page holds for ``step``: a list for the questions that take several answers.

    A group of boxes of which none is ticked sends nothing: its marker ``<key>-asked`` says that it was there.
    """
    sent: dict[str, Any] = {}
    for question in step.questions:
        if question.key in data:
            several = question.kind == "multi"
            sent[question.key] = data.getlist(question.key) if several else data[question.key]
        elif f"{question.key}-asked" in data:
            sent[question.key] = [] if question.kind == "multi" else ""
    return sent


def shown(question: Question, value: Any) -> str:
    """Return an answer as people read it: the labels of choices, the text, a number."""
    labels = {key: _(label) for key, label in question.choices}
    if isinstance(value, list):
        return "\n".join(labels.get(item) or str(item) for item in value)
    if value is None or value == "":
        return ""
    return labels.get(str(value)) or str(value)


def shown_as_html(question: Question, value: Any) -> SafeString:
    """Return :func:`shown` for a page: escaped, its lines kept, in the direction of its own script."""
    return format_html('<div dir="auto">{}</div>', linebreaksbr(shown(question, value) or "–"))


def _field(question: Question) -> forms.Field:
    label, hint = _(question.label), _(question.hint) if question.hint else ""
    named: dict[str, Any] = {"label": label, "help_text": hint, "required": False}
    choices = [(key, _(text)) for key, text in question.choices]
    match question.kind:
        case "long":
            return forms.CharField(
                max_length=question.max_length,
                widget=_Unlimited(attrs={"rows": 8 if question.max_length > 2000 else 5, "dir": "auto"}),
                **named,
            )
        case "choice" | "yes_no":
            return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **named)
        case "multi":
            return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **named)
        case "number":
            return forms.CharField(
                widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-10"}),
                **named,
            )
        case "email":
            return forms.CharField(
                widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}), **named
            )
    return forms.CharField(widget=forms.TextInput(attrs={"dir": "auto"}), **named)


class _Unlimited(forms.Textarea):
    """A text area that never cuts a paste: the counter says what is too long, and so does the answer."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"].pop("maxlength", None)
        return context


class SubmitForm(forms.Form):
    """What the author states when submitting; ``revision`` is the draft that was checked."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    accept_incomplete = forms.BooleanField(
        label=gettext_lazy("I submit the dossier as it is, knowing what it lacks"), required=False
    )


class WithdrawForm(forms.Form):
    """The confirmation of a withdrawal."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("If you wish to give one."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
    confirm = forms.BooleanField(
        label=gettext_lazy("I withdraw this dossier for good"),
        error_messages={"required": gettext_lazy("Tick the box to confirm the withdrawal.")},
    )


class InvitationForm(forms.Form):
    """The address of a co-author to invite."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address of the co-author"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
