"""The scoring page as a form, and those that close and reopen the scoring."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bacasable.programme.call.models import Criterion
from bacasable.programme.committee import rules
from bacasable.programme.committee.actions.scores import LONGEST_COMMENT, LONGEST_GENERAL_COMMENT
from bacasable.programme.committee.models import Assessment, Score
from bacasable.ui.fields import InstantField, LongTextField


@dataclass(frozen=True)
class Line:
    """A criterion of the page: its part of the mark (percent), its two fields, one's other scores.

    ``stored`` is what another tab stored meanwhile, where it differs from what was typed.
    """

    criterion: Criterion
    percent: int
    value: forms.BoundField
    comment: forms.BoundField
    earlier: Sequence[tuple[str, int]]
    stored: tuple[str, str] | None


class _ScaleWidget(forms.RadioSelect):
    """The scale on one line."""

    template_name = "programme/committee/_scale.html"


class _ScoreField(forms.ChoiceField):
    """A score that a submission needs and a draft may lack."""

    widget = _ScaleWidget

    def validate(self, value: str) -> None:
        if value:
            super().validate(value)


class ScoresForm(forms.Form):
    """The grid of one assessment: for each criterion a score and a comment, then a general comment."""

    use_required_attribute = False

    def __init__(
        self, criteria: Iterable[Criterion], assessment: Assessment, scores: Iterable[Score], data: Any = None
    ) -> None:
        self.criteria = list(criteria)
        self.scores = {score.criterion_id: score for score in scores}
        self.assessment = assessment
        #: criteria where what is stored is shown beside what was typed
        self.conflicts: set[int] = set()
        super().__init__(data)
        for criterion in self.criteria:
            score = self.scores.get(criterion.pk)
            self.fields[f"value-{criterion.pk}"] = _ScoreField(
                label=criterion.label,
                help_text=criterion.description,
                choices=[(str(value), _(words)) for value, words in rules.SCALE.items()],
                initial=str(score.value) if score and score.value else "",
            )
            self.fields[f"comment-{criterion.pk}"] = LongTextField(
                label=_("Comment on “%(criterion)s”") % {"criterion": criterion.label},
                help_text=_("Needed for a score of 1, 2 or 5: say on what facts it rests."),
                initial=score.comment if score else "",
                max_length=LONGEST_COMMENT,
                required=False,
                rows=3,
            )
        self.fields["comment"] = LongTextField(
            label=_("General comment"),
            initial=assessment.comment,
            max_length=LONGEST_GENERAL_COMMENT,
            required=False,
            rows=5,
        )

    def written(self) -> dict[str, Any]:
        """Return what was sent and is right, as :func:`actions.write_scores` takes it."""
        self.is_valid()
        values: dict[int, int | None] = {}
        comments: dict[int, str] = {}
        for criterion in self.criteria:
            name = f"value-{criterion.pk}"
            if name in self.data and name in self.cleaned_data:
                values[criterion.pk] = int(self.cleaned_data[name]) if self.cleaned_data[name] else None
            name = f"comment-{criterion.pk}"
            if name in self.data and name in self.cleaned_data:
                comments[criterion.pk] = self.cleaned_data[name]
        comment = self.cleaned_data.get("comment") if "comment" in self.data else None
        return {"values": values, "comments": comments, "comment": comment}

    def seen(self) -> int:
        """Return the revision that the page was filled with; -1 where it says none."""
        sent = self.data.get("seen", "")
        return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else -1

    def typed(self) -> list[dict[str, str]]:
        """Return what was sent, to be shown back for copying: ``[{key, label, text}]``."""
        rows = []
        for name, bound in self.fields.items():
            if text := self.data.get(name, "")[:LONGEST_GENERAL_COMMENT]:
                words = rules.SCALE.get(int(text)) if text in {"1", "2", "3", "4", "5"} else None
                rows.append({"key": name, "label": str(bound.label), "text": _(words) if words else text})
        return rows

    def show_conflicts(self) -> None:
        """Mark the criteria where what was typed differs from what is stored."""
        for criterion in self.criteria:
            score = self.scores.get(criterion.pk)
            value = str(score.value) if score and score.value else ""
            comment = score.comment if score else ""
            sent = self.data.get(f"comment-{criterion.pk}", "").replace("\r\n", "\n").strip()
            if self.data.get(f"value-{criterion.pk}", "") != value or sent != comment:
                self.conflicts.add(criterion.pk)

    def lines(self, earlier: Mapping[int, Sequence[tuple[str, int]]]) -> list[Line]:
        """Return the page's lines, in the order of the grid."""
        found = []
        total = sum(criterion.weight for criterion in self.criteria) or 1
        for criterion in self.criteria:
            stored = None
            if criterion.pk in self.conflicts:
                score = self.scores.get(criterion.pk)
                words = _(rules.SCALE[score.value]) if score and score.value else _("no score")
                stored = (words, score.comment if score else "")
            found.append(
                Line(
                    criterion,
                    round(100 * criterion.weight / total),
                    self[f"value-{criterion.pk}"],
                    self[f"comment-{criterion.pk}"],
                    earlier.get(criterion.pk, ()),
                    stored,
                )
            )
        return found


class CloseForm(forms.Form):
    """Closes the scoring; the box is asked for when assessments are missing."""

    accept_missing = forms.BooleanField(
        label=gettext_lazy("Close without these assessments"),
        help_text=gettext_lazy("They count for nothing in the ranking. Their drafts are kept."),
        required=False,
    )


class ReopenForm(forms.Form):
    """Until when experts may score."""

    def __init__(self, *args: Any, zone: ZoneInfo, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["scores_due_at"] = InstantField(
            label=_("Scores due by"),
            help_text=_("Time in the zone %(zone)s.") % {"zone": zone.key},
            zone=zone,
        )
