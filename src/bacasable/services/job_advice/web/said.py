"""What pages show of words that persons said: contestations with their clock, corrections, comments."""

from datetime import timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.services.job_advice.web import labels, sealed, telling
from bacasable.services.job_advice.web.actions.interviews import opinion_of
from bacasable.services.job_advice.web.models import OUTCOMES, VERBS, WORD_KINDS, Advice, File, Item, Word

#: What the easy page says of an act and of a word.
_EASY_VERBS = {
    "retained": N_("You keep this idea."),
    "modified": N_("You changed this idea."),
    "refused": N_("You said no to this idea."),
    "deferred": N_("You will decide later."),
}
_EASY_KINDS = {
    "comment": N_("I said what I think."),
    "correction": N_("I changed an answer."),
    "contestation": N_("I said: I do not agree."),
    "ask_human": N_("I asked to talk to somebody else."),
}
#: Days before its date from which a contestation is said to be near it.
NEAR = timedelta(days=3)


def word(one: Word) -> dict[str, Any]:
    """Return a word in words: what was said, of what, its clock, its answer."""
    told = sealed.words_of(one.file, one)
    answer = sealed.words_of(one.file, one, "answer")
    return {
        "word": one,
        "kind": kind_of(one),
        "easy_kind": _(_EASY_KINDS[one.kind]),
        "text": told.get("text", ""),
        "part": _(labels.PARTS[told["part"]]) if told.get("part") in labels.PARTS else "",
        "about": label_of(one.item) if one.item else "",
        "answer": answer.get("text", ""),
        "outcome": _(dict(OUTCOMES)[one.outcome]).capitalize() if one.outcome else "",
        "clock": timed(one),
    }


def kind_of(one: Word) -> str:
    """Return what a word is called."""
    return _(dict(WORD_KINDS)[one.kind]).capitalize()


def timed(one: Word) -> dict[str, str] | None:
    """Return the clock of what waits for an answer, as a badge; None where nothing waits."""
    if one.due_at is None:
        return None
    if one.answered_at is not None:
        late = one.answered_at > one.due_at
        return {
            "badge": _("answered late") if late else _("answered"),
            "colour": "orange" if late else "green",
        }
    day = date_format(one.due_at.astimezone(clock.zone()), "DATE_FORMAT")
    now = clock.now()
    if one.due_at < now:
        return {"badge": _("late: due on %(day)s") % {"day": day}, "colour": "red"}
    if one.due_at - now < NEAR:
        return {"badge": _("due soon: %(day)s") % {"day": day}, "colour": "orange"}
    return {"badge": _("due on %(day)s") % {"day": day}, "colour": "blue"}


def label_of(item: Item) -> str:
    """Return what a suggestion was called when it was shown."""
    found = next((one for one in opinion_of(item.advice).suggestions if one.rank == item.rank), None)
    return found.label if found else item.key


def corrected(file: File) -> dict[str, str]:
    """Return by part of the profile the day on which the person corrected it last."""
    made: dict[str, str] = {}
    for one in file.words.filter(kind="correction").order_by("made_at"):
        part = sealed.words_of(file, one).get("part", "")
        made[part] = date_format(one.made_at.astimezone(clock.zone()), "DATE_FORMAT")
    return made


def decided(item: Item) -> dict[str, str] | None:
    """Return what the adviser decided of a suggestion with the person, in words; None where nothing is."""
    last = item.acts.order_by("at", "pk").last()
    if last is None:
        return None
    told = sealed.words_of(item.advice.interview.file, last)
    return {
        "verb": _(dict(VERBS)[last.verb]),
        "easy": _(_EASY_VERBS[last.verb]),
        "reason": told.get("reason", ""),
        "after": told.get("after", "") if last.verb == "modified" else "",
    }


def suggestions(file: File) -> dict[str, Any]:
    """Return the last opinion on a file, as the person reads it; nothing where none was shown."""
    advice = Advice.objects.filter(interview__file=file).exclude(shown_at=None).order_by("-made_at").first()
    if advice is None:
        return {}
    opinion = opinion_of(advice)
    by_rank = {one.rank: one for one in opinion.suggestions}
    contested = set(
        file.words.filter(kind="contestation", answered_at=None).values_list("item_id", flat=True)
    )
    rows = [
        {
            "item": item,
            "label": by_rank[item.rank].label,
            "kind": telling.kind(by_rank[item.rank]),
            "brief": telling.brief(opinion, by_rank[item.rank]),
            "easy": telling.brief(opinion, by_rank[item.rank], "easy"),
            "done": decided(item),
            "is_contested": item.pk in contested,
        }
        for item in advice.items.all()
    ]
    return {
        "advice": advice,
        "rows": rows,
        "diagnosis": telling.diagnosis(opinion, "jobseeker"),
        "advised_with": opinion.sources,
        "is_synthetic": opinion.is_synthetic,
    }
