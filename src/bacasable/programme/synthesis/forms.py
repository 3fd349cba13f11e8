"""What the editor and the project type about a synthesis, and what readers search by."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bacasable.compliance import clock
from bacasable.programme.synthesis import rules, wording
from bacasable.programme.synthesis.models import Passage, Reply, Synthesis
from bacasable.programme.synthesis.queries import Found
from bacasable.ui.fields import InstantField, LongTextField

MARKUP = gettext_lazy("Plain text. A blank line makes a paragraph, “- ” a list, “## ” a heading.")


class KeywordsField(forms.CharField):
    """Words apart by commas; gives a list."""

    def to_python(self, value: Any) -> Any:
        return [word.strip() for word in (value or "").split(",") if word.strip()]

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list | tuple) else value

    def validate(self, value: Any) -> None:
        if len(value) > rules.MAXIMUM_KEYWORDS:
            raise forms.ValidationError(
                _("Keep at most %(limit)s keywords.") % {"limit": rules.MAXIMUM_KEYWORDS}
            )

    def run_validators(self, value: Any) -> None:
        super().run_validators(", ".join(value))


class _Guarded(forms.Form):
    """A form that carries the fingerprint of what it was filled with."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)


class DetailsForm(_Guarded):
    title = forms.CharField(
        label=gettext_lazy("Title"),
        help_text=gettext_lazy("The permanent address is made of it when the synthesis is published."),
        max_length=200,
    )
    summary = LongTextField(
        label=gettext_lazy("Summary"),
        help_text=gettext_lazy("In plain words, for who does not know the project. Public."),
        max_length=1000,
        required=False,
        rows=5,
    )
    theme = forms.CharField(label=gettext_lazy("Theme"), max_length=200, required=False)
    sector = forms.CharField(
        label=gettext_lazy("Sector"),
        help_text=gettext_lazy("Such as: employment, transport, health."),
        max_length=100,
        required=False,
    )
    keywords = KeywordsField(
        label=gettext_lazy("Keywords"),
        help_text=gettext_lazy("Apart by commas."),
        max_length=1400,
        required=False,
    )


class PassageForm(_Guarded):
    heading = forms.CharField(label=gettext_lazy("Heading"), max_length=200)
    body = LongTextField(
        label=gettext_lazy("Text"), help_text=MARKUP, max_length=8000, required=False, rows=14
    )
    confidentiality = forms.ChoiceField(
        label=gettext_lazy("Who may read it"),
        choices=[(key, gettext_lazy(label)) for key, label in rules.CONFIDENTIALITY.items()],
        widget=forms.RadioSelect,
    )
    why = forms.CharField(
        label=gettext_lazy("Why it is not public"),
        help_text=gettext_lazy("Needed for what is restricted or secret. The project reads it."),
        max_length=500,
        required=False,
    )

    def clean(self) -> dict[str, Any] | None:
        data = super().clean() or {}
        if data.get("confidentiality", "public") != rules.PUBLIC_PASSAGE and not data.get("why"):
            self.add_error("why", _("Say why this passage is not public: the project reads the reason."))
        return data


class CardForm(_Guarded):
    """The foresight card; published when its four parts are filled."""

    signal = LongTextField(
        label=wording.FORESIGHT["signal"],
        help_text=gettext_lazy("Something that can be observed now."),
        max_length=1000,
        required=False,
        rows=4,
    )
    change = LongTextField(
        label=wording.FORESIGHT["change"],
        help_text=gettext_lazy("What it would change for the public service or for persons."),
        max_length=1000,
        required=False,
        rows=4,
    )
    horizon = LongTextField(label=wording.FORESIGHT["horizon"], max_length=1000, required=False, rows=4)
    driving_force = forms.CharField(
        label=wording.FORESIGHT["driving_force"],
        help_text=gettext_lazy("What pushes the change: technical, social, legal, economic."),
        max_length=300,
        required=False,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, label in wording.FORESIGHT.items():
            self.fields[name].label = _(label)


class SendForm(forms.Form):
    """The deadline of the reply."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, zone: ZoneInfo, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reply_due_at"] = InstantField(
            label=_("The project may reply until"),
            help_text=_("At least %(days)s days from now. Time zone: %(zone)s.")
            % {"days": rules.SHORTEST_REPLY.days, "zone": zone.key},
            zone=zone,
        )
        suggested = clock.now().astimezone(zone) + timedelta(days=15)
        self.initial.setdefault("reply_due_at", suggested.replace(hour=18, minute=0, second=0, microsecond=0))


class PublishForm(forms.Form):
    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    confirm = forms.BooleanField(
        label=gettext_lazy("I read the public version. Publish it for good."),
        help_text=gettext_lazy("What is published can be corrected by an erratum; it is never removed."),
        error_messages={"required": gettext_lazy("Tick the box to confirm the publication.")},
    )


class ReplyForm(forms.Form):
    """What the project replies, on a passage or on the whole."""

    passage = forms.ChoiceField(label=gettext_lazy("What it is about"), required=False)
    text = LongTextField(label=gettext_lazy("Your reply"), max_length=4000, rows=8)
    asks_secret = forms.BooleanField(
        label=gettext_lazy("This passage is a business secret"),
        help_text=gettext_lazy("Say in your reply what must not be published and why."),
        required=False,
    )
    is_public = forms.BooleanField(
        label=gettext_lazy("Publish this reply with the synthesis"),
        help_text=gettext_lazy(
            "With the office's answer, without the name of who wrote it. A reply on a passage that is not "
            "public is never published."
        ),
        required=False,
    )

    def __init__(self, *args: Any, passages: Sequence[Passage], **options: Any) -> None:
        super().__init__(*args, **options)
        self.passages = {str(passage.public_id): passage for passage in passages}
        shown = [
            (key, f"{passage.heading} ({wording.confidentiality(passage.confidentiality)['text']})")
            for key, passage in self.passages.items()
        ]
        self.fields["passage"].choices = [("", _("The whole synthesis")), *shown]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any] | None:
        data = super().clean() or {}
        if data.get("asks_secret") and not data.get("passage"):
            self.add_error("passage", _("Choose the passage that is a business secret."))
        return data

    @property
    def about(self) -> Passage | None:
        """The passage chosen, or nothing for the whole."""
        return self.passages.get(self.cleaned_data["passage"])


class ResponseForm(forms.Form):
    response = LongTextField(
        label=gettext_lazy("What the office made of it"),
        help_text=gettext_lazy("The project reads it; the public too, if the reply is published."),
        max_length=2000,
        rows=5,
    )


class CorrectionForm(forms.Form):
    """Every published text, as it is published now: what differs when it is sent is the erratum."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("Why it is corrected"),
        help_text=gettext_lazy("Readers see it beside the erratum."),
        max_length=500,
    )
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    summary = LongTextField(label=gettext_lazy("Summary"), max_length=1000, rows=5)
    theme = forms.CharField(label=gettext_lazy("Theme"), max_length=200, required=False)
    sector = forms.CharField(label=gettext_lazy("Sector"), max_length=100, required=False)
    keywords = KeywordsField(label=gettext_lazy("Keywords"), max_length=1400, required=False)

    def __init__(
        self, *args: Any, content: Mapping[str, Any], late: Sequence[Reply] = (), **options: Any
    ) -> None:
        options["initial"] = {
            **{name: content[name] for name in ("title", "summary", "theme", "sector", "keywords")},
            **options.get("initial", {}),
        }
        super().__init__(*args, **options)
        self.content, self.passage_fields = content, []
        carriers = {one["passage"] for one in content["recommendations"]}
        for passage in content["passages"]:
            heading, body = f"heading-{passage['id']}", f"body-{passage['id']}"
            help_text = _("Leave it empty to take the passage out.")
            if passage["id"] in carriers:
                help_text = _(
                    "Leave it empty to take the passage out. It carries a recommendation, which leaves the "
                    "synthesis with it: the recommendation's own page and its evidence stay public all the "
                    "same, and this version stays readable."
                )
            self.fields[heading] = forms.CharField(
                label=_("Heading"), max_length=200, initial=passage["heading"]
            )
            self.fields[body] = LongTextField(
                label=_("Text"),
                help_text=help_text,
                max_length=8000,
                required=False,
                rows=10,
                initial=passage["body"],
            )
            self.passage_fields.append((passage["id"], heading, body))
        self.late_fields = []
        for reply in late:
            name = f"late-{reply.pk}"
            self.fields[name] = forms.BooleanField(label=_("Publish this late reply"), required=False)
            self.late_fields.append((name, reply))
        card = content["foresight"] or {}
        for name, label in wording.FORESIGHT.items():
            self.fields[name] = LongTextField(
                label=_(label),
                max_length=300 if name == "driving_force" else 1000,
                required=False,
                rows=3,
                initial=card.get(name, ""),
            )

    @property
    def changes(self) -> dict[str, Any]:
        """What the form says, in the shape that ``actions.correct`` reads."""
        data = self.cleaned_data
        return {
            **{name: data[name] for name in ("title", "summary", "theme", "sector", "keywords")},
            "passages": {
                identifier: {"heading": data[heading], "body": data[body]}
                for identifier, heading, body in self.passage_fields
            },
            "foresight": {name: data[name] for name in wording.FORESIGHT},
        }

    @property
    def late_replies(self) -> list[int]:
        """The late replies that the editor chose."""
        return [reply.pk for name, reply in self.late_fields if self.cleaned_data[name]]

    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The heading and the text of each published passage."""
        return [(self[heading], self[body]) for _id, heading, body in self.passage_fields]

    def late_rows(self) -> list[tuple[forms.BoundField, Reply]]:
        """Each late reply that may be published, with its box."""
        return [(self[name], reply) for name, reply in self.late_fields]


class SearchForm(forms.Form):
    """What readers search by; each choice says how many results it leaves."""

    words = forms.CharField(label=gettext_lazy("Words"), max_length=200, required=False)
    theme = forms.ChoiceField(label=gettext_lazy("Theme"), required=False)
    keyword = forms.ChoiceField(label=gettext_lazy("Keyword"), required=False)
    sector = forms.ChoiceField(label=gettext_lazy("Sector"), required=False)
    control = forms.ChoiceField(label=gettext_lazy("Control"), required=False)

    def __init__(self, filters: Any, found: Found) -> None:
        super().__init__(initial={name: getattr(filters, name) for name in ("words", *found.choices)})
        for facet, choices in found.choices.items():
            shown = [(choice.value, f"{choice.label} ({choice.count})") for choice in choices]
            asked = getattr(filters, facet)
            if asked and asked not in {value for value, _label in shown}:
                shown.append((asked, f"{asked} (0)"))
            self.fields[facet].choices = [("", _("All")), *shown]  # type: ignore[attr-defined]


def details_initial(synthesis: Synthesis) -> dict[str, Any]:
    """Return what the details' form is filled with."""
    return {name: getattr(synthesis, name) for name in ("title", "summary", "theme", "sector", "keywords")}
