"""The public pages of calls: what everybody reads, checks, asks and follows."""

from datetime import timedelta

import pytest
from defusedxml import ElementTree
from django.urls import reverse

from bacasable.people.models import JournalEntry, OutgoingMail
from bacasable.programme.call import prose
from bacasable.programme.call.models import Call, Question
from tests.factories.call import (
    CallExtensionFactory,
    CallFactory,
    CriterionFactory,
    FactFactory,
    PhaseFactory,
    QuestionFactory,
    SelectedProjectFactory,
)
from tests.factories.people import UserFactory, staff

pytestmark = pytest.mark.django_db

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(1)> '; DROP TABLE programme_call; -- "
    '#sys.inputs {{ 7*7 }} {% load %} "]) \u202e'
)


def furnish(call: Call, rows: int, by=None) -> Call:
    by = by or UserFactory()
    for _ in range(rows):
        CriterionFactory(call=call)
        PhaseFactory(call=call)
        QuestionFactory(call=call, answered=True)
        FactFactory(call=call)
        SelectedProjectFactory(call=call)
        CallExtensionFactory(call=call, by=by)
    return call


class TestReading:
    def test_a_draft_is_nowhere(self, client):
        call = furnish(CallFactory(draft=True), 1)
        for name in ("detail", "json", "eligibility", "apply", "apply_sent", "questions", "ask"):
            assert client.get(reverse(f"call:{name}", args=[call.slug])).status_code == 404
        project = call.projects.get()
        assert client.get(reverse("call:project", args=[call.slug, project.slug])).status_code == 404
        question = call.questions.get()
        assert client.get(reverse("call:question", args=[call.slug, question.public_id])).status_code == 404
        for address in (
            reverse("call:list"),
            reverse("call:feed"),
            reverse("api:calls"),
            reverse("desk:home"),
        ):
            assert call.title not in client.get(address).text

    @pytest.mark.parametrize("trait", [{}, {"closed": True}, {"decided": True}, {"state": "archived"}])
    def test_every_published_state_has_its_page(self, client, trait):
        call = furnish(CallFactory(**trait), 2)
        response = client.get(reverse("call:detail", args=[call.slug]))
        assert response.status_code == 200
        assert response.context["can_apply"] is (trait == {})

    def test_the_clock_counts_before_the_stored_state(self, client, clock):
        call = CallFactory()
        clock.at = call.deadline + timedelta(seconds=1)
        response = client.get(reverse("call:detail", args=[call.slug]))
        assert response.context["call"].state == "published"
        assert not response.context["can_apply"]
        assert client.get(reverse("desk:home")).context["live"] == []

    def test_the_instants_name_their_zone(self, client):
        call = CallFactory(time_zone="Pacific/Noumea")
        response = client.get(reverse("call:detail", args=[call.slug]))
        for name in ("opens", "closes", "deadline", "calendar"):
            assert "Pacific/Noumea" in response.context[name]
            assert "UTC+11:00" in response.context[name]

    def test_criteria_may_be_withheld(self, client):
        call = CallFactory(criteria_are_published=False)
        criterion = CriterionFactory(call=call, label="Secret criterion")
        assert criterion.label not in client.get(reverse("call:detail", args=[call.slug])).text
        assert client.get(reverse("api:call", args=[call.slug])).json()["criteria"] is None

    def test_past_and_fictional_editions_stay_out_of_search_engines(self, client):
        for call, kept_out in (
            (CallFactory(is_historical=True), True),
            (CallFactory(is_fictional=True), True),
            (CallFactory(), False),
        ):
            response = client.get(reverse("call:detail", args=[call.slug]))
            assert (response.get("X-Robots-Tag") == "noindex") is kept_out

    def test_a_project_that_is_not_named_has_a_page_that_says_so(self, client):
        project = SelectedProjectFactory(name="", body="", track="advised")
        response = client.get(reverse("call:project", args=[project.call.slug, project.slug]))
        assert response.status_code == 200
        data = client.get(reverse("api:call", args=[project.call.slug])).json()
        assert data["projects"][0]["name"] is None

    def test_a_reimplementation_is_announced_as_one(self, client):
        project = SelectedProjectFactory(name="Albert", service="assistant")
        response = client.get(reverse("call:project", args=[project.call.slug, project.slug]))
        assert "bac-notice" in response.text
        assert "assistant" in response.text

    def test_the_home_page_works_with_an_empty_house(self, client):
        assert client.get(reverse("desk:home")).status_code == 200
        assert client.get(reverse("call:list")).status_code == 200
        assert client.get(reverse("call:feed")).status_code == 200

    def test_the_home_page_names_the_call_and_the_projects(self, client):
        call = CallFactory()
        projects = [SelectedProjectFactory(call=CallFactory(decided=True)) for _ in range(1)]
        text = client.get(reverse("desk:home")).text
        assert call.title in text
        assert all(project.name in text for project in projects)


class TestNumberOfQueries:
    @pytest.fixture
    def pages(self):
        return ("call:detail", "call:questions", "call:eligibility", "api:call")

    def count(self, client, django_assert_max_num_queries, address, limit=1000) -> int:
        with django_assert_max_num_queries(limit) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    def test_does_not_grow_with_the_rows_of_a_call(self, client, pages, django_assert_max_num_queries):
        small, large = furnish(CallFactory(), 1), furnish(CallFactory(), 12)
        for page in pages:
            few = self.count(client, django_assert_max_num_queries, reverse(page, args=[small.slug]))
            self.count(client, django_assert_max_num_queries, reverse(page, args=[large.slug]), few)

    def test_does_not_grow_with_the_calls(self, client, django_assert_max_num_queries):
        addresses = [reverse(name) for name in ("call:list", "call:feed", "api:calls", "desk:home")]
        furnish(CallFactory(decided=True), 1)
        CallFactory()
        few = {at: self.count(client, django_assert_max_num_queries, at) for at in addresses}
        for _ in range(8):
            furnish(CallFactory(), 2)
            furnish(CallFactory(decided=True), 2)
        for at in addresses:
            self.count(client, django_assert_max_num_queries, at, few[at])


class TestTheSelfCheck:
    def test_stores_nothing_and_sets_no_cookie(self, client):
        call = CallFactory()
        address = reverse("call:eligibility", args=[call.slug])
        client.get(address)
        response = client.post(address, {"body": "private", "uses_ai": "yes", "led_with_public": "unknown"})
        assert response.status_code == 200
        assert not client.cookies
        assert not JournalEntry.objects.exists()

    def test_says_why_for_each_rule(self, client):
        call = CallFactory()
        answers = {"body": "private", "led_with_public": "no", "shared_need": "no", "uses_ai": "yes"}
        response = client.post(reverse("call:eligibility", args=[call.slug]), answers)
        assert response.context["verdict"] == "not_eligible"
        refused = [f["finding"] for f in response.context["findings"] if f["finding"].outcome == "refused"]
        assert refused[0].rule.why in response.text
        assert refused[0].rule.remedy in response.text

    @pytest.mark.parametrize("rules", [[], [{"key": "broken"}], {"not": "a list"}])
    def test_survives_rules_that_cannot_be_read(self, client, rules):
        call = CallFactory(eligibility=rules)
        for page in ("eligibility", "detail"):
            assert client.get(reverse(f"call:{page}", args=[call.slug])).status_code == 200

    def test_refuses_an_answer_that_is_no_choice(self, client):
        call = CallFactory()
        response = client.post(reverse("call:eligibility", args=[call.slug]), {"body": HOSTILE})
        assert "findings" not in response.context
        assert "<script>alert" not in response.text


class TestApplying:
    def test_says_the_same_to_everybody(self, client):
        call = CallFactory()
        staff("officer", email="known@example.org")
        address = reverse("call:apply", args=[call.slug])
        known = client.post(address, {"email": "known@example.org"})
        unknown = client.post(address, {"email": "unknown@example.org"})
        assert (
            (known.status_code, known["Location"])
            == (unknown.status_code, unknown["Location"])
            == (
                302,
                reverse("call:apply_sent", args=[call.slug]),
            )
        )
        assert client.get(known["Location"]).status_code == 200
        assert OutgoingMail.objects.count() == 2

    def test_after_the_deadline_is_refused_in_words_and_no_mail_leaves(self, client, clock):
        call = CallFactory()
        clock.at = call.deadline + timedelta(seconds=1)
        response = client.post(reverse("call:apply", args=[call.slug]), {"email": "late@example.org"})
        assert response.status_code == 409
        assert "late@example.org" in response.text
        assert not OutgoingMail.objects.exists()

    @pytest.mark.parametrize(
        "email", ["", "no", "a@b", "x@example.org\nBcc: y@example.org", HOSTILE, "a" * 300]
    )
    def test_what_is_no_address_comes_back_with_its_error(self, client, email):
        response = client.post(reverse("call:apply", args=[CallFactory().slug]), {"email": email})
        assert response.status_code == 200
        assert "email" in response.context["form"].errors
        assert "<script>alert" not in response.text


class TestAsking:
    def test_stores_the_question_and_nothing_of_who_asks(self, client):
        call = CallFactory()
        response = client.post(reverse("call:ask", args=[call.slug]), {"body": "Who may apply?"})
        assert response["Location"] == reverse("call:questions", args=[call.slug])
        assert Question.objects.get().body == "Who may apply?"

    def test_is_not_shown_before_it_is_answered(self, client):
        question = QuestionFactory(body="Waiting question")
        for page in ("questions", "detail"):
            assert question.body not in client.get(reverse(f"call:{page}", args=[question.call.slug])).text
        address = reverse("call:question", args=[question.call.slug, question.public_id])
        assert client.get(address).status_code == 404

    def test_a_browser_that_asks_much_keeps_its_text(self, client):
        address = reverse("call:ask", args=[CallFactory().slug])
        statuses = [client.post(address, {"body": f"Question {n}"}).status_code for n in range(6)]
        assert statuses == [302] * 5 + [429]
        assert "Question 5" in client.post(address, {"body": "Question 5"}).text

    def test_after_the_closing_time_keeps_the_text(self, client, clock):
        call = CallFactory()
        clock.at = call.closes_at + timedelta(seconds=1)
        response = client.post(reverse("call:ask", args=[call.slug]), {"body": "Too late for this?"})
        assert response.status_code == 409
        assert "Too late for this?" in response.text

    def test_the_permanent_address_leads_to_the_answer(self, client):
        question = QuestionFactory(answered=True)
        response = client.get(reverse("call:question", args=[question.call.slug, question.public_id]))
        assert response["Location"].endswith(f"#question-{question.public_id}")


class TestHostileText:
    def test_is_shown_and_never_run(self, client):
        call = CallFactory(
            title=HOSTILE[:200],
            theme=HOSTILE[:200],
            summary=HOSTILE,
            text=f"## {HOSTILE}\n\n- {HOSTILE}\n\n[x](javascript:alert(1)) ![i](https://evil.example/i.png)",
            keywords=[HOSTILE],
            eligibility=[
                {
                    "key": "a",
                    "kind": "choice",
                    "question": HOSTILE,
                    "help": HOSTILE,
                    "why": HOSTILE,
                    "remedy": HOSTILE,
                    "choices": [{"value": "x", "label": HOSTILE}, {"value": HOSTILE, "label": "y"}],
                    "accept": [HOSTILE],
                }
            ],
        )
        CriterionFactory(call=call, label=HOSTILE[:200], description=HOSTILE)
        PhaseFactory(call=call, title=HOSTILE[:200], description=HOSTILE)
        QuestionFactory(call=call, body=HOSTILE, answered=True, answer=HOSTILE)
        FactFactory(call=call, text=HOSTILE, source_name=HOSTILE[:200])
        project = SelectedProjectFactory(
            call=call, name=HOSTILE[:200], body=HOSTILE[:200], summary=HOSTILE, service="assistant"
        )
        CallExtensionFactory(call=call, reason=HOSTILE, by=UserFactory())
        pages = [
            reverse("desk:home"),
            reverse("call:list"),
            *(
                reverse(f"call:{name}", args=[call.slug])
                for name in ("detail", "questions", "eligibility", "apply", "ask")
            ),
            reverse("call:project", args=[call.slug, project.slug]),
        ]
        for page in pages:
            text = client.get(page).text
            assert "alert(1)" in text or page.endswith(("apply/", "ask/"))
            assert "<script>alert" not in text
            assert "<img src=x" not in text
            assert "javascript:" not in text.replace("(javascript:alert(1))", "")
            assert 'src="https://evil' not in text
        answered = client.post(reverse("call:eligibility", args=[call.slug]), {"a": "x"})
        assert answered.context["verdict"] == "not_eligible"
        assert "<script>alert" not in answered.text
        feed = client.get(reverse("call:feed"))
        assert ElementTree.fromstring(feed.content) is not None
        assert client.get(reverse("api:call", args=[call.slug])).json()["title"] == HOSTILE[:200]

    @pytest.mark.parametrize(
        "text",
        [
            "[x](javascript:alert(1))",
            "[x](data:text/html;base64,PHNjcmlwdD4=)",
            "![x](https://evil.example/x.png)",
            "<a href='javascript:x'>x</a>",
            "&lt;script&gt;",
            "[x](vbscript:x)",
            "[x]: javascript:alert(1)\n\n[x]",
        ],
    )
    def test_prose_lets_no_markup_and_no_dangerous_link_through(self, text):
        html = prose.to_html(text)
        assert "<script" not in html
        assert "<img" not in html
        assert 'href="javascript' not in html
        assert 'href="data' not in html
        assert 'href="vbscript' not in html

    def test_prose_sets_paragraphs_lists_and_headings(self):
        html = prose.to_html("# Title\n\nText *here*.\n\n- one\n- two\n\n1. a\n\n[site](https://a.example)")
        for piece in ("<h3", "<p", "<em>", "<ul", "<ol", 'href="https://a.example"', "noopener"):
            assert piece in html
        assert "<h1" not in html


class TestFollowing:
    def test_the_feed_tells_each_kind_of_news_once_and_newest_first(self, client):
        call = furnish(CallFactory(decided=True), 2)
        root = ElementTree.fromstring(client.get(reverse("call:feed")).content)
        atom = "{http://www.w3.org/2005/Atom}"
        ids = [entry.findtext(f"{atom}id") for entry in root.iter(f"{atom}entry")]
        assert len(ids) == len(set(ids)) == 1 + 2 + 2 + 1
        updated = [entry.findtext(f"{atom}updated") or "" for entry in root.iter(f"{atom}entry")]
        assert updated == sorted(updated, reverse=True)
        assert sum(call.slug in str(name) for name in ids) == 6

    def test_a_call_as_data_leads_to_the_api(self, client):
        call = furnish(CallFactory(), 2)
        response = client.get(reverse("call:json", args=[call.slug]), follow=True)
        data = response.json()
        assert data["slug"] == call.slug
        assert data["calendar"] == "open"
        assert len(data["criteria"]) == len(data["phases"]) == len(data["questions"]) == 2
        assert "asked_at" not in response.text


class TestTheApi:
    def test_filters_and_pages(self, client):
        for _ in range(3):
            CallFactory()
        CallFactory(decided=True)
        assert client.get("/api/v1/calls").json()["count"] == 4
        assert client.get("/api/v1/calls?state=decided").json()["count"] == 1
        page = client.get("/api/v1/calls?limit=2&offset=2").json()
        assert (page["count"], len(page["items"])) == (4, 2)

    @pytest.mark.parametrize("query", ["state=draft", "limit=0", "limit=1000", "offset=-1", "limit=x"])
    def test_refuses_what_it_does_not_know(self, client, query):
        assert client.get(f"/api/v1/calls?{query}").status_code == 422

    @pytest.mark.parametrize(
        ("slug", "status"), [("nobody", 404), ("%00", 422), ("a b", 422), ("x" * 90, 422), ("';--", 422)]
    )
    def test_answers_odd_identifiers_in_json(self, client, slug, status):
        response = client.get(f"/api/v1/calls/{slug}")
        assert response.status_code == status
        assert "detail" in response.json()

    def test_describes_itself_and_loads_nothing_from_elsewhere(self, client):
        described = client.get("/api/v1/openapi.json").json()
        assert {"/api/v1/calls", "/api/v1/calls/{slug}"} <= set(described["paths"])
        assert client.get("/api/v1/docs").status_code == 404

    def test_an_operation_without_a_mark_stops_the_start(self):
        from ninja import NinjaAPI, Router

        from bacasable.programme.api import urls

        router = Router()

        @router.get("/unmarked")
        def unmarked(request):
            return {}

        api = NinjaAPI(urls_namespace="unmarked", docs_url=None)
        api.add_router("", router)
        with pytest.raises(TypeError, match="unmarked"):
            urls(api)
