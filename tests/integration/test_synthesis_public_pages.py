"""What the public reads of a synthesis: its pages, feed and search."""

import csv
import io
from xml.etree import ElementTree

import pytest
from django.urls import reverse

from bacasable.programme.recommendations.models import Contract, Recommendation
from bacasable.programme.synthesis import actions
from bacasable.programme.synthesis.content import digest
from bacasable.programme.synthesis.models import Publication, Synthesis
from tests.factories import synthesis as factory
from tests.factories.call import CallFactory, SelectedProjectFactory
from tests.factories.people import verified
from tests.integration.test_synthesis_pages import bits

pytestmark = pytest.mark.django_db


ATOM = "{http://www.w3.org/2005/Atom}"


class TestThePublicPages:
    def test_an_older_version_stays_and_says_so_and_the_feed_tells_of_the_erratum(self, client):
        first = factory.published()
        slug = first.synthesis.slug
        actions.correct(
            synthesis=first.synthesis,
            changes={"summary": "What the project does, in other words."},
            reason="A wrong word.",
            by=verified(first.synthesis.created_by),
        )
        old = client.get(reverse("synthesis:version", args=[slug, 1]))
        assert old.context["content"] == first.content
        assert old.context["publication"] != old.context["current"]
        page = bits(client.get(reverse("synthesis:changes", args=[slug, 2])))
        assert "<ins>" in page and "<del>" in page
        assert client.get(reverse("synthesis:changes", args=[slug, 1])).status_code == 404
        feed = ElementTree.fromstring(client.get(reverse("synthesis:feed")).content)  # noqa: S314 (ours)
        links = [entry.find(f"{ATOM}link").get("href") for entry in feed.iter(f"{ATOM}entry")]
        assert [link.partition("/publications/")[2] for link in links] == [f"{slug}/changes/2/", f"{slug}/"]

    def test_what_is_shown_says_how_to_read_it_and_its_digest_holds(self, client):
        publication = factory.published()
        data = client.get(reverse("synthesis:json", args=[publication.synthesis.slug])).json()
        assert len(data["content"]["disclaimers"]) == 2
        assert digest(data["content"]) == data["sha256"]
        page = bits(client.get(reverse("synthesis:detail", args=[publication.synthesis.slug])))
        assert all(text[:40] in page for text in data["content"]["disclaimers"])
        assert data["sha256"] in page

    def test_the_pdf_is_tagged_and_in_its_language(self):
        from pypdf import PdfReader

        publication = factory.published()
        reader = PdfReader(io.BytesIO(bytes(publication.pdf)))
        root = reader.trailer["/Root"]
        assert root["/Lang"] == publication.content["language"]
        assert "/StructTreeRoot" in root
        assert b"pdfuaid" in root["/Metadata"].get_data()
        assert reader.metadata.title == publication.content["title"]

    @pytest.mark.parametrize(("fields", "indexed"), [({}, True), ({"is_fictional": True}, False)])
    def test_what_is_fictional_is_not_indexed(self, client, fields, indexed):
        synthesis = factory.sent(factory.composed(factory.support(CallFactory(**fields))))
        slug = factory.published(synthesis).synthesis.slug
        for name in ("detail", "json", "pdf"):
            answer = client.get(reverse(f"synthesis:{name}", args=[slug]))
            assert ("X-Robots-Tag" in answer.headers) is not indexed

    def test_hostile_text_stays_text(self, client):
        attack = "<script>alert(1)</script> [x](javascript:alert(1)) #panic() \u202e"
        slug = factory.published(factory.sent(factory.composed(text=attack))).synthesis.slug
        page = bits(client.get(reverse("synthesis:detail", args=[slug])))
        assert "<script>alert" not in page
        assert 'href="javascript' not in page


def reported(name="Conseils", **fields):
    """Return a project of a past edition of which the press told a recommendation."""
    call = CallFactory(decided=True, is_historical=True, theme="IA", keywords=["vie privée"])
    project = SelectedProjectFactory(call=call, name=name)
    options = {"origin": "reported", "mark": "S", "public_since": call.decided_at} | fields
    recommendation = Recommendation.objects.create(
        key=f"told-{Recommendation.objects.count()}",
        project=project,
        title="Intervention humaine significative",
        text="Le conseiller décide.",
        **options,
    )
    return project, recommendation


class TestTheSearch:
    def found(self, client, **query) -> set[str]:
        return {entry.title for entry in client.get(reverse("synthesis:list"), query).context["page"]}

    def test_words_are_found_whatever_their_case_and_accents(self, client):
        title = factory.published().synthesis.title
        for words in ("LECONS", "leçons retenir", "ete", "ÉTÉ", "ville de test", "keep a person"):
            assert self.found(client, words=words) == {title}, words
        assert self.found(client, words="leçons introuvables") == set()

    def test_facets_leave_what_has_them_and_count_it(self, client):
        one, two = factory.composed(), factory.composed()
        Synthesis.objects.filter(pk=two.pk).update(sector="Santé", theme="Autre", keywords=["seul"])
        titles = [
            factory.published(factory.sent(Synthesis.objects.get(pk=s.pk))).synthesis.title
            for s in (one, two)
        ]
        assert self.found(client, sector="sante") == {titles[1]}
        assert self.found(client, theme="Autre") == {titles[1]}
        assert self.found(client, keyword="seul") == {titles[1]}
        assert self.found(client, control="platform.files_unreadable_at_rest") == set(titles)
        assert self.found(client, sector="Santé", theme="AI in public services") == set()
        form = client.get(reverse("synthesis:list")).context["form"]
        assert ("Santé", "Santé (1)") in form.fields["sector"].choices

    def test_reported_recommendations_of_past_editions_are_found_and_marked(self, client):
        project, recommendation = reported()
        Contract.objects.create(
            recommendation=recommendation, service="job_advice", control="human_review", maximum_age_days=30
        )
        reported("Caché", public_since=None)
        assert self.found(client) == {"Conseils"}
        for query in (
            {"words": "humaine significative"},
            {"words": "decide"},
            {"keyword": "vie privee"},
            {"control": "job_advice.human_review"},
        ):
            (entry,) = client.get(reverse("synthesis:list"), query).context["page"]
            assert (entry.kind, entry.is_secondary) == ("reported", True)
        page = bits(client.get(reverse("call:project", args=[project.call.slug, project.slug])))
        assert reverse("recommendations:detail", args=[recommendation.key]) in page

    def test_odd_queries_find_nothing_and_break_nothing(self, client):
        for query in ({"words": "\x00%_'\""}, {"sector": "<b>"}, {"page": "x"}, {"words": "a " * 500}):
            assert client.get(reverse("synthesis:list"), query).status_code == 200

    def test_many_results_cost_no_more_queries_and_come_in_pages(self, client, django_assert_max_num_queries):
        first = factory.published()
        reported()
        with django_assert_max_num_queries(12) as few:
            client.get(reverse("synthesis:list"))
        for number in range(60):
            copy = Synthesis.objects.get(pk=first.synthesis.pk)
            copy.pk, copy.file, copy.project, copy.slug = None, None, None, f"copy-{number}"
            copy.public_id = f"00000000-0000-4000-8000-0000000000{number:02}"
            copy._state.adding = True
            copy.save()
            Publication.objects.create(
                synthesis=copy,
                number=1,
                content=first.content,
                card=first.card,
                words=first.words,
                sha256=first.sha256,
                by=first.by,
            )
        for number in range(5):
            reported(f"P{number}")
        with django_assert_max_num_queries(len(few)):
            page = client.get(reverse("synthesis:list"), {"page": 2})
        assert len(page.context["page"]) == 20
        assert page.context["page"].paginator.count == 67

    def test_the_table_holds_the_same_results_and_computes_nothing(self, client):
        synthesis = factory.composed()
        Synthesis.objects.filter(pk=synthesis.pk).update(title='=HYPERLINK("http://x")', sector="+1")
        factory.published(factory.sent(Synthesis.objects.get(pk=synthesis.pk)))
        reported()
        answer = client.get(reverse("synthesis:csv"))
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert len(rows) == 2
        assert {row["kind"] for row in rows} == {"synthesis", "reported"}
        assert not [value for row in rows for value in row.values() if value.startswith(("=", "+", "-", "@"))]
        assert all(row["licence"] for row in rows)
        only = client.get(reverse("synthesis:csv"), {"words": "conseils"}).content.decode("utf-8-sig")
        assert [row["kind"] for row in csv.DictReader(io.StringIO(only))] == ["reported"]
