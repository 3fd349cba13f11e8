"""The officer's pages of calls: nothing typed is lost, what is frozen stays, who may not is refused."""

import json

import pytest
from django.urls import reverse

from bacasable.programme.call.models import Call, Question
from bacasable.programme.call.rule_sets import RULE_SETS
from tests.factories.call import CallFactory, CriterionFactory, PhaseFactory, QuestionFactory
from tests.factories.people import UserFactory, sign_in, staff
from tests.integration.test_call_pages import HOSTILE

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client):
    sign_in(client, staff("officer"))
    return client


def instant(name: str, year, month, day, hour=12, minute=0) -> dict[str, str]:
    parts = {"day": day, "month": month, "year": year, "hour": hour, "minute": minute}
    return {f"{name}_{part}": str(value) for part, value in parts.items()}


def rows(prefix: str, lines: list[dict], initial: int = 0) -> dict[str, str]:
    data = {f"{prefix}-TOTAL_FORMS": str(len(lines)), f"{prefix}-INITIAL_FORMS": str(initial)}
    for index, line in enumerate(lines):
        data |= {f"{prefix}-{index}-{name}": str(value) for name, value in line.items()}
    return data


def draft(**changes) -> dict[str, str]:
    return {
        "title": "Typed title",
        "slug": "typed",
        "theme": "Theme",
        "keywords": "privacy, health,, privacy",
        "language": "fr",
        "regime": "accompaniment",
        "summary": "Typed summary",
        "text": "Typed text",
        "jurisdiction": "fr",
        "time_zone": "Europe/Paris",
        **instant("opens_at", 2190, 3, 1, 9),
        **instant("closes_at", 2190, 3, 31, 23, 59),
        "grace_minutes": "15",
        "places_planned": "3",
        "contact_address": "typed@office.example",
        "contact_is_live": "on",
        "criteria_are_published": "on",
        "rule_set": "",
        "eligibility": "[]",
        "revision": "0",
        **rows(
            "criteria", [{"label": "Usefulness", "description": "", "weight": 3}, {"label": "", "weight": 1}]
        ),
        **rows("phases", [{"title": "Support", "description": "", "duration_months": 6}]),
    } | changes


def create(client, **changes):
    return client.post(reverse("call:manage_create"), draft(**changes))


class TestWhoMay:
    @pytest.mark.parametrize("name", ["manage_list", "manage_create"])
    def test_the_public_signs_in_first_and_a_candidate_is_refused(self, client, name):
        assert client.get(reverse(f"call:{name}")).status_code == 302
        sign_in(client, UserFactory())
        assert client.get(reverse(f"call:{name}")).status_code == 403

    def test_an_administrator_writes_no_call(self, client):
        sign_in(client, staff("administrator"))
        assert create(client).status_code == 403

    def test_publishing_asks_who_you_are_again(self, officer):
        call = CallFactory(draft=True)
        CriterionFactory(call=call)
        session = officer.session
        session["people.proved_at"] = 1.0
        session.save()
        officer.post(reverse("call:manage_publish", args=[call.slug]), {"revision": "0"})
        call.refresh_from_db()
        assert call.state == "draft"


class TestTheDraft:
    def test_is_written_read_again_and_published(self, officer):
        assert create(officer, rule_set="accompaniment").status_code == 302
        call = Call.objects.get()
        assert call.keywords == ["privacy", "health"]
        assert call.closes_at.isoformat() == "2190-03-31T21:59:00+00:00"
        assert [criterion.weight for criterion in call.criteria.all()] == [3]
        assert len(call.eligibility) == len(RULE_SETS["accompaniment"].rules)
        for page in ("manage_call", "manage_edit", "manage_preview", "manage_questions"):
            assert officer.get(reverse(f"call:{page}", args=[call.slug])).status_code == 200
        assert not officer.get(reverse("call:manage_call", args=[call.slug])).context["problems"]
        officer.post(reverse("call:manage_publish", args=[call.slug]), {"revision": "0"})
        call.refresh_from_db()
        assert call.state == "published"

    def test_starts_from_the_published_grid_of_its_jurisdiction(self, officer):
        assert create(officer, jurisdiction="lu", language="en", with_grid="on").status_code == 302
        call = Call.objects.get()
        assert call.jurisdiction == "lu"
        assert all(line.weight_is_ours and line.source for line in call.criteria.all())
        assert call.criteria.count() == 5
        kept = officer.get(reverse("call:manage_edit", args=[call.slug])).context["criteria"].initial
        assert all(line["weight_is_ours"] for line in kept)

    def test_edited_without_a_change_stays_the_same(self, officer):
        create(officer, rule_set="accompaniment")
        call = Call.objects.get()
        page = officer.get(reverse("call:manage_edit", args=[call.slug]))
        data: dict[str, str] = {}
        for form in (page.context["form"], *page.context["criteria"], *page.context["phases"]):
            for field in form:
                value = field.value()
                if field.name in ("opens_at", "closes_at"):
                    parts = field.field.widget.decompress(value)
                    names = ("day", "month", "year", "hour", "minute")
                    data |= {f"{field.html_name}_{n}": str(p) for n, p in zip(names, parts, strict=True)}
                elif value is not None and value is not False:
                    data[field.html_name] = str(value)
        for lines in (page.context["criteria"], page.context["phases"]):
            data |= {f.html_name: str(f.value()) for f in lines.management_form if f.value() is not None}
        before = Call.objects.values().get()
        assert officer.post(reverse("call:manage_edit", args=[call.slug]), data).status_code == 302
        after = Call.objects.values().get()
        assert after.pop("revision") == before.pop("revision") + 1
        assert after == before
        assert [criterion.label for criterion in call.criteria.all()] == ["Usefulness"]
        assert [phase.title for phase in call.phases.all()] == ["Support"]

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"time_zone": "Europe/Atlantis"}, "time_zone"),
            ({"jurisdiction": "atlantis"}, "jurisdiction"),
            ({"time_zone": HOSTILE[:60]}, "time_zone"),
            (instant("closes_at", 2026, 3, 29, 2, 30), "closes_at"),
            (instant("closes_at", 2190, 2, 30), "closes_at"),
            (instant("closes_at", 2190, 2, 1), "closes_at"),
            (instant("closes_at", "x", 2, 1), "closes_at"),
            (instant("closes_at", 9999, 12, 31), "closes_at"),
            ({"eligibility": '[{"key": '}, "eligibility"),
            ({"eligibility": '[{"key": "a", "kind": "yes_no"}]'}, "eligibility"),
            ({"eligibility": "[" * 30000}, "eligibility"),
            ({"eligibility": '["\\u0000"]'}, "eligibility"),
            ({"eligibility": '["\\ud800"]'}, "eligibility"),
            ({"eligibility": "[NaN]"}, "eligibility"),
            ({"slug": "no spaces allowed"}, "slug"),
            ({"slug": ""}, "slug"),
            ({"grace_minutes": "-1"}, "grace_minutes"),
            ({"grace_minutes": "99999"}, "grace_minutes"),
            ({"contact_address": "no address"}, "contact_address"),
            ({"regime": "none"}, "regime"),
            ({"language": "xx"}, "language"),
            ({"title": "with a null \x00"}, "title"),
            ({"keywords": ",".join(str(n) for n in range(30))}, "keywords"),
        ],
    )
    def test_that_is_wrong_comes_back_with_all_that_was_typed(self, officer, changes, field):
        response = create(officer, **changes)
        assert response.status_code == 422
        assert field in response.context["form"].errors
        for typed in ("Typed summary", "Typed text", "Usefulness", "Support"):
            assert typed in response.text
        assert "<script>alert" not in response.text
        assert not Call.objects.exists()

    def test_names_the_place_of_a_wrong_rule(self, officer):
        wrong = [{"key": "a", "kind": "yes_no", "question": "?", "why": "w", "accept": {"any": [{"x": 1}]}}]
        response = create(officer, eligibility=json.dumps(wrong))
        assert "eligibility[0].accept.any[0]" in response.text

    @pytest.mark.parametrize(
        "changes",
        [
            rows("criteria", [{"label": "Light", "weight": 0}]),
            rows("criteria", [{"label": "", "description": "No name", "weight": 2}]),
            rows("phases", [{"title": "Long", "duration_months": -3}]),
            rows("criteria", [{"label": f"c{n}", "weight": 1} for n in range(25)]),
            {"criteria-TOTAL_FORMS": "x"},
            rows("criteria", [{"label": "Twin", "weight": 1}, {"label": "Twin", "weight": 2}]),
        ],
    )
    def test_with_a_wrong_line_is_not_saved_and_comes_back(self, officer, changes):
        response = create(officer, **changes)
        assert response.status_code == 422
        assert "Typed text" in response.text
        assert not Call.objects.exists()

    def test_time_that_exists_twice_is_read_in_favour_of_candidates_and_said(self, officer):
        opens = instant("opens_at", 2026, 10, 1)
        create(officer, **opens, **instant("closes_at", 2026, 10, 25, 2, 30))
        call = Call.objects.get()
        assert call.closes_at.isoformat() == "2026-10-25T01:30:00+00:00"
        messages = list(officer.get(reverse("call:manage_call", args=[call.slug])).context["messages"])
        assert len(messages) == 2

    def test_saved_by_somebody_else_keeps_what_was_typed_and_a_second_save_wins(self, officer):
        create(officer)
        address = reverse("call:manage_edit", args=["typed"])
        assert officer.post(address, draft(title="Theirs")).status_code == 302
        response = officer.post(address, draft(title="Mine"))
        assert response.status_code == 409
        assert "Mine" in response.text
        assert Call.objects.get().title == "Theirs"
        revision = response.context["form"]["revision"].value()
        assert officer.post(address, draft(title="Mine", revision=revision)).status_code == 302
        assert Call.objects.get().title == "Mine"

    def test_keeps_hostile_text_as_text(self, officer):
        hostile = HOSTILE.strip()
        response = create(officer, title=hostile[:200], summary=hostile, text=hostile, theme=hostile[:200])
        assert response.status_code == 302
        assert Call.objects.get().text == hostile
        for page in ("manage_call", "manage_edit", "manage_preview"):
            text = officer.get(reverse(f"call:{page}", args=["typed"])).text
            assert "<script>alert" not in text


class TestAfterPublication:
    def test_nothing_of_the_draft_changes(self, officer):
        call = CallFactory()
        response = officer.post(reverse("call:manage_edit", args=[call.slug]), draft(slug=call.slug))
        assert response.status_code == 302
        call.refresh_from_db()
        assert call.title != "Typed title"

    def test_a_draft_that_changed_since_it_was_read_is_not_published(self, officer):
        create(officer, rule_set="accompaniment")
        officer.post(reverse("call:manage_edit", args=["typed"]), draft(rule_set="accompaniment"))
        officer.post(reverse("call:manage_publish", args=["typed"]), {"revision": "0"})
        assert Call.objects.get().state == "draft"
        for revision in ("", "x", "²", "-1"):
            response = officer.post(reverse("call:manage_publish", args=["typed"]), {"revision": revision})
            assert response.status_code == 302

    def test_a_deadline_is_extended_in_the_zone_of_the_call(self, officer):
        call = CallFactory(time_zone="Pacific/Noumea")
        data = {**instant("closes_at", 2190, 1, 15, 17), "reason": "A fair"}
        assert officer.post(reverse("call:manage_extend", args=[call.slug]), data).status_code == 302
        call.refresh_from_db()
        assert call.closes_at.isoformat() == "2190-01-15T06:00:00+00:00"

    def test_a_shorter_deadline_comes_back_with_its_reason(self, officer):
        call = CallFactory()
        data = {**instant("closes_at", 2000, 1, 15, 17), "reason": "Typed reason"}
        response = officer.post(reverse("call:manage_extend", args=[call.slug]), data)
        assert response.status_code == 422
        assert "Typed reason" in response.text

    def test_closing_early_is_refused_in_words(self, officer):
        call = CallFactory()
        response = officer.post(reverse("call:manage_close", args=[call.slug]), follow=True)
        assert [message.level_tag for message in response.context["messages"]] == ["error"]
        call.refresh_from_db()
        assert call.state == "published"

    def test_a_call_is_archived(self, officer):
        call = CallFactory(decided=True)
        officer.post(reverse("call:manage_archive", args=[call.slug]))
        call.refresh_from_db()
        assert call.state == "archived"


class TestQuestions:
    def test_are_answered_reworded_and_deleted(self, officer):
        question, other = QuestionFactory(), QuestionFactory()
        data = {"body": "Reworded?", "answer": "Yes."}
        address = reverse("call:manage_answer", args=[question.public_id])
        assert officer.get(address).status_code == 200
        assert officer.post(address, {"body": "Reworded?", "answer": ""}).status_code == 422
        assert officer.post(address, data).status_code == 302
        question.refresh_from_db()
        assert (question.body, question.answer) == ("Reworded?", "Yes.")
        officer.post(reverse("call:manage_dismiss", args=[other.public_id]))
        assert Question.objects.count() == 1


def test_the_number_of_queries_does_not_grow(officer, django_assert_max_num_queries):
    small, large = CallFactory(draft=True), CallFactory(draft=True)
    for call, number in ((small, 1), (large, 12)):
        for _ in range(number):
            QuestionFactory(call=call)
            CriterionFactory(call=call)
            PhaseFactory(call=call)
    for page in ("manage_questions", "manage_call", "manage_edit", "manage_preview"):
        with django_assert_max_num_queries(1000) as few:
            officer.get(reverse(f"call:{page}", args=[small.slug]))
        with django_assert_max_num_queries(len(few)):
            officer.get(reverse(f"call:{page}", args=[large.slug]))
    with django_assert_max_num_queries(1000) as few:
        officer.get(reverse("call:manage_list"))
    for _ in range(10):
        QuestionFactory()
    with django_assert_max_num_queries(len(few)):
        officer.get(reverse("call:manage_list"))
