"""What people see of a synthesis: nothing that is not public leaves it, nothing that they type is lost."""

import json
import subprocess
from datetime import timedelta

import pytest
from django.urls import reverse

from bacasable.programme.recommendations.models import Recommendation
from bacasable.programme.synthesis import actions
from bacasable.programme.synthesis.models import ForesightCard, Passage, Publication, Reply, Synthesis
from tests.factories import synthesis as factory
from tests.factories.people import UserFactory, sign_in, staff, verified
from tests.requirements import need_program

pytestmark = pytest.mark.django_db


ATOM = "{http://www.w3.org/2005/Atom}"


def bits(response) -> str:
    """Return the whole answer: its headers and its body."""
    body = b"".join(response) if response.streaming else response.content
    return str(response.headers) + body.decode("utf-8", "replace")


def stuffed() -> Publication:
    """Return a publication of a synthesis in which everything that is not public has a word to look for."""
    synthesis = factory.composed()
    for passage in synthesis.passages.exclude(confidentiality="public"):
        word = factory.SECRET_WORD if passage.confidentiality == "secret" else factory.RESTRICTED_WORD
        passage.heading, passage.body = f"Heading {word}", f"Body {word} {passage.body}"[:8000]
        passage.why = f"Why {word}"
        passage.save()
    synthesis = factory.sent(synthesis)
    by = factory.author_of(synthesis)
    restricted = synthesis.passages.filter(confidentiality="restricted").first()
    replies = [
        actions.reply(synthesis=synthesis, text=f"On this {factory.RESTRICTED_WORD}", by=by, **options)
        for options in ({}, {"passage": restricted, "is_public": True}, {"passage": restricted})
    ]
    for reply in replies:
        actions.respond(reply=reply, response=f"Seen {factory.RESTRICTED_WORD}", by=factory.editor())
    public = synthesis.passages.filter(confidentiality="public").exclude(body="").first()
    said = actions.reply(synthesis=synthesis, text="Nous approuvons.", passage=public, is_public=True, by=by)
    actions.respond(reply=said, response="Merci.", by=factory.editor())
    publication = factory.published(Synthesis.objects.get(pk=synthesis.pk))
    actions.reply(synthesis=synthesis, text=f"Late {factory.SECRET_WORD}", is_public=True, late=True, by=by)
    return publication


class TestNothingLeaks:
    def everything(self, client, publication) -> dict[str, str]:
        """Return every public answer that could tell of a synthesis."""
        slug = publication.synthesis.slug
        reference = publication.synthesis.file.dossier.reference
        identifier = publication.synthesis.public_id
        addresses = [
            reverse("synthesis:list"),
            reverse("synthesis:feed"),
            reverse("synthesis:csv"),
            reverse("synthesis:detail", args=[slug]),
            reverse("synthesis:json", args=[slug]),
            reverse("synthesis:version", args=[slug, 1]),
            reverse("synthesis:version", args=[slug, 2]),
            reverse("synthesis:version", args=[slug, 9]),
            reverse("synthesis:changes", args=[slug, 2]),
            reverse("synthesis:pdf", args=[slug]),
            reverse("synthesis:preview", args=[identifier]),
            reverse("synthesis:compose", args=[identifier]),
            reverse("synthesis:reply", args=[reference]),
            reverse("call:feed"),
            reverse(
                "call:project", args=[publication.synthesis.call.slug, publication.synthesis.project.slug]
            ),
            reverse("recommendations:list"),
            *(
                reverse("recommendations:detail", args=[key])
                for key in Recommendation.objects.filter(public_since__isnull=False).values_list(
                    "key", flat=True
                )
            ),
        ]
        return {address: bits(client.get(address)) for address in addresses}

    @pytest.mark.parametrize("visitor", ["public", "member", "inspector"])
    def test_no_restricted_or_secret_word_is_in_any_public_answer(self, client, visitor):
        publication = stuffed()
        actions.correct(
            synthesis=publication.synthesis,
            changes={"summary": "Résumé corrigé."},
            reason="Une erreur.",
            by=verified(publication.synthesis.created_by),
        )
        if visitor != "public":
            sign_in(client, staff("inspector") if visitor == "inspector" else UserFactory())
        told = self.everything(client, publication)
        for address, text in told.items():
            for word in (factory.RESTRICTED_WORD, factory.SECRET_WORD):
                assert word.casefold() not in text.casefold(), address
        assert "Nous approuvons." in told[reverse("synthesis:detail", args=[publication.synthesis.slug])]

    def test_nor_in_what_is_stored_for_the_public(self):
        for stored in (stuffed(), Publication.objects.get()):
            text = json.dumps([stored.content, stored.card, stored.words], ensure_ascii=False).casefold()
            assert factory.RESTRICTED_WORD.casefold() not in text
            assert factory.SECRET_WORD.casefold() not in text

    def test_nor_in_the_pdf(self, tmp_path):
        pdftotext = need_program("pdftotext")
        (tmp_path / "x.pdf").write_bytes(bytes(stuffed().pdf))
        text = subprocess.run(
            [pdftotext, str(tmp_path / "x.pdf"), "-"], capture_output=True, check=True
        ).stdout.decode()
        assert "Leçons" in text and "Nous approuvons" in text
        squeezed = "".join(text.split()).casefold()
        assert factory.RESTRICTED_WORD.casefold() not in squeezed
        assert factory.SECRET_WORD.casefold() not in squeezed

    def test_searching_for_such_a_word_finds_nothing(self, client):
        stuffed()
        for word in (factory.RESTRICTED_WORD, factory.SECRET_WORD):
            page = client.get(reverse("synthesis:list"), {"words": word})
            assert page.context["page"].paginator.count == 0

    def test_before_the_publication_nothing_at_all_is_public(self, client):
        synthesis = factory.sent()
        for name in ("detail", "pdf", "json"):
            assert client.get(reverse(f"synthesis:{name}", args=[synthesis.slug])).status_code == 404
        assert client.get(reverse("synthesis:list")).context["page"].paginator.count == 0


class TestWhoReadsTheDraft:
    def status(self, client, user, synthesis) -> int:
        sign_in(client, user)
        return client.get(reverse("synthesis:preview", args=[synthesis.public_id])).status_code

    def test_both_sides_and_the_office_and_nobody_else(self, client):
        synthesis = factory.sent()
        member = synthesis.file.team.get().user
        for user in (
            factory.author_of(synthesis),
            member,
            staff("editor"),
            staff("officer"),
            staff("president"),
        ):
            assert self.status(client, user, synthesis) == 200
        for user in (UserFactory(), staff("expert"), staff("administrator"), staff("inspector")):
            assert self.status(client, user, synthesis) == 404

    def test_the_project_sees_nothing_before_it_is_sent(self, client):
        synthesis = factory.composed()
        author = factory.author_of(synthesis)
        assert self.status(client, author, synthesis) == 404
        address = reverse("synthesis:reply", args=[synthesis.file.dossier.reference])
        assert client.get(address).status_code == 404

    def test_for_a_stranger_it_looks_as_if_it_did_not_exist(self, client):
        synthesis = factory.sent()
        sign_in(client, UserFactory())
        there = client.get(reverse("synthesis:preview", args=[synthesis.public_id]))
        nowhere = client.get(reverse("synthesis:preview", args=["00000000-0000-4000-8000-000000000000"]))
        assert there.status_code == nowhere.status_code == 404
        assert there.templates[0].name == nowhere.templates[0].name

    def test_the_preview_shows_exactly_what_is_published_then(self, client):
        synthesis = factory.sent()
        sign_in(client, staff("editor"))
        address = reverse("synthesis:preview", args=[synthesis.public_id])
        promised = client.get(address, {"only": "public"}).context["content"]
        publication = factory.published(synthesis)
        assert publication.content | {"published_at": ""} == promised | {"published_at": ""}

    def test_it_warns_of_a_recommendation_whose_own_page_says_more_than_its_passage(self, client):
        synthesis = factory.composed()
        told = synthesis.passages.filter(source__startswith="recommendation:")
        sign_in(client, staff("editor"))
        address = reverse("synthesis:preview", args=[synthesis.public_id])
        assert [one["text"] for one in client.get(address).context["own_pages"]] == [""]
        told.update(body="The adviser decides.")
        assert "whatever the system proposes" in client.get(address).context["own_pages"][0]["text"]

    def test_the_page_of_the_support_leads_each_side_to_it_once_there_is_something_to_read(self, client):
        synthesis = factory.composed()
        reference = synthesis.file.dossier.reference
        office = reverse("synthesis:preview", args=[synthesis.public_id])
        project = reverse("synthesis:reply", args=[reference])

        def links(user):
            sign_in(client, user)
            page = bits(client.get(reverse("support:file", args=[reference])))
            return f'href="{office}"' in page, f'href="{project}"' in page

        assert links(staff("officer")) == (True, False)
        assert links(factory.author_of(synthesis)) == (False, False)
        factory.sent(synthesis)
        assert links(factory.author_of(synthesis)) == (False, True)


class TestReplyingOnThePage:
    def post(self, client, synthesis, **data):
        sign_in(client, factory.author_of(synthesis))
        address = reverse("synthesis:reply", args=[synthesis.file.dossier.reference])
        return client.post(address, {"text": "Ce que nous disons", "passage": "", **data})

    def test_a_reply_reaches_the_office(self, client):
        synthesis = factory.sent()
        passage = synthesis.passages.last()
        answer = self.post(
            client, synthesis, passage=str(passage.public_id), is_public="on", asks_secret="on"
        )
        assert answer.status_code == 302
        reply = Reply.objects.get()
        assert (reply.passage, reply.is_public, reply.asks_secret, reply.is_late) == (
            passage,
            True,
            True,
            False,
        )

    @pytest.mark.parametrize("moment", ["after the deadline", "taken back", "published"])
    def test_a_late_one_is_refused_with_its_text_kept_and_can_be_sent_as_such(self, client, clock, moment):
        synthesis = factory.sent()
        if moment == "published":
            factory.published(synthesis)
        elif moment == "taken back":
            actions.take_back(synthesis=synthesis, by=verified(synthesis.created_by))
        else:
            clock.at = synthesis.reply_due_at + timedelta(seconds=1)
        answer = self.post(client, synthesis)
        assert answer.status_code == 422
        assert "Ce que nous disons" in bits(answer)
        assert 'name="late"' in bits(answer)
        assert not Reply.objects.exists()
        assert self.post(client, synthesis, late="1").status_code == 302
        assert Reply.objects.get().is_late
        sign_in(client, staff("editor"))
        page = client.get(reverse("synthesis:compose", args=[synthesis.public_id]))
        assert "Ce que nous disons" in bits(page)

    def test_a_text_that_is_too_long_is_kept(self, client):
        answer = self.post(client, factory.sent(), text="mot " * 1001)
        assert answer.status_code == 422
        assert "mot " * 1000 in bits(answer)

    def test_the_project_ends_its_reply(self, client):
        synthesis = factory.sent()
        sign_in(client, factory.author_of(synthesis))
        reference = synthesis.file.dossier.reference
        for revision, agreed in ((synthesis.revision - 1, False), (synthesis.revision, True)):
            client.post(reverse("synthesis:agree", args=[reference]), {"revision": revision})
            synthesis.refresh_from_db()
            assert (synthesis.project_agreed_at is not None) is agreed


class TestTheEditorsPages:
    def test_from_the_list_to_an_erratum(self, client):
        """The whole way, by forms alone."""
        file, editor = factory.support(), staff("editor")
        sign_in(client, editor)
        assert [one.pk for one in client.get(reverse("synthesis:manage_list")).context["ready"]] == [file.pk]
        client.post(reverse("synthesis:start", args=[file.dossier.reference]))
        synthesis = Synthesis.objects.get()
        at = lambda name, *more: reverse(f"synthesis:{name}", args=[synthesis.public_id, *more])  # noqa: E731

        def fill(address, **changes):
            form = client.get(address).context["form"]
            data = {name: form[name].value() or "" for name in form.fields} | changes
            if isinstance(data.get("keywords"), list):
                data["keywords"] = ", ".join(data["keywords"])
            answer = client.post(address, {k: v for k, v in data.items() if v is not False})
            assert answer.status_code == 302, answer.context["form"].errors
            return answer

        fill(at("details"), title="Été 2026", summary="Résumé.", sector="Santé", keywords="un, deux")
        passage = synthesis.passages.first()
        fill(at("passage", passage.public_id), body="Texte public.")
        fill(at("passage_new"), heading="Nouveau", body="b", confidentiality="restricted", why="Parce que.")
        client.post(at("passage_move", passage.public_id), {"direction": "down"})
        new = synthesis.passages.last()
        client.post(at("passage_remove", new.public_id))
        assert not Passage.objects.filter(pk=new.pk).exists()
        fill(at("foresight"), signal="s", change="c", horizon="h", driving_force="d")
        assert ForesightCard.objects.get().horizon == "h"
        form = client.get(at("send_to_project")).context["form"]
        due = dict(
            zip("01234", (str(n) for n in form["reply_due_at"].subwidgets and _parts(form)), strict=True)
        )
        sent = {f"reply_due_at_{key}": value for key, value in _named(form, due).items()}
        answer = client.post(at("send_to_project"), {"revision": form["revision"].value(), **sent})
        assert answer.status_code == 302, answer.context["form"].errors
        synthesis.refresh_from_db()
        assert synthesis.state == "with_project"
        reply = actions.reply(synthesis=synthesis, text="R", by=factory.author_of(synthesis))
        fill(at("respond", reply.public_id), response="Noté.")
        assert client.get(at("publish")).context["hindrance"]
        actions.agree(synthesis=synthesis, by=factory.author_of(synthesis))
        fill(at("publish"), confirm="on")
        synthesis.refresh_from_db()
        assert (synthesis.state, synthesis.slug) == ("published", "ete-2026")
        fill(at("correct"), reason="Une erreur.", summary="Résumé juste.")
        public = client.get(reverse("synthesis:detail", args=["ete-2026"]))
        assert public.context["content"]["summary"] == "Résumé juste."
        assert public.context["content"]["foresight"]["signal"] == "s"

    def test_a_page_read_before_anothers_change_keeps_its_text_and_shows_theirs(self, client):
        synthesis = factory.composed()
        passage = synthesis.passages.first()
        sign_in(client, staff("editor"))
        address = reverse("synthesis:passage", args=[synthesis.public_id, passage.public_id])
        form = client.get(address).context["form"]
        mine = {name: form[name].value() for name in form.fields} | {"body": "Mine."}
        Passage.objects.filter(pk=passage.pk).update(body="Theirs.")
        answer = client.post(address, mine)
        assert answer.status_code == 422
        assert "Mine." in bits(answer) and "Theirs." in bits(answer)
        again = {name: answer.context["form"][name].value() for name in form.fields}
        assert client.post(address, again).status_code == 302
        passage.refresh_from_db()
        assert passage.body == "Mine."

    def test_others_do_not_come_in(self, client):
        synthesis = factory.composed()
        for role in ("officer", "expert", "president", "administrator", "inspector"):
            sign_in(client, staff(role))
            answer = client.get(reverse("synthesis:compose", args=[synthesis.public_id]))
            assert answer.status_code == 403, role


def _parts(form):
    value = form["reply_due_at"].value()
    return [value.day, value.month, value.year, value.hour, value.minute]


def _named(form, values):
    names = ("day", "month", "year", "hour", "minute")
    return dict(zip(names, values.values(), strict=True))
