"""The shell: languages, themes, headers, error pages, and the pages of no room."""

import re

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from bacasable.ui import errors

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
PAGES = ["ui:accessibility", "ui:legal", "ui:privacy", "ui:security", "ui:components"]


def _language(response) -> str:
    return re.search(rb'<html lang="(\w+)"', response.content).group(1).decode()


@pytest.mark.parametrize("name", PAGES)
def test_pages_open_to_everybody_in_french_whatever_the_browser_asks(client: Client, name: str) -> None:
    response = client.get(reverse(name), HTTP_ACCEPT_LANGUAGE="en-GB,en")
    assert response.status_code == 200
    assert _language(response) == response.headers["Content-Language"] == "fr"


def test_reading_sets_no_cookie(client: Client) -> None:
    assert not client.get(reverse("ui:legal")).cookies


def test_language_switch_is_remembered_and_comes_back_to_the_page(client: Client) -> None:
    answer = client.post(reverse("ui:language"), {"language": "en", "next": "/legal/?a=1"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/legal/?a=1")
    assert _language(client.get(reverse("ui:legal"))) == "en"
    client.post(reverse("ui:language"), {"language": "xx"})
    assert _language(client.get(reverse("ui:legal"))) == "en"


@pytest.mark.parametrize(
    "there", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "", "legal"]
)
@pytest.mark.parametrize("switch", ["ui:language", "ui:theme"])
def test_switches_lead_nowhere_else(client: Client, switch: str, there: str) -> None:
    assert client.post(reverse(switch), {"next": there}).headers["Location"] == "/"


def test_switches_change_nothing_on_get(client: Client) -> None:
    for switch in ("ui:language", "ui:theme"):
        assert client.get(reverse(switch)).status_code == 405


def test_theme_is_remembered_until_automatic_again(client: Client) -> None:
    for theme, css in [("dark", b"bac-dark"), ("light", b"bac-light"), ("auto", None)]:
        client.post(reverse("ui:theme"), {"theme": theme, "next": "/legal/"})
        page = client.get(reverse("ui:legal")).content
        html = page[: page.index(b">", page.index(b"<html"))]
        assert {b"bac-dark", b"bac-light"} & set(re.findall(rb"bac-\w+", html)) == ({css} if css else set())


def test_headers_allow_our_own_files_only(client: Client) -> None:
    headers = client.get(reverse("ui:legal")).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


@pytest.mark.parametrize("name", PAGES)
def test_pages_hold_no_inline_script_or_style_and_load_only_ours(client: Client, name: str) -> None:
    page = client.get(reverse(name)).content.decode()
    assert not re.search(r"<style|\sstyle=|\son\w+=\"|<script(?![^>]*\bsrc=)", page)
    assert not re.search(r"<(?:script|img|link|iframe)[^>]*(?:src|href)=\"(?:https?:)?//", page)


def test_unknown_address_is_a_page_of_the_site(client: Client) -> None:
    response = client.get("/no-such-page/")
    assert response.status_code == 404
    assert b"bac-header" in response.content


def test_refusal_names_the_roles_that_may(client: Client) -> None:
    response = errors.refused(_request(), PermissionError("desk.queue"))
    assert response.status_code == 403
    assert [role for role in errors.roles_needed("desk.queue") if role.encode() in response.content]
    assert errors.roles_needed("no.such_permission") == []


def test_too_many_requests_says_when_to_come_back() -> None:
    response = errors.too_many(_request(), retry_after_seconds=130)
    assert (response.status_code, response.headers["Retry-After"]) == (429, "130")
    # A no-break space may keep the number with its unit.
    assert re.search(r"\b3\s+minutes", response.content.decode())


def test_form_without_its_token_is_refused_in_words() -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/sign-in/", {"email": "a@b.example"})
    assert response.status_code == 403
    assert b"bac-header" in response.content


def test_failure_page_asks_nothing_of_the_database(django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        response = errors.failed(RequestFactory().get("/"))
    assert response.status_code == 500
    assert b"bac-header" in response.content


def test_personal_data_page_shows_every_declared_purpose_and_datum(client: Client) -> None:
    from bacasable.programme.processing import PROCESSING

    page = client.get(reverse("ui:privacy")).context["declarations"]
    platform = next(one for one in page if one.processing is PROCESSING)
    assert len(platform.purposes) == len(PROCESSING.purposes)
    assert len(platform.data) == len(PROCESSING.data)
    assert all(row["retention"] and row["purposes"] for row in platform.data)


@pytest.mark.parametrize(
    ("first", "last", "state"),
    [(None, None, "none"), (-2, -1, "over"), (-1, 0, "in_force"), (1, 2, "future")],
)
def test_security_approval_says_whether_it_holds_today(
    client: Client, monkeypatch: pytest.MonkeyPatch, first: int | None, last: int | None, state: str
) -> None:
    from datetime import timedelta

    from django.conf import settings
    from django.utils import timezone

    today = timezone.localdate()
    days = [None if day is None else today + timedelta(days=day) for day in (first, last)]
    told = {
        "security_authority": "The mayor of Combelune",
        "security_approved_on": days[0],
        "security_approved_until": days[1],
    }
    monkeypatch.setattr(settings, "BACASABLE", settings.BACASABLE.model_copy(update=told))
    page = client.get(reverse("ui:security"))
    assert page.context["state"] == state
    assert (b"Combelune" in page.content) is (state != "none")


def test_accessibility_grid_counts_the_106_criteria(client: Client) -> None:
    grid = client.get(reverse("ui:accessibility")).context["grid"]
    assert sum(theme.criteria for theme in grid) == 106
    assert len(grid) == 13


def _request():
    from django.contrib.auth.models import AnonymousUser

    request = RequestFactory().get("/somewhere/")
    request.user = AnonymousUser()
    request.resolver_match = None
    return request


def test_every_line_of_the_menu_leads_somewhere() -> None:
    from bacasable.people.permissions import table
    from bacasable.portal.navigation import ACCOUNT, ROOMS

    for line in (*ROOMS, *ACCOUNT):
        assert reverse(line.url_name)
        assert line.permission in table()


def test_an_address_that_takes_a_form_says_so_when_it_is_opened(client: Client) -> None:
    answer = client.get(reverse("ui:language"))
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert "<main" in answer.content.decode()
