"""Business secrets in a synthesis before it is published: who reads them, what a claim of one holds up."""

from datetime import timedelta

import pytest
from django.urls import reverse

from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.synthesis import actions
from bacasable.programme.synthesis.models import Passage, Reply, Synthesis
from tests.factories import synthesis as factory
from tests.factories.people import sign_in, staff, verified

pytestmark = pytest.mark.django_db

BODY, WHY, SAID, CLAIM = "Ultramarine", "Ytterbium", "Xanthochrome", "Whirligig"


def with_a_secret() -> Synthesis:
    """Return a synthesis with the project: a secret, a reply on it, and a claim about a public passage."""
    synthesis = factory.composed()
    actions.add_passage(
        synthesis=synthesis,
        heading="The recipe",
        body=BODY,
        confidentiality="secret",
        why=WHY,
        by=verified(synthesis.created_by),
    )
    synthesis = factory.sent(Synthesis.objects.get(pk=synthesis.pk))
    by = factory.author_of(synthesis)
    actions.reply(synthesis=synthesis, text=SAID, passage=synthesis.passages.get(body=BODY), by=by)
    told = synthesis.passages.filter(confidentiality="public").exclude(body="").first()
    actions.reply(synthesis=synthesis, text=CLAIM, passage=told, asks_secret=True, by=by)
    return synthesis


def preview(client, user, synthesis) -> str:
    sign_in(client, user)
    answer = client.get(reverse("synthesis:preview", args=[synthesis.public_id]))
    assert answer.status_code == 200
    return answer.content.decode()


class TestWhoReads:
    def test_authors_officers_and_editors(self, client):
        synthesis = with_a_secret()
        for user in (factory.author_of(synthesis), staff("officer"), staff("editor")):
            page = preview(client, user, synthesis)
            assert all(word in page for word in (BODY, WHY, SAID, CLAIM))
        sign_in(client, factory.author_of(synthesis))
        reference = synthesis.file.dossier.reference
        assert BODY in client.get(reverse("synthesis:reply", args=[reference])).content.decode()

    def test_experts_of_the_team_and_the_president_know_of_it_only(self, client):
        synthesis = with_a_secret()
        for user in (synthesis.file.team.get().user, staff("president")):
            page = preview(client, user, synthesis)
            assert "The recipe" in page
            assert not [word for word in (BODY, WHY, SAID, CLAIM) if word in page]
            restricted = synthesis.passages.filter(confidentiality="restricted").exclude(body="").first()
            assert restricted.heading in page and factory.RESTRICTED_WORD in page

    def test_taking_the_passage_out_tells_nobody_more(self, client):
        synthesis = with_a_secret()
        Reply.objects.filter(text=SAID).update(is_public=True)
        editor = verified(synthesis.created_by)
        actions.take_back(synthesis=synthesis, by=editor)
        actions.remove_passage(passage=Passage.objects.get(body=BODY), by=editor)
        assert SAID not in preview(client, staff("president"), synthesis)
        only = {"only": "public"}
        sign_in(client, staff("editor"))
        address = reverse("synthesis:preview", args=[synthesis.public_id])
        assert SAID not in client.get(address, only).content.decode()


class TestWhatAClaimHoldsUp:
    @pytest.mark.parametrize("late", [False, True])
    def test_publication_waits_for_the_answer_alone(self, clock, late):
        synthesis = factory.sent()
        by, editor = factory.author_of(synthesis), verified(synthesis.created_by)
        passage = synthesis.passages.filter(confidentiality="public").exclude(body="").first()
        if late:
            clock.forward(days=11)
        claim = actions.reply(
            synthesis=synthesis, text="Ours.", passage=passage, asks_secret=True, late=late, by=by
        )
        assert claim.is_late is late
        clock.at = synthesis.reply_due_at + timedelta(days=2)
        with pytest.raises(Refused) as refused:
            actions.publish(synthesis=synthesis, by=editor)
        assert refused.value.code == "unanswered"
        actions.respond(reply=claim, response="It is in your brochure.", by=editor)
        publication = actions.publish(synthesis=synthesis, by=editor)
        assert passage.heading in [one["heading"] for one in publication.content["passages"]]

    def test_another_late_reply_does_not(self, clock):
        synthesis = factory.sent()
        clock.forward(days=11)
        actions.reply(synthesis=synthesis, text="Late.", late=True, by=factory.author_of(synthesis))
        assert actions.publish(synthesis=synthesis, by=verified(synthesis.created_by)).number == 1
