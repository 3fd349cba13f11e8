"""What each reader sees of a recommendation, and what each side does on its page."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bacasable.programme.recommendations import actions
from bacasable.programme.recommendations.models import Recommendation
from tests.conftest import MovableClock
from tests.factories import recommendations as made
from tests.factories.call import CallFactory, SelectedProjectFactory
from tests.factories.files import pdf
from tests.factories.people import UserFactory, sign_in, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(clock: MovableClock, tmp_path: Path) -> made.Advised:
    return made.advised(tmp_path)


def page(name: str, *args: object) -> str:
    return reverse(f"recommendations:{name}", args=args)


def as_(user: Any) -> Client:
    return sign_in(Client(), user)


def act(browser: Client, written: Recommendation, verb: str, **sent: object) -> Any:
    written = made.stored(written)
    data = {"verb": verb, "revision": written.revision, **sent}
    return browser.post(page("act", written.key), data)


def shown(answer: Any, key: str) -> str:
    """Return a page without the address that was asked for and the token of its forms."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode().replace(key, ""))


class TestWhoReads:
    def test_one_not_public_is_not_there_for_who_holds_nothing_on_it(
        self, project: made.Advised, client: Client
    ) -> None:
        written = made.closed(project)
        url = page("detail", written.key)
        inspector = staff("inspector")
        project.supported.dossier.memberships.create(user=inspector, role="co_author")
        for browser in (client, as_(UserFactory()), as_(staff("expert")), as_(inspector)):
            with CaptureQueriesContext(connection) as hidden:
                answer = browser.get(url)
            with CaptureQueriesContext(connection) as missing:
                nothing = browser.get(page("detail", "no-such-one"))
            assert (answer.status_code, nothing.status_code) == (404, 404)
            assert shown(answer, written.key) == shown(nothing, "no-such-one")
            assert len(hidden) - len(missing) <= 3, [query["sql"] for query in hidden]
            assert written.title not in browser.get(page("list")).content.decode()
        for user in (project.author, project.supported.co_author, project.lawyer, project.officer):
            assert as_(user).get(url).status_code == 200

    def test_the_project_reads_no_draft(self, project: made.Advised) -> None:
        written = made.draft(project)
        browser = as_(project.author)
        assert browser.get(page("detail", written.key)).status_code == 404
        listed = browser.get(page("of_file", project.supported.reference))
        assert listed.context["rows"] == []
        assert len(as_(project.lawyer).get(page("of_file", project.supported.reference)).context["rows"]) == 1

    def test_the_public_reads_neither_names_nor_exchange(
        self, project: made.Advised, client: Client, clock: MovableClock
    ) -> None:
        written = made.closed(project)
        actions.exchange(recommendation=written, text="A private word.", by=project.author)
        actions.publish(recommendations=[written], at=clock.at, by="system")
        url = page("detail", written.key)
        public = client.get(url).content.decode()
        sides = as_(project.author).get(url).content.decode()
        for private in ("A private word.", project.lawyer.name, project.reviewer.name):
            assert private not in public
            assert private in sides
        assert client.get(url).context["charts"]

    def test_a_public_page_costs_the_same_however_much_was_measured(
        self, project: made.Advised, client: Client, clock: MovableClock, django_assert_num_queries: Any
    ) -> None:
        written = made.accepted(project)
        project.measured(written.contracts.get(), found=400)
        actions.publish(recommendations=[written], at=clock.at, by="system")
        url = page("detail", written.key)
        client.get(url)
        with CaptureQueriesContext(connection) as few:
            client.get(url)
        for found in (300, 500, 600):
            project.measured(written.contracts.get(), found=found)
        actions.publish(recommendations=[made.draft(project)], at=clock.at, by="system")
        with django_assert_num_queries(len(few)):
            client.get(url)
        assert len(few) <= 12


class TestList:
    def test_it_is_narrowed_by_service_state_and_matter(
        self, client: Client, django_assert_max_num_queries: Any
    ) -> None:
        reported = actions.tell(
            project=SelectedProjectFactory(call=CallFactory(is_historical=True, decided=True)),
            key="reported-1",
            title="Told by the press",
            text="As told.",
            source_name="The press",
            source_url="https://example.org/a",
            matters=["rights", "généré"],
            by="system",
        )
        contract = {"control": "c", "direction": "at_most", "threshold": 0.1, "maximum_age_days": 9}
        for number in range(30):
            actions.write_after(
                reported=reported,
                key=f"after-{number}",
                title=f"After it {number}",
                text="Ours.",
                service=f"service_{number % 3}",
                contracts=[contract],
                matters=["security"],
                by="system",
            )
        with django_assert_max_num_queries(6):
            answer = client.get(page("list"))
        assert answer.context["page"].paginator.count == 31
        for query, count in (
            ({"service": "service_1"}, 10),
            ({"state": "proposed"}, 30),
            ({"matter": "généré"}, 1),
            ({"matter": "security", "service": "service_0"}, 10),
            ({"state": "closed"}, 31),  # no such choice: everything, rather than an error
        ):
            assert client.get(page("list"), query).context["page"].paginator.count == count, query
        first, second = (client.get(page("list"), {"page": number}) for number in (1, 2))
        keys = [[row["href"] for row in answer.context["rows"]] for answer in (first, second)]
        assert [len(listed) for listed in keys] == [25, 6]
        assert not set(keys[0]) & set(keys[1])
        narrowed = client.get(page("list"), {"state": "proposed"}).content.decode()
        assert 'href="?state=proposed&amp;page=2"' in narrowed, "the other pages keep what was chosen"

    def test_what_the_press_reported_has_no_state_of_ours(self, client: Client) -> None:
        call = CallFactory(is_historical=True, decided=True)
        reported = actions.tell(
            project=SelectedProjectFactory(call=call),
            key="reported-1",
            title="Told by the press",
            text="As told.",
            source_name="The press",
            source_url="https://example.org/article",
            by="system",
        )
        answer = client.get(page("detail", reported.key))
        assert answer.context["is_reported"]
        assert reported.get_state_display() not in str(answer.context["state"])
        assert "https://example.org/article" in answer.content.decode()
        assert not answer.context["charts"]


class TestSearchEngines:
    def kept_out(self, client: Client, written: Recommendation) -> bool:
        answer = client.get(page("detail", written.key))
        assert answer.status_code == 200
        header = answer.get("X-Robots-Tag") == "noindex"
        assert header is (b'<meta name="robots" content="noindex">' in answer.content)
        return header

    def test_what_is_told_of_a_past_edition_or_written_after_it_is_kept_out(self, client: Client) -> None:
        reported = actions.tell(
            project=SelectedProjectFactory(call=CallFactory(is_historical=True, decided=True)),
            key="reported-1",
            title="Told by the press",
            text="As told.",
            source_name="The press",
            source_url="https://example.org/article",
            by="system",
        )
        contract = {"control": "c", "direction": "at_most", "threshold": 0.1, "maximum_age_days": 9}
        after = actions.write_after(
            reported=reported,
            key="after-1",
            title="After it",
            text="Ours.",
            service="service_1",
            contracts=[contract],
            by="system",
        )
        assert self.kept_out(client, reported)
        assert self.kept_out(client, after)

    def test_so_is_what_belongs_to_a_fictional_call(
        self, project: made.Advised, client: Client, clock: MovableClock
    ) -> None:
        written = made.closed(project)
        actions.publish(recommendations=[written], at=clock.at, by="system")
        assert not self.kept_out(client, written)
        type(written.file.dossier.call).objects.update(is_fictional=True)
        assert self.kept_out(client, written)


class TestOwn:
    def test_an_officer_reopens_what_we_recommend_to_ourselves(self, clock: MovableClock) -> None:
        from bacasable.compliance import signing
        from bacasable.people.instance import configuration
        from bacasable.programme.evidence.actions import receive
        from tests.factories import evidence

        signing.ensure_key(configuration().home / "keys")
        (own,) = actions.ensure_own_recommendations()
        officer = as_(staff("officer"))
        for user in (staff("president"), staff("editor"), UserFactory()):
            assert as_(user).get(page("detail", own.key)).status_code == 200
        assert not officer.get(page("detail", own.key)).context["revises"]
        receive(envelope_bytes=evidence.envelope(configuration().home / "keys"), by="system")
        assert act(officer, own, "reopen", reasons="Another disk.").status_code == 302
        assert made.stored(own).state == "reopened"
        assert officer.get(page("detail", own.key)).status_code == 200


class TestSides:
    def test_from_the_draft_to_the_closing_on_the_pages(self, project: made.Advised) -> None:
        lawyer, officer = as_(project.lawyer), as_(project.officer)
        reviewer, author = as_(project.reviewer), as_(project.author)
        reference = project.supported.reference
        sent = {"title": "Keep keys apart", "text": "One key each.", "matters": ["security"]}
        sent |= {"facts": "One key for all.", "legal_basis": "GDPR 32"}
        sent |= {"due_on_day": "31", "due_on_month": "12", "due_on_year": "2099"}
        looked = lawyer.post(page("write", reference), sent | {"look": "1"})
        assert (looked.status_code, Recommendation.objects.count()) == (200, 0)
        answer = lawyer.post(page("write", reference), sent | {"title": ""})
        assert (answer.status_code, answer.context["form"]["text"].value()) == (422, "One key each.")
        assert lawyer.post(page("write", reference), sent).status_code == 302
        written = Recommendation.objects.get()
        contracts = page("contracts", written.key)
        assert lawyer.post(contracts, {"kind": "control"}).status_code == 422
        given = {"kind": "control", "installed": f"platform.{made.CONTROL}", "threshold": "0.4"}
        assert lawyer.post(contracts, given).status_code == 302
        assert written.contracts.get().threshold == pytest.approx(0.004)
        assert act(officer, written, "propose").status_code == 422
        assert act(reviewer, written, "review").status_code == 302
        assert act(lawyer, written, "propose").status_code == 403
        assert act(officer, written, "propose").status_code == 302
        assert act(author, written, "accept").status_code == 302
        refused = act(officer, written, "drop", reasons="")
        assert (refused.status_code, made.stored(written).state) == (422, "accepted")
        assert act(author, written, "message", reasons="When?").status_code == 302
        assert act(officer, written, "ask", contract=written.contracts.get().public_id).status_code == 302
        assert written.contracts.get().challenges.count() == 1
        project.measured(written.contracts.get())
        assert made.stored(written).state == "closed"

    def test_a_page_that_someone_changed_keeps_what_was_typed(self, project: made.Advised) -> None:
        written = made.accepted(project)
        data = {"verb": "decline", "revision": 0, "reasons": "We stop the service."}
        answer = as_(project.author).post(page("act", written.key), data)
        assert (answer.status_code, made.stored(written).state) == (422, "accepted")
        assert "We stop the service." in answer.content.decode()

    def test_a_new_version_shows_what_it_changes(self, project: made.Advised) -> None:
        written = made.accepted(project)
        lawyer = as_(project.lawyer)
        revision = made.stored(written).revision
        sent = {"title": written.title, "text": "Encrypt <b>all</b>.", "revision": revision}
        assert lawyer.post(page("revise", written.key), sent).status_code == 422  # it does not say why
        assert lawyer.post(page("revise", written.key), sent | {"change": "A fact."}).status_code == 302
        shown = lawyer.get(page("detail", written.key)).content.decode()
        assert "<ins>" in shown
        assert "<b>all" not in shown
        assert "<ins>" not in as_(project.author).get(page("detail", written.key)).content.decode()

    def test_a_document_is_handed_in_read_and_reviewed(self, project: made.Advised) -> None:
        written = made.draft(project, contract=False)
        contract = actions.add_contract(
            recommendation=written,
            kind="document",
            document="A record",
            maximum_age_days=30,
            by=project.lawyer,
        )
        actions.review(recommendation=written, by=project.reviewer)
        actions.propose(recommendation=written, by=project.officer)
        author, lawyer = as_(project.author), as_(project.lawyer)
        hand_in = page("hand_in", written.key, contract.public_id)
        bad = SimpleUploadedFile("record.pdf", b"not a PDF")
        assert author.post(hand_in, {"document": bad}).status_code == 422
        assert author.post(hand_in, {"document": SimpleUploadedFile("record.pdf", pdf())}).status_code == 302
        document = contract.documents.get()
        for browser in (author, lawyer):
            got = browser.get(page("document", written.key, document.public_id))
            assert (got.content, got["Content-Type"]) == (pdf(), "application/pdf")
        review = page("review_document", written.key, document.public_id)
        assert author.get(review).status_code == 404
        assert lawyer.post(review, {"verdict": "refused"}).status_code == 422
        assert lawyer.post(review, {"verdict": "accepted"}).status_code == 302
        assert made.stored(written).state == "closed"
        assert Client().get(page("document", written.key, document.public_id)).status_code in {302, 404}

    def test_failures_wait_on_the_officer_s_page(
        self, project: made.Advised, clock: MovableClock, django_assert_max_num_queries: Any
    ) -> None:
        written = [made.closed(project) for _number in range(2)]
        clock.forward(days=1)
        project.measured(written[0].contracts.get(), found=400)
        officer = as_(project.officer)
        with django_assert_max_num_queries(14):
            answer = officer.get(page("failures"))
        assert len(answer.context["rows"]) == 2
        assert act(officer, written[0], "set_aside", reasons="A drill.").status_code == 302
        assert act(officer, written[1], "reopen", reasons="For real.").status_code == 302
        assert not officer.get(page("failures")).context["rows"]
        assert as_(project.author).get(page("failures")).status_code in {302, 403}

    def test_a_list_of_many_costs_the_same(self, project: made.Advised) -> None:
        browser, url = as_(project.author), page("of_file", project.supported.reference)
        made.proposed(project)
        browser.get(url)
        with CaptureQueriesContext(connection) as few:
            browser.get(url)
        for _number in range(4):
            made.proposed(project)
        with CaptureQueriesContext(connection) as many:
            assert len(browser.get(url).context["rows"]) == 5
        assert len(many) == len(few)
