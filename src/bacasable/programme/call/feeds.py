"""The Atom feed: calls published, deadlines extended, questions answered, projects selected."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.contrib.syndication.views import Feed
from django.urls import reverse, reverse_lazy
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bacasable.people.permissions import allow
from bacasable.programme.call.calendar import instant_words
from bacasable.programme.call.models import Call, CallExtension, Question

LENGTH = 50


@dataclass(frozen=True)
class News:
    """One entry: ``address`` is permanent and names it."""

    at: datetime
    title: str
    text: str
    address: str


def _published() -> Iterator[News]:
    calls = Call.objects.exclude(published_at=None).exclude(state=Call.State.DRAFT)
    for call in calls.order_by("-published_at")[:LENGTH]:
        if call.published_at:
            yield News(call.published_at, call.title, call.summary, reverse("call:detail", args=[call.slug]))


def _extended() -> Iterator[News]:
    extensions = CallExtension.objects.select_related("call").order_by("-at")
    for extension in extensions.exclude(call__state=Call.State.DRAFT)[:LENGTH]:
        call = extension.call
        closes = instant_words(extension.closes_at, call.zone)
        yield News(
            extension.at,
            _("Deadline extended: %(call)s") % {"call": call.title},
            _("New closing time: %(closes)s. Reason: %(reason)s")
            % {"closes": closes, "reason": extension.reason},
            f"{reverse('call:detail', args=[call.slug])}#extension-{extension.pk}",
        )


def _answered() -> Iterator[News]:
    questions = Question.objects.select_related("call").exclude(published_at=None)
    for question in questions.exclude(call__state=Call.State.DRAFT).order_by("-answered_at")[:LENGTH]:
        if question.answered_at:
            yield News(
                question.answered_at,
                _("Question answered: %(call)s") % {"call": question.call.title},
                f"{question.body}\n\n{question.answer}",
                reverse("call:question", args=[question.call.slug, question.public_id]),
            )


def _decided() -> Iterator[News]:
    calls = Call.objects.exclude(decided_at=None).prefetch_related("projects").order_by("-decided_at")
    for call in calls.exclude(state=Call.State.DRAFT)[:LENGTH]:
        if call.decided_at:
            names = [project.name or _("not communicated") for project in call.projects.all()]
            yield News(
                call.decided_at,
                _("Projects selected: %(call)s") % {"call": call.title},
                "; ".join(names),
                f"{reverse('call:detail', args=[call.slug])}#projects",
            )


def news() -> list[News]:
    """Return the latest news of all calls, the newest first, in a fixed number of queries."""
    entries = [*_published(), *_extended(), *_answered(), *_decided()]
    return list(islice(sorted(entries, key=lambda entry: entry.at, reverse=True), LENGTH))


class CallFeed(Feed):
    feed_type = Atom1Feed
    title = gettext_lazy("Calls for projects")
    subtitle = gettext_lazy("Calls published, deadlines extended, questions answered, projects selected.")
    link = reverse_lazy("call:list")

    def items(self) -> list[News]:
        return news()

    def item_title(self, item: News) -> str:
        return item.title

    def item_description(self, item: News) -> str:
        return item.text

    def item_link(self, item: News) -> str:
        return item.address

    def item_pubdate(self, item: News) -> datetime:
        return item.at

    def item_updateddate(self, item: News) -> datetime:
        return item.at


feed = allow("call.read")(CallFeed())
