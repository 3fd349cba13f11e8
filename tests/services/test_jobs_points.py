"""A person decides: own advice from the first minute, a view when none is asked, nothing to take away."""

from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from bacasable.people.models import JournalEntry
from bacasable.services.job_advice.web import running, sealed
from bacasable.services.job_advice.web.actions import deciding
from bacasable.services.job_advice.web.models import Act, Interview
from tests.factories.people import sign_in, staff, verified
from tests.services.jobs_rooms import NAME, NUMBER, ROOT, advised, adviser, assessed, opened, told

__all__ = ["assessed"]
pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.usefixtures("assessed")]


def test_own_advice_is_there_before_any_view_and_any_suggestion(client: Client) -> None:
    by = staff("job_adviser")
    sign_in(client, by)
    made = opened(verified(by), told())
    page = client.post(f"{ROOT}files/{made.public_id}/interview/", follow=True).content.decode()
    held = Interview.objects.get()
    at = f"{ROOT}interviews/{held.public_id}/"
    assert f"{at}own/" in page and f"{at}suggestions/" not in page
    client.post(f"{at}own/", {"own-verb": "own_advice", "own-text": "Rencontrer un maraîcher."})
    (act,) = Act.objects.all()
    assert act.verb == "own_advice" and [step.kind for step in deciding.plan_of(made)] == ["own"]


def test_where_no_view_is_asked_for_one_may_be_given_all_the_same(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = running.settings().model_copy(update={"view_first": False})
    monkeypatch.setattr(running, "settings", lambda: asked)
    by = staff("job_adviser")
    sign_in(client, by)
    made = opened(verified(by), told())
    page = client.post(f"{ROOT}files/{made.public_id}/interview/", follow=True).content.decode()
    at = f"{ROOT}interviews/{Interview.objects.get().public_id}/"
    assert f"{at}view/" in page and f"{at}suggestions/" in page
    client.post(f"{at}view/", {"view-text": "Le maraîchage."})
    held = Interview.objects.get()
    assert sealed.words_of(held.file, held)["view"] == "Le maraîchage."


def test_the_journal_tells_what_was_done_in_which_order_and_nothing_of_whom() -> None:
    by = adviser()
    held, advice = advised(by)
    first = advice.items.first()
    deciding.decide(item=first, verb="modified", text="Autre chose", reason="Trop loin", by=by)
    told_of = [
        (entry.action.removeprefix("job_advice."), entry.facts)
        for entry in JournalEntry.objects.order_by("number")
        if entry.action.startswith("job_advice.")
    ]
    actions = [action for action, _ in told_of]
    assert actions[-4:] == ["interview_opened", "view_given", "suggested", "decided"]
    assert told_of[-2][1]["versions"] == advice.versions
    assert (told_of[-1][1]["verb"], told_of[-1][1]["position"]) == ("modified", 1)
    whole = str(told_of)
    assert not any(word in whole for word in (NAME, NUMBER, "Autre chose", "Trop loin"))
    act = Act.objects.get(item=first)
    words = sealed.words_of(held.file, act)
    assert (words["after"], words["reason"], act.is_changed) == ("Autre chose", "Trop loin", True)
    assert words["before"] and act.reading_ms is not None


def test_no_address_of_the_service_gives_files_of_several_people(client: Client) -> None:
    """Only the plan of one person is a file to take away, and its address names that one file."""
    sign_in(client, staff("job_head"))
    taken = []
    for pattern, names in _patterns(get_resolver().url_patterns):
        if ":" in names and names.startswith("job_advice:") and "<" not in pattern:
            answer = client.get(reverse(names))
            if "attachment" in answer.headers.get("Content-Disposition", ""):
                taken.append(names)
    assert not taken
    named = {names for pattern, names in _patterns(get_resolver().url_patterns) if pattern.endswith(".pdf")}
    assert {one for one in named if one.startswith("job_advice:")} == {"job_advice:plan_pdf"}


def _patterns(patterns: list[Any], space: str = "") -> list[tuple[str, str]]:
    made = []
    for one in patterns:
        if isinstance(one, URLResolver):
            made += _patterns(one.url_patterns, f"{space}{one.namespace}:" if one.namespace else space)
        elif isinstance(one, URLPattern) and one.name:
            made.append((str(one.pattern), f"{space}{one.name}"))
    return made
