"""The Atom feed: syntheses published, and errata."""

from datetime import datetime

from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.urls import reverse, reverse_lazy
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bacasable.people.permissions import allow
from bacasable.programme.synthesis.models import Publication, Synthesis

LENGTH = 50


class PublicationFeed(Feed):
    feed_type = Atom1Feed
    title = gettext_lazy("Publications")
    subtitle = gettext_lazy("Syntheses of supports, and their errata.")
    link = reverse_lazy("synthesis:list")

    def items(self) -> "QuerySet[Publication]":
        return (
            Publication.objects.filter(synthesis__state=Synthesis.State.PUBLISHED)
            .select_related("synthesis")
            .only("number", "card", "reason", "at", "synthesis__slug")
            .order_by("-at", "-pk")[:LENGTH]
        )

    def item_title(self, item: Publication) -> str:
        if item.number == 1:
            return str(item.card["title"])
        return _("Erratum: %(title)s") % {"title": item.card["title"]}

    def item_description(self, item: Publication) -> str:
        if item.number == 1:
            return str(item.card["summary"])
        return _("Reason: %(reason)s") % {"reason": item.reason}

    def item_link(self, item: Publication) -> str:
        if item.number == 1:
            return reverse("synthesis:detail", args=[item.synthesis.slug])
        return reverse("synthesis:changes", args=[item.synthesis.slug, item.number])

    def item_pubdate(self, item: Publication) -> datetime:
        return item.at

    def item_updateddate(self, item: Publication) -> datetime:
        return item.at

    def item_categories(self, item: Publication) -> list[str]:
        return list(item.card["keywords"])


feed = allow("synthesis.read")(PublicationFeed())
