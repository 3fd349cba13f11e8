"""The interview: one's own view first, an act of its own for each suggestion at the same cost, a plan."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils.html import escape

from bacasable.people.models import User
from bacasable.privacy.messages import Refused
from bacasable.services.job_advice.engine.indicators import POLICY
from bacasable.services.job_advice.engine.indicators.pages import read_page
from bacasable.services.job_advice.engine.profiles import Profile
from bacasable.services.job_advice.web import printing, running, sealed, words
from bacasable.services.job_advice.web.actions import deciding, files, interviews
from bacasable.services.job_advice.web.changes import said_of
from bacasable.services.job_advice.web.models import Act, Advice, Interview, Item
from bacasable.services.job_advice.web.probe import page_of
from tests.conftest import MovableClock
from tests.factories.people import sign_in, staff, verified
from tests.services.jobs_rooms import NAME, ROOT, advised, adviser, assessed, opened, referential, told

__all__ = ["assessed"]
pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.usefixtures("assessed")]


def page_after_advice(client: Client) -> tuple[User, Interview, Advice, str]:
    by = staff("job_adviser")
    sign_in(client, by)
    held, advice = advised(verified(by))
    return by, held, advice, client.get(f"{ROOT}interviews/{held.public_id}/").content.decode()


def test_the_page_offers_what_the_policy_says_for_each_suggestion_and_nothing_at_once(client: Client) -> None:
    _by, _held, advice, html = page_after_advice(client)
    shown = read_page(html)
    assert len(shown.items) == advice.items.count() > 1
    assert set(shown.items.values()) == {POLICY.item} and shown.interview == POLICY.interview
    assert not shown.at_once
    probed = page_of(interviews.opinion_of(advice))
    assert set(probed.items.values()) == {POLICY.item} and not probed.at_once


def test_enter_in_a_field_never_decides_and_nothing_is_chosen(client: Client) -> None:
    _by, _held, _advice, html = page_after_advice(client)
    decisions = [form for form in html.split("<form")[1:] if "/decide/" in form]
    assert decisions and not any('type="text"' in form or " checked" in form for form in decisions)


def test_suggestions_come_after_the_view_and_the_view_never_after_them() -> None:
    by = adviser()
    held = interviews.open_interview(file=opened(by, told()), by=by)
    with pytest.raises(Refused, match="own view first"):
        interviews.suggest(interview=held, by=by)
    interviews.give_view(interview=held, text="Le maraîchage.", by=by)
    advice = interviews.suggest(interview=held, by=by)
    with pytest.raises(Refused, match="already"):
        interviews.give_view(interview=held, text="Autre chose.", by=by)
    assert sealed.words_of(held.file, held)["view"] == "Le maraîchage."
    assert advice.is_synthetic and advice.versions == interviews.versions_of(interviews.opinion_of(advice))
    assert [item.rank for item in advice.items.all()] == list(range(1, advice.items.count() + 1))
    assert interviews.profile_of(advice) == told()


def test_without_the_setting_the_view_may_come_or_not(monkeypatch: pytest.MonkeyPatch) -> None:
    by = adviser()
    asked = running.settings().model_copy(update={"view_first": False})
    monkeypatch.setattr(running, "settings", lambda: asked)
    held = interviews.open_interview(file=opened(by, told()), by=by)
    assert interviews.suggest(interview=held, by=by).items.count()


def test_each_verb_is_one_act_with_its_words_its_time_and_its_step(clock: MovableClock) -> None:
    by = adviser()
    held, advice = advised(by)
    items = list(advice.items.all())
    clock.forward(seconds=40)
    deciding.decide(item=items[0], verb="retained", reason="À essayer", by=by)
    clock.forward(seconds=7)
    deciding.decide(item=items[1], verb="modified", text="Deux semaines de stage", by=by)
    deciding.decide(item=items[2], verb="refused", reason="Trop loin", by=by)
    deciding.advise_oneself(interview=held, verb="own_advice", text="Voir la mission locale", by=by)
    first, second, third, own = Act.objects.order_by("pk")
    assert (first.reading_ms, second.reading_ms, third.reading_ms, own.reading_ms) == (40000, 7000, 0, None)
    assert (first.is_changed, second.is_changed, own.item) == (False, True, None)
    said = sealed.words_of(held.file, second)
    assert said["after"] == "Deux semaines de stage" and said["before"]
    assert "Trop loin" not in str(Act.objects.values())
    assert [step["text"] for step in printing.steps(held.file)][1:] == [
        "Deux semaines de stage",
        "Voir la mission locale",
    ]
    deciding.decide(item=items[0], verb="refused", by=by)
    assert [act.verb for act in items[0].acts.all()] == ["retained", "refused"]
    assert len(deciding.plan_of(held.file)) == 2


@pytest.mark.parametrize(
    "given",
    [{"verb": ""}, {"verb": "own_advice"}, {"verb": "modified"}, {"verb": "retained", "text": "Autre"}],
)
def test_what_is_not_decided_is_refused_and_nothing_is_kept(given: dict[str, Any]) -> None:
    by = adviser()
    _held, advice = advised(by)
    item = advice.items.first()
    assert item is not None
    with pytest.raises(Refused):
        deciding.decide(item=item, by=by, **given)
    assert not Act.objects.exists()


def test_nobody_decides_in_the_file_of_another_nor_after_the_interview() -> None:
    by = adviser()
    held, advice = advised(by)
    item = Item.objects.get(advice=advice, position=1)
    with pytest.raises(PermissionDenied):
        deciding.decide(item=item, verb="refused", by=adviser())
    interviews.close_interview(interview=held, by=by)
    item = Item.objects.get(pk=item.pk)
    with pytest.raises(Refused, match="over"):
        deciding.decide(item=item, verb="refused", by=by)


def test_sensitive_words_are_stopped_or_read_again_before_they_are_kept(client: Client) -> None:
    _by, held, _advice, _html = page_after_advice(client)
    at = f"{ROOT}interviews/{held.public_id}/note/"
    page = client.post(at, {"note-text": "Son numéro : 1 85 05 78 006 084 91", "note-confirmed": ""})
    assert page.status_code == 422
    text = "Elle est diabétique et a deux enfants."
    page = client.post(at, {"note-text": text, "note-confirmed": ""})
    assert page.status_code == 422 and "diabétique" in page.content.decode()
    held.refresh_from_db()
    assert "note" not in sealed.words_of(held.file, held)
    confirmed = page.context["note_form"]["confirmed"].value()
    other = client.post(at, {"note-text": text + " Et asthmatique.", "note-confirmed": confirmed})
    assert other.status_code == 422
    assert client.post(at, {"note-text": text, "note-confirmed": confirmed}).status_code == 302
    with pytest.raises(words.Stopped):
        deciding.advise_oneself(interview=held, verb="own_advice", text="membre de la CGT", by=verified(_by))


def test_an_empty_profile_and_a_refused_tool_leave_advice_and_plan(client: Client) -> None:
    by = staff("job_adviser")
    sign_in(client, by)
    file = opened(verified(by), Profile())
    held, advice = advised(verified(by), file)
    page = client.get(f"{ROOT}interviews/{held.public_id}/")
    assert page.status_code == 200 and not advice.items.filter(kind="occupation").exists()
    interviews.close_interview(interview=held, by=verified(by))
    files.refuse_tool(file=file, by=verified(by))
    file.refresh_from_db()
    without = interviews.open_interview(file=file, by=verified(by))
    html = client.get(f"{ROOT}interviews/{without.public_id}/").content.decode()
    assert "allocations" in html and "/suggestions/" not in html and "own-verb" in html
    client.post(
        f"{ROOT}interviews/{without.public_id}/own/", {"own-verb": "own_advice", "own-text": "Un atelier CV"}
    )
    assert [step["text"] for step in printing.steps(file)] == ["Un atelier CV"]


def test_a_plan_is_ordered_dated_and_printed_with_a_code(client: Client) -> None:
    by, held, advice, _html = page_after_advice(client)
    for item in list(advice.items.all())[:2]:
        deciding.decide(item=item, verb="retained", by=verified(by))
    first, second = deciding.plan_of(held.file)
    client.post(f"{ROOT}steps/{second.public_id}/", {"act": "earlier"})
    assert deciding.plan_of(held.file) == [second, first]
    wrong = {"act": "dates"} | {
        f"{first.pk}-{name}_{part}": value
        for name, day in (("starts_on", (3, 12, 2026)), ("ends_on", (1, 12, 2026)))
        for part, value in zip(("day", "month", "year"), day, strict=True)
    }
    at = f"{ROOT}steps/{first.public_id}/"
    assert client.post(at, wrong).status_code == 422
    assert client.post(at, wrong | {f"{first.pk}-ends_on_day": 20}).status_code == 302
    printed = client.get(f"{ROOT}files/{held.file.public_id}/plan/print/").content.decode()
    assert "20 décembre 2026" in printed and NAME in printed
    pdf = client.post(f"{ROOT}files/{held.file.public_id}/plan/plan.pdf", {"with_code": "1"})
    assert (
        pdf.content.startswith(b"%PDF") and held.file.links.filter(kind="paper", ended_at=None).count() == 1
    )


def test_the_page_of_a_suggestion_says_what_would_change_it(client: Client) -> None:
    _by, _held, advice, _html = page_after_advice(client)
    profile = interviews.profile_of(advice)
    said = {
        item.rank: said_of(profile, suggestion)
        for item in Item.objects.filter(advice=advice)
        for suggestion in interviews.opinion_of(advice).suggestions
        if suggestion.rank == item.rank
    }
    rank, sentences = next((rank, lines) for rank, lines in said.items() if lines)
    item = Item.objects.get(advice=advice, rank=rank)
    html = client.get(f"{ROOT}suggestions/{item.public_id}/").content.decode()
    assert all(escape(sentence) in html for sentence in sentences)


def test_every_reason_of_a_suggestion_names_its_row_and_date(client: Client) -> None:
    _by, _held, advice, _html = page_after_advice(client)
    item = Item.objects.get(advice=advice, position=1)
    html = client.get(f"{ROOT}suggestions/{item.public_id}/").content.decode()
    assert referential().sources[0].date in html and "occupation_skills" in html
