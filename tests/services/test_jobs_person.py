"""The person's own page: by a code and nothing else; what was used, advised, decided; corrected, refused."""

from datetime import timedelta

import pytest
from django.test import Client

from bacasable.compliance import clock
from bacasable.privacy.messages import Refused
from bacasable.services.job_advice.web import sealed
from bacasable.services.job_advice.web.actions import access, deciding, files
from bacasable.services.job_advice.web.models import AccessLink, File, Word
from tests.services.jobs_rooms import NAME, ROOT, advised, adviser, assessed, opened, told

__all__ = ["assessed"]
pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.usefixtures("assessed")]


def entered(client: Client, file: File, by: object, kind: str = "paper") -> Client:
    code = files.make_link(file=file, kind=kind, by=by)  # type: ignore[arg-type]
    done = client.post(ROOT, {"code": code.lower().replace("-", " ")})
    assert done.status_code == 302 and done["Location"] == f"{ROOT}my/"
    return client


def test_a_code_opens_the_page_and_the_page_says_what_was_used_advised_and_decided(client: Client) -> None:
    by = adviser()
    file = opened(by, told())
    _held, advice = advised(by, file)
    item = advice.items.first()
    deciding.decide(item=item, verb="refused", reason="Trop loin pour elle.", by=by)
    page = entered(client, file, by).get(f"{ROOT}my/").content.decode()
    label = deciding.opinion_of(advice).suggestions[0].label
    assert NAME in page and label.replace("'", "&#x27;") in page and "Trop loin pour elle." in page
    assert "44" in page and "2026" in page
    easy = client.get(f"{ROOT}my/?easy=1").content.decode()
    assert label.replace("'", "&#x27;") in easy and len(easy) < len(page)
    assert client.post(f"{ROOT}my/leave/", {"end_codes": "1"}).status_code == 302
    assert client.get(f"{ROOT}my/").status_code == 302
    assert AccessLink.objects.get().ended_at


def test_a_link_opens_once_a_paper_code_again_and_none_after_its_time() -> None:
    by = adviser()
    file = opened(by)
    link = files.make_link(file=file, kind="link", by=by)
    assert access.enter(typed=link).file == file
    with pytest.raises(Refused, match="over"):
        access.enter(typed=link)
    code = files.make_link(file=file, kind="paper", by=by)
    assert access.enter(typed=code).file == access.enter(typed=code).file == file
    AccessLink.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    with pytest.raises(Refused, match="over"):
        access.enter(typed=code)


def test_guesses_rest_then_end_the_code_and_say_nothing_of_whose_it_is(client: Client) -> None:
    by = adviser()
    file = opened(by)
    code = files.make_link(file=file, kind="paper", by=by)
    wrong = code[:-1] + ("2" if code[-1] != "2" else "3")
    for _each in range(access.ATTEMPTS):
        with pytest.raises(Refused, match="opens nothing"):
            access.enter(typed=wrong)
    with pytest.raises(Refused, match="quarter of an hour"):
        access.enter(typed=code)
    AccessLink.objects.update(attempts=access.MOST_ATTEMPTS - 1, locked_until=None)
    with pytest.raises(Refused, match="opens nothing"):
        access.enter(typed=wrong)
    AccessLink.objects.update(locked_until=None)
    with pytest.raises(Refused, match="over"):
        access.enter(typed=code)
    page = client.post(ROOT, {"code": "AAAA-AAAA"})
    assert page.status_code == 422 and NAME not in page.content.decode()


def test_nobody_else_opens_the_page_and_a_closed_file_closes_it(client: Client) -> None:
    by = adviser()
    file = opened(by)
    assert client.get(f"{ROOT}my/").status_code == 302
    entered(client, file, by)
    assert Client().get(f"{ROOT}my/").status_code == 302
    files.close_file(file=file, by=by)
    assert client.get(f"{ROOT}my/").status_code == 302


def test_what_the_person_corrects_is_applied_marked_and_told_to_the_adviser(client: Client) -> None:
    by = adviser()
    file = opened(by, told(limits=frozenset({"no_height"})))
    entered(client, file, by)
    done = client.post(f"{ROOT}my/correct/mobility/", {"department": "85", "mobility_km": "5"})
    assert done.status_code == 302
    file.refresh_from_db()
    profile = sealed.profile_of(file)
    assert (profile.department, file.department, profile.mobility_km) == ("85", "85", 5)
    word = Word.objects.get()
    changed = sealed.words_of(file, word)["changed"]
    assert word.kind == "correction" and changed["mobility_km"] == [20, 5]
    page = client.get(f"{ROOT}my/").content.decode()
    assert "corrig" in page or "corrected by you" in page
    assert client.post(f"{ROOT}my/correct/limits/", {}).status_code == 302
    held = {"wrong": ["0"], "text": "J’ai surtout été magasinier."}
    assert client.post(f"{ROOT}my/correct/held/", held).status_code == 302
    file.refresh_from_db()
    assert file.limits is None and sealed.profile_of(file).held == ()
    assert client.post(f"{ROOT}my/correct/held/", {}).status_code == 422
    assert client.get(f"{ROOT}my/correct/name/").status_code == 404
    assert client.post(f"{ROOT}my/correct/mobility/", {"department": "96"}).status_code == 422


def test_the_person_refuses_the_tool_and_is_told_that_nothing_else_changes(client: Client) -> None:
    by = adviser()
    file = opened(by, told())
    entered(client, file, by)
    said = client.post(f"{ROOT}my/tool/", {"choice": "refuse"}, follow=True).content.decode()
    assert "allocations" in said or "benefits" in said
    file.person.refresh_from_db()
    assert file.person.refused_tool_at
    client.post(f"{ROOT}my/tool/", {"choice": "accept"})
    file.person.refresh_from_db()
    assert file.person.refused_tool_at is None
