"""The first passages of a synthesis, drawn from the file: what each side already wrote, nothing new."""

from collections.abc import Iterator
from datetime import datetime

from django.utils import translation
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from bacasable.programme.dossiers.questions import STEP_BY_KEY
from bacasable.programme.recommendations.rules import UNREAD
from bacasable.programme.support.models import SupportChange, SupportFile
from bacasable.programme.synthesis import rules
from bacasable.programme.synthesis.content import RECOMMENDATION
from bacasable.programme.synthesis.models import Passage

LONGEST_BODY = 8000
LONGEST_HEADING = 200

#: what is drawn of the application: step, questions
APPLICATION = (
    ("project", ("summary", "public_service", "benefit", "decisions")),
    ("stage", ("done",)),
    ("data", ("description", "sources", "retention")),
    ("techniques", ("description", "training", "hosting")),
    ("legal", ("questions", "lawful_basis")),
    ("technical", ("questions", "tried")),
    ("expectations", ("support", "publication")),
)
CONFIDENTIAL = ("expectations", "confidential")


def drawn(file: SupportFile) -> list[Passage]:
    """Return unsaved passages in reading order, in the language of the call.

    Public: an empty one to introduce, one for each recommendation, an empty one for the lessons. Restricted:
    the application as submitted, questions and answers, guidance, minutes, roadmap, what changed its length
    (extensions, suspensions, early exit). Secret: what the candidate said
    must stay confidential.
    """
    with translation.override(file.dossier.call.language):
        passages = [
            _passage(_("The project and its context"), "", source="new"),
            *_application(file),
            *_questions(file),
            *_guidance(file),
            *_minutes(file),
            *_roadmap(file),
            *_changes(file),
            *_recommendations(file),
            _passage(_("What others can take from it"), "", source="new"),
        ]
    passages = passages[: rules.MAXIMUM_PASSAGES]
    for order, passage in enumerate(passages):
        passage.order = order
    return passages


def _passage(
    heading: str, body: str, *, source: str, confidentiality: str = rules.PUBLIC_PASSAGE, why: str = ""
) -> Passage:
    return Passage(
        heading=heading[:LONGEST_HEADING],
        body=body,
        confidentiality=confidentiality,
        why=why[:500],
        source=source[:120],
    )


def _restricted(heading: str, body: str, source: str, why: str) -> Iterator[Passage]:
    """Yield a restricted passage, or as many as a long text needs: nothing is cut off."""
    for start in range(0, len(body), LONGEST_BODY):
        shown = heading if not start else _("%(heading)s (continued)") % {"heading": heading[:180]}
        yield _passage(
            shown,
            body[start : start + LONGEST_BODY],
            source=source,
            confidentiality=rules.RESTRICTED,
            why=why,
        )


def _application(file: SupportFile) -> Iterator[Passage]:
    version = file.dossier.current_version
    answers = version.answers if version else {}
    for step_key, questions in APPLICATION:
        step = STEP_BY_KEY[step_key]
        for key in questions:
            text = str(answers.get(step_key, {}).get(key) or "").strip()
            yield from _restricted(
                f"{_(step.title)} – {_(step.question(key).label)}",
                text,
                f"dossier:{step_key}.{key}",
                _("Taken from the application, which is not public."),
            )
    step_key, key = CONFIDENTIAL
    text = str(answers.get(step_key, {}).get(key) or "").strip()
    if text:
        yield _passage(
            _(STEP_BY_KEY[step_key].question(key).label),
            text[:LONGEST_BODY],
            source=f"dossier:{step_key}.{key}",
            confidentiality=rules.SECRET,
            why=_("The candidate asked that it stay confidential."),
        )


def _questions(file: SupportFile) -> Iterator[Passage]:
    for question in file.questions.exclude(answer="").order_by("number"):
        yield from _restricted(
            _("Question %(number)s") % {"number": question.number},
            f"{question.body}\n\n{question.answer}",
            f"question:{question.number}",
            _("Exchanged during the support, which is not public."),
        )


def _guidance(file: SupportFile) -> Iterator[Passage]:
    for guidance in file.guidance.filter(replaced_by=None).order_by("number"):
        lines = [
            guidance.text,
            _("Facts relied on: %(facts)s") % {"facts": guidance.facts},
            _("Legal basis: %(basis)s") % {"basis": guidance.legal_basis} if guidance.legal_basis else "",
            _("What the project made of it: %(followed)s. %(why)s")
            % {"followed": guidance.get_followed_display(), "why": guidance.followed_why},
        ]
        yield from _restricted(
            _("Guidance %(number)s") % {"number": guidance.number},
            "\n\n".join(line.strip() for line in lines if line),
            f"guidance:{guidance.number}",
            _("Given on facts that are not public."),
        )


def _day(at: datetime, file: SupportFile) -> str:
    return date_format(localtime(at, file.dossier.call.zone), "DATE_FORMAT")


def _minutes(file: SupportFile) -> Iterator[Passage]:
    """Yield the minutes of each meeting, with what the project said is wrong in them; never who was there."""
    meetings = file.meetings.exclude(minutes="").prefetch_related("remarks")
    for meeting in meetings.order_by("held_at", "pk"):
        remarks = [
            _("Remark of the project: %(text)s") % {"text": remark.text} for remark in meeting.remarks.all()
        ]
        yield from _restricted(
            _("Minutes of the meeting of %(day)s") % {"day": _day(meeting.held_at, file)},
            "\n\n".join([meeting.minutes.strip(), *remarks]),
            f"meeting:{meeting.public_id}",
            _("Exchanged during the support, which is not public."),
        )


#: changes of a support that a synthesis tells of: not its phases, nor that it went to its end
DRAWN_CHANGES = (
    SupportChange.Kind.EXTEND,
    SupportChange.Kind.SUSPEND,
    SupportChange.Kind.RESUME,
    SupportChange.Kind.EXIT,
)


def _changes(file: SupportFile) -> Iterator[Passage]:
    for number, change in enumerate(file.changes.filter(kind__in=DRAWN_CHANGES), start=1):
        lines = [change.reason.strip()]
        if change.ends_on:
            lines.append(_("New end: %(day)s") % {"day": date_format(change.ends_on)})
        yield from _restricted(
            _("%(change)s, %(day)s")
            % {"change": capfirst(change.get_kind_display()), "day": _day(change.at, file)},
            "\n\n".join(lines),
            f"change:{number}",
            _("Exchanged during the support, which is not public."),
        )


def _roadmap(file: SupportFile) -> Iterator[Passage]:
    lines = []
    for milestone in file.milestones.order_by("due_on", "pk"):
        if milestone.dropped_because:
            outcome = _("dropped: %(reason)s") % {"reason": milestone.dropped_because}
        elif milestone.done_on:
            outcome = _("done on %(day)s") % {"day": date_format(milestone.done_on)}
        else:
            outcome = _("due on %(day)s") % {"day": date_format(milestone.due_on)}
        lines.append(f"- {milestone.title} – {outcome}")
    yield from _restricted(
        _("Roadmap"), "\n".join(lines), "roadmap", _("Exchanged during the support, which is not public.")
    )


def _recommendations(file: SupportFile) -> Iterator[Passage]:
    standing = file.recommendations.exclude(state__in=UNREAD)
    for recommendation in standing.order_by("created_at", "pk"):
        yield _passage(
            recommendation.title, recommendation.text, source=f"{RECOMMENDATION}{recommendation.key}"
        )
